-- When the login was used last, to the minute, in seconds since 1970. Null: not since `renewed_at`.
--
-- A migration that was cut off is run again, and MySQL has no `add column if not exists`.
set @change = (
    select if(
        count(*) = 0,
        'alter table logins add column seen_at bigint',
        'do 0'
    )
    from information_schema.columns
    where table_schema = database() and table_name = 'logins' and column_name = 'seen_at'
);
prepare add_seen_at from @change;
execute add_seen_at;
deallocate prepare add_seen_at;

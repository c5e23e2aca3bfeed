-- When the login was used last, to the minute, in seconds since 1970. Null: not since `renewed_at`.
alter table logins add column seen_at integer;

-- The logins that live. One that is not here is over, whatever a session says.
create table if not exists logins (
    id text collate "C" not null constraint logins_pkey primary key,

    -- A user is the name of a backend and the key of a row, as text.
    backend text collate "C" not null,
    user_id text collate "C" not null,
    -- The row that is read along: its table, and its key once more. Null where the users are the
    -- site's own business. No foreign key: a login whose user is gone is over.
    user_table text collate "C",
    user_number bigint,

    -- Counts the refreshes.
    version bigint not null,
    tokens bytea,
    -- Times are seconds since 1970.
    expires_at bigint,
    -- Arrays of JSON, here and below.
    group_names text not null,

    user_agent text not null,
    logged_in_at bigint not null,
    renewed_at bigint not null,
    seen_at bigint not null,
    proved_at bigint not null,
    methods text not null,
    provider text,

    -- Who renews the tokens at the moment, and until when nobody else may, in milliseconds.
    lease text,
    leased_until bigint
);

create index if not exists logins_user_id_index on logins (backend, user_id);
create index if not exists logins_logged_in_at_index on logins (logged_in_at);

-- When all logins of a user were ended: a login that began before is refused.
create table if not exists login_ends (
    backend text collate "C" not null,
    user_id text collate "C" not null,

    -- Counts the ends of all users.
    ended_at bigint not null,
    -- Seconds since 1970.
    noted_at bigint not null,

    constraint login_ends_pkey primary key (backend, user_id)
);

create index if not exists login_ends_ended_at_index on login_ends (ended_at);

-- The sessions of browsers. A key is the hash of a session id.
create table if not exists browser_sessions (
    id text collate "C" not null constraint browser_sessions_pkey primary key,
    data text not null,
    -- The login of the session, so that it is read along.
    login_id text collate "C",
    -- Seconds since 1970.
    expires_at bigint not null
);

create index if not exists browser_sessions_expires_at_index on browser_sessions (expires_at);

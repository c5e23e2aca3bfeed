-- The logins that live. One that is not here is over, whatever a session says.
--
-- DDL is no part of a transaction here, so this can be cut off in the middle and run again.
create table if not exists logins (
    id varchar(64) not null primary key,

    -- A user is the name of a backend and the key of a row, as text.
    backend varchar(255) not null,
    user_id varchar(255) not null,
    -- The row that is read along: its table, and its key once more. Null where the users are the
    -- site's own business. No foreign key: a login whose user is gone is over.
    user_table varchar(64),
    user_number bigint,

    -- Counts the refreshes.
    version bigint not null,
    tokens mediumblob,
    -- Times are seconds since 1970.
    expires_at bigint,
    -- Arrays of JSON, here and below.
    group_names mediumtext not null,

    user_agent text not null,
    logged_in_at bigint not null,
    renewed_at bigint not null,
    seen_at bigint not null,
    proved_at bigint not null,
    methods text not null,
    provider text,

    -- Who renews the tokens at the moment, and until when nobody else may, in milliseconds.
    lease varchar(64),
    leased_until bigint,

    index logins_user_id_index (backend, user_id),
    index logins_logged_in_at_index (logged_in_at)
)
engine innodb
default character set utf8mb4
collate /*!80017 utf8mb4_0900_bin */ /*M! utf8mb4_nopad_bin */;

-- When all logins of a user were ended: a login that began before is refused.
create table if not exists login_ends (
    backend varchar(255) not null,
    user_id varchar(255) not null,

    -- Counts the ends of all users.
    ended_at bigint not null,
    -- Seconds since 1970.
    noted_at bigint not null,

    primary key (backend, user_id),
    index login_ends_ended_at_index (ended_at)
)
engine innodb
default character set utf8mb4
collate /*!80017 utf8mb4_0900_bin */ /*M! utf8mb4_nopad_bin */;

-- The sessions of browsers. A key is the hash of a session id.
create table if not exists browser_sessions (
    id varchar(64) not null primary key,
    data mediumtext not null,
    -- The login of the session, so that it is read along.
    login_id varchar(64),
    -- Seconds since 1970.
    expires_at bigint not null,

    index browser_sessions_expires_at_index (expires_at)
)
engine innodb
default character set utf8mb4
collate /*!80017 utf8mb4_0900_bin */ /*M! utf8mb4_nopad_bin */;

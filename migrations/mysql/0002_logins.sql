-- The logins that live. One that is not here is over, whatever a session says.
create table if not exists logins (
    id varchar(64) not null primary key,

    -- No foreign key: a site may have made `users` itself. A login whose user is gone is over.
    user_id bigint not null,
    backend varchar(255) not null,

    -- Counts the refreshes. A session with a lower version has old tokens.
    version bigint not null default 0,
    tokens mediumtext,
    group_names mediumtext not null,

    user_agent varchar(255) not null default '',

    -- Seconds since 1970.
    logged_in_at bigint not null,
    renewed_at bigint not null,

    -- Who renews the tokens at the moment, and until when nobody else may.
    lease varchar(64),
    leased_until bigint,

    index logins_user_id_index (user_id),
    index logins_logged_in_at_index (logged_in_at)
)
engine innodb
default character set utf8mb4
collate /*!80017 utf8mb4_0900_bin */ /*M! utf8mb4_nopad_bin */;

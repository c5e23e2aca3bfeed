-- The logins that live. One that is not here is over, whatever a session says.
create table logins (
    id text collate "C" not null constraint logins_pkey primary key,

    -- No foreign key: a site may have made `users` itself. A login whose user is gone is over.
    user_id bigint not null,
    backend text not null,

    -- Counts the refreshes. A session with a lower version has old tokens.
    version bigint not null default 0,
    tokens text,
    group_names text not null,

    user_agent text not null default '',

    -- Seconds since 1970.
    logged_in_at bigint not null,
    renewed_at bigint not null,

    -- Who renews the tokens at the moment, and until when nobody else may.
    lease text,
    leased_until bigint
);

create index logins_user_id_index on logins (user_id);
create index logins_logged_in_at_index on logins (logged_in_at);

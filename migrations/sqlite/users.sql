-- The site's users. A site may add columns of its own, and map attributes to them.
create table if not exists users (
    -- Not reused after a delete: sessions and the site's own tables refer to it.
    id integer not null constraint users_pkey primary key autoincrement,

    -- Cognito's name of the user, never an alias. Case matters, as in Cognito's tokens.
    username text collate binary not null constraint users_username_key unique,

    -- Cognito's subject. A username can be deleted and registered anew by a stranger; this
    -- tells the two apart. Null until a login has told it.
    sub text collate binary,

    -- Empty if unknown, as in Django. Not unique: two users of a pool can have the same address.
    email text not null default '',
    first_name text not null default '',
    last_name text not null default '',

    -- The site's own switch. Logins read it and never write it.
    is_active boolean not null default true constraint users_is_active_check check (is_active in (0, 1)),

    -- RFC 3339 in UTC and whole seconds, so that the order of the texts is the order of time.
    date_joined text not null,
    last_login text
);

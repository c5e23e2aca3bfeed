-- The site's users. A site may add columns of its own, and map attributes to them.
create table if not exists users (
    -- Not reused after a delete: sessions and the site's own tables refer to it.
    id bigint generated always as identity constraint users_pkey primary key,

    -- Cognito's name of the user, never an alias. Case matters, as in Cognito's tokens. "C": the
    -- order of the index does not depend on the server's locale, which an upgrade can change.
    username text collate "C" not null constraint users_username_key unique,

    -- Cognito's subject. A username can be deleted and registered anew by a stranger; this
    -- tells the two apart. Null until a login has told it.
    sub text collate "C",

    -- Empty if unknown, as in Django. Not unique: two users of a pool can have the same address.
    email text not null default '',
    first_name text not null default '',
    last_name text not null default '',

    -- The site's own switch. Logins read it and never write it.
    is_active boolean not null default true,

    -- Whole seconds.
    date_joined timestamptz not null,
    last_login timestamptz
);

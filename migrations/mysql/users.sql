-- The site's users. A site may add columns of its own, and map attributes to them.
--
-- DDL is no part of a transaction here, so a migration can be cut off in the middle and run again:
-- every statement must stand that.
create table if not exists users (
    -- Not reused after a delete: sessions and the site's own tables refer to it.
    id bigint not null auto_increment primary key,

    -- Cognito's name of the user, never an alias. Case matters, as in Cognito's tokens.
    username varchar(255) not null,

    -- Cognito's subject. A username can be deleted and registered anew by a stranger; this
    -- tells the two apart. Null until a login has told it.
    sub varchar(255),

    -- Empty if unknown, as in Django. Not unique: two users of a pool can have the same address.
    -- 768 characters are what an index can have, so a site can still make it unique.
    email varchar(768) not null default '',

    -- 2,048 characters are what Cognito's attributes can have.
    first_name varchar(2048) not null default '',
    last_name varchar(2048) not null default '',

    -- The site's own switch. Logins read it and never write it.
    is_active boolean not null default true,

    -- UTC and whole seconds. A timestamp would end in 2038.
    date_joined datetime not null,
    last_login datetime,

    constraint users_username_key unique (username),
    constraint users_is_active_check check (is_active in (0, 1))
)
-- Byte by byte, blanks at the end included: no other collation tells all names apart. The first of
-- the two names is for MySQL, the second for MariaDB; each takes the other for a comment.
engine innodb
default character set utf8mb4
collate /*!80017 utf8mb4_0900_bin */ /*M! utf8mb4_nopad_bin */;

//! The SQL of MySQL.
//!
//! It returns nothing from a change. Backquotes are quotes in every `sql_mode`. Texts are cast for
//! sqlx, which takes those of a binary collation for bytes.

use super::super::UserSync;
use super::super::sql::{MappedColumns, Statements};

pub(super) fn new(columns: MappedColumns) -> Statements {
    let mut returned = format!(
        "users.id, {}, {}, {}, {}, {}, users.is_active, users.date_joined, users.last_login",
        text("username"),
        text("sub"),
        text("email"),
        text("first_name"),
        text("last_name"),
    );
    for name in columns.extra() {
        returned += &format!(", {}", text(name.as_str()));
    }

    Statements {
        find: format!(
            "
            select {returned}
            from users
            where users.id = ?
            "
        ),
        find_by_username: format!(
            "
            select {returned}
            from users
            where users.username = ?
            "
        ),
        find_live: format!(
            "
            select {returned}, logins.version, coalesce(logins.seen_at, logins.renewed_at)
            from logins
            join users on users.id = logins.user_id
            where logins.id = ?
            "
        ),
        list: format!(
            "
            select {returned}
            from users
            where users.username > ?
            order by users.username
            limit ?
            "
        ),
        returned,
        columns,
    }
}

/// Changes a row. Gives the values of the mapped columns, which come after the subject and the
/// time, and before the username and twice the subject.
pub(super) fn update<'a>(
    statements: &'a Statements,
    login: &'a UserSync,
) -> (String, Vec<Option<&'a str>>) {
    let mut assignments = String::new();
    let mut values = Vec::new();

    for (column, value) in statements.columns.updated(login) {
        values.push(value);
        assignments += &format!(", `{}` = ?", column.name);
    }

    let sql = format!(
        "
        update users
        set sub = coalesce(sub, ?), last_login = ?{assignments}
        where username = ?
            and (sub is null or ? is null or sub = ?)
            and is_active
        "
    );
    (sql, values)
}

/// Reads a row that `update` has changed: the username, and twice the subject.
pub(super) fn find_updated(statements: &Statements) -> String {
    format!(
        "
        select {}
        from users
        where username = ?
            and (sub is null or ? is null or sub = ?)
        ",
        statements.returned
    )
}

/// Adds a row. Gives the values of the mapped columns, which come after the username, the subject
/// and twice the time.
pub(super) fn insert<'a>(
    statements: &'a Statements,
    login: &'a UserSync,
) -> (String, Vec<&'a str>) {
    let mut names = String::new();
    let mut parameters = String::new();
    let mut values = Vec::new();

    for (column, value) in statements.columns.inserted(login) {
        values.push(value);
        names += &format!(", `{}`", column.name);
        parameters += ", ?";
    }

    let sql = format!(
        "
        insert into users (username, sub, date_joined, last_login{names})
        values (?, ?, ?, ?{parameters})
        "
    );
    (sql, values)
}

fn text(name: &str) -> String {
    format!("cast(users.`{name}` as char character set utf8mb4)")
}

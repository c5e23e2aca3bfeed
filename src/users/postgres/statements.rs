//! The SQL of PostgreSQL.
//!
//! What is returned is cast, so that it stays readable when the site changes the type of a column,
//! or has created the table with types of its own.

use super::super::UserSync;
use super::super::sql::{MappedColumns, Statements};

/// The parameters of `update` and `insert` before those of the mapped columns: the username, the
/// subject and the time.
const FIXED_PARAMETERS: usize = 3;

const OWN: &str = "users.id::bigint, users.username::text, users.sub::text, users.email::text, \
                   users.first_name::text, users.last_name::text, users.is_active, \
                   users.date_joined::timestamptz, users.last_login::timestamptz";

pub(super) fn new(columns: MappedColumns) -> Statements {
    let returned = columns.extra().fold(OWN.to_owned(), |list, name| {
        list + &format!(", users.\"{name}\"::text")
    });

    Statements {
        find: format!(
            "
            select {returned}
            from users
            where users.id = $1
            "
        ),
        find_by_username: format!(
            "
            select {returned}
            from users
            where users.username = $1
            "
        ),
        find_live: format!(
            "
            select {returned}, logins.version, coalesce(logins.seen_at, logins.renewed_at)
            from logins
            join users on users.id = logins.user_id
            where logins.id = $1
            "
        ),
        list: format!(
            "
            select {returned}
            from users
            where users.username > $1
            order by users.username
            limit $2
            "
        ),
        returned,
        columns,
    }
}

/// Changes a row. Gives the values of the further parameters, too.
pub(super) fn update<'a>(
    statements: &'a Statements,
    login: &'a UserSync,
) -> (String, Vec<Option<&'a str>>) {
    let mut assignments = String::new();
    let mut values = Vec::new();

    for (column, value) in statements.columns.updated(login) {
        values.push(value);
        let parameter = parameter(values.len(), column.cast.as_deref());
        assignments += &format!(", \"{}\" = {parameter}", column.name);
    }

    let sql = format!(
        "
        update users
        set sub = coalesce(sub, $2), last_login = $3{assignments}
        where username = $1
            and (sub is null or $2 is null or sub = $2)
            and is_active
        returning {}
        ",
        statements.returned
    );
    (sql, values)
}

/// Adds a row, unless the username has one. Gives the values of the further parameters, too.
pub(super) fn insert<'a>(
    statements: &'a Statements,
    login: &'a UserSync,
) -> (String, Vec<&'a str>) {
    let mut names = String::new();
    let mut parameters = String::new();
    let mut values = Vec::new();

    for (column, value) in statements.columns.inserted(login) {
        values.push(value);
        let parameter = parameter(values.len(), column.cast.as_deref());
        names += &format!(", \"{}\"", column.name);
        parameters += &format!(", {parameter}");
    }

    let sql = format!(
        "
        insert into users (username, sub, date_joined, last_login{names})
        values ($1, $2, $3, $3{parameters})
        on conflict (username) do nothing
        returning {}
        ",
        statements.returned
    );
    (sql, values)
}

/// A further parameter. It is a text, which PostgreSQL turns into another type only by a cast.
fn parameter(number: usize, cast: Option<&str>) -> String {
    let number = FIXED_PARAMETERS + number;

    match cast {
        Some(sql_type) => format!("${number}::text::{sql_type}"),
        None => format!("${number}"),
    }
}

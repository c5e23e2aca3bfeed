use sqlx::mysql::MySqlDatabaseError;

use super::super::database_error::{FULL, READ_ONLY, explained, server_error};
use super::super::{UserStoreError, UserStoreErrorKind};

/// `ER_DUP_ENTRY`: a unique key has the value.
const DUPLICATE: u16 = 1062;

/// Describes what MySQL refused.
pub(crate) fn described(error: &MySqlDatabaseError) -> UserStoreError {
    let state = error.code().unwrap_or_default();
    let number = error.number();

    let described = server_error(
        kind_of(number, state),
        format!("{number} ({state})"),
        column_of(number, error.message()),
        error.message(),
    );
    explained(described, hindrance(number))
}

/// What is in the way, where an operator can do something about it.
fn hindrance(number: u16) -> Option<&'static str> {
    match number {
        // Disk full, table full.
        1021 | 1114 => Some(FULL),
        // Server, transaction or tablespace read-only.
        1290 | 1792 | 1836 => Some(READ_ONLY),
        _ => None,
    }
}

/// By the number, and then by the class of the SQLSTATE, of
/// <https://dev.mysql.com/doc/mysql-errors/8.4/en/server-error-reference.html> and
/// <https://mariadb.com/docs/server/reference/error-codes>.
fn kind_of(number: u16, state: &str) -> UserStoreErrorKind {
    match (number, state.get(..2).unwrap_or_default()) {
        // Keys: duplicate.
        (1022 | DUPLICATE | 1169 | 1586, _) => UserStoreErrorKind::Conflict,
        // Access denied to the database, no such database, too many connections of a user.
        (1044 | 1049 | 1203 | 1226, _) => UserStoreErrorKind::Unavailable,
        // Disk full, table full, lock wait, server or transaction read-only, timeouts, log-off.
        (1021 | 1114 | 1205 | 1290 | 1792 | 1836 | 1969 | 3024 | 4031, _) => {
            UserStoreErrorKind::Unavailable
        }
        // Cut short, no default, wrong number or text, a check, a text outside the character set.
        (1265 | 1364 | 1366 | 3819 | 3988, _) => UserStoreErrorKind::InvalidValue,
        // Data exception, integrity constraint violation, view's check option, a trigger of the
        // site's (signal).
        (_, "22" | "23" | "44" | "45") => UserStoreErrorKind::InvalidValue,
        // Our statements are fixed, so it is a table, a column or a right that they miss. 1046 and
        // `3D`: no database is chosen.
        (_, "3D" | "42") => UserStoreErrorKind::Schema,
        // Connection exception, invalid authorization, transaction rollback, interrupted.
        (_, "08" | "28" | "40" | "70") => UserStoreErrorKind::Unavailable,
        _ => UserStoreErrorKind::Other,
    }
}

/// MySQL names a key or a column nowhere but in its message. In every language the name stands in
/// the last pair of quotes: `Duplicate entry 'a'b' for key 'users.users_username_key'`, where
/// MariaDB leaves the table out. It is only a help to the reader.
fn column_of(number: u16, message: &str) -> Option<&str> {
    // ER_BAD_NULL_ERROR, ER_NO_DEFAULT_FOR_FIELD, ER_DATA_TOO_LONG have no other quotes.
    if !matches!(number, 1048 | DUPLICATE | 1364 | 1406) {
        return None;
    }

    let quoted = message.rsplit('\'').nth(1)?;
    let name = quoted.rsplit('.').next()?;
    let is_name = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');

    (is_name && !name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_kinds_by_number_and_state() {
        for (number, state, kind) in [
            (1040, "08004", UserStoreErrorKind::Unavailable), // too many connections
            (1045, "28000", UserStoreErrorKind::Unavailable), // wrong password
            (1046, "3D000", UserStoreErrorKind::Schema),      // no database chosen
            (1048, "23000", UserStoreErrorKind::InvalidValue), // null
            (1049, "42000", UserStoreErrorKind::Unavailable), // no such database
            (1054, "42S22", UserStoreErrorKind::Schema),      // no such column
            (1062, "23000", UserStoreErrorKind::Conflict),
            (1146, "42S02", UserStoreErrorKind::Schema), // no such table
            (1213, "40001", UserStoreErrorKind::Unavailable), // deadlock
            (1366, "HY000", UserStoreErrorKind::InvalidValue), // wrong number
            (1406, "22001", UserStoreErrorKind::InvalidValue), // too long
            (3819, "HY000", UserStoreErrorKind::InvalidValue), // a check, MySQL
            (4025, "23000", UserStoreErrorKind::InvalidValue), // a check, MariaDB
            (1105, "HY000", UserStoreErrorKind::Other),
        ] {
            assert_eq!(kind_of(number, state), kind, "{number}");
        }
    }

    #[test]
    fn tells_what_an_operator_can_mend() {
        for (number, words) in [
            (1021, Some(FULL)),
            (1114, Some(FULL)),
            (1290, Some(READ_ONLY)),
            (1792, Some(READ_ONLY)),
            (1836, Some(READ_ONLY)),
            (1062, None),
        ] {
            assert_eq!(hindrance(number), words, "{number}");
            if words.is_some() {
                assert_eq!(kind_of(number, "HY000"), UserStoreErrorKind::Unavailable);
            }
        }
    }

    #[test]
    fn finds_the_name_behind_any_value_in_any_language() {
        for (number, message, name) in [
            (
                1062,
                "Duplicate entry 'a' for key 'users.site_email'",
                "site_email",
            ),
            (
                1062,
                "Duplicate entry 'for key 'x'' for key 'site_email'",
                "site_email",
            ),
            (
                1062,
                "Doppelter Eintrag 'a' für Schlüssel 'site_email'",
                "site_email",
            ),
            (
                1062,
                "'a' は索引 'users.site_email' で重複しています。",
                "site_email",
            ),
            (1406, "Data too long for column 'email' at row 1", "email"),
        ] {
            assert_eq!(column_of(number, message), Some(name), "{message}");
        }
    }

    #[test]
    fn takes_nothing_else_for_a_name() {
        assert_eq!(column_of(1062, "Duplicate entry"), None);
        assert_eq!(column_of(1062, "Duplicate entry 'a b' for a key"), None);
        assert_eq!(column_of(1366, "Incorrect integer value: 'secret'"), None);
    }
}

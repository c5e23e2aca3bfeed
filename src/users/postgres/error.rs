use sqlx::postgres::PgDatabaseError;

use super::super::database_error::{FULL, READ_ONLY, explained, server_error};
use super::super::{UserStoreError, UserStoreErrorKind};

/// A pooler gives each transaction another connection.
const POOLED: &str = "a pooler has put another connection to the users' database behind ours: write \
                      `?statement-cache-capacity=0` into the URL";

/// Describes what PostgreSQL refused.
pub(crate) fn described(error: &PgDatabaseError) -> UserStoreError {
    let column = error.constraint().or(error.column());
    let code = error.code();

    let described = server_error(kind_of(code), code.to_owned(), column, error.message());
    explained(described, hindrance(code))
}

/// What is in the way, where an operator can do something about it.
fn hindrance(code: &str) -> Option<&'static str> {
    match code {
        // invalid_sql_statement_name, duplicate_prepared_statement.
        "26000" | "42P05" => Some(POOLED),
        // read_only_sql_transaction.
        "25006" => Some(READ_ONLY),
        // disk_full.
        "53100" => Some(FULL),
        _ => None,
    }
}

/// By the SQLSTATE of <https://www.postgresql.org/docs/current/errcodes-appendix.html>; its first
/// two characters are the class.
fn kind_of(code: &str) -> UserStoreErrorKind {
    match (code, code.get(..2).unwrap_or_default()) {
        // unique_violation, exclusion_violation.
        ("23505" | "23P01", _) => UserStoreErrorKind::Conflict,
        // read_only_sql_transaction: a standby.
        ("25006", _) => UserStoreErrorKind::Unavailable,
        // Data exception, integrity constraint violation, view's check option, a trigger of the
        // site's (raise_exception).
        (_, "22" | "23" | "44" | "P0") => UserStoreErrorKind::InvalidValue,
        // Invalid schema name, syntax error or access rule violation: our statements are fixed, so
        // it is a table, a column, a type or a right that they miss.
        (_, "3F" | "42") => UserStoreErrorKind::Schema,
        // Connection exception, invalid authorization, invalid catalog name, transaction rollback,
        // insufficient resources, object not in prerequisite state (a lock), operator
        // intervention, system error.
        (_, "08" | "28" | "3D" | "40" | "53" | "55" | "57" | "58") => {
            UserStoreErrorKind::Unavailable
        }
        _ => UserStoreErrorKind::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_kinds_by_code() {
        for (code, kind) in [
            ("22001", UserStoreErrorKind::InvalidValue), // too long
            ("22P02", UserStoreErrorKind::InvalidValue), // no such number
            ("23502", UserStoreErrorKind::InvalidValue), // null
            ("23505", UserStoreErrorKind::Conflict),
            ("25006", UserStoreErrorKind::Unavailable),
            ("28P01", UserStoreErrorKind::Unavailable), // wrong password
            ("40001", UserStoreErrorKind::Unavailable), // serialization failure
            ("42703", UserStoreErrorKind::Schema),      // no such column
            ("42P01", UserStoreErrorKind::Schema),      // no such table
            ("53300", UserStoreErrorKind::Unavailable), // too many connections
            ("57P01", UserStoreErrorKind::Unavailable), // shutdown
            ("XX000", UserStoreErrorKind::Other),
            ("", UserStoreErrorKind::Other),
        ] {
            assert_eq!(kind_of(code), kind, "{code}");
        }
    }

    #[test]
    fn tells_what_an_operator_can_mend() {
        for (code, words) in [
            ("25006", Some(READ_ONLY)),
            ("26000", Some(POOLED)),
            ("42P05", Some(POOLED)),
            ("53100", Some(FULL)),
            ("53300", None),
            ("", None),
        ] {
            assert_eq!(hindrance(code), words, "{code}");
        }
    }
}

use sqlx::{AssertSqlSafe, SqlSafeStr};

use super::super::{UserStoreError, UserStoreErrorKind};
use super::Sql;
use super::columns::{check_user_table, describe};
use super::user_table::UserTable;

/// The tables beside that of the users, each with the column that was added to it last.
const TABLES: [(&str, &str); 3] = [
    ("logins", "user_number"),
    ("login_ends", "noted_at"),
    ("browser_sessions", "login_id"),
];

/// What versions before the first release wrote down in a table.
const OLD_LEDGER: &str = "_axum_cognito_migrations";

/// Creates the tables that are not there, and refuses those that are not ours.
///
/// What is there is found by looking, not by a ledger: so tables that an operator has created are
/// as good as ours, and need no right to create any.
pub(super) async fn migrate(sql: &Sql, users: Option<&UserTable>) -> Result<(), UserStoreError> {
    sql.refuse_obstacles().await?;
    let database = sql.dialect.name();
    let error = UserStoreError::new(UserStoreErrorKind::Schema);
    if !describe(sql, OLD_LEDGER).await?.is_empty() {
        return Err(error.with_message(format!(
            "the tables of this database come from a version of axum-cognito before its first \
             release: drop the tables `logins` and `{OLD_LEDGER}` (`users` can stay), and start \
             again; everybody has to log in anew"
        )));
    }

    let [users_script, logins_script] = sql.dialect.scripts();
    let mut script = String::new();
    if let Some(table) = users {
        let described = describe(sql, &table.name).await?;
        if described.is_empty() && table.is_own {
            script += users_script;
        } else {
            check_user_table(sql, table, &described)?;
        }
    }
    let mut is_complete = true;
    for (table, column) in TABLES {
        let described = describe(sql, table).await?;
        if described.is_empty() {
            is_complete = false;
        } else if described.iter().all(|found| found.name != column) {
            return Err(error.with_column(column).with_message(format!(
                "there is a table `{table}` already that axum-cognito did not create: rename it, \
                 or give it the columns of `migrations/{database}/logins.sql`"
            )));
        }
    }
    if !is_complete {
        script += logins_script;
    }

    if script.is_empty() {
        Ok(()) // without a lock, without the right to create a table, and also on a standby
    } else {
        let script = AssertSqlSafe(script).into_sql_str();
        Ok(sql.dialect.create(script).await?)
    }
}

impl Sql {
    /// Refuses a database that would not keep every text as it is.
    pub(super) async fn refuse_obstacles(&self) -> Result<(), UserStoreError> {
        let rows = self.fetch(self.dialect.obstacles(), &[]).await?;

        match rows.into_iter().next() {
            Some(mut row) => {
                let error = UserStoreError::new(UserStoreErrorKind::Schema);
                Err(error.with_message(row.text()?))
            }
            None => Ok(()),
        }
    }
}

//! What every SQL store does at a login. A store adds its three statements, the rules stand here.

use time::{OffsetDateTime, UtcOffset};
use tracing::warn;

use super::super::{Synced, User, UserStoreError, UserStoreErrorKind, UserSync};
use super::columns::{MappedColumns, Statements};
use super::table::Table;
use crate::attribute::{ColumnChange, ColumnName};

/// A row can change between two statements: another request creates it, or an admin deletes it.
/// Each further round needs one more such coincidence.
const ROUNDS: usize = 16;

/// What each database adds. Each statement of a login is atomic by itself.
pub(crate) trait Rows: Send + Sync {
    /// Reads what the table looks like, and checks that it keeps values as they are.
    fn table(&self) -> impl Future<Output = Result<Table, UserStoreError>> + Send;

    /// Writes the statements for these columns.
    fn statements(columns: MappedColumns) -> Statements;

    /// Reads the row with this key.
    fn find(&self, statements: &Statements, id: i64) -> impl Future<Output = Found> + Send;

    /// Reads the row of a username.
    fn find_by_username(
        &self,
        statements: &Statements,
        username: &str,
    ) -> impl Future<Output = Found> + Send;

    /// Reads the rows after a username, in the order of the usernames.
    fn list(
        &self,
        statements: &Statements,
        after: &str,
        limit: u32,
    ) -> impl Future<Output = Result<Vec<User>, UserStoreError>> + Send;

    /// Changes the row of an active user whose subject is unknown, or the same. `None` too where
    /// the database chose this statement to give way to another.
    fn update(
        &self,
        statements: &Statements,
        login: &UserSync,
    ) -> impl Future<Output = Found> + Send;

    /// Adds a row, unless the username has one. Never touches another row. `None` as above.
    fn insert(
        &self,
        statements: &Statements,
        login: &UserSync,
    ) -> impl Future<Output = Found> + Send;
}

/// A row, or none.
pub(crate) type Found = Result<Option<User>, UserStoreError>;

/// Brings a row up to date. An ordinary login is one statement.
pub(super) async fn sync(
    rows: &impl Rows,
    statements: &Statements,
    login: &UserSync,
) -> Result<Synced, UserStoreError> {
    if login.username.contains('\0') {
        return Err(UserStoreError::new(UserStoreErrorKind::InvalidValue).with_column("username"));
    }
    for (column, change) in &login.columns {
        if *change != *storable(change) {
            warn!(%column, "an attribute with a NUL character was not stored");
        }
    }

    for _ in 0..ROUNDS {
        if let Some(user) = rows.update(statements, login).await? {
            return Ok(Synced::Updated(user));
        }

        match rows.find_by_username(statements, &login.username).await? {
            Some(user) if belongs_to_another(&user, login) => return Ok(Synced::DifferentSubject),
            Some(user) if !user.is_active => return Ok(Synced::Updated(user)),
            Some(_) => {}
            None if !login.create_unknown_user => return Ok(Synced::Unknown),
            None => {
                if let Some(user) = rows.insert(statements, login).await? {
                    return Ok(Synced::Created(user));
                }
            }
        }
    }

    Err(UserStoreError::new(UserStoreErrorKind::Unavailable)
        .with_message("a user's row did not stay as it was from one statement to the next"))
}

fn belongs_to_another(user: &User, login: &UserSync) -> bool {
    match (&user.sub, &login.sub) {
        (Some(row), Some(login)) => row != login,
        _ => false,
    }
}

/// What a login does to a column.
pub(super) fn change_of<'a>(login: &'a UserSync, column: &ColumnName) -> &'a ColumnChange {
    login
        .columns
        .iter()
        .find_map(|(name, change)| (name == column).then_some(storable(change)))
        .unwrap_or(&ColumnChange::Keep)
}

/// PostgreSQL has no NUL in a text, and SQLite's own functions stop at it. No store keeps one.
fn storable(change: &ColumnChange) -> &ColumnChange {
    match change {
        ColumnChange::Set(value) if value.contains('\0') => &ColumnChange::Keep,
        change => change,
    }
}

/// The time as all the databases can keep it, and in an order that SQLite's texts can have.
pub(crate) fn whole_seconds(at: OffsetDateTime) -> OffsetDateTime {
    let at = at.to_offset(UtcOffset::UTC);

    at.replace_nanosecond(0).unwrap_or(at)
}

//! What every SQL store does at a login. A store adds its three statements, the rules stand here.

use time::{OffsetDateTime, UtcOffset};
use tracing::warn;

use super::{Synced, User, UserStoreError, UserStoreErrorKind, UserSync};
use crate::attribute::{ColumnChange, ColumnName};

/// The columns of the mapping that have a field of their own in [`User`].
pub(super) const OWN_COLUMNS: [&str; 3] = ["email", "first_name", "last_name"];

/// A row can change between two statements: another request creates it, or an admin deletes it.
/// Each further round needs one more such coincidence.
const ROUNDS: usize = 4;

/// The three statements of a login. Each one is atomic by itself.
pub(super) trait Rows: Sync {
    /// Changes the row of an active user whose subject is unknown, or the same.
    fn update(&self, login: &UserSync) -> impl Future<Output = Found> + Send;

    /// Adds a row, unless the username has one. Never touches another row.
    fn insert(&self, login: &UserSync) -> impl Future<Output = Found> + Send;

    /// Reads the row of a username.
    fn find_by_username(&self, username: &str) -> impl Future<Output = Found> + Send;
}

/// A row, or none.
pub(super) type Found = Result<Option<User>, UserStoreError>;

/// Brings a row up to date. An ordinary login is one statement.
pub(super) async fn sync(rows: &impl Rows, login: &UserSync) -> Result<Synced, UserStoreError> {
    for (column, change) in &login.columns {
        if *change != *storable(change) {
            warn!(%column, "an attribute with a NUL character was not stored");
        }
    }

    for _ in 0..ROUNDS {
        if let Some(user) = rows.update(login).await? {
            return Ok(Synced::Updated(user));
        }

        match rows.find_by_username(&login.username).await? {
            Some(user) if belongs_to_another(&user, login) => return Ok(Synced::DifferentSubject),
            Some(user) if !user.is_active => return Ok(Synced::Updated(user)),
            Some(_) => {}
            None if !login.create_unknown_user => return Ok(Synced::Unknown),
            None => {
                if let Some(user) = rows.insert(login).await? {
                    return Ok(Synced::Created(user));
                }
            }
        }
    }

    Err(UserStoreError::new(UserStoreErrorKind::Other)
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
pub(super) fn whole_seconds(at: OffsetDateTime) -> OffsetDateTime {
    let at = at.to_offset(UtcOffset::UTC);

    at.replace_nanosecond(0).unwrap_or(at)
}

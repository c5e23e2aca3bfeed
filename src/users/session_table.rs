use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use time::OffsetDateTime;

use super::{LiveLogin, LoginId, UserStoreError};

/// The browsers' sessions in the users' database: a session store that reads a session, its login
/// and its user in one query.
///
/// Get one from `SqliteUsers::sessions` and its like, and give it to `Auth::layer`. A session that
/// was deleted is never brought back by a request that was under way.
#[derive(Clone)]
pub struct SqlSessions {
    pub(crate) table: Arc<dyn SessionTable>,
}

impl fmt::Debug for SqlSessions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqlSessions").finish_non_exhaustive()
    }
}

/// The table behind [`SqlSessions`]. A key is the hash of a session id, as text.
#[async_trait]
pub(crate) trait SessionTable: Send + Sync + 'static {
    /// Adds a session. Returns `false` if there is one with this key.
    async fn create(&self, key: &str, session: &StoredSession) -> Result<bool, UserStoreError>;

    /// Replaces a session that is there. Returns `false` if there is none.
    async fn save(&self, key: &str, session: &StoredSession) -> Result<bool, UserStoreError>;

    /// Returns a session that has not expired at `now`, with its login if that lives.
    async fn load(
        &self,
        key: &str,
        now: OffsetDateTime,
    ) -> Result<Option<(StoredSession, Option<LiveLogin>)>, UserStoreError>;

    /// Deletes a session.
    async fn delete(&self, key: &str) -> Result<(), UserStoreError>;

    /// Deletes the sessions that have expired at `now`. Returns their number.
    async fn delete_expired(&self, now: OffsetDateTime) -> Result<u64, UserStoreError>;
}

/// A session as the table keeps it.
pub(crate) struct StoredSession {
    /// What is in the session: JSON, encrypted where the site has sealing keys.
    pub(crate) data: String,
    /// The login of the session, so that it is read along.
    pub(crate) login_id: Option<LoginId>,
    /// When it expires. Whole seconds.
    pub(crate) expires_at: OffsetDateTime,
}

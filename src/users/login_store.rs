use std::fmt;

use async_trait::async_trait;
use time::OffsetDateTime;

use super::{User, UserStoreError};
use crate::token::Tokens;

/// The registry of logins: which of them live, and which tokens are the newest.
///
/// A session store writes whole records, and whoever writes last wins: a request that is still
/// under way can bring back a login that has ended, or tokens that were replaced. Neither counts
/// against the registry. What is not in it is over; what is in it in a higher version is newer.
#[async_trait]
pub trait LoginStore: Send + Sync + 'static {
    /// Adds a login.
    async fn add(&self, login: &LoginRecord) -> Result<(), UserStoreError>;

    /// Finds the user of a login that lives, and its version. It is asked at each request.
    async fn find_live(&self, id: &str) -> Result<Option<LiveLogin>, UserStoreError>;

    /// Notes that a login is in use. It is told so once a minute at most.
    async fn touch(&self, id: &str, at: OffsetDateTime) -> Result<(), UserStoreError>;

    /// Reads a login with its tokens. Tokens that cannot be read are left out.
    async fn read(&self, id: &str) -> Result<Option<LoginRecord>, UserStoreError>;

    /// Lets one holder renew the tokens of this version, until the lease runs out. `false`:
    /// another one does, or has.
    async fn lease(&self, id: &str, version: u64, lease: &Lease) -> Result<bool, UserStoreError>;

    /// Gives a lease back.
    async fn release(&self, id: &str, holder: &str) -> Result<(), UserStoreError>;

    /// Writes new tokens and groups in place of those of the version before. `false`: the login
    /// has ended, or has other tokens by now.
    async fn renew(&self, login: &LoginRecord) -> Result<bool, UserStoreError>;

    /// Ends a login. Gives it as it was.
    async fn end(&self, id: &str) -> Result<Option<LoginRecord>, UserStoreError>;

    /// Ends all logins of a user. Gives them as they were.
    async fn end_all(&self, user_id: i64) -> Result<Vec<LoginRecord>, UserStoreError>;

    /// Lists the logins of a user, the newest first.
    async fn list(&self, user_id: i64) -> Result<Vec<LoginRecord>, UserStoreError>;

    /// Deletes the logins that began before `before`. Tells how many.
    async fn delete_older(&self, before: OffsetDateTime) -> Result<u64, UserStoreError>;
}

/// A login, as the registry has it. `Debug` shows no secrets.
#[derive(Clone)]
#[non_exhaustive]
pub struct LoginRecord {
    /// Tells this login from all others, of the same user too.
    pub id: String,
    /// The row of the user.
    pub user_id: i64,
    /// The name of the backend that let the user in.
    pub backend: String,
    /// Counts the refreshes.
    pub version: u64,
    /// The newest tokens.
    pub tokens: Option<Tokens>,
    /// The groups that came with them.
    pub groups: Vec<String>,
    /// What the browser said it is.
    pub user_agent: String,
    /// When the user logged in. Stores keep whole seconds.
    pub logged_in_at: OffsetDateTime,
    /// When the tokens were renewed last. Stores keep whole seconds.
    pub renewed_at: OffsetDateTime,
    /// When the login was used last, to the minute.
    pub seen_at: OffsetDateTime,
}

impl LoginRecord {
    /// Creates a login without tokens and groups.
    pub fn new(
        id: impl Into<String>,
        user_id: i64,
        backend: impl Into<String>,
        at: OffsetDateTime,
    ) -> Self {
        Self {
            id: id.into(),
            user_id,
            backend: backend.into(),
            version: 0,
            tokens: None,
            groups: Vec::new(),
            user_agent: String::new(),
            logged_in_at: at,
            renewed_at: at,
            seen_at: at,
        }
    }
}

impl fmt::Debug for LoginRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LoginRecord")
            .field("user_id", &self.user_id)
            .field("version", &self.version)
            .finish_non_exhaustive()
    }
}

/// A login that lives.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct LiveLogin {
    /// The user's row.
    pub user: User,
    /// The version of the newest tokens.
    pub version: u64,
    /// When the login was used last, to the minute.
    pub seen_at: OffsetDateTime,
}

impl LiveLogin {
    /// Creates the answer of a store of one's own.
    pub fn new(user: User, version: u64, seen_at: OffsetDateTime) -> Self {
        Self {
            user,
            version,
            seen_at,
        }
    }
}

/// The right to renew the tokens of a login.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Lease {
    /// Tells this holder from all others.
    pub holder: String,
    /// The time at which it is asked for.
    pub now: OffsetDateTime,
    /// When it runs out.
    pub until: OffsetDateTime,
}

impl Lease {
    /// Creates a lease that begins now.
    pub fn new(holder: impl Into<String>, now: OffsetDateTime, until: OffsetDateTime) -> Self {
        Self {
            holder: holder.into(),
            now,
            until,
        }
    }
}

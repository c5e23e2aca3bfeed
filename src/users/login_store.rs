use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use time::OffsetDateTime;

use super::{LoginId, User, UserId, UserStoreError};

/// The registry of logins: which of them live, and everything that is known of them.
///
/// A browser's session names its login and no more. A login that is not in the registry is over,
/// whatever a session says. Logins belong to a backend's name and a user's key: equal keys of two
/// backends are two users.
///
/// Every method is atomic by itself. The tokens come and go as one value, which may be encrypted and
/// is nothing but bytes to the store.
#[async_trait]
pub trait LoginStore: Send + Sync + 'static {
    /// Returns the time by the store's own clock. The processes of a site have one clock here,
    /// whatever their own ones show.
    async fn now(&self) -> Result<StoreTime, UserStoreError>;

    /// Adds a login that began at `began`.
    ///
    /// Returns `false`, and adds nothing, if [`end_all`](Self::end_all) has ended the logins of
    /// this user, or of the [second key](StoredLogin::second_key), at that time or since: the proof of
    /// such a login may be an old password. A login of
    /// a [provider](LoginRecord::provider) may rest on an older proof: it is refused too if they were
    /// ended since [`proved_at`](LoginRecord::proved_at), by a clock of seconds.
    async fn add(&self, login: &StoredLogin, began: StoreTime) -> Result<bool, UserStoreError>;

    /// Returns a login that lives, with its user where the store can read both in one go. Every
    /// guarded request asks for this.
    async fn find(&self, id: &LoginId) -> Result<Option<LiveLogin>, UserStoreError>;

    /// Returns a login with its tokens.
    async fn read(&self, id: &LoginId) -> Result<Option<StoredLogin>, UserStoreError>;

    /// Records that a login is in use: at most once a minute.
    async fn touch(&self, id: &LoginId, at: OffsetDateTime) -> Result<(), UserStoreError>;

    /// Records that the user has proved again who they are, and how. Returns `false` if the login
    /// is over.
    async fn prove(
        &self,
        id: &LoginId,
        at: OffsetDateTime,
        methods: &[String],
    ) -> Result<bool, UserStoreError>;

    /// Leases the renewal of this version's tokens to one holder, until the lease runs out by the store's
    /// own clock. Returns `false` if another one does, or has done so.
    async fn lease(
        &self,
        id: &LoginId,
        version: u64,
        lease: &Lease,
    ) -> Result<bool, UserStoreError>;

    /// Releases a lease.
    async fn release(&self, id: &LoginId, holder: &str) -> Result<(), UserStoreError>;

    /// Writes new tokens, their expiry and groups in place of those of the version before. Returns
    /// `false` if the login is over, or has newer ones.
    async fn renew(&self, login: &StoredLogin) -> Result<bool, UserStoreError>;

    /// Ends a login. Returns it as it was.
    async fn end(&self, id: &LoginId) -> Result<Option<StoredLogin>, UserStoreError>;

    /// Ends all logins of a user but `except`, and those that have begun and are not added yet.
    /// Returns the ended ones as they were.
    async fn end_all(
        &self,
        backend: &str,
        user_id: &UserId,
        except: Option<&LoginId>,
    ) -> Result<Vec<StoredLogin>, UserStoreError>;

    /// Returns the logins of a user, the newest first.
    async fn list(
        &self,
        backend: &str,
        user_id: &UserId,
    ) -> Result<Vec<LoginRecord>, UserStoreError>;

    /// Returns the ids of a user's logins but for the `kept` newest, the newest first. Each login asks,
    /// so a store that can tell without reading them all should.
    async fn surplus(
        &self,
        backend: &str,
        user_id: &UserId,
        kept: usize,
    ) -> Result<Vec<LoginId>, UserStoreError> {
        let logins = self.list(backend, user_id).await?;
        let surplus = logins.into_iter().skip(kept);

        Ok(surplus.map(|login| login.id).collect())
    }

    /// Deletes the logins that began before `before`, and returns their number. What else the store
    /// keeps and has expired goes too.
    async fn delete_older(&self, before: OffsetDateTime) -> Result<u64, UserStoreError>;
}

/// A time by the clock of a [`LoginStore`], which may count what has happened in place of seconds. A store of
/// yours makes them, so the number is open.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct StoreTime(pub i64);

/// What the registry knows of a login, its tokens aside.
#[derive(Clone, Eq, PartialEq)]
#[non_exhaustive]
pub struct LoginRecord {
    /// The id of the login.
    pub id: LoginId,
    /// The name of the backend that let the user in.
    pub backend: String,
    /// The key of the user's row.
    pub user_id: UserId,
    /// The number of refreshes so far.
    pub version: u64,
    /// When the tokens expire. `None` if there are none.
    pub expires_at: Option<OffsetDateTime>,
    /// The groups that came with the tokens.
    pub groups: Vec<String>,
    /// What the browser said it is.
    pub user_agent: String,
    /// When the user logged in. Stores keep whole seconds, here and below.
    pub logged_in_at: OffsetDateTime,
    /// When the tokens were renewed last.
    pub renewed_at: OffsetDateTime,
    /// When the login was used last, to the minute.
    pub seen_at: OffsetDateTime,
    /// When the user last proved who they are.
    pub proved_at: OffsetDateTime,
    /// How the user did so: authentication method references, such as `pwd` and `otp`, as in
    /// [RFC 8176](https://www.rfc-editor.org/rfc/rfc8176).
    pub methods: Vec<String>,
    /// The identity provider through which the user came in, if it was one.
    pub provider: Option<String>,
}

impl LoginRecord {
    /// Creates a login that begins at `at`, without tokens and groups.
    pub fn new(
        id: LoginId,
        backend: impl Into<String>,
        user_id: impl Into<UserId>,
        at: OffsetDateTime,
    ) -> Self {
        Self {
            id,
            backend: backend.into(),
            user_id: user_id.into(),
            version: 0,
            expires_at: None,
            groups: Vec::new(),
            user_agent: String::new(),
            logged_in_at: at,
            renewed_at: at,
            seen_at: at,
            proved_at: at,
            methods: Vec::new(),
            provider: None,
        }
    }
}

impl fmt::Debug for LoginRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LoginRecord")
            .field("backend", &self.backend)
            .field("user_id", &self.user_id)
            .field("version", &self.version)
            .finish_non_exhaustive()
    }
}

/// A login with its tokens. `Debug` does not show them.
#[derive(Clone)]
#[non_exhaustive]
pub struct StoredLogin {
    /// All but the tokens.
    pub login: LoginRecord,
    /// The tokens, packed, and encrypted where the site has sealing keys.
    pub tokens: Option<Vec<u8>>,
    /// What else the user is known by to whoever ends their logins before there is a row. It counts
    /// when the login is added, and is not kept.
    pub second_key: Option<UserId>,
}

impl StoredLogin {
    /// Joins a login and its tokens.
    pub fn new(login: LoginRecord, tokens: Option<Vec<u8>>) -> Self {
        Self {
            login,
            tokens,
            second_key: None,
        }
    }

    /// Sets the second key of the user.
    #[must_use]
    pub fn with_second_key(self, key: UserId) -> Self {
        Self {
            second_key: Some(key),
            ..self
        }
    }
}

impl fmt::Debug for StoredLogin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredLogin")
            .field("login", &self.login)
            .finish_non_exhaustive()
    }
}

/// A login that lives. Shared, as each guarded request wants it: a store in memory need not copy it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct LiveLogin {
    /// The login.
    pub login: Arc<LoginRecord>,
    /// The user's row, where the store reads it along with the login. `None` lets the backend be
    /// asked for it.
    pub user: Option<Arc<User>>,
}

impl LiveLogin {
    /// Joins a login and its user.
    pub fn new(login: impl Into<Arc<LoginRecord>>, user: Option<User>) -> Self {
        Self {
            login: login.into(),
            user: user.map(Arc::new),
        }
    }
}

/// The right to renew the tokens of a login.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Lease {
    /// The holder, different for each attempt.
    pub holder: String,
    /// How long it lasts.
    pub length: Duration,
}

impl Lease {
    /// Creates a lease.
    pub fn new(holder: impl Into<String>, length: Duration) -> Self {
        Self {
            holder: holder.into(),
            length,
        }
    }
}

//! The logins at the user pool's domain that a browser has begun, as its session keeps them.

use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};
use tower_sessions::Session;
use tower_sessions::session::Error as SessionError;

use super::value::read;
use crate::cognito::ManagedLoginAttempt;
use crate::users::StoreTime;

/// How long a visitor may take at the domain and at an identity provider.
pub(in crate::web) const PATIENCE: Duration = Duration::minutes(10);

/// How many may be under way in one browser: one in each tab that people keep apart.
const MOST: usize = 5;

/// A login that was begun, and is used once.
#[derive(Clone, Deserialize, Serialize)]
pub(in crate::web) struct KeptManagedLogin {
    pub(in crate::web) backend: String,
    pub(in crate::web) attempt: ManagedLoginAttempt,
    /// Where it leads to.
    pub(in crate::web) next: Option<String>,
    /// The key of the user who is logged in already, and proves again who they are.
    pub(in crate::web) again: Option<String>,
    /// The id of the login whose user connects the identity provider: nobody is logged in by this.
    #[serde(default)]
    pub(in crate::web) connects: Option<String>,
    /// Whether it was begun anew by itself.
    pub(in crate::web) restarted: bool,
    /// When it began, by the clock of the backend's registry.
    pub(in crate::web) began: i64,
    #[serde(with = "time::serde::timestamp")]
    pub(in crate::web) started_at: OffsetDateTime,
}

impl KeptManagedLogin {
    pub(in crate::web) fn new(
        backend: &str,
        attempt: ManagedLoginAttempt,
        began: StoreTime,
        started_at: OffsetDateTime,
    ) -> Self {
        Self {
            backend: backend.to_owned(),
            attempt,
            next: None,
            again: None,
            connects: None,
            restarted: false,
            began: began.0,
            started_at,
        }
    }

    pub(in crate::web) fn began(&self) -> StoreTime {
        StoreTime(self.began)
    }
}

/// The newest last.
#[derive(Default, Deserialize, Serialize)]
#[serde(transparent)]
pub(in crate::web) struct KeptManagedLogins(Vec<KeptManagedLogin>);

impl KeptManagedLogins {
    const KEY: &'static str = "axum_cognito.managed_logins";

    /// Reads those whose time is not up.
    pub(in crate::web) async fn read(
        session: &Session,
        now: OffsetDateTime,
    ) -> Result<Self, SessionError> {
        let mut kept: Self = read(session, Self::KEY).await?.unwrap_or_default();
        // Of a clock that was set back, or of another process that is ahead: both ways.
        kept.0
            .retain(|login| (now - login.started_at).abs() < PATIENCE);
        Ok(kept)
    }

    pub(in crate::web) async fn write(&self, session: &Session) -> Result<(), SessionError> {
        if self.0.is_empty() {
            session.remove_value(Self::KEY).await.map(drop)
        } else {
            session.insert(Self::KEY, self).await
        }
    }

    /// Adds a login. The oldest gives way if there are too many.
    pub(in crate::web) fn add(&mut self, login: KeptManagedLogin) {
        if self.0.len() >= MOST {
            self.0.remove(0);
        }
        self.0.push(login);
    }

    /// Takes out the login from which a browser comes back with this state.
    pub(in crate::web) fn take(&mut self, state: &str) -> Option<KeptManagedLogin> {
        let place = self.0.iter().position(|login| login.attempt.is_of(state))?;
        Some(self.0.remove(place))
    }
}

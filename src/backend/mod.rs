//! Who may log in: backends, and what each does at login, challenge, refresh and logout.
//!
//! [`CognitoBackend`] is a user pool behind the login, and [`UserPool`] the ready one: hold a
//! `UserPool` and override a step to customise it. [`AuthBackend`] is any other way to log in.
//! Several backends are asked in order, as with Django's `AUTHENTICATION_BACKENDS`.
//!
//! Outcomes are values: a refused login is [`LoginOutcome::Refused`], not an error. An [`Error`]
//! always means that something is out of order, and is never shown as a wrong password.

mod auth_backend;
mod chain;
mod cognito_backend;
mod credentials;
mod error;
#[cfg(feature = "managed-login")]
pub(crate) mod linking;
#[cfg(feature = "alb")]
mod load_balancer;
mod login;
mod login_settings;
#[cfg(feature = "managed-login")]
mod managed_login;
mod settings;
mod upkeep;
mod user_pool;

pub use self::auth_backend::AuthBackend;
pub(crate) use self::chain::{Backend, Backends};
pub use self::cognito_backend::CognitoBackend;
pub use self::credentials::Credentials;
pub use self::error::{Error, SetupError};
#[cfg(feature = "alb")]
pub(crate) use self::load_balancer::{Admitted, AlbProof};
pub use self::login_settings::{LoginFlow, LoginSettings, ProfileSource};
#[cfg(feature = "managed-login")]
pub(crate) use self::managed_login::WantedProof;
pub use self::settings::{Settings, SettingsError};
pub use self::user_pool::UserPool;
use crate::challenge::Challenge;
use crate::cognito::RememberedDevice;
use crate::token::Tokens;
use crate::users::User;
use time::OffsetDateTime;

/// The outcome of credentials, or of the answer to a challenge. `U` is the user who is let in: a
/// [`CompletedLogin`] from a backend, a [`CurrentUser`](crate::CurrentUser) in a handler.
///
/// It has these three cases and will have no others: match them all.
#[derive(Debug)]
pub enum LoginOutcome<U> {
    /// The user has to answer this first.
    Challenge(Challenge),
    /// The user is let in.
    Complete(U),
    /// The user is not let in. The next backend may do so.
    Refused(Refusal),
}

/// A user whom a backend lets in.
///
/// # Examples
///
/// ```
/// use axum_cognito::backend::CompletedLogin;
/// use axum_cognito::User;
///
/// let login = CompletedLogin::new(User::new(1, "alice")).with_groups(["admins"]);
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CompletedLogin {
    /// The user's row.
    pub user: User,
    /// Whether this login has created the row.
    pub created: bool,
    /// The user's tokens, where the backend has any.
    pub tokens: Option<Tokens>,
    /// The groups that guards ask for.
    pub groups: Vec<String>,
    /// What this login says of the device that the browser is to Cognito.
    pub device: DeviceChange,
    /// The identity provider through which the user came in, if it was one.
    pub provider: Option<String>,
    /// How the user proved who they are, as in [RFC 8176](https://www.rfc-editor.org/rfc/rfc8176),
    /// where the backend alone knows it.
    pub methods: Vec<String>,
    /// When the user did so, if it was before this login.
    pub proved_at: Option<OffsetDateTime>,
}

impl CompletedLogin {
    /// Admits `user`, without tokens and in no group.
    pub fn new(user: User) -> Self {
        Self {
            user,
            created: false,
            tokens: None,
            groups: Vec::new(),
            device: DeviceChange::None,
            provider: None,
            methods: Vec::new(),
            proved_at: None,
        }
    }

    /// Records whether this login has created the user's row.
    #[must_use]
    pub fn with_created(mut self, created: bool) -> Self {
        self.created = created;
        self
    }

    /// Adds the user's tokens, which the registry of logins will keep.
    #[must_use]
    pub fn with_tokens(mut self, tokens: Tokens) -> Self {
        self.tokens = Some(tokens);
        self
    }

    /// Records a change to the device that the browser is to Cognito. The session keeps a
    /// new one, and gives it back with the next [`Credentials`] of this user.
    #[must_use]
    pub fn with_device(mut self, device: DeviceChange) -> Self {
        self.device = device;
        self
    }

    /// Sets the identity provider through which the user came in.
    #[must_use]
    pub fn with_provider(mut self, provider: impl Into<String>) -> Self {
        self.provider = Some(provider.into());
        self
    }

    /// Records how the user proved who they are, and when, if it was not just now.
    #[must_use]
    pub fn with_proof(mut self, methods: Vec<String>, at: Option<OffsetDateTime>) -> Self {
        self.methods = methods;
        self.proved_at = at;
        self
    }

    /// Sets the user's groups.
    #[must_use]
    pub fn with_groups<G: Into<String>>(mut self, groups: impl IntoIterator<Item = G>) -> Self {
        self.groups = groups.into_iter().map(Into::into).collect();
        self
    }
}

/// What a login says of the device that a browser is to Cognito.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub enum DeviceChange {
    /// Cognito does not know the device any more.
    Forgotten,
    /// Cognito has met a new device.
    New(RememberedDevice),
    /// It is the device that it was, if it was one.
    #[default]
    None,
}

/// Why a backend did not let a user in.
///
/// For logs and hooks. Pages say the same words for each, so that nobody learns from them
/// who has an account.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Refusal {
    /// The username belongs to a row with another `sub`: it was deleted and given anew.
    DifferentSubject,
    /// The user's status is inactive, or the row's `is_active` is false.
    Inactive,
    /// Cognito has locked the account for a while, after wrong passwords.
    Locked,
    /// Wrong password, or a user whom Cognito disabled.
    NotAuthorized,
    /// The user's logins were ended while this one was on its way.
    Superseded,
    /// `create_unknown_user` is false and there is no row.
    Unknown,
    /// No such user.
    UserNotFound,
}

/// The outcome of a refresh.
#[derive(Debug)]
#[non_exhaustive]
pub enum Refresh {
    /// The login is over: the refresh token was refused.
    Ended,
    /// There are new tokens.
    Renewed {
        /// The new tokens.
        tokens: Tokens,
        /// The user's groups as of now.
        groups: Vec<String>,
    },
}

//! Who may log in: backends, and what each does at login, challenge, refresh and logout.
//!
//! [`AuthBackend`] is one way of telling who someone is; several are asked in order, as
//! with Django's `AUTHENTICATION_BACKENDS`. [`CognitoBackend`] is a user pool behind that:
//! give it a client and a user store, and override what should differ. Whatever is a
//! `CognitoBackend` is an `AuthBackend` too. [`UserPoolBackend`] is the ready one.
//!
//! Outcomes are values: a refused login is [`Login::Refused`], not an error. An [`Error`]
//! always means that something is out of order, and is never shown as a wrong password.

mod auth_backend;
mod chain;
mod cognito_backend;
mod credentials;
mod error;
mod settings;
pub mod steps;
mod user_pool;

pub use self::auth_backend::AuthBackend;
pub(crate) use self::chain::Backends;
pub use self::cognito_backend::{AttributeSource, CognitoBackend, LoginFlow, UserStatusSource};
pub use self::credentials::Credentials;
pub use self::error::{Error, SetupError};
pub use self::settings::{Settings, SettingsError};
pub use self::user_pool::UserPoolBackend;
use crate::challenge::Challenge;
use crate::cognito::RememberedDevice;
use crate::token::Tokens;
use crate::users::User;

/// What came of a login, or of the answer to a challenge.
#[derive(Debug)]
pub enum Login {
    /// The user is to be asked for something more.
    Challenge(Challenge),
    /// The user is logged in.
    Complete(Box<CompletedLogin>),
    /// This backend does not let the user in. The next one may.
    Refused(Refusal),
}

/// A user whom a backend lets in.
///
/// # Examples
///
/// ```
/// use axum_cognito::backend::CompletedLogin;
/// use axum_cognito::{Login, User};
///
/// let login: Login = CompletedLogin::new(User::new(1, "alice"))
///     .with_groups(["admins"])
///     .into();
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
}

impl CompletedLogin {
    /// Lets `user` in, without tokens and in no group.
    pub fn new(user: User) -> Self {
        Self {
            user,
            created: false,
            tokens: None,
            groups: Vec::new(),
            device: DeviceChange::None,
        }
    }

    /// Says that this login has created the user's row.
    #[must_use]
    pub fn with_created(mut self, created: bool) -> Self {
        self.created = created;
        self
    }

    /// Adds the user's tokens, which the session will keep.
    #[must_use]
    pub fn with_tokens(mut self, tokens: Tokens) -> Self {
        self.tokens = Some(tokens);
        self
    }

    /// Says what has become of the device that the browser is to Cognito. The session keeps a
    /// new one, and gives it back with the next [`Credentials`] of this user.
    #[must_use]
    pub fn with_device(mut self, device: DeviceChange) -> Self {
        self.device = device;
        self
    }

    /// Sets the user's groups.
    #[must_use]
    pub fn with_groups<G: Into<String>>(mut self, groups: impl IntoIterator<Item = G>) -> Self {
        self.groups = groups.into_iter().map(Into::into).collect();
        self
    }
}

impl From<CompletedLogin> for Login {
    fn from(login: CompletedLogin) -> Self {
        Self::Complete(Box::new(login))
    }
}

/// What a login says of the device that a browser is to Cognito.
#[derive(Clone, Debug, Default)]
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
    /// `create_unknown_user` is false and there is no row.
    Unknown,
    /// No such user.
    UserNotFound,
}

/// What came of a refresh.
#[derive(Debug)]
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

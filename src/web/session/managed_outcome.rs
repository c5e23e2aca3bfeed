//! What a login by way of the domain comes to.

use std::fmt;

use url::Url;

use crate::backend::Refusal;
use crate::cognito::LoginProvider;
use crate::web::local_path::LocalPath;
use crate::web::login::CurrentUser;

/// A way in through managed login, for a button.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct ManagedLoginOption {
    /// The name of the backend.
    pub backend: String,
    /// The identity provider. `None` is the domain's own page, which has all of them.
    pub provider: Option<String>,
    /// What visitors read on the button, unless it is for the domain's own page.
    pub label: Option<String>,
    /// The address of the site's own picture on the button.
    pub icon: Option<String>,
}

impl ManagedLoginOption {
    pub(super) fn of(backend: &str, provider: &LoginProvider, label: Option<&str>) -> Self {
        Self {
            backend: backend.to_owned(),
            provider: Some(provider.name().to_owned()),
            label: label.map(str::to_owned),
            icon: provider.icon().map(str::to_owned),
        }
    }
}

/// What has become of a browser that came back from the domain.
#[non_exhaustive]
pub enum ManagedLoginOutcome {
    /// The user is logged in.
    Complete {
        /// The user.
        user: CurrentUser,
        /// Where the login leads to, as it was begun with.
        next: Option<LocalPath>,
    },
    /// The user is not logged in.
    Refused {
        /// Why not.
        why: ManagedLoginRefusal,
        /// Where the login was to lead to.
        next: Option<LocalPath>,
        /// Whether a user who is logged in was to prove again who they are.
        again: bool,
    },
    /// The identity provider is connected with the account of the user who is logged in. See
    /// [`begin_connecting`](super::AuthSession::begin_connecting).
    Connected,
    /// It is not connected.
    NotConnected(ConnectRefusal),
    /// Cognito asks for the same once more: the browser goes there.
    Restarted(Url),
    /// No login of this browser waits for such an answer: it was not begun here, took more than ten
    /// minutes, or has come back before. Nothing was asked of Cognito.
    Unknown,
}

impl fmt::Debug for ManagedLoginOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Complete { user, next } => f
                .debug_struct("Complete")
                .field("user", user)
                .field("next", next)
                .finish(),
            Self::Refused { why, next, again } => f
                .debug_struct("Refused")
                .field("why", why)
                .field("next", next)
                .field("again", again)
                .finish(),
            Self::Connected => f.write_str("Connected"),
            Self::NotConnected(why) => f.debug_tuple("NotConnected").field(why).finish(),
            // Its query holds the secrets of the attempt.
            Self::Restarted(_) => f.write_str("Restarted"),
            Self::Unknown => f.write_str("Unknown"),
        }
    }
}

/// Why nobody was logged in by managed login.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum ManagedLoginRefusal {
    /// The visitor, or the identity provider in their name, has declined.
    Cancelled,
    /// The code was used before or is too old; or nobody was to be asked, and nobody is known.
    Expired,
    /// The site, or a trigger of the user pool, does not let the user in.
    NotAllowed(Refusal),
    /// Who was to prove again who they are did not, or somebody else did.
    NotProved,
    /// The identity provider or the user pool failed, or is set up wrongly. The log has more.
    Provider,
}

/// Why an account at an identity provider was not connected.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum ConnectRefusal {
    /// It opens another account here.
    InUse,
    /// The user came from an identity provider, and is nobody without it.
    NotPossible,
    /// The user has as many as Cognito lets a user have.
    TooMany,
    /// Nobody has just logged in there in this browser.
    Login(ManagedLoginRefusal),
}

impl From<Result<(), ConnectRefusal>> for ManagedLoginOutcome {
    fn from(connected: Result<(), ConnectRefusal>) -> Self {
        match connected {
            Ok(()) => Self::Connected,
            Err(why) => Self::NotConnected(why),
        }
    }
}

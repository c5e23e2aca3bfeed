//! Axum: the layer, the extractors and the guards, and the login kept in the session.
//!
//! [`AuthLayer`] puts an [`AuthSession`] into each request. Nothing is loaded until somebody
//! asks: [`CurrentUser`], `Option<CurrentUser>`, a guard, or the session itself. Only this
//! module and `pages` know HTTP status codes.

mod audit;
mod auth_session;
mod bearer;
mod cleaning;
mod client_address;
mod current_user;
mod devices;
mod ended;
mod error;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzzing;
mod guard;
mod hooks;
mod kept;
mod layer;
mod limits;
mod local_path;
mod permissions;
mod refresh;
mod registry;
mod renewal;
mod sealed_store;
mod site;
mod visitor;
mod warm;

pub use self::auth_session::{AuthSession, LogIn, LoginInfo, PendingChallenge};
pub use self::bearer::{BearerUser, BearerUserRejection};
pub use self::client_address::ClientAddress;
pub use self::current_user::{CurrentUser, CurrentUserRejection};
pub use self::error::{AuthError, StoppedByAuth};
#[cfg(feature = "pages")]
pub(crate) use self::error::{RETRY_OUTAGE_AFTER, seconds};
pub use self::guard::{
    GuardLayer, GuardService, group_required, login_required, permission_required,
};
pub use self::hooks::Hooks;
pub use self::layer::{AuthLayer, AuthService};
pub use self::limits::{Limit, Limits};
pub use self::local_path::{LocalPath, ParseLocalPathError};
pub use self::permissions::Permissions;
pub use self::sealed_store::SealedStore;
#[cfg(feature = "pages")]
pub(crate) use self::visitor::shows_pages;

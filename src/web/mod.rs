//! Axum: the handle of a site, its layers, extractors and guards, and the logins of its browsers.
//!
//! [`Auth`] is built once; [`Auth::layer`] lets each request ask who is there. Nothing is loaded
//! until somebody asks: [`CurrentUser`], `Option<CurrentUser>`, a guard, or an [`AuthSession`].
//! Only this module and `pages` know HTTP status codes.

mod auth;
mod error;
mod extract;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzzing;
mod guard;
mod hook;
mod local_path;
mod login;
mod problem;
mod protect;
mod protected_resource;
mod session;
mod store;

#[cfg(all(feature = "managed-login", feature = "pages"))]
pub(crate) use self::auth::managed_domains;
pub use self::auth::{Auth, AuthBuilder, AuthLayer, AuthService};
#[cfg(feature = "pages")]
pub(crate) use self::error::seconds;
pub use self::error::{AuthError, StoppedByAuth};
#[cfg(feature = "pages")]
pub(crate) use self::extract::shows_pages;
pub use self::extract::{
    AnyUser, AnyUserRejection, ApiUser, Bearer, BearerMachine, BearerRejection,
    BearerRejectionKind, BearerUser, CurrentUserRejection,
};
pub use self::guard::{
    GuardLayer, GuardService, any_scope_required, bearer_group_required, bearer_machine_required,
    bearer_required, bearer_user_required, group_required, login_required, permission_required,
    recent_login, revocation_checked, scope_required, scopes_required,
};
pub use self::hook::{AccountChange, Hooks};
pub use self::local_path::{LocalPath, ParseLocalPathError};
pub use self::login::{CurrentUser, Permissions};
pub use self::problem::{JsonErrorsLayer, JsonErrorsService, json_errors};
#[cfg(feature = "pages")]
pub(crate) use self::protect::is_referred_from_elsewhere;
pub use self::protect::{ClientAddress, Limit, Limits};
pub use self::protected_resource::ProtectedResource;
pub use self::session::{AuthSession, LoginInfo, PendingChallenge};
#[cfg(feature = "managed-login")]
pub use self::session::{ManagedLoginOption, ManagedLoginOutcome, ManagedLoginRefusal};
pub use self::store::ProtectedStore;

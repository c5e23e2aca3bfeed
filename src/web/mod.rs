//! Axum: the handle of a site, its layers, extractors and guards, and the logins of its browsers.
//!
//! [`Auth`] is built once; [`Auth::layer`] lets each request ask who is there. Nothing is loaded
//! until somebody asks: [`CurrentUser`], `Option<CurrentUser>`, a guard, or an [`AuthSession`].
//! Only this module and `pages` know HTTP status codes.
//!
//! # APIs
//!
//! A caller sends an access token in the `Authorization` header. Whose it is decides what it opens:
//!
//! | who | extractor, or `Option` of it | guard |
//! |---|---|---|
//! | a user | [`BearerUser`] | [`bearer_user_required`], [`bearer_group_required`] |
//! | a machine, by client credentials | [`BearerMachine`] | [`bearer_machine_required`] |
//! | either | [`Bearer`] | [`bearer_required`], [`scope_required`], [`scopes_required`], [`any_scope_required`] |
//! | a user, with the row | [`ApiUser`] | |
//! | a user with the row, by a session or a token | [`AnyUser`] | [`login_required`] and its like with [`GuardLayer::or_token`] |
//!
//! - **Who may call.** The app client of the site, and those that
//!   [`with_api_clients`](crate::cognito::CognitoBuilder::with_api_clients) or `COGNITO_API_APP_IDS`
//!   lists. An ID token is no access token. Without users of its own, a site is built by
//!   [`AuthBuilder::with_tokens_of`].
//! - **Bound tokens.** With [`with_resource`](crate::cognito::CognitoBuilder::with_resource) or
//!   `COGNITO_RESOURCE`, a user's token must have been asked for this API, and
//!   [`Auth::protected_resource`] tells clients where to ask. Without it, a token that was asked for
//!   another API is refused.
//! - **Answers.** 401 without a good token, 403 where a good one does not do, 503 if that cannot be told;
//!   with a challenge of RFC 6750, and as problem details. [`json_errors`] does the same for the
//!   guards of sessions and for all other errors of some routes.
//! - **Revocation.** Tokens are verified offline, and are good until they expire, for a user who has
//!   logged out too. [`revocation_checked`] asks Cognito, on the few routes where that is too long.
//! - **Forged requests.** No browser adds a token by itself, so that nothing guards against other sites
//!   where a token is what opens a route. [`AnyUser`] does where it is a session.

mod auth;
mod browser;
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
mod task;

#[cfg(all(feature = "managed-login", feature = "pages"))]
pub(crate) use self::auth::managed_domains;
pub use self::auth::{
    Auth, AuthBuilder, AuthLayer, AuthService, TenantLayer, TenantService, Tenants,
};
#[cfg(feature = "pages")]
pub(crate) use self::browser::browser_and_system;
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
pub use self::hook::{AccountChange, AdminAction, Hooks};
pub use self::local_path::{LocalPath, ParseLocalPathError};
pub use self::login::{CurrentUser, Permissions};
pub use self::problem::{JsonErrorsLayer, JsonErrorsService, json_errors};
#[cfg(feature = "pages")]
pub(crate) use self::protect::is_referred_from_elsewhere;
pub use self::protect::{ClientAddress, Limit, Limits};
pub use self::protected_resource::ProtectedResource;
pub use self::session::{
    AccountExport, AuthSession, ExportedLogin, ExportedUser, LoginInfo, PendingChallenge,
};
#[cfg(feature = "managed-login")]
pub use self::session::{
    ConnectRefusal, ConnectedIdentities, ConnectedIdentity, ManagedLoginOption,
    ManagedLoginOutcome, ManagedLoginRefusal,
};
pub use self::store::ProtectedStore;

//! Authentication for [Axum](axum) on AWS Cognito user pools.
//!
//! Passwords are proved by SRP; what Cognito asks for on the way is answered in the browser; the
//! user gets a row in the site's own `users` table, and the tokens stay on the server.
//!
//! ```no_run
//! use axum::{Router, routing::get};
//! use axum_cognito::{Auth, CurrentUser, Settings, SqliteUsers, UserPool, login_required};
//!
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! let users = SqliteUsers::connect("sqlite://app.db").await?; // opens, creates, migrates
//! let sessions = users.sessions(); // or any other tower-sessions store
//! let pool = UserPool::new(Settings::from_env()?, users).await?;
//! let auth = Auth::builder().with_pool(pool).build().await?; // everything is checked here
//!
//! let app: Router = Router::new()
//!     .route("/reports", get(reports))
//!     .route_layer(login_required()) // browsers: 303 to /login?next=...; programs: 401
//!     .merge(axum_cognito::pages::router()) // /login /logout /profile /password ...
//!     .layer(auth.layer(sessions));
//!
//! async fn reports(user: CurrentUser) -> String {
//!     format!("Hello {}", user.first_name)
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # How a login goes
//!
//! 1. The login page hands the credentials to the [`AuthSession`], which asks each backend in turn.
//! 2. A [`CognitoBackend`] sends the public SRP value to Cognito and proves the password.
//! 3. A [`Challenge`](challenge::Challenge) waits in the session until its page is answered.
//! 4. The tokens are verified, and the user's row is created or brought up to date.
//! 5. The login and its tokens go into the registry; the session gets a new id and names the login.
//!
//! # Modules
//!
//! - [`pages`]: login, challenges, logout, user details, ready to use.
//! - [`web`]: the handle of a site, its layers, extractors and guards.
//! - [`backend`]: user pools and other backends, and what they do at login, refresh and logout.
//! - [`cognito`]: the client of a user pool.
//! - [`users`]: the `users` table, the registry of logins, the sessions.
//! - [`attribute`]: Cognito's attributes, and which column each goes to.
//! - [`challenge`]: what Cognito may ask for.
//! - [`token`]: the three tokens, and the verification of two of them.
//! - [`srp`]: Secure Remote Password as Cognito speaks it, usable alone.
//! - [`seal`]: encryption of what is stored on the server.
//! - [`id`], [`clock`]: names and time.
//!
//! # Features
//!
//! | feature | gives | default |
//! |---|---|---|
//! | `srp` | [`srp`] alone | yes |
//! | `client` | the client of a user pool and the verification of tokens, without a web server | yes |
//! | `web` | Axum: sessions, extractors, guards, backends, users | yes |
//! | `pages` | the ready-made pages | yes |
//! | `json` | the flows of the pages as JSON, for front ends of your own | no |
//! | `managed-login` | login through the user pool's domain, and identity providers | no |
//! | `alb` | users whom an Application Load Balancer has logged in | no |
//! | `metrics` | figures, for a recorder of the crate `metrics` | no |
//! | `sqlite` | [`SqliteUsers`] | yes |
//! | `postgres` | `PostgresUsers` | no |
//! | `mysql` | `MySqlUsers`, for MySQL and MariaDB | no |
//! | `tls-rustls`, `tls-native` | TLS to the database | no |
//! | `contract` | the tests that a store of users has to pass | no |
//!
//! Each of the first three holds the one before it; `metrics` holds `client`, `json` holds `pages`, the
//! `tls-` features hold sqlx alone, and the others hold `web`.
//!
//! # Security
//!
//! - Tokens never reach the browser: they are in the registry of logins. It must be private, or sealed
//!   ([`seal`]). A session store sees a hash of the session id alone.
//! - Types that hold a secret do not show it in `Debug`, and no error repeats one.
//! - SRP proves the password to Cognito; that it *is* Cognito, TLS alone proves.
//! - No branch and no address of SRP's arithmetic depends on a secret, as is shown for x86-64. It
//!   does not wipe all of its memory.

#![cfg_attr(docsrs, feature(doc_cfg))]
#![warn(clippy::large_futures)]

#[cfg(feature = "client")]
pub mod attribute;
#[cfg(feature = "web")]
pub mod backend;
#[cfg(feature = "client")]
pub mod challenge;
#[cfg(feature = "client")]
pub mod clock;
#[cfg(feature = "client")]
pub mod cognito;
#[cfg(feature = "client")]
mod figures;
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub mod fuzzing;
#[cfg(feature = "client")]
pub mod id;
#[cfg(feature = "pages")]
pub mod pages;
#[cfg(feature = "web")]
pub mod seal;
/// Secure Remote Password, as Cognito speaks it: the package `axum-cognito-srp`, whose documentation
/// has the formulas.
#[cfg(feature = "srp")]
pub mod srp {
    #[doc(inline)]
    pub use axum_cognito_srp::{
        DeviceVerifier, PasswordChallenge, PasswordProof, SrpClient, SrpError, SrpIdentity,
    };
}
#[cfg(feature = "client")]
pub mod token;
#[cfg(feature = "web")]
pub mod users;
#[cfg(feature = "web")]
pub mod web;

#[cfg(feature = "client")]
pub use async_trait::async_trait;
#[cfg(feature = "web")]
pub use tower_sessions;
#[cfg(feature = "managed-login")]
pub use url;
#[cfg(feature = "srp")]
pub use {secrecy, time};

#[cfg(feature = "client")]
pub use self::attribute::AttributeMapping;
#[cfg(feature = "web")]
pub use self::backend::{
    AuthBackend, CognitoBackend, Credentials, LoginOutcome, Settings, UserPool,
};
#[cfg(feature = "client")]
pub use self::cognito::{Cognito, CognitoUser};
#[cfg(feature = "mysql")]
pub use self::users::MySqlUsers;
#[cfg(feature = "postgres")]
pub use self::users::PostgresUsers;
#[cfg(feature = "sqlite")]
pub use self::users::SqliteUsers;
#[cfg(feature = "web")]
pub use self::users::{User, UserStore};
#[cfg(feature = "web")]
pub use self::web::{
    Auth, AuthSession, BearerUser, CurrentUser, group_required, login_required, permission_required,
};

/// Compiles the programs in the README and the guide. `docs/check.py` finds pages that are missing.
#[cfg(doctest)]
mod guide {
    #[doc = include_str!("../README.md")]
    struct Readme;
    #[doc = include_str!("../docs/src/tutorial/emulator.md")]
    struct TutorialEmulator;
    #[doc = include_str!("../docs/src/how-to/api.md")]
    struct HowToApi;
    #[doc = include_str!("../docs/src/how-to/from-axum-login.md")]
    struct HowToFromAxumLogin;
    #[doc = include_str!("../docs/src/how-to/from-warrant.md")]
    struct HowToFromWarrant;
    #[doc = include_str!("../docs/src/how-to/groups.md")]
    struct HowToGroups;
    #[doc = include_str!("../docs/src/how-to/incident.md")]
    struct HowToIncident;
    #[doc = include_str!("../docs/src/how-to/json.md")]
    struct HowToJson;
    #[doc = include_str!("../docs/src/how-to/keys.md")]
    struct HowToKeys;
    #[doc = include_str!("../docs/src/how-to/lambda.md")]
    struct HowToLambda;
    #[doc = include_str!("../docs/src/how-to/linking.md")]
    struct HowToLinking;
    #[cfg(feature = "alb")]
    #[doc = include_str!("../docs/src/how-to/load-balancer.md")]
    struct HowToLoadBalancer;
    #[doc = include_str!("../docs/src/how-to/managed-login.md")]
    struct HowToManagedLogin;
    #[doc = include_str!("../docs/src/how-to/moving-users.md")]
    struct HowToMovingUsers;
    #[doc = include_str!("../docs/src/how-to/own-accounts.md")]
    struct HowToOwnAccounts;
    #[doc = include_str!("../docs/src/how-to/own-backend.md")]
    struct HowToOwnBackend;
    #[doc = include_str!("../docs/src/how-to/own-forms.md")]
    struct HowToOwnForms;
    #[doc = include_str!("../docs/src/how-to/own-look.md")]
    struct HowToOwnLook;
    #[doc = include_str!("../docs/src/how-to/processes.md")]
    struct HowToProcesses;
    #[doc = include_str!("../docs/src/how-to/proxy.md")]
    struct HowToProxy;
    #[doc = include_str!("../docs/src/how-to/secrets.md")]
    struct HowToSecrets;
    #[doc = include_str!("../docs/src/how-to/streams.md")]
    struct HowToStreams;
    #[doc = include_str!("../docs/src/how-to/tenants.md")]
    struct HowToTenants;
    #[doc = include_str!("../docs/src/how-to/testing.md")]
    struct HowToTesting;
    #[doc = include_str!("../docs/src/reference/errors.md")]
    struct ReferenceErrors;
    #[doc = include_str!("../docs/src/reference/hooks.md")]
    struct ReferenceHooks;
    #[doc = include_str!("../docs/src/reference/limits.md")]
    struct ReferenceLimits;
    #[doc = include_str!("../docs/src/reference/pages.md")]
    struct ReferencePages;
    #[doc = include_str!("../docs/src/reference/settings.md")]
    struct ReferenceSettings;
}

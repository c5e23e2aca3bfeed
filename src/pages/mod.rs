//! Pages that are ready to use: login, challenges, logout, user details and account.
//!
//! They are plain forms; only those of passkeys need JavaScript. Every answer carries the
//! headers that protect it, and every form refuses posts from other sites. What they say is a
//! [`Texts`], what they look like is [`Templates`]; both can be exchanged, whole or in part.
//! This module alone knows HTML.

mod account;
mod app_setup;
mod assets;
mod builder;
mod challenge;
mod cross_site;
mod error;
mod field;
mod form;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzzing;
mod headers;
mod login;
mod logout;
mod mistake;
mod profile;
mod templates;
mod texts;
mod users;
mod view;

use std::sync::Arc;

use axum::extract::{DefaultBodyLimit, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Extension, Router, middleware};
use tower_http::csrf::CsrfLayer;

pub use self::account::devices::{DeviceRow, DevicesPage};
pub use self::account::logins::{LoginRow, LoginsPage};
pub use self::account::mfa::{MfaMethod, SecondFactorPage};
pub use self::account::passkeys::{PasskeyRow, PasskeysPage};
pub use self::account::{Button, FormPage, Link};
pub use self::app_setup::AppSetup;
pub use self::assets::{SCRIPT, STYLESHEET};
pub use self::builder::Pages;
pub use self::challenge::{
    ChallengeFrame, CodePage, CustomPage, MfaSetupPage, NewPasswordPage, PasskeyPage, PasswordPage,
    SelectChallengePage, SelectMfaPage, SoftwareTokenPage, UnknownPage,
};
pub use self::error::ErrorPage;
pub use self::field::Field;
pub use self::login::LoginPage;
pub use self::logout::LogoutPage;
pub use self::profile::ProfilePage;
pub use self::templates::{DefaultTemplates, Rendered, Templates};
pub use self::texts::{
    AccountTexts, ChallengeTexts, CommonTexts, DateTexts, DeviceTexts, ErrorTexts, FieldTexts,
    LoginListTexts, LoginTexts, LogoutTexts, MfaTexts, MistakeTexts, NoticeTexts, PasskeyTexts,
    PasswordTexts, ProfileTexts, SignUpTexts, Texts, UserListTexts,
};
pub use self::users::{UserRow, UsersPage};
use self::view::{View, page};
use crate::web::{LocalPath, group_required};

/// No form of ours is near this size.
const MAX_FORM_BYTES: usize = 16 * 1024;

/// Routes of all pages, with the defaults: `/login`, `/login/challenge`, `/login/restart`,
/// `/logout`, `/profile` and what is below it, `/password/...`, and the stylesheet.
///
/// They belong inside an [`AuthLayer`](crate::AuthLayer).
pub fn router<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Pages::new().router()
}

/// Gives visitors with a browser a page where a guard or an extractor stopped them: 403 for
/// those who may not see a page, 503 for an outage. Programs get the bare answer.
///
/// A function for [`middleware::from_fn_with_state`], to go outside of all that it should speak
/// for.
///
/// # Examples
///
/// ```
/// use axum::{Router, middleware, routing::get};
/// use axum_cognito::group_required;
/// use axum_cognito::pages::{self, Pages};
///
/// let pages = Pages::new();
/// let site: Router = Router::new()
///     .route("/admin", get(async || "for administrators"))
///     .route_layer(group_required("admins"))
///     .merge(pages.clone().router())
///     .layer(middleware::from_fn_with_state(pages, pages::error_pages));
/// ```
pub async fn error_pages(State(pages): State<Pages>, request: Request, next: Next) -> Response {
    let view = View::new(Arc::new(pages), request.headers());
    error::show_stops(&view, request, next).await
}

impl Pages {
    /// The routes, to be merged into those of the site.
    pub fn router<S: Clone + Send + Sync + 'static>(self) -> Router<S> {
        let pages = Arc::new(self);
        let routes = login_routes()
            .merge(account_routes())
            .merge(pages.sign_up_routes())
            .merge(pages.admin_routes())
            .layer(DefaultBodyLimit::max(MAX_FORM_BYTES))
            .layer(middleware::from_fn(cross_site::refuse))
            .layer(CsrfLayer::new())
            .layer(middleware::from_fn(error::style))
            .layer(middleware::from_fn(headers::protect_pages))
            .layer(Extension(pages));

        routes
            .route("/axum-cognito.css", get(assets::stylesheet))
            .route("/axum-cognito.js", get(assets::script))
    }

    fn admin_routes<S: Clone + Send + Sync + 'static>(&self) -> Router<S> {
        match &self.user_list {
            Some(group) => Router::new()
                .route("/admin/users", get(users::show).post(users::submit))
                .route_layer(group_required(group.as_str())),
            None => Router::new(),
        }
    }

    fn sign_up_routes<S: Clone + Send + Sync + 'static>(&self) -> Router<S> {
        use self::account::sign_up;

        if self.sign_up.is_none() {
            return Router::new();
        }
        Router::new()
            .route("/signup", get(sign_up::show).post(sign_up::submit))
            .route(
                "/signup/confirm",
                get(sign_up::show_confirm).post(sign_up::confirm),
            )
            .route("/signup/resend", post(sign_up::resend))
    }
}

fn login_routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    use self::account::forgot;

    Router::new()
        .route("/login", get(login::show).post(login::submit))
        .route(
            "/login/challenge",
            get(challenge::show).post(challenge::submit),
        )
        .route("/login/restart", post(challenge::restart))
        .route("/logout", get(logout::show).post(logout::submit))
        .route("/logout/everywhere", post(logout::submit_everywhere))
        .route("/password/forgot", get(forgot::show).post(forgot::submit))
        .route(
            "/password/reset",
            get(forgot::show_reset).post(forgot::reset),
        )
}

fn account_routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    use self::account::{devices, logins, mfa, passkeys, password, profile_edit, verify};

    Router::new()
        .route("/profile", get(profile::show))
        .route(
            "/profile/edit",
            get(profile_edit::show).post(profile_edit::submit),
        )
        .route(
            "/profile/password",
            get(password::show).post(password::submit),
        )
        .route("/profile/verify", get(verify::show).post(verify::submit))
        .route("/profile/verify/send", post(verify::send))
        .route("/profile/mfa", get(mfa::show).post(mfa::submit))
        .route("/profile/devices", get(devices::show).post(devices::submit))
        .route("/profile/logins", get(logins::show).post(logins::submit))
        .route(
            "/profile/passkeys",
            get(passkeys::show).post(passkeys::submit),
        )
}

/// Reads `next`. The pages of the login itself are no place to come back to.
fn read_next(next: &str) -> Option<LocalPath> {
    let next: LocalPath = next.parse().ok()?;
    let path = next.path();
    let of_the_login = ["/login", "/logout", "/password", "/signup"]
        .iter()
        .any(|page| {
            path.strip_prefix(page)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        });

    (!of_the_login).then_some(next)
}

/// Reads a parameter of a query: the first of that name.
fn query_parameter(query: Option<&str>, wanted: &str) -> Option<String> {
    url::form_urlencoded::parse(query?.as_bytes())
        .find_map(|(name, value)| (name == wanted).then(|| value.into_owned()))
}

/// Sends the browser on, with GET.
fn see_other(path: &LocalPath) -> Response {
    Redirect::to(path.as_str()).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn next_is_a_page_of_this_site_outside_the_login() {
        for (next, kept) in [
            ("/reports?year=2026", true),
            ("/", true),
            ("/login-history", true),
            ("/login", false),
            ("/login?next=/x", false),
            ("/login/challenge", false),
            ("/logout", false),
            ("//evil.example", false),
            ("https://evil.example", false),
            ("", false),
        ] {
            assert_eq!(read_next(next).is_some(), kept, "{next}");
        }
    }
}

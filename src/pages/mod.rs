//! Pages that are ready to use: login, challenges, logout and user details.
//!
//! They are plain forms, without JavaScript. Every answer carries the headers that protect
//! it, and every form refuses posts from other sites. This module alone knows HTML.

mod account;
mod app_setup;
mod challenge;
mod cross_site;
mod error;
mod field;
mod form;
mod headers;
mod login;
mod logout;
mod profile;
mod texts;

use std::sync::Arc;

use axum::extract::{DefaultBodyLimit, Request};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Extension, Router, middleware};
use tower_http::csrf::CsrfLayer;

use crate::attribute::{AttributeName, ParseAttributeNameError};
use crate::web::LocalPath;

/// The address of the pages' stylesheet, for pages of a site's own that want to match.
pub const STYLESHEET: &str = concat!("/axum-cognito.css?v=", env!("CARGO_PKG_VERSION"));

/// No form of ours is near this size.
const MAX_FORM_BYTES: usize = 16 * 1024;

/// Routes of all pages, with the defaults: `/login`, `/login/challenge`, `/login/restart`,
/// `/logout`, `/profile` and the stylesheet.
///
/// They belong inside an [`AuthLayer`](crate::AuthLayer).
pub fn router<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Pages::new().router()
}

/// Gives visitors with a browser a page where a guard or an extractor stopped them: 403 for
/// those who may not see a page, 503 for an outage. Programs get the bare answer.
///
/// A function for [`middleware::from_fn`], to go outside of all that it should speak for.
///
/// # Examples
///
/// ```
/// use axum::{Router, middleware, routing::get};
/// use axum_cognito::{group_required, pages};
///
/// let site: Router = Router::new()
///     .route("/admin", get(async || "for administrators"))
///     .route_layer(group_required("admins"))
///     .merge(pages::router())
///     .layer(middleware::from_fn(pages::error_pages));
/// ```
pub async fn error_pages(request: Request, next: Next) -> Response {
    error::show_stops(request, next).await
}

/// Configures the pages.
///
/// # Examples
///
/// ```
/// use axum::Router;
/// use axum_cognito::pages::Pages;
/// use axum_cognito::web::LocalPath;
///
/// let pages: Router = Pages::new()
///     .with_after_login(LocalPath::from_static("/dashboard"))
///     .router();
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Pages {
    after_login: LocalPath,
    after_logout: LocalPath,
    sign_up: Option<Vec<AttributeName>>,
    profile: Vec<AttributeName>,
}

impl Pages {
    /// Creates pages with the defaults.
    pub fn new() -> Self {
        Self {
            after_login: LocalPath::from_static("/"),
            after_logout: LocalPath::from_static("/"),
            sign_up: None,
            profile: names(&["given_name", "family_name", "email"]),
        }
    }

    /// Sets where users go who did not come from another page. The default is `/`.
    pub fn with_after_login(mut self, path: LocalPath) -> Self {
        self.after_login = path;
        self
    }

    /// Sets where users go who have logged out. The default is `/`.
    pub fn with_after_logout(mut self, path: LocalPath) -> Self {
        self.after_logout = path;
        self
    }

    /// Lets strangers sign up, with these attributes. Without this there is no such page.
    ///
    /// # Errors
    ///
    /// [`ParseAttributeNameError`] for a name that Cognito cannot have.
    pub fn with_sign_up<'a>(
        mut self,
        attributes: impl IntoIterator<Item = &'a str>,
    ) -> Result<Self, ParseAttributeNameError> {
        let names: Result<_, _> = attributes.into_iter().map(str::parse).collect();
        self.sign_up = Some(names?);
        Ok(self)
    }

    /// Sets the attributes that users can change themselves. The default is `given_name`,
    /// `family_name` and `email`. The app client must be allowed to write them.
    ///
    /// # Errors
    ///
    /// [`ParseAttributeNameError`] for a name that Cognito cannot have.
    pub fn with_profile_attributes<'a>(
        mut self,
        attributes: impl IntoIterator<Item = &'a str>,
    ) -> Result<Self, ParseAttributeNameError> {
        self.profile = attributes
            .into_iter()
            .map(str::parse)
            .collect::<Result<_, _>>()?;
        Ok(self)
    }

    fn sign_up_attributes(&self) -> impl Iterator<Item = &AttributeName> {
        self.sign_up.iter().flatten()
    }

    fn profile_attributes(&self) -> impl Iterator<Item = &AttributeName> {
        self.profile.iter()
    }

    /// The routes, to be merged into those of the site.
    pub fn router<S: Clone + Send + Sync + 'static>(self) -> Router<S> {
        let pages = Router::new()
            .route("/login", get(login::show).post(login::submit))
            .route(
                "/login/challenge",
                get(challenge::show).post(challenge::submit),
            )
            .route("/login/restart", post(challenge::restart))
            .route("/logout", get(logout::show).post(logout::submit))
            .route("/logout/everywhere", post(logout::submit_everywhere))
            .route("/profile", get(profile::show))
            .merge(self.account_routes())
            .layer(Extension(Arc::new(self)))
            .layer(DefaultBodyLimit::max(MAX_FORM_BYTES))
            .layer(middleware::from_fn(cross_site::refuse))
            .layer(CsrfLayer::new())
            .layer(middleware::map_response(error::style))
            .layer(middleware::map_response(headers::protect));

        pages.route("/axum-cognito.css", get(stylesheet))
    }

    fn account_routes<S: Clone + Send + Sync + 'static>(&self) -> Router<S> {
        use self::account::{devices, forgot, mfa, password, profile_edit, sign_up, verify};

        let routes = Router::new()
            .route("/password/forgot", get(forgot::show).post(forgot::submit))
            .route(
                "/password/reset",
                get(forgot::show_reset).post(forgot::reset),
            )
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
            .route("/profile/mfa", get(mfa::show))
            .route("/profile/mfa/start", post(mfa::start))
            .route("/profile/mfa/verify", post(mfa::verify))
            .route("/profile/mfa/off", post(mfa::off))
            .route("/profile/devices", get(devices::show))
            .route("/profile/devices/forget", post(devices::forget));
        if self.sign_up.is_none() {
            return routes;
        }

        routes
            .route("/signup", get(sign_up::show).post(sign_up::submit))
            .route(
                "/signup/confirm",
                get(sign_up::show_confirm).post(sign_up::confirm),
            )
            .route("/signup/resend", post(sign_up::resend))
    }

    /// Where a login leads to: back to where it was needed, if that is a page of this site
    /// that is worth coming back to.
    fn destination(&self, next: Option<LocalPath>) -> LocalPath {
        next.unwrap_or_else(|| self.after_login.clone())
    }
}

impl Default for Pages {
    fn default() -> Self {
        Self::new()
    }
}

/// Parses names that are written in this module.
fn names(names: &[&str]) -> Vec<AttributeName> {
    names
        .iter()
        .map(|name| name.parse().expect("a name of Cognito's"))
        .collect()
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

/// A page with its status.
fn page(status: StatusCode, template: &impl askama::Template) -> Response {
    match template.render() {
        Ok(html) => {
            let kind = HeaderValue::from_static("text/html; charset=utf-8");
            (status, [(CONTENT_TYPE, kind)], html).into_response()
        }
        Err(error) => {
            tracing::error!(%error, "a page could not be rendered");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

async fn stylesheet() -> Response {
    let headers = [
        (CONTENT_TYPE, "text/css; charset=utf-8"),
        (CACHE_CONTROL, "public, max-age=86400"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];

    (headers, include_str!("../../templates/style.css")).into_response()
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

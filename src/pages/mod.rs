//! Pages that are ready to use: login, challenges, logout, user details and account.
//!
//! They are plain forms; only those of passkeys need JavaScript. Every answer carries the
//! headers that protect it, and every form refuses posts from other sites. What they say is a
//! [`Texts`], what they look like is [`Templates`]; both can be exchanged, whole or in part.
//! This module alone knows HTML.

mod account;
mod assets;
mod brand;
mod builder;
mod challenge;
#[cfg(feature = "managed-login")]
mod connected;
mod cross_site;
mod error;
mod form;
mod framed;
mod framing;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzzing;
mod headers;
#[cfg(feature = "json")]
mod json;
mod kept;
mod languages;
mod login;
mod logout;
#[cfg(feature = "managed-login")]
mod managed_login;
mod mistake;
mod once;
mod page;
mod pages_error;
mod passkey_offer;
mod paths;
mod profile;
mod scripts;
mod sections;
#[cfg(feature = "managed-login")]
mod sent_on;
mod shown;
mod templates;
mod texts;
mod users;
mod view;
mod ways;

use std::sync::Arc;

use axum::extract::{DefaultBodyLimit, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use axum::routing::{MethodRouter, get, post};
use axum::{Extension, Router, middleware};
use tower_http::csrf::CsrfLayer;

use self::account::owner::Sensitive;
pub use self::brand::Brand;
pub use self::builder::Pages;
#[cfg(feature = "json")]
pub use self::json::JsonApi;
pub use self::languages::{Language, language_choice};
pub use self::page::Page;
pub use self::pages_error::PagesError;
pub use self::paths::Paths;
pub use self::shown::{
    AppSetup, Button, ChallengeFrame, Choice, CodePage, Confirmation, CustomPage, DataPage,
    DeletedPage, Detail, DeviceRow, DevicesPage, ErrorPage, EventRow, Field, FormPage, Frame,
    IdentitiesPage, IdentityRow, LanguageLink, Link, LoginPage, LoginRow, LoginsPage, LogoutPage,
    ManagedIcon, ManagedLink, MfaMethod, MfaSetupPage, NewPasswordPage, PasskeyOfferPage,
    PasskeyPage, PasskeyRow, PasskeysPage, PasswordPage, PasswordRule, ProfilePage,
    SecondFactorPage, SectionLink, SecurityPage, SecurityRow, SelectChallengePage, SelectMfaPage,
    SentOnPage, SoftwareTokenPage, TimedText, UnknownPage, UserAction, UserPage, UserRow,
    UsersPage,
};
pub use self::templates::{DefaultTemplates, Rendered, Templates};
pub use self::texts::{
    AccountTexts, ChallengeTexts, CommonTexts, DataTexts, DateTexts, DeviceTexts, ErrorTexts,
    FieldTexts, IdentityTexts, LoginListTexts, LoginTexts, LogoutTexts, MfaTexts, MistakeTexts,
    NoticeTexts, PasskeyTexts, PasswordTexts, ProfileTexts, SectionTexts, SignUpTexts, Texts,
    UserListTexts,
};
use self::view::View;
use crate::web::{LocalPath, group_required};

/// No form of ours is near this size.
const MAX_FORM_BYTES: usize = 16 * 1024;

/// Routes of all pages, with the defaults: `/login` and what is below it, `/logout`, `/profile` and
/// what is below it, `/password/...`, the stylesheet and the script.
///
/// They belong inside the layer of an [`Auth`](crate::Auth).
pub fn router<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Pages::new().router()
}

/// Shows visitors with a browser a page where a guard or an extractor stopped them: 403 for
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
    let view = View::outside(Arc::new(pages), request.headers());
    error::show_stops(&view, request, next).await
}

impl Pages {
    /// Returns the routes, to be merged into those of the site.
    ///
    /// axum panics where two routes are the same: leave a page [out](Self::without) that the site
    /// has at the same path.
    pub fn router<S: Clone + Send + Sync + 'static>(self) -> Router<S> {
        self.stateless_router().with_state(())
    }

    /// The same without the state of a site, so that it is compiled once, and not with each site.
    fn stateless_router(self) -> Router {
        let paths = self.paths();
        let pages = Arc::new(self);
        let routes = pages
            .routes()
            .layer(DefaultBodyLimit::max(MAX_FORM_BYTES))
            .layer(middleware::from_fn(cross_site::refuse))
            .layer(CsrfLayer::new())
            .layer(middleware::from_fn(error::style))
            .layer(middleware::from_fn(framing::frame_pages))
            .layer(middleware::from_fn(headers::protect_pages))
            .layer(middleware::from_fn(languages::keep))
            .layer(Extension(pages.clone()));

        // Where password managers look for it: https://w3c.github.io/webappsec-change-password-url/
        let routes = match paths.of(Page::ChangePassword) {
            Some(path) => {
                let there = async move || error::see_other(&path);
                routes.route("/.well-known/change-password", get(there))
            }
            None => routes,
        };

        let css = assets::stylesheet_of(&pages.brand);
        let stylesheet = async move || assets::stylesheet(css);
        routes
            .route(&paths.route("/axum-cognito.css"), get(stylesheet))
            .route(&paths.route("/axum-cognito.js"), get(assets::script))
            .route(
                &paths.route("/axum-cognito-steps.js"),
                get(assets::steps_script),
            )
    }

    /// The routes of all pages, with nothing around them.
    fn routes(&self) -> Router {
        let paths = self.paths();
        let sent = Arc::<once::Sent>::default();
        let mut routes = Router::new();
        for page in Page::ALL.into_iter().filter(|page| paths.is_ours(*page)) {
            let mut of_page = Router::new();
            for (path, handlers) in routes_of(page, &paths) {
                of_page = of_page.route(&path, handlers);
            }
            // A login that comes twice is one for each answer that the browser may take.
            if page != Page::Login {
                of_page = of_page.layer(middleware::from_fn_with_state(
                    sent.clone(),
                    once::answer_repeats,
                ));
            }
            let sensitive = match page {
                Page::Data
                | Page::Devices
                | Page::EditProfile
                | Page::Passkeys
                | Page::SecondFactor => Some(Sensitive::Page),
                Page::Identities | Page::Users => Some(Sensitive::Forms),
                _ => None,
            };
            if let Some(sensitive) = sensitive {
                of_page = of_page.layer(Extension(sensitive));
            }
            if sections::is_of_account(page) {
                of_page = of_page.layer(middleware::map_response(
                    move |response: Response| async move { (Extension(page), response) },
                ));
            }
            if page == Page::Users
                && let Some(group) = self.user_list_group()
            {
                of_page = of_page.route_layer(group_required(group));
            }
            routes = routes.merge(of_page);
        }
        routes
    }
}

/// The routes of a page.
fn routes_of(page: Page, paths: &Paths) -> Vec<(String, MethodRouter)> {
    #[cfg(feature = "managed-login")]
    use self::account::identities;
    use self::account::{
        data, devices, forgot, logins, mfa, passkey_offer, passkeys, password, profile_edit,
        security, sign_up, verify,
    };

    let own = paths.own(page);
    let own = |handlers| (own.to_string(), handlers);
    let at = |path: &LocalPath, handlers| (path.to_string(), handlers);
    match page {
        Page::Challenge => vec![
            own(get(challenge::show).post(challenge::submit)),
            at(&paths.restart_login(), post(challenge::restart)),
        ],
        Page::ChangePassword => vec![own(get(password::show).post(password::submit))],
        Page::Data => vec![own(get(data::show).post(data::submit))],
        Page::Devices => vec![own(get(devices::show).post(devices::submit))],
        Page::EditProfile => vec![
            own(get(profile_edit::show).post(profile_edit::submit)),
            at(&paths.verify(), get(verify::show).post(verify::submit)),
            at(&paths.send_verification(), post(verify::send)),
        ],
        #[cfg(feature = "managed-login")]
        Page::Identities => vec![own(get(identities::show).post(identities::submit))],
        #[cfg(not(feature = "managed-login"))]
        Page::Identities => Vec::new(),
        Page::Login => vec![
            own(get(login::show).post(login::submit)),
            #[cfg(feature = "managed-login")]
            at(&paths.managed_login(), get(managed_login::begin)),
            #[cfg(feature = "managed-login")]
            at(&paths.callback(), get(managed_login::finish)),
        ],
        Page::Logins => vec![own(get(logins::show).post(logins::submit))],
        Page::Logout => vec![
            own(get(logout::show).post(logout::submit)),
            at(&paths.everywhere(), post(logout::submit_everywhere)),
        ],
        Page::Passkeys => vec![
            own(get(passkeys::show).post(passkeys::submit)),
            at(
                &paths.passkey_offer(),
                get(passkey_offer::show).post(passkey_offer::decline),
            ),
        ],
        Page::Profile => vec![own(get(profile::show))],
        Page::ResetPassword => vec![
            own(get(forgot::show).post(forgot::submit)),
            at(
                &paths.reset_password(),
                get(forgot::show_reset).post(forgot::reset),
            ),
        ],
        Page::SecondFactor => vec![own(get(mfa::show).post(mfa::submit))],
        Page::Security => vec![own(get(security::show))],
        Page::SignUp => vec![
            own(get(sign_up::show).post(sign_up::submit)),
            at(
                &paths.confirm_sign_up(),
                get(sign_up::show_confirm).post(sign_up::confirm),
            ),
            // A form that was answered with a page may be loaded again.
            at(
                &paths.resend_code(),
                post(sign_up::resend).get(sign_up::show_confirm),
            ),
        ],
        Page::Users => vec![
            own(get(users::show)),
            at(
                &paths.user(),
                get(users::show_user).post(users::submit_user),
            ),
        ],
    }
}

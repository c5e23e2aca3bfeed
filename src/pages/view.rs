use std::convert::Infallible;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use axum::Extension;
use axum::extract::{FromRequestParts, OriginalUri};
use axum::http::header::{ACCEPT_LANGUAGE, CONTENT_TYPE, COOKIE};
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap, HeaderValue, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use tracing::error;

use super::builder::Pages;
use super::framed::Framed;
use super::page::Page;
use super::paths::Paths;
use super::shown::{Button, FormPage, Link};
use super::templates::{Rendered, Templates};
use super::texts::{self, LANGUAGE_COOKIE, Texts};
use crate::cognito::Cognito;
use crate::web::{AuthSession, LocalPath};

/// What it takes to show a page: the configuration, where the pages are, and the texts in the
/// visitor's language.
#[derive(Clone)]
pub(super) struct View {
    pages: Arc<Pages>,
    pub(super) paths: Paths,
    pub(super) texts: &'static Texts,
}

impl View {
    /// The view of a request that the pages' own router did not get.
    pub(super) fn outside(pages: Arc<Pages>, headers: &HeaderMap) -> Self {
        let texts = wished_language(&pages, headers);
        let paths = pages.paths();

        Self {
            pages,
            paths,
            texts,
        }
    }

    /// The view of a request to one of the pages.
    pub(super) fn of(extensions: &Extensions, headers: &HeaderMap, uri: &Uri) -> Self {
        static DEFAULT: LazyLock<Arc<Pages>> = LazyLock::new(Arc::default);

        let pages = extensions.get::<Arc<Pages>>().unwrap_or(&DEFAULT);
        let mut view = Self::outside(pages.clone(), headers);
        if let Some(texts) = chosen_language(pages, uri) {
            view.texts = texts;
        }
        // A router that is nested by the site sees the path without what stands before it.
        let original = extensions.get::<OriginalUri>();
        let outer = original.and_then(|original| original.path().strip_suffix(uri.path()));
        match outer {
            None | Some("") => view,
            Some(outer) => Self {
                paths: view.paths.below(outer),
                ..view
            },
        }
    }

    pub(super) fn pages(&self) -> &Pages {
        &self.pages
    }

    /// The user pool in which strangers sign up. A trigger that writes messages learns the language of
    /// the page.
    pub(super) fn user_pool(&self, auth: &AuthSession) -> Option<Cognito> {
        let pool = auth.user_pool()?;
        Some(pool.with_client_metadata("language", self.texts.language))
    }

    /// How long ago a user may have proved who they are, on pages that ask for it.
    pub(super) fn recent_login(&self) -> Duration {
        self.pages.recent_login
    }

    pub(super) fn templates(&self) -> &dyn Templates {
        &*self.pages.templates
    }

    /// Where a login leads to: back to where it was needed, if that is a page of this site
    /// that is worth coming back to.
    pub(super) fn destination(&self, next: Option<LocalPath>) -> LocalPath {
        next.unwrap_or_else(|| self.pages.after_login.clone())
    }

    /// A link to a page, unless it is left out.
    pub(super) fn link(&self, page: Page, label: &'static str) -> Option<Link> {
        let path = self.paths.of(page)?;
        Some(Link { path, label })
    }

    /// Where a change leads to that was saved: the user's details, or else the page itself.
    pub(super) fn saved(&self, page: Page, change: Change) -> LocalPath {
        let path = self.paths.of(Page::Profile);
        change.of(&path.unwrap_or_else(|| self.paths.own(page)))
    }

    /// A page with one form, without anything to fill in.
    pub(super) fn form(
        &self,
        action: LocalPath,
        heading: &'static str,
        submit: &'static str,
    ) -> FormPage {
        FormPage::new(self.texts, &self.paths, action, heading, submit)
    }

    /// A button that has a code sent, once some seconds have passed since the last one.
    pub(super) fn resend_button(
        &self,
        action: LocalPath,
        label: &'static str,
        wait: u64,
    ) -> Button {
        let seconds = [("seconds", &*wait.to_string())];

        Button {
            action,
            label,
            wait,
            wait_text: texts::fill(self.texts.fields.wait, &seconds),
        }
    }

    /// What is said of a change that led here.
    pub(super) fn saved_notice(&self, query: Option<&str>) -> &'static str {
        let saved = query_parameter(query, Change::PARAMETER);
        let change = saved.map(|saved| Change::ALL.into_iter().find(|it| it.name() == saved));

        change.map_or("", |change| {
            change.unwrap_or(Change::Saved).words(self.texts)
        })
    }
}

/// What has been changed, in the query of the page that says so.
#[derive(Clone, Copy)]
pub(super) enum Change {
    AddressVerified,
    DeviceForgotten,
    DeviceTrusted,
    LoginEnded,
    PasskeyAdded,
    PasskeyRemoved,
    Password,
    Saved,
    SecondFactor,
}

impl Change {
    const PARAMETER: &'static str = "saved";

    const ALL: [Self; 9] = [
        Self::AddressVerified,
        Self::DeviceForgotten,
        Self::DeviceTrusted,
        Self::LoginEnded,
        Self::PasskeyAdded,
        Self::PasskeyRemoved,
        Self::Password,
        Self::Saved,
        Self::SecondFactor,
    ];

    /// The path of a page that is to say so.
    pub(super) fn of(self, path: &LocalPath) -> LocalPath {
        path.with(Self::PARAMETER, self.name())
    }

    fn name(self) -> &'static str {
        match self {
            Self::AddressVerified => "verified",
            Self::DeviceForgotten => "forgotten",
            Self::DeviceTrusted => "trusted",
            Self::LoginEnded => "ended",
            Self::PasskeyAdded => "added",
            Self::PasskeyRemoved => "removed",
            Self::Password => "password",
            Self::Saved => "1",
            Self::SecondFactor => "factor",
        }
    }

    fn words(self, texts: &Texts) -> &'static str {
        let notices = &texts.notices;
        match self {
            Self::AddressVerified => notices.address_verified,
            Self::DeviceForgotten => notices.device_forgotten,
            Self::DeviceTrusted => notices.device_trusted,
            Self::LoginEnded => notices.other_login_ended,
            Self::PasskeyAdded => notices.passkey_added,
            Self::PasskeyRemoved => notices.passkey_removed,
            Self::Password => notices.password_changed,
            Self::Saved => notices.saved,
            Self::SecondFactor => notices.second_factor_changed,
        }
    }
}

/// The parameter of a query that names a language.
pub(super) const LANGUAGE: &str = "lang";

/// The language that the query names, as the links do by which it is chosen.
pub(super) fn chosen_language(pages: &Pages, uri: &Uri) -> Option<&'static Texts> {
    let tag = query_parameter(uri.query(), LANGUAGE)?;
    texts::named(&pages.languages, &tag)
}

/// The language that was chosen earlier, or else the one that the browser prefers.
fn wished_language(pages: &Pages, headers: &HeaderMap) -> &'static Texts {
    let chosen = headers.get_all(COOKIE).iter().find_map(|cookies| {
        let mut cookies = cookies.to_str().ok()?.split(';');
        cookies.find_map(|cookie| match cookie.trim().split_once('=')? {
            (name, tag) if name == LANGUAGE_COOKIE => texts::named(&pages.languages, tag),
            _ => None,
        })
    });

    chosen.unwrap_or_else(|| {
        let wished = headers.get(ACCEPT_LANGUAGE);
        let wished = wished.and_then(|languages| languages.to_str().ok());
        texts::preferred(&pages.languages, wished)
    })
}

/// A page with its status.
pub(super) fn page(status: StatusCode, html: Rendered) -> Response {
    match html {
        Ok(html) => {
            let kind = HeaderValue::from_static("text/html; charset=utf-8");
            let kind = [(CONTENT_TYPE, kind)];
            match Framed::read(&html) {
                Some(framed) => (status, kind, Extension(framed)).into_response(),
                None => (status, kind, html).into_response(),
            }
        }
        Err(error) => {
            error!(%error, "a page could not be rendered");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// Reads a parameter of a query: the first of that name.
pub(super) fn query_parameter(query: Option<&str>, wanted: &str) -> Option<String> {
    url::form_urlencoded::parse(query?.as_bytes())
        .find_map(|(name, value)| (name == wanted).then(|| value.into_owned()))
}

impl<S: Sync> FromRequestParts<S> for View {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::of(&parts.extensions, &parts.headers, &parts.uri))
    }
}

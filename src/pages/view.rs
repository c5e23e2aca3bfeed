use std::convert::Infallible;
use std::sync::{Arc, LazyLock};

use axum::extract::FromRequestParts;
use axum::http::header::{ACCEPT_LANGUAGE, CONTENT_TYPE};
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use tracing::error;

use super::error::ErrorPage;
use super::headers;
use super::texts::{self, Texts};
use super::{Pages, Rendered, Templates};
use crate::cognito::CognitoError;
use crate::web::{AuthError, RETRY_OUTAGE_AFTER};

/// What it takes to show a page: the configuration, and the texts in the visitor's language.
#[derive(Clone)]
pub(super) struct View {
    pages: Arc<Pages>,
    pub(super) texts: &'static Texts,
}

impl View {
    pub(super) fn new(pages: Arc<Pages>, headers: &HeaderMap) -> Self {
        let wished = headers
            .get(ACCEPT_LANGUAGE)
            .and_then(|languages| languages.to_str().ok());
        let texts = texts::preferred(&pages.languages, wished);

        Self { pages, texts }
    }

    /// The view of a request. Outside of the pages' routes it is the default one.
    pub(super) fn of(extensions: &Extensions, headers: &HeaderMap) -> Self {
        static DEFAULT: LazyLock<Arc<Pages>> = LazyLock::new(Arc::default);

        let pages = extensions.get::<Arc<Pages>>().unwrap_or(&DEFAULT);
        Self::new(pages.clone(), headers)
    }

    pub(super) fn pages(&self) -> &Pages {
        &self.pages
    }

    pub(super) fn templates(&self) -> &dyn Templates {
        &*self.pages.templates
    }

    /// A page that says what went wrong, by its status.
    pub(super) fn error(&self, status: StatusCode) -> Response {
        self.show_error(&ErrorPage::of(status, self.texts))
    }

    pub(super) fn show_error(&self, shown: &ErrorPage) -> Response {
        page(shown.status, self.templates().error(shown))
    }

    /// What a page answers when the login could not be told, started or ended.
    pub(super) fn failed(&self, failure: &AuthError) -> Response {
        failure.log();

        headers::retry_after(self.error(failure.status()), failure.retry_after())
    }

    /// What a page answers when Cognito cannot be asked.
    pub(super) fn outage(&self, failure: &CognitoError) -> Response {
        let cause = std::error::Error::source(failure).map(ToString::to_string);
        error!(%failure, cause, "an account page cannot be served");
        headers::retry_after(
            self.error(StatusCode::SERVICE_UNAVAILABLE),
            Some(RETRY_OUTAGE_AFTER),
        )
    }

    /// There is no user pool behind this login, or none at all.
    pub(super) fn no_user_pool(&self) -> Response {
        self.error(StatusCode::NOT_FOUND)
    }
}

/// A page with its status.
pub(super) fn page(status: StatusCode, html: Rendered) -> Response {
    match html {
        Ok(html) => {
            let kind = HeaderValue::from_static("text/html; charset=utf-8");
            (status, [(CONTENT_TYPE, kind)], html).into_response()
        }
        Err(error) => {
            error!(%error, "a page could not be rendered");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

impl<S: Sync> FromRequestParts<S> for View {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::of(&parts.extensions, &parts.headers))
    }
}

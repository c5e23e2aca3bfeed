use std::convert::Infallible;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use axum::Extension;
use axum::extract::{FromRequestParts, OriginalUri};
use axum::http::header::{ACCEPT_LANGUAGE, CONTENT_TYPE};
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap, HeaderValue, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use tracing::error;

use super::builder::Pages;
use super::framed::Framed;
use super::page::Page;
use super::paths::Paths;
use super::shown::{FormPage, Link};
use super::templates::{Rendered, Templates};
use super::texts::{self, Texts};
use crate::web::LocalPath;

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
        let wished = headers
            .get(ACCEPT_LANGUAGE)
            .and_then(|languages| languages.to_str().ok());
        let texts = texts::preferred(&pages.languages, wished);
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
        let view = Self::outside(pages.clone(), headers);
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

    /// The link from a page of the account back to the user's details.
    pub(super) fn back_to_details(&self) -> Option<Link> {
        self.link(Page::Profile, self.texts.common.back_to_details)
    }

    /// Where a change leads to that was saved: the user's details, or else the page itself.
    pub(super) fn saved(&self, page: Page) -> LocalPath {
        let path = self.paths.of(Page::Profile);
        path.unwrap_or_else(|| self.paths.own(page))
            .with("saved", "1")
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

    /// What is said of a change that led here.
    pub(super) fn saved_notice(&self, query: Option<&str>) -> &'static str {
        query_parameter(query, "saved").map_or("", |_| self.texts.notices.saved)
    }
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

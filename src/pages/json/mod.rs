//! The flows of the pages as JSON, for front ends that draw their own: single-page and mobile ones.
//!
//! The handlers are those of the pages. They are given templates that write JSON instead of HTML
//! ([`step`]); what they answer is turned into steps and problem details by [`face`].

pub(super) mod body;
mod face;
mod openapi;
mod operation;
mod resources;
mod step;

use std::sync::Arc;

use axum::extract::{DefaultBodyLimit, Request};
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, Method};
use axum::routing::{any, get};
use axum::{Json, Router, middleware};
use serde_json::Value;
use tower_http::cors::CorsLayer;
use tower_http::csrf::CsrfLayer;

use self::face::Face;
use self::operation::REQUESTED_WITH;
use self::step::JsonTemplates;
use super::builder::Pages;
use super::paths::Paths;
use super::{MAX_FORM_BYTES, cross_site, error, headers, pages_error::PagesError};
use crate::web::json_errors;

/// Every flow of the [`Pages`] but the administration of users as JSON: the same handlers, sessions,
/// limits and audit log.
///
/// A front end asks for a step with `GET`, shows its fields in whatever way it likes, and sends them
/// back with `POST` and the header `X-Requested-With`. The answer is the next step; its `step` says
/// which. `done` has where the front end goes on, `redirect` where the browser does. Errors are
/// problem details ([RFC 9457](https://www.rfc-editor.org/rfc/rfc9457)) in the visitor's language,
/// which name the field that is wrong. All of it is described by OpenAPI, at `openapi.json`.
///
/// The session is the cookie of the pages. `POST` from other origins is refused, and none of them may
/// read an answer, but those that are [listed](Self::with_origins).
///
/// # Examples
///
/// ```
/// use axum::Router;
/// use axum_cognito::pages::{JsonApi, Pages};
///
/// let pages = Pages::new().with_sign_up(["email"])?;
/// let api = JsonApi::new(pages.clone()).at("/api/auth")?;
/// let app: Router = Router::new()
///     .merge(api.router()) // POST /api/auth/login, ...
///     .merge(pages.router()); // beside the pages, or without them
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct JsonApi {
    pages: Pages,
    paths: Paths,
    csrf: CsrfLayer,
    origins: Vec<HeaderValue>,
}

impl JsonApi {
    /// Creates the API of what these pages do, below `/auth`.
    ///
    /// Pages that are left out have no JSON either. Those that are the site's own have: their paths
    /// are where the front end shows them, and where browsers go after a managed login.
    pub fn new(pages: Pages) -> Self {
        let paths = pages.paths().for_json("/auth").expect("a plain path");

        Self {
            pages,
            paths,
            csrf: CsrfLayer::new(),
            origins: Vec::new(),
        }
    }

    /// Moves the API below another prefix, such as `/api/auth`. All paths below it are the API's.
    ///
    /// # Errors
    ///
    /// Returns [`PagesError::Prefix`] if it is no plain path.
    pub fn at(mut self, prefix: &str) -> Result<Self, PagesError> {
        self.paths = self.pages.paths().for_json(prefix)?;
        Ok(self)
    }

    /// Allows front ends on these origins to call the API with the visitor's cookie (CORS), written as
    /// browsers send them: `https://app.example`.
    ///
    /// The cookie has `SameSite=Strict`: it comes along from origins of the same site alone, such as
    /// `https://app.site.example` for `https://api.site.example`.
    ///
    /// # Errors
    ///
    /// Returns [`PagesError::Origin`] for what is no origin.
    pub fn with_origins<'a>(
        mut self,
        origins: impl IntoIterator<Item = &'a str>,
    ) -> Result<Self, PagesError> {
        for origin in origins {
            let wrong = || PagesError::Origin {
                origin: origin.to_owned(),
            };
            let csrf = self.csrf.add_trusted_origin(origin);
            self.csrf = csrf.map_err(|_| wrong())?;
            let origin = HeaderValue::from_str(origin).map_err(|_| wrong())?;
            self.origins.push(origin);
        }
        Ok(self)
    }

    /// Returns the description of the API: OpenAPI 3.1.
    pub fn openapi(&self) -> Value {
        openapi::document(&self.pages, &self.paths)
    }

    /// Returns the routes, to be merged into those of the site.
    pub fn router<S: Clone + Send + Sync + 'static>(self) -> Router<S> {
        self.stateless_router().with_state(())
    }

    /// The same without the state of a site, so that it is compiled once, and not with each site.
    fn stateless_router(self) -> Router {
        let document = self.openapi();
        let Self {
            pages,
            paths,
            csrf,
            origins,
        } = self;
        let described = paths.route("/openapi.json");
        let below = paths.route("/{*rest}");
        let json = pages.as_json(paths.clone(), Arc::new(JsonTemplates));
        let flows = json
            .routes()
            .layer(DefaultBodyLimit::max(MAX_FORM_BYTES))
            .layer(middleware::from_fn(cross_site::refuse))
            .layer(middleware::from_fn(face::refuse_without_header))
            .layer(csrf)
            .layer(middleware::from_fn(error::style));
        let face = Face::new(flows, json);

        let routes = Router::new()
            .route(&described, get(async move || Json(document)))
            .route(
                &below,
                any(async move |request: Request| face.answer(request).await),
            )
            .layer(middleware::from_fn(headers::protect_pages))
            .layer(json_errors());
        let routes = match cors(origins) {
            Some(cors) => routes.layer(cors),
            None => routes,
        };
        #[cfg(feature = "managed-login")]
        let routes = routes.merge(callback(pages, &paths));
        routes
    }
}

/// Browsers come back from managed login to a page, wherever they began.
#[cfg(feature = "managed-login")]
fn callback(pages: Pages, paths: &Paths) -> Router {
    use super::{framing, managed_login};

    Router::new()
        .route(paths.callback().as_str(), get(managed_login::finish))
        .layer(middleware::from_fn(framing::frame_pages))
        .layer(middleware::from_fn(headers::protect_pages))
        .layer(axum::Extension(Arc::new(pages)))
}

/// Without origins, no answer says anything of CORS.
fn cors(origins: Vec<HeaderValue>) -> Option<CorsLayer> {
    if origins.is_empty() {
        return None;
    }

    let cors = CorsLayer::new()
        .allow_origin(origins)
        .allow_credentials(true)
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([CONTENT_TYPE, REQUESTED_WITH])
        .expose_headers([RETRY_AFTER, WWW_AUTHENTICATE]);
    Some(cors)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::page::Page;
    use super::super::routes_of;
    use super::JsonApi;
    use crate::pages::Pages;

    #[test]
    fn every_route_is_described() {
        let pages = Pages::new()
            .with_sign_up(["email"])
            .expect("a name of Cognito's");
        let api = JsonApi::new(pages);

        let ours = Page::ALL.into_iter().filter(|it| api.paths.is_ours(*it));
        let routes = ours.flat_map(|page| {
            let routes = routes_of(page, &api.paths);
            routes.into_iter().map(|(path, _)| path)
        });
        let mut routes: BTreeSet<String> = routes.collect();
        routes.remove(api.paths.callback().as_str()); // a page, for browsers
        let document = api.openapi();
        let described = document["paths"].as_object().expect("paths");
        assert_eq!(routes, described.keys().cloned().collect());
    }
}

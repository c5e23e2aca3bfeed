//! What the handlers of the pages answer, as an API answers it.
//!
//! A handler shows a page or sends the browser elsewhere, with 303. Here, a page is the step that
//! [`step`](super::step) has written, or problem details that hold it; and a place to go to is the
//! step that waits there, if it is in this API.

use std::convert::Infallible;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{MatchedPath, OriginalUri, Request};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, LOCATION, SET_COOKIE, WWW_AUTHENTICATE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::Response;
use tower_service::Service;

use super::operation::REQUESTED_WITH;
use super::resources::RESOURCES;
use super::step::{FieldError, Problem, Step};
use crate::pages::builder::Pages;
use crate::pages::languages;
use crate::pages::login::Before;
use crate::pages::mistake::Said;
use crate::pages::view::{LANGUAGE, View, chosen_language, query_parameter};
use crate::pages::ways::AGAIN;
use crate::web::{LocalPath, StoppedByAuth};

/// More steps than this do not follow from one request.
const MOST_STEPS: usize = 3;

/// No step is near this size.
const MAX_STEP_BYTES: usize = 1 << 20;

/// The handlers of the pages, with JSON around them.
#[derive(Clone)]
pub(super) struct Face {
    flows: Router,
    pages: Arc<Pages>,
}

/// Where a handler sends the browser.
enum Place {
    /// To another page of this API.
    Inside(LocalPath),
    /// To the login page, since the login is over, or not proved lately.
    LogIn { again: bool },
    /// To the login page, since there were too many tries.
    Limited,
    /// To a page of the front end.
    FrontEnd(LocalPath),
    /// To another site.
    Elsewhere(String),
}

impl Face {
    pub(super) fn new(flows: Router, pages: Pages) -> Self {
        Self {
            flows,
            pages: Arc::new(pages),
        }
    }

    /// Answers a request, and keeps the language that its query names.
    pub(super) async fn answer(&self, request: Request) -> Response {
        let chosen = chosen_language(&self.pages, request.uri());
        let mut answer = self.step(request).await;
        if let Some(texts) = chosen {
            languages::keep_in(&mut answer, texts);
        }
        answer
    }

    async fn step(&self, request: Request) -> Response {
        let (mut parts, body) = request.into_parts();
        parts.extensions.insert(self.pages.clone());
        parts.extensions.remove::<MatchedPath>();
        let view = View::of(&parts.extensions, &parts.headers, &parts.uri);
        let mut response = self.call(parts.clone(), body).await;
        let Some(place) = place(&view, &response) else {
            return finish(&view, response).await;
        };

        let cookies = response.headers_mut().remove(SET_COOKIE);
        let mut answer = match place {
            Place::LogIn { again } => not_logged_in(&view, again),
            Place::Limited => {
                let title = view.texts.errors.too_many_heading;
                let detail = view.texts.mistakes.try_again_later;
                Problem::new(StatusCode::TOO_MANY_REQUESTS, title, detail).answer()
            }
            place => self.go_on(&view, &parts, place).await,
        };
        // No handler sets more than one.
        if let Some(cookie) = cookies {
            answer.headers_mut().append(SET_COOKIE, cookie);
        }
        answer
    }

    /// Returns the step that waits where a handler leads to. What it did is done: if the step cannot
    /// be shown now, where it is is all that is said.
    async fn go_on(&self, view: &View, parts: &Parts, mut place: Place) -> Response {
        let chosen = chosen_language(&self.pages, &parts.uri);
        for _ in 0..MOST_STEPS {
            let path = match place {
                Place::Inside(path) => path,
                Place::FrontEnd(path) => return done(&path),
                Place::Elsewhere(to) => return Step::Redirect { to: &to }.answer(),
                Place::LogIn { .. } | Place::Limited => return done(&view.paths.login()),
            };
            let with_language = chosen.map(|texts| path.with(LANGUAGE, texts.language));
            let Some(parts) = get(parts, with_language.as_ref().unwrap_or(&path)) else {
                return done(&path);
            };
            let response = self.call(parts, Body::empty()).await;
            place = match self::place(view, &response) {
                // A proof that is asked for there is not missing here.
                Some(Place::LogIn { .. } | Place::Limited) => Place::FrontEnd(path),
                Some(place) => place,
                None if response.status().is_success() => return finish(view, response).await,
                None => Place::FrontEnd(path),
            };
        }
        done(&view.paths.login())
    }

    async fn call(&self, parts: Parts, body: Body) -> Response {
        let answer = self.flows.clone().call(Request::from_parts(parts, body));
        answer
            .await
            .unwrap_or_else(|never: Infallible| match never {})
    }
}

/// Refuses a `POST` without the header that no form of another site can send. Where there is no
/// `POST` at all, that is what is said.
pub(super) async fn refuse_without_header(request: Request, next: Next) -> Response {
    let is_sent = request.headers().contains_key(REQUESTED_WITH);
    if request.method() == Method::POST && !is_sent && !is_for_get_alone(&request) {
        let detail = "send the header `X-Requested-With` with every POST";
        return Problem::new(StatusCode::FORBIDDEN, "Forbidden", detail).answer();
    }

    next.run(request).await
}

fn is_for_get_alone(request: &Request) -> bool {
    let View { paths, .. } = View::of(request.extensions(), request.headers(), request.uri());
    let original = request.extensions().get::<OriginalUri>();
    let path = original
        .map_or(request.uri(), |original| &original.0)
        .path();

    let mut resources = RESOURCES.iter();
    resources.any(|it| it.post.is_none() && (it.path)(&paths).path() == path)
}

fn place(view: &View, response: &Response) -> Option<Place> {
    if response.status() != StatusCode::SEE_OTHER {
        return None;
    }
    let to = response.headers().get(LOCATION)?.to_str().ok()?;
    let Ok(path) = to.parse::<LocalPath>() else {
        return Some(Place::Elsewhere(to.to_owned()));
    };
    if !view.paths.is_below(&path) {
        return Some(Place::FrontEnd(path));
    }
    let query = path.as_str().split_once('?').map(|(_, query)| query);
    let says = |name| query_parameter(query, name).is_some();
    let is_login = path.path() == view.paths.login().path();

    Some(if is_login && says(AGAIN) {
        Place::LogIn { again: true }
    } else if is_login && says(Before::Expired.name()) {
        Place::LogIn { again: false }
    } else if is_login && says(Before::Limited.name()) {
        Place::Limited
    } else {
        Place::Inside(path)
    })
}

/// The request for the page at `path`, in place of one that led there.
fn get(parts: &Parts, path: &LocalPath) -> Option<Parts> {
    let original = parts.extensions.get::<OriginalUri>();
    let outer = original.and_then(|it| it.path().strip_suffix(parts.uri.path()));
    let inner = path.as_str().strip_prefix(outer.unwrap_or_default())?;

    let mut parts = parts.clone();
    parts.method = Method::GET;
    parts.uri = inner.parse().ok()?;
    let whole: Uri = path.as_str().parse().ok()?;
    parts.extensions.insert(OriginalUri(whole));
    parts.headers.remove(CONTENT_LENGTH);
    parts.headers.remove(CONTENT_TYPE);
    Some(parts)
}

fn done(path: &LocalPath) -> Response {
    let next = path.as_str();
    Step::Done { next }.answer()
}

/// 401, as section 3 of RFC 9470 has it where a login is there that was not proved lately.
fn not_logged_in(view: &View, again: bool) -> Response {
    let texts = view.texts;
    let seconds = view.recent_login().as_secs();
    let (title, detail, challenge) = if again {
        let challenge =
            format!(r#"Session error="insufficient_user_authentication", max_age="{seconds}""#);
        (texts.login.again_heading, "", challenge)
    } else {
        let challenge = "Session".to_owned();
        (texts.login.heading, texts.notices.login_ended, challenge)
    };

    let mut answer = Problem::new(StatusCode::UNAUTHORIZED, title, detail).answer();
    let challenge = HeaderValue::try_from(challenge).expect("visible ASCII");
    answer.headers_mut().insert(WWW_AUTHENTICATE, challenge);
    answer
}

/// Gives what the templates have written its content type, and an error the form of one.
async fn finish(view: &View, response: Response) -> Response {
    if response.status() == StatusCode::UNAUTHORIZED && !is_json(response.headers()) {
        let of_nobody = HeaderValue::from_static("Session");
        let challenge = response.headers().get(WWW_AUTHENTICATE);
        return not_logged_in(view, challenge.is_some_and(|it| it != of_nobody));
    }
    if !is_page(response.headers()) {
        return response;
    }

    let (mut parts, body) = response.into_parts();
    // It is the last word: no layer of pages outside has to give it a look.
    parts.extensions.remove::<StoppedByAuth>();
    let is_error = parts.status.is_client_error() || parts.status.is_server_error();
    let body = match parts.extensions.remove::<Said>() {
        Some(said) if is_error => {
            let form = to_bytes(body, MAX_STEP_BYTES).await.ok();
            let title = parts.status.canonical_reason().unwrap_or_default();
            let field = FieldError {
                field: &said.field,
                text: &said.text,
            };
            let problem = Problem {
                errors: [field]
                    .into_iter()
                    .filter(|it| !it.field.is_empty())
                    .collect(),
                form: form.and_then(|form| serde_json::from_slice(&form).ok()),
                ..Problem::new(parts.status, title, &said.text)
            };
            parts.headers.remove(CONTENT_LENGTH);
            problem.answer().into_body()
        }
        _ => body,
    };
    let kind = match is_error {
        false => "application/json",
        true => "application/problem+json",
    };
    parts
        .headers
        .insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    Response::from_parts(parts, body)
}

/// Whether a template has written it.
fn is_page(headers: &HeaderMap) -> bool {
    headers
        .get(CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"))
}

fn is_json(headers: &HeaderMap) -> bool {
    headers
        .get(CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().ends_with(b"json"))
}

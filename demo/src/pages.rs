use std::sync::Arc;

use askama::Template;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Router, middleware};
use axum_cognito::pages::{Frame, Language, Pages, Rendered, Templates, Texts};
use axum_cognito::web::AuthError;
use axum_cognito::{CurrentUser, login_required};
use cognito_emulator::Message;

use crate::embedded::{EmbeddedPool, SeededUser, USERS};
use crate::render::render;
use crate::words::Speech;
use crate::{developer, headers};

#[derive(Clone)]
struct Site {
    embedded: Option<Arc<EmbeddedPool>>,
}

/// The library's pages, as this site has them.
pub(crate) fn account_pages() -> Pages {
    Pages::new()
        .with_issuer("axum-cognito demo")
        .with_user_list("admins")
        .with_languages([
            &Texts::ENGLISH,
            &Texts::FRENCH,
            &Texts::GERMAN,
            &Texts::SPANISH,
        ])
        .with_passkey_offer(true)
        .with_templates(OurFrame)
        .with_sign_up(["email", "given_name", "family_name"])
        .expect("names of Cognito's")
}

/// The pages of the site, and those of the library beside them.
pub(crate) fn router(embedded: Option<Arc<EmbeddedPool>>) -> Router {
    let members = Router::new()
        .route("/members", get(members))
        .route("/developer", get(developer::show))
        .route_layer(login_required());
    let pages = Router::new()
        .route("/", get(home))
        .route("/inbox", get(inbox))
        .merge(members)
        .fallback(not_found)
        .layer(middleware::map_response(headers::protect));

    let error_pages =
        middleware::from_fn_with_state(account_pages(), axum_cognito::pages::error_pages);

    pages
        .merge(account_pages().router())
        .route("/demo.css", get(stylesheet))
        .route("/demo.svg", get(icon))
        .layer(error_pages)
        .with_state(Site { embedded })
}

/// The pages of the library, inside of this site's.
struct OurFrame;

impl Templates for OurFrame {
    fn layout(&self, frame: &Frame<'_>) -> Rendered {
        let speech = Speech::new(frame.texts, &frame.languages);
        Ok(Framed { speech, frame }.render()?)
    }
}

#[derive(Template)]
#[template(path = "framed.html")]
struct Framed<'a> {
    speech: Speech,
    frame: &'a Frame<'a>,
}

#[derive(Template)]
#[template(path = "home.html")]
struct Home {
    speech: Speech,
    user: Option<CurrentUser>,
    seeded: &'static [SeededUser],
}

#[derive(Template)]
#[template(path = "inbox.html")]
struct Inbox {
    speech: Speech,
    messages: Vec<Message>,
}

/// What the embedded pool would have sent by mail and text message, newest first.
async fn inbox(State(site): State<Site>, Extension(language): Extension<Language>) -> Response {
    let Some(pool) = &site.embedded else {
        return not_found(Extension(language)).await;
    };
    let mut messages = pool.messages();
    messages.reverse();
    let speech = language.into();

    render(StatusCode::OK, &Inbox { speech, messages })
}

/// A public page: it is there also when nobody can tell who asks for it.
async fn home(
    State(site): State<Site>,
    Extension(language): Extension<Language>,
    user: Result<Option<CurrentUser>, AuthError>,
) -> Response {
    let user = user.unwrap_or_else(|error| {
        tracing::warn!(%error, "the home page cannot tell who is there");
        None
    });

    render(
        StatusCode::OK,
        &Home {
            speech: language.into(),
            user,
            seeded: if site.embedded.is_some() { &USERS } else { &[] },
        },
    )
}

#[derive(Template)]
#[template(path = "members.html")]
struct Members {
    speech: Speech,
    user: CurrentUser,
}

async fn members(user: CurrentUser, Extension(language): Extension<Language>) -> Response {
    let speech = language.into();
    render(StatusCode::OK, &Members { speech, user })
}

#[derive(Template)]
#[template(path = "not_found.html")]
struct NotFound {
    speech: Speech,
}

async fn not_found(Extension(language): Extension<Language>) -> Response {
    let speech = language.into();
    render(StatusCode::NOT_FOUND, &NotFound { speech })
}

#[derive(Template)]
#[template(path = "stopped.html")]
struct Stopped {
    speech: Speech,
    heading: &'static str,
}

/// Puts a page in place of the bare answers of the router and of the limits around it.
pub(crate) async fn show_stops(
    Extension(language): Extension<Language>,
    request: Request,
    next: Next,
) -> Response {
    let response = next.run(request).await;
    let status = response.status();
    let kind = response.headers().get(CONTENT_TYPE);
    let is_page = kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    let errors = &language.texts.errors;
    let heading = match status {
        StatusCode::METHOD_NOT_ALLOWED => errors.method_heading,
        StatusCode::PAYLOAD_TOO_LARGE => errors.too_long_heading,
        StatusCode::INTERNAL_SERVER_ERROR if kind.is_none() => errors.internal_heading,
        StatusCode::SERVICE_UNAVAILABLE if kind.is_none() => errors.unavailable_heading,
        _ => return response,
    };
    if is_page {
        return response;
    }

    let (mut parts, _) = response.into_parts();
    let speech = language.into();
    let (head, body) = render(status, &Stopped { speech, heading }).into_parts();
    parts.headers.extend(head.headers);
    parts.headers.remove(CONTENT_LENGTH);
    headers::protect(Response::from_parts(parts, body)).await
}

/// What is answered in place of a handler that has panicked. It gets its page like other stops.
pub(crate) fn broken() -> Response {
    StatusCode::INTERNAL_SERVER_ERROR.into_response()
}

async fn stylesheet() -> Response {
    let css = include_str!("../templates/demo.css");
    file("text/css; charset=utf-8", css)
}

async fn icon() -> Response {
    file("image/svg+xml", include_str!("../templates/demo.svg"))
}

fn file(kind: &'static str, text: &'static str) -> Response {
    let headers = [
        (CONTENT_TYPE, kind),
        (CACHE_CONTROL, "public, max-age=3600"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, text).into_response()
}

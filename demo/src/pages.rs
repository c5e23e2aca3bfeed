use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use axum::{Router, middleware};
use axum_cognito::pages::{Pages, Texts};
use axum_cognito::web::AuthError;
use axum_cognito::{CurrentUser, login_required};
use cognito_emulator::Message;

use crate::embedded::{EmbeddedPool, SeededUser, USERS};
use crate::headers;

#[derive(Clone)]
struct Site {
    embedded: Option<Arc<EmbeddedPool>>,
}

/// The pages of the site, and those of the library beside them.
pub(crate) fn router(embedded: Option<Arc<EmbeddedPool>>) -> Router {
    let members = Router::new()
        .route("/members", get(members))
        .route_layer(login_required());
    let pages = Router::new()
        .route("/", get(home))
        .route("/inbox", get(inbox))
        .merge(members)
        .fallback(not_found)
        .layer(middleware::map_response(headers::protect));

    let account_pages = Pages::new()
        .with_issuer("axum-cognito demo")
        .with_user_list("admins")
        .with_languages([&Texts::ENGLISH, &Texts::GERMAN])
        .with_sign_up(["email", "given_name", "family_name"])
        .expect("names of Cognito's");
    let error_pages =
        middleware::from_fn_with_state(account_pages.clone(), axum_cognito::pages::error_pages);

    pages
        .merge(account_pages.router())
        .route("/demo.css", get(stylesheet))
        .layer(error_pages)
        .with_state(Site { embedded })
}

#[derive(Template)]
#[template(path = "home.html")]
struct Home {
    user: Option<CurrentUser>,
    seeded: &'static [SeededUser],
}

#[derive(Template)]
#[template(path = "inbox.html")]
struct Inbox {
    messages: Vec<Message>,
}

/// What the embedded pool would have sent by mail and text message, newest first.
async fn inbox(State(site): State<Site>) -> Response {
    let Some(pool) = &site.embedded else {
        return not_found().await;
    };
    let mut messages = pool.messages();
    messages.reverse();

    render(StatusCode::OK, &Inbox { messages })
}

/// A public page: it is there also when nobody can tell who asks for it.
async fn home(State(site): State<Site>, user: Result<Option<CurrentUser>, AuthError>) -> Response {
    let user = user.unwrap_or_else(|error| {
        tracing::warn!(%error, "the home page cannot tell who is there");
        None
    });

    render(
        StatusCode::OK,
        &Home {
            user,
            seeded: if site.embedded.is_some() { &USERS } else { &[] },
        },
    )
}

#[derive(Template)]
#[template(path = "members.html")]
struct Members {
    user: CurrentUser,
}

async fn members(user: CurrentUser) -> Response {
    render(StatusCode::OK, &Members { user })
}

#[derive(Template)]
#[template(path = "not_found.html")]
struct NotFound;

async fn not_found() -> Response {
    render(StatusCode::NOT_FOUND, &NotFound)
}

#[derive(Template)]
#[template(path = "stopped.html")]
struct Stopped {
    heading: &'static str,
}

/// Puts a page in place of the bare answers of the router and of the limits around it.
pub(crate) async fn show_stops(response: Response) -> Response {
    let status = response.status();
    let kind = response.headers().get(CONTENT_TYPE);
    let is_page = kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    let heading = match status {
        StatusCode::METHOD_NOT_ALLOWED => "This is not possible here",
        StatusCode::PAYLOAD_TOO_LARGE => "This is too long",
        StatusCode::INTERNAL_SERVER_ERROR if kind.is_none() => "Something is wrong on our side",
        StatusCode::SERVICE_UNAVAILABLE if kind.is_none() => "Please try again in a moment",
        _ => return response,
    };
    if is_page {
        return response;
    }

    let (mut parts, _) = response.into_parts();
    let (head, body) = render(status, &Stopped { heading }).into_parts();
    parts.headers.extend(head.headers);
    parts.headers.remove(CONTENT_LENGTH);
    headers::protect(Response::from_parts(parts, body)).await
}

/// What is answered in place of a handler that has panicked. It gets its page like other stops.
pub(crate) fn broken() -> Response {
    StatusCode::INTERNAL_SERVER_ERROR.into_response()
}

async fn stylesheet() -> Response {
    let headers = [
        (CONTENT_TYPE, "text/css; charset=utf-8"),
        (CACHE_CONTROL, "public, max-age=3600"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, include_str!("../templates/demo.css")).into_response()
}

fn render(status: StatusCode, template: &impl Template) -> Response {
    match template.render() {
        Ok(html) => (status, Html(html)).into_response(),
        Err(error) => {
            tracing::error!(%error, "a page could not be rendered");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

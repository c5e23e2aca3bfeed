use askama::Template;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use axum::{Router, middleware};
use axum_cognito::{CurrentUser, group_required, login_required};
use sqlx::SqlitePool;
use tower_http::set_header::SetResponseHeaderLayer;

use crate::embedded::{SeededUser, USERS};

#[derive(Clone)]
struct Site {
    database: SqlitePool,
    embedded: bool,
}

/// The pages of the site, and those of the library beside them.
pub(crate) fn router(database: SqlitePool, embedded: bool) -> Router {
    let members = Router::new()
        .route("/members", get(members))
        .route_layer(login_required());
    let admins = Router::new()
        .route("/admin/users", get(users))
        .route_layer(group_required("admins"));
    let pages = Router::new()
        .route("/", get(home))
        .merge(members)
        .merge(admins)
        .fallback(not_found)
        .layer(header(CACHE_CONTROL, "no-store"))
        .layer(header(
            CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; \
             base-uri 'none'",
        ))
        .layer(header(
            axum::http::header::X_CONTENT_TYPE_OPTIONS,
            "nosniff",
        ))
        .layer(header(axum::http::header::REFERRER_POLICY, "same-origin"));

    pages
        .merge(axum_cognito::pages::router())
        .route("/demo.css", get(stylesheet))
        .route("/healthz", get(async || "ok"))
        .layer(middleware::from_fn(axum_cognito::pages::error_pages))
        .with_state(Site { database, embedded })
}

#[derive(Template)]
#[template(path = "home.html")]
struct Home {
    user: Option<CurrentUser>,
    seeded: &'static [SeededUser],
}

async fn home(State(site): State<Site>, user: Option<CurrentUser>) -> Response {
    render(
        StatusCode::OK,
        &Home {
            user,
            seeded: if site.embedded { &USERS } else { &[] },
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
#[template(path = "users.html")]
struct Users {
    rows: Vec<UserRow>,
}

struct UserRow {
    username: String,
    email: String,
    last_login: String,
}

/// The site's own table, by the site's own query.
async fn users(State(site): State<Site>) -> Response {
    let rows = sqlx::query_as::<_, (String, String, Option<time::OffsetDateTime>)>(
        "select username, email, last_login from users order by username limit 200",
    )
    .fetch_all(&site.database)
    .await;

    match rows {
        Ok(rows) => {
            let rows = rows.into_iter().map(|(username, email, at)| UserRow {
                username,
                email,
                last_login: at.map_or_else(|| "never".to_owned(), minutes),
            });
            render(
                StatusCode::OK,
                &Users {
                    rows: rows.collect(),
                },
            )
        }
        Err(error) => {
            tracing::error!(%error, "the users could not be listed");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}

#[derive(Template)]
#[template(path = "not_found.html")]
struct NotFound;

async fn not_found() -> Response {
    render(StatusCode::NOT_FOUND, &NotFound)
}

async fn stylesheet() -> Response {
    let headers = [
        (CONTENT_TYPE, "text/css; charset=utf-8"),
        (CACHE_CONTROL, "public, max-age=3600"),
    ];
    (headers, include_str!("../templates/demo.css")).into_response()
}

fn minutes(at: time::OffsetDateTime) -> String {
    format!("{} {:02}:{:02} UTC", at.date(), at.hour(), at.minute())
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

fn header(
    name: axum::http::HeaderName,
    value: &'static str,
) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value))
}

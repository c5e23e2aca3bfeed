//! The pages of the site. `main.rs` puts the login around them.

use axum::Router;
use axum::response::Html;
use axum::routing::get;
use axum_cognito::{CurrentUser, group_required, login_required, pages};

/// Who may see what, and the library's own pages: /login, /logout, /profile, /password and so on.
pub fn routes() -> Router {
    let members = Router::new()
        .route("/members", get(members))
        .route_layer(login_required());
    let admins = Router::new()
        .route("/admin", get(admin))
        .route_layer(group_required("admins"));

    Router::new()
        .route("/", get(home))
        .merge(members)
        .merge(admins)
        .merge(pages::router())
}

async fn home(user: Option<CurrentUser>) -> Html<&'static str> {
    Html(match user {
        Some(_) => r#"<a href="/members">Members</a> <a href="/profile">Your account</a>"#,
        None => r#"<a href="/login">Log in</a>"#,
    })
}

async fn members(user: CurrentUser) -> String {
    format!("Hello {}", user.first_name)
}

async fn admin() -> &'static str {
    "For administrators"
}

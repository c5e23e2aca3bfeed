use std::sync::Arc;

use askama::Template;
use axum::Extension;
use axum::http::StatusCode;
use axum::response::Response;

use super::{Pages, error, page, see_other};
use crate::web::AuthSession;

#[derive(Template)]
#[template(path = "logout/logout.html")]
struct LogoutPage;

/// Asks whether to log out. Looking at a page logs nobody out.
pub(super) async fn show() -> Response {
    page(StatusCode::OK, &LogoutPage)
}

/// Logs the user out everywhere.
pub(super) async fn submit_everywhere(
    Extension(pages): Extension<Arc<Pages>>,
    auth: AuthSession,
) -> Response {
    match auth.log_out_everywhere().await {
        Ok(()) => see_other(&pages.after_logout),
        Err(failure) => error::failed(&failure),
    }
}

/// Logs the user out of this browser.
pub(super) async fn submit(Extension(pages): Extension<Arc<Pages>>, auth: AuthSession) -> Response {
    match auth.log_out().await {
        Ok(()) => see_other(&pages.after_logout),
        Err(failure) => error::failed(&failure),
    }
}

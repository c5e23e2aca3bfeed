use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use super::texts::Texts;
use super::{View, page, see_other};
use crate::web::{AuthError, AuthSession};

/// Asks whether to log out.
#[derive(Clone, Debug, Template)]
#[template(path = "logout/logout.html")]
#[non_exhaustive]
pub struct LogoutPage {
    /// The texts of the page's language.
    pub texts: &'static Texts,
}

/// Asks whether to log out. Looking at a page logs nobody out.
pub(super) async fn show(view: View) -> Response {
    let logout = LogoutPage { texts: view.texts };
    page(StatusCode::OK, view.templates().logout(&logout))
}

/// Logs the user out everywhere.
pub(super) async fn submit_everywhere(view: View, auth: AuthSession) -> Response {
    leave(&view, auth.log_out_everywhere().await)
}

/// Logs the user out of this browser.
pub(super) async fn submit(view: View, auth: AuthSession) -> Response {
    leave(&view, auth.log_out().await)
}

fn leave(view: &View, ended: Result<(), AuthError>) -> Response {
    match ended {
        Ok(()) => see_other(&view.pages().after_logout),
        Err(failure) => view.failed(&failure),
    }
}

use axum::http::StatusCode;
use axum::response::Response;

use super::error::{Shown, see_other};
#[cfg(feature = "managed-login")]
use super::managed_login::redirect;
use super::shown::LogoutPage;
use super::view::{View, page};
use crate::web::AuthSession;

/// Asks whether to log out. Looking at a page logs nobody out.
pub(super) async fn show(view: View) -> Response {
    let logout = LogoutPage {
        texts: view.texts,
        paths: view.paths.clone(),
    };
    page(StatusCode::OK, view.templates().logout(&logout))
}

/// Logs the user out everywhere.
pub(super) async fn submit_everywhere(view: View, auth: AuthSession) -> Shown {
    auth.log_out_everywhere().await?;
    Ok(see_other(&view.pages().after_logout))
}

/// Logs the user out of this browser.
pub(super) async fn submit(view: View, auth: AuthSession) -> Shown {
    #[cfg(feature = "managed-login")]
    let at_domain = match auth.current_user().await {
        Ok(user) => user.and_then(|user| auth.managed_logout_url(&user)),
        Err(_) => None, // an outage keeps nobody from logging out
    };
    auth.log_out().await?;

    #[cfg(feature = "managed-login")]
    if let Some(address) = at_domain {
        return Ok(redirect(&address));
    }
    Ok(see_other(&view.pages().after_logout))
}

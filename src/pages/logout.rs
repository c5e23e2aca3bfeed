use axum::http::StatusCode;
use axum::response::Response;
#[cfg(feature = "managed-login")]
use url::Url;

use super::error::{Shown, see_other};
#[cfg(feature = "managed-login")]
use super::sent_on::redirect;
use super::shown::LogoutPage;
use super::view::{View, page};
use crate::web::{AuthSession, LocalPath};

/// The question whether to log out. Looking at a page logs nobody out.
pub(super) async fn show(view: View) -> Response {
    let logout = LogoutPage {
        texts: view.texts,
        paths: view.paths.clone(),
    };
    page(StatusCode::OK, view.templates().logout(&logout))
}

/// Logs the user out everywhere.
pub(super) async fn submit_everywhere(view: View, auth: AuthSession) -> Shown {
    let after = After::read(&view, &auth).await;
    auth.log_out_everywhere().await?;
    Ok(after.answer())
}

/// Logs the user out of this browser.
pub(super) async fn submit(view: View, auth: AuthSession) -> Shown {
    let after = After::read(&view, &auth).await;
    auth.log_out().await?;
    Ok(after.answer())
}

/// Where the browser goes after a logout: to the user pool's domain, if the user came in by it, and
/// from there to the site.
pub(super) enum After {
    #[cfg(feature = "managed-login")]
    Domain(Url),
    Site(LocalPath),
}

impl After {
    /// Reads it before the logout. An outage keeps nobody from that.
    pub(super) async fn read(view: &View, auth: &AuthSession) -> Self {
        #[cfg(feature = "managed-login")]
        if let Ok(Some(user)) = auth.current_user().await
            && let Some(address) = auth.managed_logout_url(&user)
        {
            return Self::Domain(address);
        }
        #[cfg(not(feature = "managed-login"))]
        let _ = auth;
        Self::Site(view.pages().after_logout.clone())
    }

    pub(super) fn answer(&self) -> Response {
        match self {
            #[cfg(feature = "managed-login")]
            Self::Domain(address) => redirect(address),
            Self::Site(path) => see_other(path),
        }
    }
}

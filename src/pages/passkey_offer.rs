//! Whether a passkey is offered after a login with a password.

use axum::http::HeaderMap;
use axum::http::header::{COOKIE, HOST};
use tracing::debug;

use super::page::Page;
use super::view::View;
use crate::challenge::WebAuthn;
use crate::web::{AuthSession, LocalPath};

/// In the browser of somebody who wants none for now, for ninety days.
pub(super) const DECLINED: &str = "axum-cognito-passkey-offer=declined";
pub(super) const DECLINED_FOR: u32 = 90 * 24 * 60 * 60;

/// Where a login leads to: past the offer, if this user has a use for it.
pub(super) async fn on_the_way(
    view: &View,
    auth: &AuthSession,
    headers: &HeaderMap,
    next: Option<LocalPath>,
) -> LocalPath {
    let is_offered = view.pages().passkey_offer
        && view.paths.is_ours(Page::Passkeys)
        && auth.first_factors().contains(&WebAuthn::NAME)
        && can_have_passkeys(headers)
        && !has_declined(headers);
    if !is_offered || !has_none(auth).await {
        return view.destination(next);
    }

    let offer = view.paths.passkey_offer();
    offer.with_next_if(next.as_ref())
}

/// Passkeys belong to a name; a browser refuses them at an IP address.
fn can_have_passkeys(headers: &HeaderMap) -> bool {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    let name = host.map(|host| host.rsplit_once(':').map_or(host, |(name, _)| name));

    name.is_some_and(|name| !name.starts_with('[') && name.parse::<std::net::Ipv4Addr>().is_err())
}

fn has_declined(headers: &HeaderMap) -> bool {
    headers.get_all(COOKIE).iter().any(|cookies| {
        let cookies = cookies.to_str().unwrap_or_default();
        cookies.split(';').any(|cookie| cookie.trim() == DECLINED)
    })
}

/// Whether the user who has just logged in has no passkey. One who cannot be asked about is offered
/// none.
async fn has_none(auth: &AuthSession) -> bool {
    let current = auth.current_user().await.ok().flatten();
    if current.is_none_or(|user| auth.count_page(&user).is_err()) {
        return false;
    }
    let Ok(Some(user)) = auth.cognito_user().await else {
        return false;
    };
    if !user.has_account_scope() {
        return false;
    }

    match user.list_web_authn_credentials().await {
        Ok(passkeys) => passkeys.is_empty(),
        Err(error) => {
            debug!(%error, "no passkey is offered");
            false
        }
    }
}

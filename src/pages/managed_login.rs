//! On the way to the user pool's domain, and back.

use axum::extract::{OriginalUri, RawQuery};
use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;

use super::connected;
use super::error::{PageError, Shown, see_other};
use super::login::{Before, ManagedTrouble, after, show_again};
use super::mistake::Mistake;
use super::sent_on::{language, redirect, sent_on};
use super::view::{View, query_parameter};
use super::ways::{AGAIN, Who};
use crate::cognito::ManagedLoginRequest;
use crate::web::{AuthSession, LocalPath, ManagedLoginOutcome, ManagedLoginRefusal};

/// In the query of the callback: the browser was here a moment ago, and comes from our own page.
const RESUMED: &str = "resumed";

/// In a browser that was sent on to the callback once more, for a minute: it keeps cookies, even if
/// that of the session has expired, or went with a logout.
const KEPT: &str = "axum-cognito-kept=1";

/// Begins a managed login, and sends the browser to the domain.
pub(super) async fn begin(
    view: View,
    auth: AuthSession,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Shown {
    // From another site a browser may leave its cookie out, and would get another one in its place.
    if says(&headers, "sec-fetch-site", "cross-site") {
        if view.paths.is_json() {
            // A front end elsewhere asks by itself, and gets no cookie that it would not send.
            if !says(&headers, "sec-fetch-mode", "cors") {
                return Err(PageError::Refused(StatusCode::FORBIDDEN));
            }
        } else if let Some(here) = LocalPath::of_request(&uri) {
            return Ok(sent_on(&view, here.to_string()));
        }
    }
    let parameter = |wanted: &str| query_parameter(query.as_deref(), wanted);
    let next = parameter("next").and_then(|next| view.paths.read_next(&next));
    let again = parameter(AGAIN).is_some();
    let mut request = ManagedLoginRequest {
        lang: language(&view),
        asks_again: again,
        ..ManagedLoginRequest::default()
    };

    let typed = parameter("email");
    let mut backend = parameter("backend");
    match &typed {
        None => request.provider = parameter("provider"),
        Some(email) => {
            let Some(option) = auth.managed_login_of(email) else {
                let who = match auth.current_user().await? {
                    Some(user) if again => Who::Again(user),
                    _ => Who::Typed(""),
                };
                let unknown = view.texts.mistakes.email_domain_unknown;
                let mistake = Mistake::new("email", unknown);
                return Ok(show_again(&view, &auth, &who, next, &mistake));
            };
            request.provider = option.provider;
            request.login_hint = Some(email.trim().to_owned());
            backend = Some(option.backend);
        }
    }

    let begun = auth.begin_managed_login(backend.as_deref(), &request, next.as_ref());
    let Some(address) = begun.await? else {
        return Err(PageError::NO_USER_POOL);
    };
    Ok(if typed.is_some() {
        // `form-action` of our policy counts for the redirects after a form too.
        sent_on(&view, address.into())
    } else {
        redirect(&address)
    })
}

fn says(headers: &HeaderMap, name: &str, value: &str) -> bool {
    headers.get(name).is_some_and(|it| it == value)
}

/// Where a browser keeps the session's cookie over https alone, it is to keep this one so too.
fn try_cookie(auth: &AuthSession) -> String {
    let secure = if auth.has_secure_cookie() {
        "; Secure"
    } else {
        ""
    };
    format!("{KEPT}; Path=/; Max-Age=60; HttpOnly{secure}; SameSite=Lax")
}

fn keeps_cookies(headers: &HeaderMap) -> bool {
    headers.get_all(COOKIE).iter().any(|cookies| {
        let cookies = cookies.to_str().unwrap_or_default();
        cookies.split(';').any(|cookie| cookie.trim() == KEPT)
    })
}

/// Takes the browser back, with a code or an error in the query.
pub(super) async fn finish(
    view: View,
    auth: AuthSession,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Shown {
    let query = query.unwrap_or_default();
    let outcome = auth.finish_managed_login(&query).await?;
    let back_to_login = |trouble, next: Option<&LocalPath>, again| {
        let login = view.paths.login();
        let login = if again { login.with(AGAIN, "1") } else { login };
        let login = login.with(Before::Managed(trouble).name(), "1");
        see_other(&login.with_next_if(next))
    };

    Ok(match outcome {
        ManagedLoginOutcome::Complete { next, .. } => see_other(&view.destination(next)),
        ManagedLoginOutcome::Restarted(address) => redirect(&address),
        ManagedLoginOutcome::Connected => see_other(&connected::after(&view, Ok(()))),
        ManagedLoginOutcome::NotConnected(why) => see_other(&connected::after(&view, Err(why))),
        ManagedLoginOutcome::Refused { why, next, again } => {
            let trouble = match why {
                ManagedLoginRefusal::Cancelled => ManagedTrouble::Cancelled,
                ManagedLoginRefusal::Expired => ManagedTrouble::Expired,
                ManagedLoginRefusal::NotAllowed(_) => ManagedTrouble::NotAllowed,
                ManagedLoginRefusal::NotProved => ManagedTrouble::NotProved,
                ManagedLoginRefusal::Provider => ManagedTrouble::Failed,
            };
            back_to_login(trouble, next.as_ref(), again)
        }
        // Browsers leave a cookie with `SameSite=Strict` out where another site sends them; from
        // a page of ours they bring it.
        ManagedLoginOutcome::Unknown if query_parameter(Some(&query), RESUMED).is_none() => {
            match LocalPath::of_request(&uri) {
                Some(here) => {
                    let page = sent_on(&view, here.with(RESUMED, "1").to_string());
                    ([(SET_COOKIE, try_cookie(&auth))], page).into_response()
                }
                None => back_to_login(ManagedTrouble::Expired, None, false),
            }
        }
        // Loaded again, or gone back to, after the login.
        ManagedLoginOutcome::Unknown if auth.current_user().await?.is_some() => {
            see_other(&view.destination(None))
        }
        ManagedLoginOutcome::Unknown if !keeps_cookies(&headers) => {
            after(&view, Before::Kept, None)
        }
        ManagedLoginOutcome::Unknown => back_to_login(ManagedTrouble::Expired, None, false),
    })
}

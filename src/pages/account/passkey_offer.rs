//! The offer of a passkey, which can be declined.

use axum::extract::RawQuery;
use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use axum::response::IntoResponse;
use tracing::debug;

use super::owner::Owner;
use crate::pages::error::{Shown, see_other};
use crate::pages::form::Form;
use crate::pages::page::Page;
use crate::pages::passkey_offer::{DECLINED, DECLINED_FOR};
use crate::pages::shown::PasskeyOfferPage;
use crate::pages::view::{View, page, query_parameter};

/// The offer, or where it would lead if Cognito has none to make.
pub(in crate::pages) async fn show(owner: Owner, RawQuery(query): RawQuery) -> Shown {
    let view = &owner.view;
    let next = query_parameter(query.as_deref(), "next");
    let next = next.and_then(|next| view.paths.read_next(&next));
    let options = match owner.cognito.start_web_authn_registration().await {
        Ok(options) => options,
        Err(error) => {
            debug!(%error, "no passkey is offered");
            return Ok(see_other(&view.destination(next)));
        }
    };

    let shown = PasskeyOfferPage {
        texts: view.texts,
        paths: view.paths.clone(),
        action: view.paths.own(Page::Passkeys),
        options,
        next: view.destination(next),
    };
    Ok(page(StatusCode::OK, view.templates().passkey_offer(&shown)))
}

/// Remembers that this browser wants none for now.
pub(in crate::pages) async fn decline(view: View, mut typed: Form) -> Shown {
    let next = typed.take("next");
    let next = next.and_then(|next| view.paths.read_next(&next));
    let cookie = format!("{DECLINED}; Path=/; Max-Age={DECLINED_FOR}; HttpOnly; SameSite=Lax");

    Ok(([(SET_COOKIE, cookie)], see_other(&view.destination(next))).into_response())
}

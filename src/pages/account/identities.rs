use axum::extract::RawQuery;
use axum::http::StatusCode;
use axum::response::Response;

use super::owner::RecentUser;
use crate::cognito::ManagedLoginRequest;
use crate::pages::connected::{DISCONNECTED, LAST, words};
use crate::pages::error::{PageError, Shown, see_other};
use crate::pages::form::Form;
use crate::pages::page::Page;
use crate::pages::sent_on::{language, sent_on};
use crate::pages::shown::{Choice, IdentitiesPage, IdentityRow};
use crate::pages::texts::fill;
use crate::pages::view::{View, page};
use crate::web::{ConnectedIdentities, ConnectedIdentity, ManagedLoginOption};

/// The accounts elsewhere by which the user can log in.
pub(in crate::pages) async fn show(recent: RecentUser, RawQuery(query): RawQuery) -> Shown {
    let RecentUser { view, auth, .. } = &recent;
    let by_password = view.pages().with_password;
    match auth.connected_identities(by_password).await? {
        Some(identities) => Ok(list(view, identities, query.as_deref())),
        None => Err(recent.without_account().await),
    }
}

/// Connects an account elsewhere, or disconnects one.
pub(in crate::pages) async fn submit(recent: RecentUser, mut typed: Form) -> Shown {
    let RecentUser { view, auth, user } = &recent;
    if !auth.can_connect_identities(user) {
        return Err(PageError::NO_USER_POOL);
    }
    let own = view.paths.own(Page::Identities);
    let provider = typed.take("provider").unwrap_or_default();

    match typed.take("action").as_deref() {
        Some("connect") => {
            let request = ManagedLoginRequest {
                provider: Some(provider),
                lang: language(view),
                ..ManagedLoginRequest::default()
            };
            match auth.begin_connecting(&request).await? {
                // `form-action` of our policy counts for the redirects after a form too.
                Some(address) => Ok(sent_on(view, address.into())),
                None => Err(recent.without_account().await),
            }
        }
        Some("disconnect") => {
            let id = typed.take("id").unwrap_or_default();
            let by_password = view.pages().with_password;
            let done = auth.disconnect_identity(&provider, &id, by_password);
            let said = if done.await? { DISCONNECTED } else { LAST };
            Ok(see_other(&own.with(said, "1")))
        }
        _ => Ok(see_other(&own)),
    }
}

fn list(view: &View, identities: ConnectedIdentities, query: Option<&str>) -> Response {
    let texts = view.texts;
    let (notice, alert) = words(query, texts);
    let row = |connected: ConnectedIdentity| {
        let label = fill(
            texts.identities.disconnect_named,
            &[("provider", &connected.label)],
        );
        IdentityRow {
            provider: connected.identity.provider,
            id: connected.identity.user_id,
            label: connected.label,
            disconnect_label: connected.can_be_disconnected.then_some(label),
        }
    };
    let other = |option: ManagedLoginOption| {
        let label = option.label.unwrap_or_default();
        let label = fill(texts.identities.connect, &[("provider", &label)]);
        Choice::new(option.provider.unwrap_or_default(), label)
    };
    let shown = IdentitiesPage {
        texts,
        paths: view.paths.clone(),
        action: view.paths.own(Page::Identities),
        notice,
        alert: alert.to_owned(),
        identities: identities.connected.into_iter().map(row).collect(),
        others: identities.others.into_iter().map(other).collect(),
    };

    page(StatusCode::OK, view.templates().identities(&shown))
}

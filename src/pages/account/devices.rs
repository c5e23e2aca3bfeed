use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use super::Account;
use crate::cognito::{CognitoErrorKind, Device};
use crate::pages::form::Form;
use crate::pages::texts::{Texts, fill};
use crate::pages::{page, see_other};
use crate::web::LocalPath;

/// The devices of a user. Its forms go to `/profile/devices`, with the `key` of the device and
/// the `action` `forget` or `remember`.
#[derive(Clone, Debug, Template)]
#[template(path = "account/devices.html")]
#[non_exhaustive]
pub struct DevicesPage {
    /// The texts of the page's language.
    pub texts: &'static Texts,
    /// The devices that Cognito has met.
    pub devices: Vec<DeviceRow>,
}

/// A device.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct DeviceRow {
    /// Tells it from all others.
    pub key: String,
    /// What it is called.
    pub name: String,
    /// When it was used last, in words.
    pub seen: String,
    /// Whether the page is shown on it.
    pub is_this: bool,
    /// What the button says to somebody who does not see the row: which device is forgotten.
    pub forget_label: String,
}

/// The devices that Cognito has met.
pub(in crate::pages) async fn show(account: Account) -> Response {
    match account.cognito.list_devices().await {
        Ok(devices) => list(&account, &devices),
        // A user pool that does not track devices refuses to list them.
        Err(failure) if failure.kind() == CognitoErrorKind::FeatureNotEnabled => {
            list(&account, &[])
        }
        Err(failure) => account.failed(&failure).await,
    }
}

/// Has Cognito forget a device, or remember it.
pub(in crate::pages) async fn submit(account: Account, mut typed: Form) -> Response {
    let key = typed.take("key").unwrap_or_default();
    let done = match typed.take("action").as_deref() {
        Some("remember") => account.cognito.update_device_status(&key, true).await,
        Some("forget") => account.cognito.forget_device(&key).await,
        _ => Ok(()),
    };

    match done {
        Err(failure)
            if !matches!(
                failure.kind(),
                CognitoErrorKind::ResourceNotFound | CognitoErrorKind::InvalidParameter
            ) =>
        {
            account.failed(&failure).await
        }
        _ => see_other(&LocalPath::from_static("/profile/devices")),
    }
}

fn list(account: &Account, devices: &[Device]) -> Response {
    let view = &account.view;
    let texts = &view.texts.devices;
    let this = account.cognito.tokens().device_key.as_deref();
    let rows = devices.iter().map(|device| {
        let name = device.name().unwrap_or(texts.nameless);
        let seen = device.last_authenticated_at.map(|at| {
            let date = view.texts.date(at);
            fill(texts.last_used, &[("date", &date)])
        });
        DeviceRow {
            key: device.key.clone(),
            name: name.to_owned(),
            seen: seen.unwrap_or_default(),
            is_this: this == Some(device.key.as_str()),
            forget_label: fill(texts.forget_named, &[("name", name)]),
        }
    });
    let devices = DevicesPage {
        texts: view.texts,
        devices: rows.collect(),
    };

    page(StatusCode::OK, view.templates().devices(&devices))
}

use std::cmp::Reverse;

use axum::extract::RawQuery;
use axum::http::StatusCode;
use axum::response::Response;

use super::owner::Owner;
use crate::cognito::{CognitoError, CognitoErrorKind, Device, Remedy};
use crate::pages::error::{Shown, see_other};
use crate::pages::form::Form;
use crate::pages::page::Page;
use crate::pages::shown::{DeviceRow, DevicesPage, TimedText};
use crate::pages::texts::{Texts, fill};
use crate::pages::view::{Change, page};
use crate::web::AccountChange;

/// The devices that Cognito has met.
pub(in crate::pages) async fn show(owner: Owner, RawQuery(query): RawQuery) -> Shown {
    let notice = owner.view.saved_notice(query.as_deref());
    match owner.cognito.list_devices().await {
        Ok(devices) => Ok(list(&owner, Some(devices), notice)),
        Err(failure) if remembers_none(&failure) => Ok(list(&owner, None, notice)),
        Err(failure) => Err(owner.failed(failure).await),
    }
}

/// Has Cognito forget a device, or remember it.
pub(in crate::pages) async fn submit(owner: Owner, mut typed: Form) -> Shown {
    let key = typed.take("key").unwrap_or_default();
    let action = typed.take("action");
    let change = match action.as_deref() {
        Some("remember") => Change::DeviceTrusted,
        _ => Change::DeviceForgotten,
    };
    let done = match action.as_deref() {
        Some("remember") => owner.cognito.update_device_status(&key, true).await,
        Some("forget") => owner.cognito.forget_device(&key).await,
        // Nothing that the page has a button for.
        _ => return Ok(see_other(&owner.view.paths.own(Page::Devices))),
    };

    let devices = owner.view.paths.own(Page::Devices);
    match done {
        Ok(()) => {
            owner.changed(AccountChange::Devices).await?;
            Ok(see_other(&change.of(&devices)))
        }
        // There is no such device, or no more to be said about it: the list shows how it is.
        Err(failure) if is_settled(&failure) => Ok(see_other(&devices)),
        Err(failure) => Err(owner.failed(failure).await),
    }
}

/// Whether the user pool does not track devices, which is AWS's default.
fn remembers_none(failure: &CognitoError) -> bool {
    failure.kind() == CognitoErrorKind::FeatureNotEnabled
}

/// Whether another try would come to the same, and neither the service nor the login is why.
fn is_settled(failure: &CognitoError) -> bool {
    let kind = failure.kind();
    remembers_none(failure)
        || kind == CognitoErrorKind::ResourceNotFound
        || matches!(kind.remedy(), Remedy::Correct | Remedy::Wait)
}

fn list(owner: &Owner, devices: Option<Vec<Device>>, notice: &'static str) -> Response {
    let view = &owner.view;
    let this = owner.cognito.tokens().device_key.as_deref();
    let devices = DevicesPage {
        texts: view.texts,
        paths: view.paths.clone(),
        action: view.paths.own(Page::Devices),
        notice,
        devices: devices.map(|devices| rows(devices, this, view.texts)),
    };

    page(StatusCode::OK, view.templates().devices(&devices))
}

/// The devices that were used last come first.
pub(in crate::pages) fn rows(
    mut devices: Vec<Device>,
    this: Option<&str>,
    texts: &Texts,
) -> Vec<DeviceRow> {
    devices.sort_by_key(|device| Reverse(device.last_authenticated_at));
    let row = |device: Device| {
        let name = device.name().unwrap_or(texts.devices.nameless).to_owned();
        let seen = device.last_authenticated_at;
        let seen = seen.map(|at| TimedText::new(texts, texts.devices.last_used, &[("date", at)]));
        DeviceRow {
            is_this: this == Some(device.key.as_str()),
            forget_label: fill(texts.devices.forget_named, &[("name", &name)]),
            key: device.key,
            name,
            seen: seen.unwrap_or_default(),
        }
    };

    devices.into_iter().map(row).collect()
}

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use super::{Account, outage};
use crate::cognito::{CognitoErrorKind, Device};
use crate::pages::form::Form;
use crate::pages::{page, see_other, texts};
use crate::web::LocalPath;

#[derive(Template)]
#[template(path = "account/devices.html")]
struct DevicesPage {
    devices: Vec<Row>,
}

struct Row {
    key: String,
    name: String,
    seen: String,
}

/// The devices that Cognito has met.
pub(in crate::pages) async fn show(account: Account) -> Response {
    match account.cognito.list_devices().await {
        Ok(devices) => list(&devices),
        // A user pool that does not track devices refuses to list them.
        Err(failure) if failure.kind() == CognitoErrorKind::InvalidParameter => list(&[]),
        Err(failure) => account.failed(&failure).await,
    }
}

/// Has Cognito forget a device.
pub(in crate::pages) async fn forget(account: Account, mut typed: Form) -> Response {
    let key = typed.take("key").unwrap_or_default();

    match account.cognito.forget_device(&key).await {
        Err(failure)
            if !matches!(
                failure.kind(),
                CognitoErrorKind::ResourceNotFound | CognitoErrorKind::InvalidParameter
            ) =>
        {
            outage(&failure)
        }
        _ => see_other(&LocalPath::from_static("/profile/devices")),
    }
}

fn list(devices: &[Device]) -> Response {
    let rows = devices.iter().map(|device| Row {
        key: device.key.clone(),
        name: device.name().unwrap_or(texts::NAMELESS_DEVICE).to_owned(),
        seen: device
            .last_authenticated_at
            .map(texts::last_used)
            .unwrap_or_default(),
    });

    page(
        StatusCode::OK,
        &DevicesPage {
            devices: rows.collect(),
        },
    )
}

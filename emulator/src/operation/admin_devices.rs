//! Devices of a user, for admins: `AdminGetDevice`, `AdminListDevices`, `AdminForgetDevice`, `AdminUpdateDeviceStatus`.

use serde_json::{Value, json};

use super::contract::Call;
use super::page::Page;
use crate::failure::Failure;
use crate::pool::{Account, Directory};

pub(super) fn get(call: &Call<'_>) -> Result<Value, Failure> {
    let device = with_account(call, |account| {
        Ok(account.device_mut(call.text("DeviceKey"))?.describe())
    })?;
    Ok(json!({ "Device": device }))
}

pub(super) fn list(call: &Call<'_>) -> Result<Value, Failure> {
    with_account(call, |account| {
        let devices: Vec<_> = account.devices.values().collect();
        let page = Page::new(
            call.limit("Limit"),
            call.optional("PaginationToken"),
            devices.len(),
        )?;
        let shown = devices[page.range.clone()].iter().map(|it| it.describe());
        Ok(page.answer("Devices", shown.collect(), "PaginationToken"))
    })
}

pub(super) fn forget(call: &Call<'_>) -> Result<Value, Failure> {
    with_account(call, |account| {
        let key = call.text("DeviceKey");
        account.device_mut(key)?;
        account.devices.remove(key);
        Ok(json!({}))
    })
}

pub(super) fn update_status(call: &Call<'_>) -> Result<Value, Failure> {
    with_account(call, |account| {
        let device = account.device_mut(call.text("DeviceKey"))?;
        device.remembered = call.text("DeviceRememberedStatus") == "remembered";
        Ok(json!({}))
    })
}

fn with_account(
    call: &Call<'_>,
    work: impl FnOnce(&mut Account) -> Result<Value, Failure>,
) -> Result<Value, Failure> {
    let pool = call.pool()?;
    let mut directory = pool.directory();
    let directory: &mut Directory = &mut directory;
    directory.settings.require_device_tracking()?;
    work(directory.any_user_mut(call.text("Username"))?)
}

//! Whether a remembered device is to prove itself: `DEVICE_SRP_AUTH`.

use crate::failure::Failure;
use crate::login::step::{Step, challenge};
use crate::pool::{Directory, Login, Pending};

/// Returns whether the device that the client named is to prove itself now.
///
/// A key that the pool does not know, or no longer, is an error: the client has to drop it and start anew.
pub(super) fn is_known(directory: &mut Directory, login: &Login) -> Result<bool, Failure> {
    let Some(key) = &login.device_key else {
        return Ok(false);
    };
    if directory.settings.device_tracking.is_none() {
        return Ok(false);
    }
    let account = directory.user_of(login)?;
    let device = account
        .devices
        .get(key)
        .ok_or_else(|| Failure::not_found("Device does not exist."))?;
    Ok(device.verifier.is_some() && device.remembered)
}

pub(super) fn ask(directory: &mut Directory, login: Login) -> Step {
    let parameters = [("USERNAME", login.username.clone())];
    challenge(
        directory,
        "DEVICE_SRP_AUTH",
        login,
        Pending::DeviceSrp,
        parameters,
    )
}

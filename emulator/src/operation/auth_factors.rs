//! By which factors a user can log in, and taking one away.

use serde_json::{Value, json};

use super::contract::Call;
use crate::failure::Failure;
use crate::pool::{Account, Factor, Settings};

/// `GetUserAuthFactors`.
pub(super) fn get(call: &Call<'_>) -> Result<Value, Failure> {
    let (pool, access) = call.emulator.access(call.text("AccessToken"))?;
    let directory = pool.directory();
    let account = directory.user(&access.username)?;
    Ok(describe(&directory.settings, account))
}

/// `AdminGetUserAuthFactors`.
pub(super) fn admin_get(call: &Call<'_>) -> Result<Value, Failure> {
    let pool = call.pool()?;
    let directory = pool.directory();
    let account = directory.any_user(call.text("Username"))?;
    Ok(describe(&directory.settings, account))
}

/// `AdminDeleteSoftwareToken`: the authenticator app is gone, e.g. with a lost phone.
pub(super) fn delete_software_token(call: &Call<'_>) -> Result<Value, Failure> {
    let pool = call.pool()?;
    let mut directory = pool.directory();
    let account = directory.any_user_mut(call.text("Username"))?;
    account.mfa.totp = None;
    account.mfa.set(Factor::SoftwareToken, false, false);
    Ok(json!({}))
}

fn describe(settings: &Settings, account: &Account) -> Value {
    let factors: Vec<_> = account.first_factors(settings);
    let mut answer = json!({
        "Username": account.username,
        "UserMFASettingList": account.mfa.enabled.iter().map(|it| it.name()).collect::<Vec<_>>(),
        "ConfiguredUserAuthFactors": factors,
    });
    if let Some(preferred) = account.mfa.preferred {
        answer["PreferredMfaSetting"] = json!(preferred.name());
    }
    answer
}

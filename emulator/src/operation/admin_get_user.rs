//! `AdminGetUser`.

use serde::{Deserialize, Serialize};

use super::contract::Operation;
use crate::failure::Failure;
use crate::pool::{Factor, attributes};
use crate::shared::Shared;
use crate::wire::{self, Attribute};

/// Shows a user.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct AdminGetUser {
    user_pool_id: String,
    username: String,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Answer {
    username: String,
    user_attributes: Vec<Attribute>,
    user_create_date: f64,
    user_last_modified_date: f64,
    enabled: bool,
    user_status: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    preferred_mfa_setting: Option<&'static str>,
    #[serde(rename = "UserMFASettingList", skip_serializing_if = "Vec::is_empty")]
    user_mfa_setting_list: Vec<&'static str>,
}

impl Operation for AdminGetUser {
    type Answer = Answer;

    fn run(self, emulator: &Shared) -> Result<Answer, Failure> {
        let pool = emulator.pool(&self.user_pool_id)?;
        let directory = pool.directory();
        let account = directory.any_user(&self.username)?;
        Ok(Answer {
            username: account.username.clone(),
            user_attributes: attributes(account),
            user_create_date: wire::timestamp(account.created),
            user_last_modified_date: wire::timestamp(account.modified),
            enabled: account.enabled,
            user_status: account.status.clone(),
            preferred_mfa_setting: account.mfa.preferred.map(Factor::name),
            user_mfa_setting_list: account.mfa.enabled.iter().map(|it| it.name()).collect(),
        })
    }
}

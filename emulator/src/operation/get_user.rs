//! `GetUser`.

use serde::{Deserialize, Serialize};

use super::contract::Operation;
use crate::failure::Failure;
use crate::pool::attributes;
use crate::shared::Shared;
use crate::wire::Attribute;

/// Shows the user of an access token.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct GetUser {
    access_token: String,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Answer {
    username: String,
    user_attributes: Vec<Attribute>,
    #[serde(skip_serializing_if = "Option::is_none")]
    preferred_mfa_setting: Option<&'static str>,
    #[serde(rename = "UserMFASettingList", skip_serializing_if = "Vec::is_empty")]
    user_mfa_setting_list: Vec<&'static str>,
}

impl Operation for GetUser {
    type Answer = Answer;

    fn run(self, emulator: &Shared) -> Result<Answer, Failure> {
        let (pool, access) = emulator.access(&self.access_token)?;
        let directory = pool.directory();
        let account = directory.user(&access.username)?;
        let client = directory.client(&access.client_id)?;

        let mut user_attributes = attributes(account);
        user_attributes.retain(|attribute| client.may_read(&attribute.name));
        Ok(Answer {
            username: account.username.clone(),
            user_attributes,
            preferred_mfa_setting: account.mfa.preferred.map(|factor| factor.name()),
            user_mfa_setting_list: account.mfa.enabled.iter().map(|it| it.name()).collect(),
        })
    }
}

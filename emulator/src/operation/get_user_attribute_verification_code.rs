//! `GetUserAttributeVerificationCode`.

use serde::{Deserialize, Serialize};

use super::contract::Operation;
use crate::failure::Failure;
use crate::pool::Purpose;
use crate::shared::Shared;
use crate::wire::CodeDeliveryDetails;

/// Sends a code to an address or number of the user.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct GetUserAttributeVerificationCode {
    access_token: String,
    attribute_name: String,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Answer {
    code_delivery_details: CodeDeliveryDetails,
}

impl Operation for GetUserAttributeVerificationCode {
    type Answer = Answer;

    fn run(self, emulator: &Shared) -> Result<Answer, Failure> {
        let (pool, access) = emulator.access(&self.access_token)?;
        let name = self.attribute_name;
        if name != "email" && name != "phone_number" {
            return Err(Failure::invalid_parameter(format!(
                "Invalid attribute name: {name}"
            )));
        }
        let mut directory = pool.directory();
        let now = directory.clock.now();
        let account = directory.user_mut(&access.username)?;
        let purpose = Purpose::Attribute(name.clone());
        account.codes.count(&purpose, "send", 5, now)?;
        Ok(Answer {
            code_delivery_details: directory.send_attribute_code(&access.username, &name)?,
        })
    }
}

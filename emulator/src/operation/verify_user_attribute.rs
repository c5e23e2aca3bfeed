//! `VerifyUserAttribute`.

use serde::Deserialize;

use super::contract::Operation;
use crate::failure::Failure;
use crate::pool::Purpose;
use crate::shared::Shared;
use crate::wire::Empty;

/// Proves by a code that an address or number is the user's.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct VerifyUserAttribute {
    access_token: String,
    attribute_name: String,
    code: String,
}

impl Operation for VerifyUserAttribute {
    type Answer = Empty;

    fn run(self, emulator: &Shared) -> Result<Empty, Failure> {
        let (pool, access) = emulator.access(&self.access_token)?;
        let mut directory = pool.directory();
        let now = directory.clock.now();
        let name = self.attribute_name;
        let purpose = Purpose::Attribute(name.clone());
        let account = directory.user_mut(&access.username)?;
        account.codes.check(&purpose, &self.code, now)?;
        let earlier = account.attribute(&name).map(str::to_owned);
        if let Some(value) = account.unproved.get(&name).cloned() {
            account.attributes.insert(name.clone(), value);
        }
        if let Err(taken) = directory.check_alias_is_free(&access.username, &name) {
            let account = directory.user_mut(&access.username)?;
            if let Some(earlier) = earlier {
                account.attributes.insert(name, earlier);
            }
            return Err(taken);
        }
        let account = directory.user_mut(&access.username)?;
        account.codes.close(&purpose);
        account.unproved.remove(&name);
        let flag = format!("{name}_verified");
        account.attributes.insert(flag, "true".to_owned());
        Ok(Empty {})
    }
}

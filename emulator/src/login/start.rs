//! What the first call of a login brings.

use serde_json::Value;

use super::secret_hash::check_secret_hash;
use super::step::required;
use crate::failure::Failure;
use crate::pool::{Account, AppClient, AuthFlow, Login, Pool};
use crate::wire::Parameters;

/// What `InitiateAuth` and `AdminInitiateAuth` have in common.
pub(crate) struct Start<'a> {
    pub(crate) pool: &'a Pool,
    pub(crate) client: &'a AppClient,
    pub(crate) flow: &'a str,
    pub(crate) parameters: &'a Parameters,
    /// Of a registration that was just confirmed.
    pub(crate) session: Option<&'a str>,
    pub(crate) metadata: &'a Value,
    pub(crate) is_admin: bool,
}

impl Start<'_> {
    /// The name that was typed, after a check of the secret hash over it.
    pub(crate) fn username(&self) -> Result<&str, Failure> {
        let username = required(self.parameters, "USERNAME")?;
        check_secret_hash(self.client, username, self.get("SECRET_HASH"))?;
        Ok(username)
    }

    /// A login of this user, as this call begins it.
    pub(super) fn login(&self, account: &Account) -> Login {
        let mut login = Login::new(self.client.id(), account);
        login.device_key = self.get("DEVICE_KEY").map(str::to_owned);
        login.metadata = self.metadata.clone();
        login
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.parameters.get(name).map(String::as_str)
    }

    pub(super) fn allow(&self, flow: AuthFlow, refusal: &str) -> Result<(), Failure> {
        if self.client.flows.contains(&flow) {
            Ok(())
        } else {
            Err(Failure::invalid_parameter(refusal))
        }
    }
}

//! `SignUp`.

use serde::{Deserialize, Serialize};

use super::codes;
use super::contract::Operation;
use crate::failure::Failure;
use crate::login::check_secret_hash;
use crate::pool::{
    Credential, Directory, Login, Pending, Purpose, UNCONFIRMED, Writing, check_attributes,
};
use crate::shared::Shared;
use crate::wire::{Attribute, CodeDeliveryDetails};

/// Registers a user, who then has to confirm the address by a code.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct SignUp {
    client_id: String,
    secret_hash: Option<String>,
    username: String,
    password: Option<String>,
    #[serde(default)]
    user_attributes: Vec<Attribute>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Answer {
    user_confirmed: bool,
    user_sub: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    code_delivery_details: Option<CodeDeliveryDetails>,
    session: String,
}

impl Operation for SignUp {
    type Answer = Answer;

    fn run(self, emulator: &Shared) -> Result<Answer, Failure> {
        let (pool, client) = emulator.client(&self.client_id)?;
        check_secret_hash(&client, &self.username, self.secret_hash.as_deref())?;
        let mut directory = pool.directory();
        if directory.settings.admin_create_only {
            return Err(Failure::not_authorized(
                "SignUp is not permitted for this user pool",
            ));
        }
        directory.check_new_username(&self.username)?;
        check_attributes(
            &directory.settings.schema,
            &self.user_attributes,
            Writing::New,
        )?;
        let names = self.user_attributes.iter().map(|it| it.name.as_str());
        directory.check_writable(client.id(), names)?;
        if let Some(name) = self.missing(&directory) {
            return Err(Failure::invalid_parameter(format!(
                "Attributes did not conform to the schema: {name}: The attribute is required\n"
            )));
        }
        if let Some(password) = &self.password {
            directory.settings.policy.check(password)?;
        }
        if directory.find(&self.username).is_some() {
            return Err(Failure::new(
                "UsernameExistsException",
                "User already exists",
            ));
        }

        let now = directory.clock.now();
        let pool_name = directory.name().to_owned();
        let account = directory.create(&self.username);
        account.write(&self.user_attributes);
        if let Some(password) = &self.password {
            let credential = Credential::new(&pool_name, &account.username, password);
            account.set_password(credential, now);
        }
        UNCONFIRMED.clone_into(&mut account.status);
        let (username, user_sub) = (account.username.clone(), account.sub.clone());

        let code_delivery_details = codes::send(&mut directory, &username, &Purpose::SignUp)?;
        let login = Login::new(client.id(), directory.user(&username)?);
        let pending = Pending::SignUp {
            is_confirmed: false,
        };
        let session = directory
            .sessions
            .open(login, pending, now, client.session_validity);
        Ok(Answer {
            user_confirmed: false,
            user_sub,
            code_delivery_details,
            session,
        })
    }
}

impl SignUp {
    /// The first required attribute that is not given, be it as the username.
    fn missing(&self, directory: &Directory) -> Option<String> {
        let by_username = directory.username_attribute(&self.username);
        directory
            .settings
            .schema
            .required()
            .find(|&name| {
                by_username != Some(name) && !self.user_attributes.iter().any(|it| it.name == name)
            })
            .map(str::to_owned)
    }
}

//! `SignUp`.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::codes;
use super::contract::Operation;
use crate::failure::Failure;
use crate::login::check_secret_hash;
use crate::pool::{
    Credential, Directory, Login, Pending, Pool, Purpose, Question, UNCONFIRMED, Writing,
    check_attributes, given_exists,
};
use crate::shared::Shared;
use crate::trigger::Trigger;
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
    #[serde(default)]
    validation_data: Vec<Attribute>,
    #[serde(default)]
    client_metadata: Value,
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
        let directory = pool.directory();
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
            let kind = match self.username.contains('@') {
                true => "email",
                false => "phone_number",
            };
            let message = match directory.settings.username_attributes.is_empty() {
                true => "User already exists".to_owned(),
                false => given_exists(kind),
            };
            return Err(Failure::new("UsernameExistsException", message));
        }

        drop(directory);
        let wishes = self.ask_before(&pool)?;

        let mut directory = pool.directory();
        let now = directory.clock.now();
        let pool_name = directory.name().to_owned();
        let account = directory.create(&self.username);
        account.write(&self.user_attributes);
        if let Some(password) = &self.password {
            let credential = Credential::new(&pool_name, &account.username, password);
            account.set_password(credential, now);
        }
        UNCONFIRMED.clone_into(&mut account.status);
        let is_confirmed = wishes["autoConfirmUser"] == true;
        let username = account.username.clone();
        let user_sub = account.sub.clone();
        if is_confirmed {
            account.confirm(None, now);
        }
        directory.verify_as_wished(&username, &wishes);

        let code_delivery_details = if is_confirmed {
            None
        } else {
            codes::send(&mut directory, &username, &Purpose::SignUp)?
        };
        let login = Login::new(client.id(), directory.user(&username)?);
        let pending = Pending::SignUp {
            is_confirmed: false,
        };
        let session = directory
            .sessions
            .open(login, pending, now, client.session_validity);
        drop(directory);
        if is_confirmed {
            let source = "PostConfirmation_ConfirmSignUp";
            codes::confirmed(&pool, source, client.id(), &username, &self.client_metadata)?;
        }
        Ok(Answer {
            user_confirmed: is_confirmed,
            user_sub,
            code_delivery_details,
            session,
        })
    }
}

impl SignUp {
    /// Asks the trigger before sign-up, which may refuse, confirm and verify.
    fn ask_before(&self, pool: &Pool) -> Result<Value, Failure> {
        pool.ask(&Question {
            trigger: Trigger::PreSignUp,
            source: "PreSignUp_SignUp",
            username: &self.username,
            client_id: &self.client_id,
            request: json!({
                "userAttributes": codes::members(&self.user_attributes),
                "validationData": codes::members(&self.validation_data),
                "clientMetadata": self.client_metadata,
            }),
            response: json!({
                "autoConfirmUser": false,
                "autoVerifyEmail": false,
                "autoVerifyPhone": false,
            }),
        })
    }

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

//! `AdminCreateUser`.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::codes;
use super::contract::Operation;
use crate::failure::Failure;
use crate::pool::{
    Credential, Directory, FORCE_CHANGE_PASSWORD, Pool, Question, UserType, Writing,
    check_attributes,
};
use crate::random;
use crate::shared::Shared;
use crate::trigger::Trigger;
use crate::wire::Attribute;

/// Makes a user with a temporary password, and sends an invitation.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct AdminCreateUser {
    user_pool_id: String,
    username: String,
    temporary_password: Option<String>,
    #[serde(default)]
    user_attributes: Vec<Attribute>,
    message_action: Option<String>,
    #[serde(default)]
    desired_delivery_mediums: Vec<String>,
    #[serde(default)]
    force_alias_creation: bool,
    #[serde(default)]
    validation_data: Vec<Attribute>,
    #[serde(default)]
    client_metadata: Value,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Answer {
    user: UserType,
}

impl Operation for AdminCreateUser {
    type Answer = Answer;

    fn run(self, emulator: &Shared) -> Result<Answer, Failure> {
        let pool = emulator.pool(&self.user_pool_id)?;
        let directory = pool.directory();
        check_attributes(
            &directory.settings.schema,
            &self.user_attributes,
            Writing::New,
        )?;
        let password = self.password(&directory)?;
        drop(directory);
        let wishes = self.ask_before(&pool)?;
        let mut directory = pool.directory();
        let action = self.message_action.as_deref();
        let username = if action == Some("RESEND") {
            renewable(&directory, &self.username)?
        } else {
            let username = self.create(&mut directory)?;
            directory.verify_as_wished(&username, &wishes);
            username
        };

        if let Some(password) = password {
            let until = days_from_now(&directory);
            let now = directory.clock.now();
            let credential = Credential::new(directory.name(), &username, &password);
            let account = directory.user_mut(&username)?;
            account.set_temporary_password(credential, Some(until), now);
            if action != Some("SUPPRESS") {
                let wants =
                    |medium: &str| self.desired_delivery_mediums.iter().any(|it| it == medium);
                let account = directory.user(&username)?;
                let has_phone = account.attributes.contains_key("phone_number");
                // SMS is the API's default, which helps nobody who has given an address only.
                let attribute = if wants("EMAIL") || !wants("SMS") && !has_phone {
                    "email"
                } else {
                    "phone_number"
                };
                directory.deliver(account, "invitation", attribute, &password);
            }
        }
        Ok(Answer {
            user: UserType::new(directory.user(&username)?),
        })
    }
}

impl AdminCreateUser {
    /// Asks the trigger before sign-up, which may refuse and verify.
    fn ask_before(&self, pool: &Pool) -> Result<Value, Failure> {
        if self.message_action.as_deref() == Some("RESEND") {
            return Ok(Value::Null);
        }
        pool.ask(&Question {
            trigger: Trigger::PreSignUp,
            source: "PreSignUp_AdminCreateUser",
            username: &self.username,
            client_id: "CLIENT_ID_NOT_APPLICABLE",
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

    fn create(&self, directory: &mut Directory) -> Result<String, Failure> {
        directory.check_new_username(&self.username)?;
        if directory.find(&self.username).is_some() {
            return Err(Failure::new(
                "UsernameExistsException",
                "User account already exists",
            ));
        }
        let username = directory.create(&self.username).username.clone();
        directory.user_mut(&username)?.fill(&self.user_attributes);
        for name in ["email", "phone_number"] {
            let claims_alias = directory.user(&username)?.has_verified(name);
            let is_free = directory.check_alias_is_free(&username, name);
            if claims_alias && is_free.is_err() && !self.force_alias_creation {
                directory.remove(&username);
                return is_free.map(|()| username);
            }
            if claims_alias && is_free.is_err() {
                directory.take_alias(&username, name);
            }
        }
        Ok(username)
    }

    /// The temporary password; none where users of the pool log in by codes.
    fn password(&self, directory: &Directory) -> Result<Option<String>, Failure> {
        if let Some(password) = &self.temporary_password {
            directory.settings.policy.check(password)?;
            return Ok(Some(password.clone()));
        }
        let factors = &directory.settings.first_factors;
        if factors.contains("EMAIL_OTP") || factors.contains("SMS_OTP") {
            return Ok(None);
        }
        Ok(Some(format!("{}aA1!", random::mixed(8))))
    }
}

/// Finds the user whose invitation is to be sent again.
fn renewable(directory: &Directory, username: &str) -> Result<String, Failure> {
    let account = directory.user(username)?;
    if account.status != FORCE_CHANGE_PASSWORD {
        return Err(Failure::new(
            "UnsupportedUserStateException",
            format!("Resend not possible. {username} status is not FORCE_CHANGE_PASSWORD"),
        ));
    }
    Ok(account.username.clone())
}

fn days_from_now(directory: &Directory) -> time::OffsetDateTime {
    let days = directory.settings.policy.temporary_password_validity_days;
    directory.clock.now() + Duration::from_secs(days * 24 * 60 * 60)
}

//! What functions are asked before a password is looked at.

use serde_json::{Value, json};

use crate::failure::Failure;
use crate::pool::{AppClient, Credential, Pool, Question, RESET_REQUIRED};
use crate::trigger::Trigger;
use crate::wire::Attribute;

/// Asks the trigger before authentication, for a known user.
pub(super) fn pre_authentication(
    pool: &Pool,
    client: &AppClient,
    username: &str,
    metadata: &Value,
) -> Result<(), Failure> {
    let known = {
        let directory = pool.directory();
        let account = directory.find(username);
        account.map(|it| (it.username.clone(), it.event_attributes()))
    };
    let is_unknown = known.is_none();
    if is_unknown && !client.hides_unknown_users {
        return Ok(());
    }
    let (name, attributes) = known.unwrap_or_else(|| (username.to_owned(), json!({})));
    pool.ask(&Question {
        trigger: Trigger::PreAuthentication,
        source: "PreAuthentication_Authentication",
        username: &name,
        client_id: client.id(),
        request: json!({
            "userAttributes": attributes,
            "validationData": metadata,
            "userNotFound": is_unknown,
        }),
        response: json!({}),
    })?;
    Ok(())
}

/// Has a user moved here from elsewhere whom the pool does not know, with the password that was typed; none for a
/// forgotten one.
pub(crate) fn migrate(
    pool: &Pool,
    client: &AppClient,
    username: &str,
    password: Option<&str>,
    metadata: &Value,
) -> Result<(), Failure> {
    let is_known = pool.directory().find(username).is_some();
    if is_known || !pool.has_trigger(Trigger::UserMigration) {
        return Ok(());
    }
    let source = match password {
        Some(_) => "UserMigration_Authentication",
        None => "UserMigration_ForgotPassword",
    };
    let response = pool.ask(&Question {
        trigger: Trigger::UserMigration,
        source,
        username,
        client_id: client.id(),
        request: json!({
            "password": password,
            "validationData": metadata,
            "clientMetadata": metadata,
        }),
        response: json!({
            "userAttributes": null,
            "finalUserStatus": null,
            "messageAction": null,
            "desiredDeliveryMediums": null,
            "forceAliasCreation": null,
        }),
    })?;
    let Some(given) = response["userAttributes"].as_object() else {
        return Ok(()); // nobody there either
    };
    let attributes: Vec<_> = given
        .iter()
        .filter(|(name, _)| *name != "username" && *name != "sub")
        .map(|(name, value)| Attribute {
            name: name.clone(),
            value: value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned),
        })
        .collect();

    let mut directory = pool.directory();
    let now = directory.clock.now();
    let pool_name = directory.name().to_owned();
    let account = directory.create(username);
    account.fill(&attributes);
    if let Some(password) = password {
        let credential = Credential::new(&pool_name, &account.username, password);
        account.set_password(credential, now);
    }
    if response["finalUserStatus"] == "RESET_REQUIRED" {
        RESET_REQUIRED.clone_into(&mut account.status);
    }
    Ok(())
}

//! Somebody comes in from an identity provider.

use serde_json::{Value, json};

use super::request::Fields;
use crate::failure::Failure;
use crate::pool::{
    Account, AppClient, Directory, EXTERNAL_PROVIDER, Identity, Pool, Question, Visitor,
};
use crate::trigger::Trigger;
use crate::wire::Attribute;

/// Who an identity provider says somebody is.
pub(super) struct Person {
    pub(super) claims: Fields,
}

/// Finds or makes the user of a person, and writes the mapped attributes anew.
pub(super) fn come_in(
    pool: &Pool,
    client: &AppClient,
    provider: &str,
    person: &Person,
) -> Result<Visitor, Failure> {
    let user_id = person
        .claims
        .get("sub")
        .ok_or_else(|| Failure::invalid_parameter("The person has no id."))?;
    let (known, username, attributes) = {
        let directory = pool.directory();
        let known = directory.find_identity(provider, user_id);
        let mapping = directory
            .providers
            .get(provider)
            .map(|it| it.map(&person.claims))
            .unwrap_or_default();
        check(&directory, known, client, &mapping)?;
        (
            known.map(|it| it.username.clone()),
            directory.federated_username(provider, user_id),
            mapping,
        )
    };
    let is_new = known.is_none();
    let username = match known {
        Some(username) => username,
        None => {
            let wishes = ask_before(pool, client, &username, &attributes)?;
            make(pool, provider, user_id, &username, &wishes)?
        }
    };

    let mut directory = pool.directory();
    let now = directory.clock.now();
    let schema = directory.settings.schema.clone();
    let writable: Vec<_> = attributes
        .into_iter()
        .filter(|it| schema.knows(&it.name) && client.may_write(&it.name))
        .collect();
    let account = directory.user_mut(&username)?;
    account.write(&writable);
    account.modified = now;
    if !account.enabled {
        return Err(Failure::user_disabled());
    }
    let visitor = Visitor {
        username: username.clone(),
        sub: account.sub.clone(),
        auth_time: u64::try_from(now.unix_timestamp()).unwrap_or(0),
        provider: Some(provider.to_owned()),
    };
    let attributes = account.event_attributes();
    drop(directory);

    let question = |trigger, source| Question {
        trigger,
        source,
        username: &username,
        client_id: client.id(),
        request: json!({ "userAttributes": attributes }),
        response: json!({}),
    };
    if is_new {
        pool.ask(&question(
            Trigger::PostConfirmation,
            "PostConfirmation_ConfirmSignUp",
        ))?;
    } else {
        pool.ask(&question(
            Trigger::PreAuthentication,
            "PreAuthentication_Authentication",
        ))?;
        pool.ask(&question(
            Trigger::PostAuthentication,
            "PostAuthentication_Authentication",
        ))?;
    }
    Ok(visitor)
}

/// Refuses what cannot be written, and a new user who lacks what the pool requires.
fn check(
    directory: &Directory,
    known: Option<&Account>,
    client: &AppClient,
    mapping: &[Attribute],
) -> Result<(), Failure> {
    let schema = &directory.settings.schema;
    for Attribute { name, value } in mapping.iter().filter(|it| client.may_write(&it.name)) {
        if let Some(complaint) = schema.complaint(name, value) {
            return Err(Failure::invalid_parameter(complaint));
        }
        let earlier = known.and_then(|it| it.attribute(name));
        if earlier.is_some_and(|it| it != value.as_str()) && !schema.is_mutable(name) {
            return Err(Failure::invalid_parameter(format!(
                "user.{name}: Attribute cannot be updated."
            )));
        }
    }
    let is_there = |name: &str| {
        mapping
            .iter()
            .any(|it| it.name == name && !it.value.is_empty())
    };
    let missing: Vec<_> = schema.required().filter(|name| !is_there(name)).collect();
    if known.is_none() && !missing.is_empty() {
        let text = format!("attributes required: [{}]", missing.join(", "));
        return Err(Failure::invalid_parameter(text));
    }
    Ok(())
}

fn ask_before(
    pool: &Pool,
    client: &AppClient,
    username: &str,
    attributes: &[Attribute],
) -> Result<Value, Failure> {
    let members: serde_json::Map<_, _> = attributes
        .iter()
        .map(|it| (it.name.clone(), json!(it.value)))
        .collect();
    pool.ask(&Question {
        trigger: Trigger::PreSignUp,
        source: "PreSignUp_ExternalProvider",
        username,
        client_id: client.id(),
        request: json!({ "userAttributes": members, "validationData": {} }),
        response: json!({
            "autoConfirmUser": false,
            "autoVerifyEmail": false,
            "autoVerifyPhone": false,
        }),
    })
}

/// Makes the user of a person who comes for the first time.
fn make(
    pool: &Pool,
    provider: &str,
    user_id: &str,
    username: &str,
    wishes: &Value,
) -> Result<String, Failure> {
    let mut directory = pool.directory();
    if directory.find_identity(provider, user_id).is_some() {
        // The function has linked the person meanwhile. AWS lets the first login fail, and the second pass.
        return Err(Failure::invalid_parameter(format!(
            "Already found an entry for username {}",
            username.to_lowercase()
        )));
    }
    let created = directory.clock.now();
    let kind = directory.provider_mut(provider)?.kind().to_owned();
    let account = directory.create_named(username);
    EXTERNAL_PROVIDER.clone_into(&mut account.status);
    account.identities.push(Identity {
        provider: provider.to_owned(),
        kind,
        user_id: user_id.to_owned(),
        is_primary: true,
        created,
    });
    let username = account.username.clone();
    let group = format!("{}_{provider}", pool.id());
    directory.join(&group, &username);
    directory.verify_as_wished(&username, wishes);
    Ok(username)
}

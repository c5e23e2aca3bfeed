//! `NEW_PASSWORD_REQUIRED`: after a temporary password.

use serde_json::{Map, json};

use super::answer::Reply;
use super::session::Pending;
use super::{Login, Step, challenge, proceed};
use crate::failure::Failure;
use crate::pool::{Credential, Directory, check_attributes};
use crate::wire::Attribute;

const PREFIX: &str = "userAttributes.";

pub(super) fn ask(directory: &mut Directory, login: Login) -> Result<Step, Failure> {
    let required = directory.settings.required_attributes.clone();
    let account = login.account(directory)?;
    let missing: Vec<_> = required
        .iter()
        .filter(|name| !account.attributes.contains_key(*name))
        .map(|name| format!("{PREFIX}{name}"))
        .collect();
    let attributes: Map<_, _> = account
        .attributes
        .iter()
        .filter(|(name, _)| *name != "sub")
        .map(|(name, value)| (name.clone(), json!(value)))
        .collect();
    let parameters = [
        ("USER_ID_FOR_SRP", login.username.clone()),
        ("requiredAttributes", json!(missing).to_string()),
        ("userAttributes", json!(attributes).to_string()),
    ];

    Ok(challenge(
        directory,
        "NEW_PASSWORD_REQUIRED",
        login,
        Pending::NewPassword,
        parameters,
    ))
}

pub(super) fn answer(reply: &Reply<'_>, login: Login) -> Result<Step, Failure> {
    let password = reply.required("NEW_PASSWORD")?;
    let given: Vec<_> = reply
        .responses
        .iter()
        .filter_map(|(name, value)| {
            let name = name.strip_prefix(PREFIX)?.to_owned();
            let value = value.clone();
            Some(Attribute { name, value })
        })
        .collect();

    let mut directory = reply.pool.directory();
    directory.settings.policy.check(password)?;
    check_attributes(&directory.settings, &given)?;
    let required = directory.settings.required_attributes.clone();
    let credential = Credential::new(directory.name(), &login.username, password);
    let now = directory.clock.now();

    let account = login.account(&mut directory)?;
    for Attribute { name, value } in &given {
        if required.contains(name) && account.attributes.get(name).is_some_and(|it| it != value) {
            return Err(Failure::invalid_parameter(format!(
                "Cannot modify an already provided {name}"
            )));
        }
    }
    let lacks = |name: &&String| {
        !account.attributes.contains_key(*name) && !given.iter().any(|it| it.name == **name)
    };
    if let Some(name) = required.iter().find(lacks) {
        return Err(Failure::invalid_parameter(format!(
            "Invalid attributes given, {name} is missing"
        )));
    }
    for Attribute { name, value } in given {
        account.attributes.insert(name, value);
    }
    account.set_password(credential, now);

    reply.use_up(&mut directory);
    proceed(&mut directory, login)
}

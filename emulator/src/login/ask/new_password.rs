//! `NEW_PASSWORD_REQUIRED`: after a temporary password.

use serde_json::{Map, json};

use crate::failure::Failure;
use crate::login::step::{Step, challenge};
use crate::pool::{Directory, Login, Pending};

/// Before the name of an attribute.
pub(in crate::login) const PREFIX: &str = "userAttributes.";

pub(super) fn ask(directory: &mut Directory, login: Login) -> Result<Step, Failure> {
    let schema = directory.settings.schema.clone();
    let account = directory.user_of(&login)?;
    let missing: Vec<_> = schema
        .required()
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

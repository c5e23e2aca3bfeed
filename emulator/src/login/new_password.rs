//! `NEW_PASSWORD_REQUIRED`: after a temporary password.

use super::ask::{PREFIX, proceed};
use super::reply::Reply;
use super::step::Step;
use crate::failure::Failure;
use crate::pool::{Credential, Login, Writing, check_attributes};
use crate::wire::Attribute;

pub(super) fn answer(reply: &Reply<'_>, mut login: Login) -> Result<Step, Failure> {
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
    check_attributes(&directory.settings.schema, &given, Writing::New)?;
    let schema = directory.settings.schema.clone();
    let credential = Credential::new(directory.name(), &login.username, password);
    let now = directory.clock.now();

    let account = directory.user_of(&login)?;
    for Attribute { name, value } in &given {
        if schema.is_required(name) && account.attributes.get(name).is_some_and(|it| it != value) {
            return Err(Failure::invalid_parameter(format!(
                "Cannot modify an already provided {name}"
            )));
        }
    }
    let lacks = |name: &&str| {
        !account.attributes.contains_key(*name) && !given.iter().any(|it| it.name == *name)
    };
    if let Some(name) = schema.required().find(lacks) {
        return Err(Failure::invalid_parameter(format!(
            "Invalid attributes given, {name} is missing"
        )));
    }
    reply.use_up(&mut directory)?;
    let account = directory.user_of(&login)?;
    for Attribute { name, value } in given {
        account.attributes.insert(name, value);
    }
    account.set_password(credential, now);

    login.purpose = "NewPasswordChallenge".to_owned();
    drop(directory);
    proceed(reply.pool, login)
}

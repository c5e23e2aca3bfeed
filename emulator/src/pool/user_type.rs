//! Users as the API shows them.

use serde::Serialize;

use super::account::Account;
use crate::wire::{self, Attribute};

/// `UserType`: a user in a list.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct UserType {
    pub(crate) username: String,
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) user_create_date: f64,
    pub(crate) user_last_modified_date: f64,
    pub(crate) enabled: bool,
    pub(crate) user_status: String,
}

impl UserType {
    pub(crate) fn new(account: &Account) -> Self {
        Self {
            username: account.username.clone(),
            attributes: attributes(account),
            user_create_date: wire::timestamp(account.created),
            user_last_modified_date: wire::timestamp(account.modified),
            enabled: account.enabled,
            user_status: account.status.clone(),
        }
    }
}

/// All attributes of a user.
pub(crate) fn attributes(account: &Account) -> Vec<Attribute> {
    let mut attributes: Vec<_> = account
        .attributes
        .iter()
        .map(|(name, value)| Attribute {
            name: name.clone(),
            value: value.clone(),
        })
        .collect();
    if !account.identities.is_empty() {
        attributes.push(Attribute {
            name: "identities".to_owned(),
            value: account.identities_text(),
        });
    }
    attributes
}

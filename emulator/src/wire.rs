//! Shapes that many operations share.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::pool::Account;

/// The parameters of a login or of a challenge.
pub(crate) type Parameters = BTreeMap<String, String>;

/// `AttributeType`: one user attribute.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Attribute {
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) value: String,
}

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
            user_create_date: timestamp(account.created),
            user_last_modified_date: timestamp(account.modified),
            enabled: account.enabled,
            user_status: account.status.clone(),
        }
    }
}

/// `CodeDeliveryDetailsType`: where a code went, mostly hidden.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct CodeDeliveryDetails {
    pub(crate) destination: String,
    pub(crate) delivery_medium: String,
    pub(crate) attribute_name: String,
}

/// An answer without content.
#[derive(Debug, Serialize)]
pub(crate) struct Empty {}

/// All attributes of a user.
pub(crate) fn attributes(account: &Account) -> Vec<Attribute> {
    account
        .attributes
        .iter()
        .map(|(name, value)| Attribute {
            name: name.clone(),
            value: value.clone(),
        })
        .collect()
}

/// A time as AWS JSON writes it: seconds since 1970, with fraction.
pub(crate) fn timestamp(moment: OffsetDateTime) -> f64 {
    let millis = moment.unix_timestamp_nanos() / 1_000_000;
    i64::try_from(millis).map_or(0.0, |millis| millis as f64 / 1_000.0)
}

/// An address or number with only its ends shown, as in `a***@e***` and `+*******0123`.
pub(crate) fn mask(destination: &str) -> String {
    if let Some((local, domain)) = destination.split_once('@') {
        let first = |text: &str| text.chars().take(1).collect::<String>();
        return format!("{}***@{}***", first(local), first(domain));
    }
    let shown: String = {
        let skip = destination.chars().count().saturating_sub(4);
        destination.chars().skip(skip).collect()
    };
    format!("+*******{shown}")
}

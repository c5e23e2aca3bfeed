//! Groups of users.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::wire;

/// One group of a pool.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Group {
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) precedence: Option<u32>,
    pub(crate) role_arn: Option<String>,
    pub(crate) created: OffsetDateTime,
    pub(crate) modified: OffsetDateTime,
    /// Internal usernames.
    pub(crate) members: BTreeSet<String>,
}

impl Group {
    pub(crate) fn new(name: &str, now: OffsetDateTime) -> Self {
        Self {
            name: name.to_owned(),
            description: None,
            precedence: None,
            role_arn: None,
            created: now,
            modified: now,
            members: BTreeSet::new(),
        }
    }

    /// The `GroupType` of the API.
    pub(crate) fn describe(&self, pool_id: &str) -> GroupType {
        GroupType {
            group_name: self.name.clone(),
            user_pool_id: pool_id.to_owned(),
            description: self.description.clone(),
            precedence: self.precedence,
            role_arn: self.role_arn.clone(),
            creation_date: wire::timestamp(self.created),
            last_modified_date: wire::timestamp(self.modified),
        }
    }
}

/// A group in an answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct GroupType {
    group_name: String,
    user_pool_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    precedence: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    role_arn: Option<String>,
    creation_date: f64,
    last_modified_date: f64,
}

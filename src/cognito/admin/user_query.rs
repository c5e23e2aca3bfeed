use aws_sdk_cognitoidentityprovider::types::UserType;

use super::Admin;
use crate::cognito::{Listing, UserProfile};

/// Which users to list.
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct UserQuery {
    filter: Option<String>,
    attributes: Option<Vec<String>>,
}

impl UserQuery {
    /// Creates a query for all users, with all their attributes.
    pub fn new() -> Self {
        Self::default()
    }

    /// Limits the list to users whose attribute is exactly this. Custom attributes cannot be
    /// searched for.
    pub fn with_attribute(mut self, name: &str, value: &str) -> Self {
        self.filter = Some(filter(name, "=", value));
        self
    }

    /// Limits the list to users whose attribute begins with this.
    pub fn with_prefix(mut self, name: &str, prefix: &str) -> Self {
        self.filter = Some(filter(name, "^=", prefix));
        self
    }

    /// Limits what is told of each user to these attributes.
    pub fn with_attributes_to_get<'a>(mut self, names: impl IntoIterator<Item = &'a str>) -> Self {
        self.attributes = Some(names.into_iter().map(str::to_owned).collect());
        self
    }
}

/// Writes a filter. A quote in the value cannot end it.
fn filter(name: &str, comparison: &str, value: &str) -> String {
    let value = value.replace('\\', "\\\\").replace('"', "\\\"");
    format!("{name} {comparison} \"{value}\"")
}

impl Admin {
    /// Lists users (`ListUsers`). An attribute that cannot be searched for is `InvalidParameter`.
    pub fn list_users(&self, query: &UserQuery) -> Listing<UserProfile> {
        let users = self
            .client()
            .list_users()
            .user_pool_id(self.pool_id())
            .set_filter(query.filter.clone())
            .set_attributes_to_get(query.attributes.clone())
            .into_paginator()
            .items()
            .send();

        Listing::of("ListUsers", users, |user: UserType| {
            UserProfile::read(&user)
        })
    }
}

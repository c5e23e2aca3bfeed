//! `ListUsers`.

use serde::{Deserialize, Serialize};

use super::contract::Operation;
use super::filter::Filter;
use super::page::Page;
use crate::failure::Failure;
use crate::pool::UserType;
use crate::shared::Shared;

/// Lists users, by pages and with a filter.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ListUsers {
    user_pool_id: String,
    attributes_to_get: Option<Vec<String>>,
    limit: Option<usize>,
    pagination_token: Option<String>,
    filter: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Answer {
    users: Vec<UserType>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pagination_token: Option<String>,
}

impl Operation for ListUsers {
    type Answer = Answer;

    fn run(self, emulator: &Shared) -> Result<Answer, Failure> {
        let pool = emulator.pool(&self.user_pool_id)?;
        let directory = pool.directory();
        let filter = Filter::parse(self.filter.as_deref().unwrap_or_default())?;
        let found: Vec<_> = directory
            .accounts
            .values()
            .filter(|account| filter.accepts(account))
            .collect();

        let page = Page::new(self.limit, self.pagination_token.as_deref(), found.len())?;
        let users = found[page.range.clone()]
            .iter()
            .map(|account| {
                let mut user = UserType::new(account);
                if let Some(names) = &self.attributes_to_get {
                    user.attributes.retain(|it| names.contains(&it.name));
                }
                user
            })
            .collect();
        Ok(Answer {
            users,
            pagination_token: page.next,
        })
    }
}

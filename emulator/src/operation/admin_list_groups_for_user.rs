//! `AdminListGroupsForUser`.

use serde::{Deserialize, Serialize};

use super::contract::Operation;
use super::page::Page;
use crate::failure::Failure;
use crate::pool::GroupType;
use crate::shared::Shared;

/// Lists the groups of a user, by pages.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct AdminListGroupsForUser {
    user_pool_id: String,
    username: String,
    limit: Option<usize>,
    next_token: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Answer {
    groups: Vec<GroupType>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

impl Operation for AdminListGroupsForUser {
    type Answer = Answer;

    fn run(self, emulator: &Shared) -> Result<Answer, Failure> {
        let pool = emulator.pool(&self.user_pool_id)?;
        let directory = pool.directory();
        let username = &directory.any_user(&self.username)?.username;
        let found = directory.groups_of(username);
        let page = Page::new(self.limit, self.next_token.as_deref(), found.len())?;
        Ok(Answer {
            groups: found[page.range.clone()]
                .iter()
                .map(|it| it.describe(pool.id()))
                .collect(),
            next_token: page.next,
        })
    }
}

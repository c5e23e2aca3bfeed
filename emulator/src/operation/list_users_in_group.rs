//! `ListUsersInGroup`.

use serde::{Deserialize, Serialize};

use super::contract::Operation;
use super::page::Page;
use crate::failure::Failure;
use crate::pool::UserType;
use crate::shared::Shared;

/// Lists the users of a group, by pages.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ListUsersInGroup {
    user_pool_id: String,
    group_name: String,
    limit: Option<usize>,
    next_token: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Answer {
    users: Vec<UserType>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

impl Operation for ListUsersInGroup {
    type Answer = Answer;

    fn run(self, emulator: &Shared) -> Result<Answer, Failure> {
        let pool = emulator.pool(&self.user_pool_id)?;
        let mut directory = pool.directory();
        let members = directory.group_mut(&self.group_name)?.members.clone();
        let found: Vec<_> = members.iter().filter_map(|it| directory.find(it)).collect();
        let page = Page::new(self.limit, self.next_token.as_deref(), found.len())?;
        Ok(Answer {
            users: found[page.range.clone()]
                .iter()
                .map(|it| UserType::new(it))
                .collect(),
            next_token: page.next,
        })
    }
}

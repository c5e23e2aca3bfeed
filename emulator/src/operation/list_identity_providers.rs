//! `ListIdentityProviders`.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::contract::Operation;
use super::page::Page;
use crate::failure::Failure;
use crate::shared::Shared;

/// Lists identity providers, by pages.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ListIdentityProviders {
    user_pool_id: String,
    max_results: Option<usize>,
    next_token: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Answer {
    providers: Vec<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

impl Operation for ListIdentityProviders {
    type Answer = Answer;

    fn run(self, emulator: &Shared) -> Result<Answer, Failure> {
        let pool = emulator.pool(&self.user_pool_id)?;
        let directory = pool.directory();
        let found: Vec<_> = directory.providers.values().collect();
        let page = Page::new(self.max_results, self.next_token.as_deref(), found.len())?;
        Ok(Answer {
            providers: found[page.range.clone()]
                .iter()
                .map(|it| it.summary())
                .collect(),
            next_token: page.next,
        })
    }
}

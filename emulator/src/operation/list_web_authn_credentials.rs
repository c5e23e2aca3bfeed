//! `ListWebAuthnCredentials`.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::contract::Operation;
use super::page::Page;
use crate::failure::Failure;
use crate::shared::Shared;

/// Lists the passkeys of a user, by pages.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ListWebAuthnCredentials {
    access_token: String,
    max_results: Option<usize>,
    next_token: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Answer {
    credentials: Vec<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

impl Operation for ListWebAuthnCredentials {
    type Answer = Answer;

    fn run(self, emulator: &Shared) -> Result<Answer, Failure> {
        let (pool, access) = emulator.access(&self.access_token)?;
        let directory = pool.directory();
        let found = &directory.user(&access.username)?.passkeys;
        let relying_party = directory.settings.relying_party.clone().unwrap_or_default();
        let page = Page::new(self.max_results, self.next_token.as_deref(), found.len())?;
        Ok(Answer {
            credentials: found[page.range.clone()]
                .iter()
                .map(|it| it.describe(&relying_party))
                .collect(),
            next_token: page.next,
        })
    }
}

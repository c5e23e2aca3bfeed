//! `ListUserPoolClients`.

use serde::{Deserialize, Serialize};

use super::contract::Operation;
use super::page::Page;
use crate::failure::Failure;
use crate::shared::Shared;

/// Lists app clients, by pages.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ListUserPoolClients {
    user_pool_id: String,
    max_results: Option<usize>,
    next_token: Option<String>,
}

/// `UserPoolClientDescription`.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Client {
    user_pool_id: String,
    client_id: String,
    client_name: String,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Answer {
    user_pool_clients: Vec<Client>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

impl Operation for ListUserPoolClients {
    type Answer = Answer;

    fn run(self, emulator: &Shared) -> Result<Answer, Failure> {
        let pool = emulator.pool(&self.user_pool_id)?;
        let directory = pool.directory();
        let found: Vec<_> = directory.clients.values().collect();
        let page = Page::new(self.max_results, self.next_token.as_deref(), found.len())?;
        let user_pool_clients = found[page.range.clone()]
            .iter()
            .map(|it| Client {
                user_pool_id: pool.id().to_owned(),
                client_id: it.id.clone(),
                client_name: it.name.clone(),
            })
            .collect();
        Ok(Answer {
            user_pool_clients,
            next_token: page.next,
        })
    }
}

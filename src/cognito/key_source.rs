use async_trait::async_trait;

use super::http::Http;
use crate::token::{KeySet, KeySource, KeySourceError};

/// A pool has two keys. This leaves room, and keeps a wrong address from filling the memory.
const MAX_KEY_SET_BYTES: usize = 256 * 1024;

/// Fetches a user pool's key set.
#[derive(Debug)]
pub(super) struct HttpKeySource {
    http: Http,
    url: String,
}

impl HttpKeySource {
    /// Fetches from `<issuer>/.well-known/jwks.json`.
    pub(super) fn new(issuer: &str, http: Http) -> Self {
        Self {
            http,
            url: format!("{issuer}/.well-known/jwks.json"),
        }
    }
}

#[async_trait]
impl KeySource for HttpKeySource {
    async fn fetch(&self) -> Result<KeySet, KeySourceError> {
        let answer = self.http.get(&self.url, MAX_KEY_SET_BYTES).await;
        let answer = answer.map_err(|error| format!("{}: {error}", self.url))?;
        if answer.status != 200 {
            return Err(format!("{} answered with HTTP {}", self.url, answer.status).into());
        }

        Ok(KeySet::from_json(&answer.body)?)
    }
}

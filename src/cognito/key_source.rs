use std::time::Duration;

use async_trait::async_trait;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::{Connector, tls};
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::byte_stream::ByteStream;

use crate::token::{KeySet, KeySource, KeySourceError};

/// A pool has two keys. This leaves room, and keeps a wrong address from filling the memory.
const MAX_KEY_SET_BYTES: usize = 256 * 1024;

/// Fetches a user pool's key set with the SDK's own HTTP connector. It follows no redirect.
#[derive(Debug)]
pub(super) struct HttpKeySource {
    connector: SharedHttpConnector,
    url: String,
}

impl HttpKeySource {
    /// Fetches from `<issuer>/.well-known/jwks.json`.
    pub(super) fn new(issuer: &str) -> Self {
        let settings = HttpConnectorSettings::builder()
            .connect_timeout(Duration::from_secs(2))
            .read_timeout(Duration::from_secs(3))
            .build();
        let connector = Connector::builder()
            .tls_provider(tls::Provider::Rustls(CryptoMode::AwsLc))
            .connector_settings(settings)
            .sleep_impl(aws_smithy_async::rt::sleep::TokioSleep::new())
            .build();

        Self {
            connector: SharedHttpConnector::new(connector),
            url: format!("{issuer}/.well-known/jwks.json"),
        }
    }
}

#[async_trait]
impl KeySource for HttpKeySource {
    async fn fetch(&self) -> Result<KeySet, KeySourceError> {
        let request = HttpRequest::get(&self.url)?;
        let answer = self.connector.call(request).await?;
        let status = answer.status().as_u16();
        if status != 200 {
            return Err(format!("{} answered with HTTP {status}", self.url).into());
        }

        let mut body = ByteStream::new(answer.into_body());
        let mut json = Vec::new();
        while let Some(chunk) = body.next().await {
            json.extend_from_slice(&chunk?);
            if json.len() > MAX_KEY_SET_BYTES {
                return Err(format!("{} is larger than a key set can be", self.url).into());
            }
        }

        Ok(KeySet::from_json(&json)?)
    }
}

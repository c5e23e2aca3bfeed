//! The connections of a client, which several clients can share.

use std::time::Duration;

use aws_smithy_http_client::Builder;
use aws_smithy_runtime_api::client::connector_metadata::ConnectorMetadata;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;

use super::http::{Http, make_connector};

/// Connections to the API, and to where key sets are.
#[derive(Clone, Debug)]
pub(super) struct Connections {
    pub(super) api: SharedHttpClient,
    pub(super) keys: Http,
}

impl Connections {
    /// Creates connections of the kind that the SDK makes by itself, for each client anew.
    pub(super) fn new() -> Self {
        let api = Builder::new().build_with_connector_fn(|settings, components| {
            let sleep = components.and_then(RuntimeComponents::sleep_impl);
            make_connector(settings.cloned(), sleep)
        });

        Self {
            api: SharedHttpClient::new(Unloaded(api)),
            keys: Http::new(Duration::from_secs(3)),
        }
    }
}

/// A client that reads the system's certificates when it first connects. Otherwise each client of the SDK
/// reads them when it is made, which takes longer than anything else about it.
#[derive(Debug)]
struct Unloaded(SharedHttpClient);

impl HttpClient for Unloaded {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        self.0.http_connector(settings, components)
    }

    fn connector_metadata(&self) -> Option<ConnectorMetadata> {
        self.0.connector_metadata()
    }
}

//! The SDK's client, made when it is first used: of thousands of user pools, most are idle, and a client
//! is most of what one costs.

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use aws_config::SdkConfig;
use aws_sdk_cognitoidentityprovider::Client;
use aws_sdk_cognitoidentityprovider::config::{
    BehaviorVersion, Builder, Region, SharedCredentialsProvider, SharedHttpClient,
    StalledStreamProtectionConfig,
};
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;

/// A client that is made at its first call.
pub(super) type LazyClient = LazyLock<Client, Box<dyn FnOnce() -> Client + Send>>;

/// Where the configuration of the SDK comes from.
pub(super) enum Sdk {
    Client(Box<Client>),
    Config(Box<SdkConfig>),
    Own,
}

/// What a client is made of.
pub(super) struct ClientPlan {
    pub(super) sdk: Sdk,
    pub(super) connections: SharedHttpClient,
    pub(super) region: Region,
    pub(super) credentials: Option<SharedCredentialsProvider>,
    pub(super) endpoint: Option<String>,
}

impl ClientPlan {
    /// Returns a client for calls that may be repeated, and one for those that may not.
    pub(super) fn clients(self) -> [LazyClient; 2] {
        // What somebody else has configured can be wrong: that comes out when the client is built.
        let is_own = matches!(self.sdk, Sdk::Own);
        let plan = Arc::new(self);
        let client = |repeats: bool| {
            let plan = plan.clone();
            let make: Box<dyn FnOnce() -> Client + Send> = Box::new(move || plan.client(repeats));
            LazyLock::new(make)
        };

        let clients = [client(true), client(false)];
        if !is_own {
            clients
                .iter()
                .for_each(|client| drop(LazyLock::force(client).clone()));
        }
        clients
    }

    fn client(&self, repeats: bool) -> Client {
        let mut config = match &self.sdk {
            Sdk::Client(client) => client.config().to_builder(),
            // Its region is where this program runs: the user pool may be elsewhere.
            Sdk::Config(config) => Builder::from(&**config).region(self.region.clone()),
            Sdk::Own => default_config()
                .http_client(self.connections.clone())
                .region(self.region.clone()),
        };
        if let Some(credentials) = &self.credentials {
            config = config.credentials_provider(credentials.clone());
        }
        if let Some(endpoint) = &self.endpoint {
            config = config.endpoint_url(endpoint);
        }
        if !repeats {
            config = config.retry_config(RetryConfig::disabled());
        }

        #[cfg(feature = "metrics")]
        let config = config.interceptor(super::measure::Measure);
        Client::from_conf(config.build())
    }
}

fn default_config() -> Builder {
    // Cognito wants a proof within seconds: waiting longer for an answer helps nobody.
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(3))
        .operation_attempt_timeout(Duration::from_secs(6))
        .operation_timeout(Duration::from_secs(15))
        .build();

    Builder::new()
        .behavior_version(BehaviorVersion::v2026_01_12())
        .timeout_config(timeouts)
        // It watches the pace of long transfers. These are short, and have time limits.
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
}

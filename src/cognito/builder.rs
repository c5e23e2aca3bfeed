use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use aws_config::SdkConfig;
use aws_config::default_provider::credentials::DefaultCredentialsChain;
use aws_sdk_cognitoidentityprovider::Client;
use aws_sdk_cognitoidentityprovider::config::{
    Credentials, ProvideCredentials, Region, SharedCredentialsProvider,
};
use tokio::sync::{OnceCell, Semaphore};

use super::connections::Connections;
use super::endpoint::{ConfigError, check_endpoint, check_resource, names_of_this_machine};
use super::key_source::HttpKeySource;
use super::lazy_client::{ClientPlan, Sdk};
use super::{CallContext, Cognito, Inner, PasswordPolicy};
use crate::clock::{Clock, SystemClock};
use crate::id::{AppClientId, AppClientSecret, UserPoolId};
use crate::token::{KeySet, KeySource, TokenVerifier};

/// How many logins may compute or wait, for each core: the last of them waits about a second.
const SRP_PLACES_PER_CORE: usize = 400;

/// Configures a [`Cognito`] client. Only the user pool and the app client are required.
#[must_use]
pub struct CognitoBuilder {
    user_pool: UserPoolId,
    app_client: AppClientId,
    app_client_secret: Option<AppClientSecret>,
    region: Option<String>,
    endpoint: Option<String>,
    issuer: Option<String>,
    sdk: Sdk,
    connections: Option<Connections>,
    credentials: Option<SharedCredentialsProvider>,
    key_set: Option<KeySet>,
    leeway: Option<Duration>,
    max_bearer_length: Option<usize>,
    api_clients: Vec<AppClientId>,
    resource: Option<String>,
    password_policy: Option<PasswordPolicy>,
    clock: Arc<dyn Clock>,
}

impl CognitoBuilder {
    pub(super) fn new(user_pool: UserPoolId, app_client: AppClientId) -> Self {
        Self {
            user_pool,
            app_client,
            app_client_secret: None,
            region: None,
            endpoint: None,
            issuer: None,
            sdk: Sdk::Own,
            connections: None,
            credentials: None,
            key_set: None,
            leeway: None,
            max_bearer_length: None,
            api_clients: Vec::new(),
            resource: None,
            password_policy: None,
            clock: Arc::new(SystemClock),
        }
    }

    /// Sets the secret of the app client, if it has one.
    pub fn with_app_client_secret(mut self, secret: impl Into<AppClientSecret>) -> Self {
        self.app_client_secret = Some(secret.into());
        self
    }

    /// Sets the AWS region. The default is the one that the user pool id begins with.
    pub fn with_region(mut self, region: impl Into<String>) -> Self {
        self.region = Some(region.into());
        self
    }

    /// Sends every call to `endpoint` in place of AWS, e.g. to an emulator.
    ///
    /// Plain `http` is accepted for this machine alone. Tokens are then expected to name
    /// `<endpoint>/<user pool id>` as their issuer, or AWS's own name of the pool.
    pub fn with_endpoint(mut self, endpoint: impl Into<String>) -> Self {
        self.endpoint = Some(endpoint.into());
        self
    }

    /// Sets the issuer that tokens must name, for an endpoint that issues them by another name.
    pub fn with_issuer(mut self, issuer: impl Into<String>) -> Self {
        self.issuer = Some(issuer.into());
        self
    }

    /// Sets the AWS credentials that the calls of [`Admin`](super::Admin) are signed with. No other
    /// call uses them.
    pub fn with_credentials(mut self, credentials: impl ProvideCredentials + 'static) -> Self {
        self.credentials = Some(SharedCredentialsProvider::new(credentials));
        self
    }

    /// Sets the AWS credentials to one access key.
    pub fn with_access_key(self, access_key: impl Into<String>, secret: impl Into<String>) -> Self {
        self.with_credentials(Credentials::new(
            access_key,
            secret,
            None,
            None,
            "axum-cognito",
        ))
    }

    /// Uses AWS credentials from where the AWS tools look for them: environment, profile,
    /// web identity, container or instance. Nothing is looked up before the first call of
    /// [`Admin`](super::Admin).
    pub async fn with_default_credentials(self) -> Self {
        let region = Region::new(self.region_name().to_owned());
        let chain = DefaultCredentialsChain::builder().region(region).build();

        self.with_credentials(chain.await)
    }

    /// Uses the HTTP client, credentials, retries and time limits from `config`. The region is the user pool's
    /// all the same.
    pub fn with_sdk_config(mut self, config: &SdkConfig) -> Self {
        self.sdk = Sdk::Config(Box::new(config.clone()));
        self
    }

    /// Shares the connections of another client. A site of many user pools makes all clients but the first
    /// so: connections of its own, with the certificates that they trust, would be most of what a client
    /// costs. An SDK's configuration or client that is given has connections by itself.
    pub fn with_connections_of(mut self, other: &Cognito) -> Self {
        self.connections = Some(other.inner.connections.clone());
        self
    }

    /// Uses an SDK client that is ready to use.
    pub fn with_sdk_client(mut self, client: Client) -> Self {
        self.sdk = Sdk::Client(Box::new(client));
        self
    }

    /// Sets the keys that tokens are verified with, in place of fetching them.
    pub fn with_key_set(mut self, keys: KeySet) -> Self {
        self.key_set = Some(keys);
        self
    }

    /// Sets by how much clocks may differ when a token's lifetime is checked.
    pub fn with_leeway(mut self, leeway: Duration) -> Self {
        self.leeway = Some(leeway);
        self
    }

    /// Sets how many bytes an access token may have that a stranger sends. The default is
    /// [`TokenVerifier::DEFAULT_MAX_BEARER_LENGTH`].
    pub fn with_max_bearer_length(mut self, bytes: usize) -> Self {
        self.max_bearer_length = Some(bytes);
        self
    }

    /// Accepts the access tokens of further app clients of this user pool, where the site is an API.
    /// See [`TokenVerifier::with_api_clients`].
    pub fn with_api_clients(mut self, app_clients: impl IntoIterator<Item = AppClientId>) -> Self {
        self.api_clients.extend(app_clients);
        self
    }

    /// Sets the URL of the site's API, which the access tokens of its callers have to be bound to.
    /// See [`TokenVerifier::with_resource`].
    pub fn with_resource(mut self, resource: impl Into<String>) -> Self {
        self.resource = Some(resource.into());
        self
    }

    /// Sets what new passwords must be like, for pages to show. The user pool decides; see
    /// [`Cognito::password_policy`] for the default.
    pub fn with_password_policy(mut self, policy: PasswordPolicy) -> Self {
        self.password_policy = Some(policy);
        self
    }

    /// Sets the clock, for tests.
    pub fn with_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// Builds the client. Makes no call.
    ///
    /// # Errors
    ///
    /// Returns a [`ConfigError`] that names the setting that cannot be used, and why.
    pub fn build(self) -> Result<Cognito, ConfigError> {
        let endpoint = self.endpoint.as_deref().map(check_endpoint).transpose()?;
        self.resource.as_deref().map(check_resource).transpose()?;
        let region = Region::new(self.region_name().to_owned());
        let connections = self.connections.clone().unwrap_or_else(Connections::new);
        let verifier = self.token_verifier(endpoint.as_deref(), &connections);

        let has_credentials = self.credentials.is_some()
            || match &self.sdk {
                Sdk::Own => false,
                Sdk::Config(config) => has_provider(config),
                // The SDK no longer tells whether a client has credentials. One that is given is taken to
                // have some: a call without any fails.
                Sdk::Client(_) => true,
            };
        let plan = ClientPlan {
            sdk: self.sdk,
            connections: connections.api.clone(),
            region,
            credentials: self.credentials,
            endpoint,
        };
        let [client, once] = plan.clients();
        let cores = std::thread::available_parallelism().map_or(1, usize::from);

        Ok(Cognito {
            context: Arc::new(CallContext::new()),
            inner: Arc::new(Inner {
                user_pool: self.user_pool,
                app_client: self.app_client,
                app_client_secret: self.app_client_secret,
                once,
                client,
                has_credentials,
                connections,
                verifier,
                password_policy: OnceCell::new_with(self.password_policy),
                clock: self.clock,
                srp_permits: Semaphore::new(cores),
                srp_places: Semaphore::new(cores * SRP_PLACES_PER_CORE),
            }),
        })
    }

    fn region_name(&self) -> &str {
        self.region
            .as_deref()
            .unwrap_or_else(|| self.user_pool.region())
    }

    fn token_verifier(&self, endpoint: Option<&str>, connections: &Connections) -> TokenVerifier {
        let pool = &self.user_pool;
        let at_aws = format!(
            "https://cognito-idp.{}.amazonaws.com/{pool}",
            self.region_name()
        );
        let at_endpoint = endpoint.map(|endpoint| format!("{endpoint}/{pool}"));
        let keys_at = at_endpoint.as_deref().unwrap_or(&at_aws);
        let keys: Arc<dyn KeySource> = match &self.key_set {
            Some(keys) => Arc::new(keys.clone()),
            None => Arc::new(HttpKeySource::new(keys_at, connections.keys.clone())),
        };
        let issuer = self.issuer.as_deref().unwrap_or(keys_at);

        let mut verifier = TokenVerifier::new(issuer, self.app_client.clone(), keys)
            .with_clock(self.clock.clone());
        // Some emulators issue tokens in AWS's name, others by another name of this machine. The
        // keys are the endpoint's all the same.
        if self.issuer.is_none()
            && let Some(at_endpoint) = &at_endpoint
        {
            for issuer in names_of_this_machine(at_endpoint) {
                verifier = verifier.with_issuer(issuer);
            }
            verifier = verifier.with_issuer(at_aws);
        }
        if let Some(leeway) = self.leeway {
            verifier = verifier.with_leeway(leeway);
        }
        if let Some(bytes) = self.max_bearer_length {
            verifier = verifier.with_max_bearer_length(bytes);
        }
        if let Some(resource) = &self.resource {
            verifier = verifier.with_resource(resource);
        }
        verifier.with_api_clients(self.api_clients.clone())
    }
}

impl fmt::Debug for CognitoBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CognitoBuilder")
            .field("user_pool", &self.user_pool)
            .field("app_client", &self.app_client)
            .field("endpoint", &self.endpoint)
            .finish_non_exhaustive()
    }
}

fn has_provider(config: &SdkConfig) -> bool {
    config.credentials_provider().is_some()
}

#[cfg(test)]
mod tests {
    use aws_sdk_cognitoidentityprovider::config::BehaviorVersion;

    use super::*;

    fn builder() -> CognitoBuilder {
        let pool = "eu-west-1_Ab12Cd34E".parse().expect("a pool id");
        let app_client = "1example23456789".parse().expect("an app client id");

        CognitoBuilder::new(pool, app_client)
    }

    /// A program may run in another region than its user pool.
    #[test]
    fn calls_go_to_the_region_of_the_user_pool() {
        let config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::v2026_01_12())
            .region(Region::new("us-east-1"))
            .build();

        for (builder, region) in [
            (builder(), "eu-west-1"),
            (builder().with_sdk_config(&config), "eu-west-1"),
            (
                builder().with_sdk_config(&config).with_region("eu-north-1"),
                "eu-north-1",
            ),
        ] {
            let cognito = builder.build().expect("a client");

            let used = cognito.inner.client.config().region();
            assert_eq!(used.map(Region::as_ref), Some(region));
        }
    }

    #[test]
    fn hundreds_of_logins_can_wait_for_each_core() {
        let cognito = builder().build().expect("a client");

        let cores = cognito.inner.srp_permits.available_permits();
        let places = cognito.inner.srp_places.available_permits();
        assert!(places / cores >= 300, "{places} on {cores} cores");
    }

    /// The first login would be late.
    #[test]
    #[should_panic(expected = "Invalid client configuration")]
    fn what_is_wrong_with_a_configuration_of_the_sdk_comes_out_when_the_client_is_built() {
        // It lacks the version of the SDK's behaviour.
        let config = SdkConfig::builder().build();

        let _ = builder().with_sdk_config(&config).build();
    }
}

//! The same view, asked of AWS with the operator's credentials.

mod read;

use std::error::Error as StdError;
use std::fmt;

use aws_config::{BehaviorVersion, Region};
use aws_sdk_cognitoidentityprovider::Client;
use aws_sdk_cognitoidentityprovider::error::{ProvideErrorMetadata, SdkError};
use axum_cognito::Cognito;
use axum_cognito::id::UserPoolId;

use self::read::{count, read_client, read_mapping, read_mfa, read_pool};
use crate::failure::Failure;
use crate::pool::{Domain, IdentityProvider, UserPool};
use crate::setting::Setting;
use crate::view::{ClientView, Place, PoolView, named_domains};

/// AWS, or another server in its place.
pub(crate) struct Aws {
    client: Client,
}

impl Aws {
    /// Connects for one user pool.
    pub(crate) async fn for_pool(
        user_pool: &str,
        app_client: &str,
        endpoint: Option<&str>,
    ) -> Result<Self, Failure> {
        let id: UserPoolId = user_pool.parse().map_err(usage)?;
        if let Some(endpoint) = endpoint {
            // The library knows which endpoints would show the client secret to a network.
            let app_client = app_client.parse().map_err(usage)?;
            let library = Cognito::builder(id.clone(), app_client).with_endpoint(endpoint);
            library.build().map_err(usage)?;
        }
        Ok(Self::connect(Some(id.region()), endpoint).await)
    }

    /// Connects for all pools of a region: the given one, or the one of the AWS tools.
    pub(crate) async fn for_region(
        region: Option<&str>,
        endpoint: Option<&str>,
    ) -> Result<Self, Failure> {
        if let Some(endpoint) = endpoint {
            let id = "eu-west-1_Unknown".parse().map_err(usage)?;
            let app_client = "unknown".parse().map_err(usage)?;
            let library = Cognito::builder(id, app_client).with_endpoint(endpoint);
            library.build().map_err(usage)?;
        }
        Ok(Self::connect(region, endpoint).await)
    }

    async fn connect(region: Option<&str>, endpoint: Option<&str>) -> Self {
        let mut loader = aws_config::defaults(BehaviorVersion::v2026_01_12());

        if let Some(region) = region {
            loader = loader.region(Region::new(region.to_owned()));
        }
        if let Some(endpoint) = endpoint {
            loader = loader.endpoint_url(endpoint);
        }
        Self {
            client: Client::new(&loader.load().await),
        }
    }

    /// Asks for every user pool, and for all app clients of each.
    pub(crate) async fn ask_all(&self) -> Result<Vec<PoolView>, Failure> {
        let pages = self.client.list_user_pools().max_results(60);
        let pools = pages.into_paginator().items().send();
        let pools: Vec<_> = pools.try_collect().await.map_err(failed("ListUserPools"))?;

        let mut views = Vec::new();
        for pool in pools {
            let id = pool.id.unwrap_or_default();
            let pages = self.client.list_user_pool_clients().user_pool_id(&id);
            let clients = pages.max_results(60).into_paginator().items().send();
            let clients: Vec<_> = clients
                .try_collect()
                .await
                .map_err(failed("ListUserPoolClients"))?;
            let clients = clients.into_iter().filter_map(|client| client.client_id);

            views.push(self.ask(&id, clients.collect()).await?);
        }
        Ok(views)
    }

    /// Asks for a user pool, what belongs to it, and some of its app clients.
    pub(crate) async fn ask(&self, id: &str, clients: Vec<String>) -> Result<PoolView, Failure> {
        let call = self.client.describe_user_pool().user_pool_id(id);
        let answer = call.send().await.map_err(failed("DescribeUserPool"))?;
        let pool = answer.user_pool.ok_or_else(|| empty("DescribeUserPool"))?;
        let pool = read_pool(pool);

        let call = self.client.get_user_pool_mfa_config().user_pool_id(id);
        let mfa = call.send().await.map_err(failed("GetUserPoolMfaConfig"))?;

        let mut unseen = Vec::new();
        let domains = self.ask_domains(&pool, &mut unseen).await?;
        let providers = self.ask_providers(id, &mut unseen).await?;
        let mut views = Vec::new();
        for client_id in clients {
            let call = self.client.describe_user_pool_client().user_pool_id(id);
            let call = call.client_id(&client_id);
            let answer = call
                .send()
                .await
                .map_err(failed("DescribeUserPoolClient"))?;
            let client = answer.user_pool_client;
            let client = client.ok_or_else(|| empty("DescribeUserPoolClient"))?;
            let is_styled = self.ask_style(id, &client_id, &mut unseen).await?;
            views.push(ClientView {
                name: client_id,
                client: read_client(client),
                is_styled,
                place: Place::default(),
            });
        }

        Ok(PoolView {
            name: id.to_owned(),
            pool: pool.into(),
            mfa: read_mfa(mfa).into(),
            domains,
            providers,
            clients: views,
            place: Place::default(),
            unseen,
        })
    }

    async fn ask_domains(
        &self,
        pool: &UserPool,
        unseen: &mut Vec<String>,
    ) -> Result<Setting<Vec<Domain>>, Failure> {
        let mut domains = named_domains(pool);

        for domain in &mut domains {
            let name = domain.domain.known().cloned().unwrap_or_default();
            let call = self.client.describe_user_pool_domain().domain(name);
            let answer = call.send().await.map_err(failed("DescribeUserPoolDomain"));
            if let Some(answer) = seen(answer, unseen)? {
                let version = answer
                    .domain_description
                    .and_then(|it| it.managed_login_version);
                domain.managed_login_version = count(version).into();
            }
        }
        Ok(domains.into())
    }

    async fn ask_providers(
        &self,
        id: &str,
        unseen: &mut Vec<String>,
    ) -> Result<Setting<Vec<IdentityProvider>>, Failure> {
        let pages = self.client.list_identity_providers().user_pool_id(id);
        let listed = pages.max_results(60).into_paginator().items().send();
        let listed = listed.try_collect().await;
        let listed = listed.map_err(failed("ListIdentityProviders"));
        let Some(listed) = seen(listed, unseen)? else {
            return Ok(Setting::Unknown);
        };

        let mut providers = Vec::new();
        for name in listed.into_iter().filter_map(|it| it.provider_name) {
            let call = self.client.describe_identity_provider().user_pool_id(id);
            let answer = call.provider_name(&name).send().await;
            let answer = seen(answer.map_err(failed("DescribeIdentityProvider")), unseen)?;
            let provider = answer.and_then(|answer| answer.identity_provider);
            providers.push(IdentityProvider {
                provider_name: name.into(),
                attribute_mapping: match provider {
                    Some(provider) => read_mapping(provider).into(),
                    None => Setting::Unknown,
                },
            });
        }
        Ok(providers.into())
    }

    /// Whether an app client has a style for managed login.
    async fn ask_style(
        &self,
        id: &str,
        client_id: &str,
        unseen: &mut Vec<String>,
    ) -> Result<Setting<bool>, Failure> {
        let call = self.client.describe_managed_login_branding_by_client();
        let call = call.user_pool_id(id).client_id(client_id);

        match call.send().await {
            Ok(_) => Ok(true.into()),
            Err(error) if error.code() == Some("ResourceNotFoundException") => Ok(false.into()),
            Err(error) => {
                let failure = failed("DescribeManagedLoginBrandingByClient")(error);
                seen::<()>(Err(failure), unseen)?;
                Ok(Setting::Unknown)
            }
        }
    }
}

/// What is beside the pool may be closed to the operator; then it is not known.
fn seen<T>(answer: Result<T, Failure>, unseen: &mut Vec<String>) -> Result<Option<T>, Failure> {
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(Failure::Aws { operation, reason }) if reason.starts_with("AccessDeniedException") => {
            let operation = operation.to_owned();
            if !unseen.contains(&operation) {
                unseen.push(operation);
            }
            Ok(None)
        }
        Err(failure) => Err(failure),
    }
}

fn usage(error: impl fmt::Display) -> Failure {
    Failure::Usage(error.to_string())
}

fn failed<E, R>(operation: &'static str) -> impl FnOnce(SdkError<E, R>) -> Failure
where
    E: StdError + ProvideErrorMetadata + 'static,
    R: fmt::Debug + 'static,
{
    move |error| {
        let answer = error.as_service_error();
        let reason = match answer.and_then(|answer| Some((answer.code()?, answer.message()))) {
            Some((code, message)) => format!("{code}: {}", message.unwrap_or("no message")),
            None => causes(&error),
        };
        Failure::Aws { operation, reason }
    }
}

/// What went wrong before there was an answer: credentials, network.
fn causes(error: &dyn StdError) -> String {
    let mut text = error.to_string();
    let mut source = error.source();

    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

fn empty(operation: &'static str) -> Failure {
    Failure::Aws {
        operation,
        reason: "the answer was empty".to_owned(),
    }
}

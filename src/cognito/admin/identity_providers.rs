use std::collections::BTreeMap;
use std::fmt;

use aws_sdk_cognitoidentityprovider::types::{
    IdentityProviderType, IdentityProviderTypeType, ProviderDescription,
};
use aws_smithy_async::future::pagination_stream::TryFlatMap;

use super::Admin;
use crate::cognito::call::CallResult;
use crate::cognito::{CognitoError, CognitoErrorKind, Listing};

/// Another place that users of a user pool can come from.
#[derive(Clone, Eq, PartialEq)]
#[non_exhaustive]
pub struct IdentityProvider {
    /// The name, by which app clients list it.
    pub name: String,
    /// The kind as the API spells it: `OIDC`, `SAML`, `Google` and so on.
    pub kind: String,
    /// What this kind needs, by the API's names, e.g. `client_id`. There may be secrets in it.
    pub details: BTreeMap<String, String>,
    /// From attributes of the user pool to those of the provider.
    pub attribute_mapping: BTreeMap<String, String>,
    /// Other names of the provider, e.g. domains of mail addresses.
    pub identifiers: Vec<String>,
}

impl IdentityProvider {
    /// Describes a provider of that name and kind.
    pub fn new(name: impl Into<String>, kind: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            kind: kind.into(),
            details: BTreeMap::new(),
            attribute_mapping: BTreeMap::new(),
            identifiers: Vec::new(),
        }
    }

    /// Sets one of the details.
    #[must_use]
    pub fn with_detail(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.details.insert(name.into(), value.into());
        self
    }

    /// Fills an attribute of the user pool from one of the provider.
    #[must_use]
    pub fn with_attribute(mut self, ours: impl Into<String>, theirs: impl Into<String>) -> Self {
        self.attribute_mapping.insert(ours.into(), theirs.into());
        self
    }

    fn read(
        provider: Option<IdentityProviderType>,
        operation: &'static str,
    ) -> Result<Self, CognitoError> {
        let provider = provider.ok_or_else(|| {
            CognitoError::new(CognitoErrorKind::Protocol, operation, "no provider came")
        })?;
        let kind = provider.provider_type();

        Ok(Self {
            kind: kind.map_or_else(String::new, |kind| kind.as_str().to_owned()),
            name: provider.provider_name.unwrap_or_default(),
            details: provider.provider_details.into_iter().flatten().collect(),
            attribute_mapping: provider.attribute_mapping.into_iter().flatten().collect(),
            identifiers: provider.idp_identifiers.unwrap_or_default(),
        })
    }

    /// Reads an entry of a list, which has no details.
    fn summary(provider: ProviderDescription) -> Self {
        let kind = provider.provider_type.map(|kind| kind.as_str().to_owned());

        Self::new(
            provider.provider_name.unwrap_or_default(),
            kind.unwrap_or_default(),
        )
    }
}

impl fmt::Debug for IdentityProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IdentityProvider")
            .field("name", &self.name)
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

/// Identity providers.
impl Admin {
    /// Lists all identity providers, by name and kind (`ListIdentityProviders`).
    pub fn list_identity_providers(&self) -> Listing<IdentityProvider> {
        let call = self.client().list_identity_providers();
        let call = call.user_pool_id(self.pool_id());
        let pages = TryFlatMap::new(call.into_paginator().send());
        let providers = pages.flat_map(|page| page.providers);

        Listing::of(
            "ListIdentityProviders",
            providers,
            IdentityProvider::summary,
        )
    }

    /// Returns an identity provider (`DescribeIdentityProvider`).
    ///
    /// # Errors
    ///
    /// `ResourceNotFound`: no such provider.
    pub async fn describe_identity_provider(
        &self,
        name: &str,
    ) -> Result<IdentityProvider, CognitoError> {
        const OPERATION: &str = "DescribeIdentityProvider";

        let call = self.client().describe_identity_provider();
        let call = call.user_pool_id(self.pool_id()).provider_name(name);
        let output = call.send().await.of(OPERATION)?;

        IdentityProvider::read(output.identity_provider, OPERATION)
    }

    /// Creates an identity provider (`CreateIdentityProvider`).
    ///
    /// # Errors
    ///
    /// `DuplicateProvider`: the name is taken. `InvalidParameter`: a detail is missing or wrong.
    pub async fn create_identity_provider(
        &self,
        provider: &IdentityProvider,
    ) -> Result<IdentityProvider, CognitoError> {
        const OPERATION: &str = "CreateIdentityProvider";

        let output = self
            .once()
            .create_identity_provider()
            .user_pool_id(self.pool_id())
            .provider_name(&provider.name)
            .provider_type(IdentityProviderTypeType::from(provider.kind.as_str()))
            .set_provider_details(Some(provider.details.clone().into_iter().collect()))
            .set_attribute_mapping(Some(
                provider.attribute_mapping.clone().into_iter().collect(),
            ))
            .set_idp_identifiers(Some(provider.identifiers.clone()))
            .send()
            .await
            .of(OPERATION)?;

        IdentityProvider::read(output.identity_provider, OPERATION)
    }

    /// Changes an identity provider: its details, attributes and other names
    /// (`UpdateIdentityProvider`).
    ///
    /// # Errors
    ///
    /// `ResourceNotFound`: no such provider. `InvalidParameter`: a detail is missing or wrong.
    /// `ConcurrentModification`: try again.
    pub async fn update_identity_provider(
        &self,
        provider: &IdentityProvider,
    ) -> Result<IdentityProvider, CognitoError> {
        const OPERATION: &str = "UpdateIdentityProvider";

        let output = self
            .client()
            .update_identity_provider()
            .user_pool_id(self.pool_id())
            .provider_name(&provider.name)
            .set_provider_details(Some(provider.details.clone().into_iter().collect()))
            .set_attribute_mapping(Some(
                provider.attribute_mapping.clone().into_iter().collect(),
            ))
            .set_idp_identifiers(Some(provider.identifiers.clone()))
            .send()
            .await
            .of(OPERATION)?;

        IdentityProvider::read(output.identity_provider, OPERATION)
    }

    /// Deletes an identity provider (`DeleteIdentityProvider`).
    ///
    /// # Errors
    ///
    /// `ResourceNotFound`: no such provider. `ConcurrentModification`: try again.
    pub async fn delete_identity_provider(&self, name: &str) -> Result<(), CognitoError> {
        let call = self.once().delete_identity_provider();
        let call = call.user_pool_id(self.pool_id()).provider_name(name);
        call.send().await.of("DeleteIdentityProvider")?;
        Ok(())
    }
}

//! Identity providers.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use time::OffsetDateTime;

use crate::wire::{self, Attribute};

/// `IdentityProviderType`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct IdentityProvider {
    user_pool_id: String,
    provider_name: String,
    provider_type: String,
    provider_details: Map<String, Value>,
    attribute_mapping: Map<String, Value>,
    idp_identifiers: Vec<String>,
    creation_date: f64,
    last_modified_date: f64,
}

/// What may change.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ProviderSettings {
    provider_details: Option<Map<String, Value>>,
    attribute_mapping: Option<Map<String, Value>>,
    idp_identifiers: Option<Vec<String>>,
}

impl IdentityProvider {
    pub(crate) fn new(pool_id: &str, name: &str, kind: &str, now: OffsetDateTime) -> Self {
        Self {
            user_pool_id: pool_id.to_owned(),
            provider_name: name.to_owned(),
            provider_type: kind.to_owned(),
            provider_details: Map::new(),
            attribute_mapping: Map::new(),
            idp_identifiers: Vec::new(),
            creation_date: wire::timestamp(now),
            last_modified_date: wire::timestamp(now),
        }
    }

    /// From attributes of the pool to claims of the provider.
    pub(crate) fn with_mapping<const N: usize>(mut self, mapping: [(&str, &str); N]) -> Self {
        let pairs = mapping.map(|(attribute, claim)| (attribute.to_owned(), json!(claim)));
        self.attribute_mapping = pairs.into_iter().collect();
        self
    }

    pub(crate) fn update(&mut self, settings: ProviderSettings, now: OffsetDateTime) {
        if let Some(details) = settings.provider_details {
            self.provider_details = details;
        }
        if let Some(mapping) = settings.attribute_mapping {
            self.attribute_mapping = mapping;
        }
        if let Some(identifiers) = settings.idp_identifiers {
            self.idp_identifiers = identifiers;
        }
        self.last_modified_date = wire::timestamp(now);
    }

    pub(crate) fn name(&self) -> &str {
        &self.provider_name
    }

    /// A value of `ProviderDetails` that is not empty.
    pub(crate) fn detail(&self, name: &str) -> Option<&str> {
        let value = self.provider_details.get(name)?.as_str()?;
        Some(value).filter(|it| !it.is_empty())
    }

    /// Whether there is somebody behind it whom the emulator asks: an OpenID provider in plain HTTP. Every other one is
    /// made up.
    pub(crate) fn is_real(&self) -> bool {
        let issuer = self.detail("oidc_issuer").unwrap_or_default();
        self.provider_type == "OIDC" && issuer.starts_with("http://")
    }

    /// `Google`, `OIDC`, `SAML`, …
    pub(crate) fn kind(&self) -> &str {
        &self.provider_type
    }

    /// The attributes that a person's claims give.
    pub(crate) fn map(&self, claims: &BTreeMap<String, String>) -> Vec<Attribute> {
        let mapping = self.attribute_mapping.iter();
        mapping
            .filter(|(attribute, _)| *attribute != "username")
            .filter_map(|(attribute, claim)| {
                let value = claims.get(claim.as_str()?)?.clone();
                let name = attribute.clone();
                Some(Attribute { name, value })
            })
            .collect()
    }

    pub(crate) fn has_identifier(&self, identifier: &str) -> bool {
        self.idp_identifiers.iter().any(|it| it == identifier)
    }

    /// The `ProviderDescription` of a list.
    pub(crate) fn summary(&self) -> Value {
        json!({
            "ProviderName": self.provider_name,
            "ProviderType": self.provider_type,
            "CreationDate": self.creation_date,
            "LastModifiedDate": self.last_modified_date,
        })
    }
}

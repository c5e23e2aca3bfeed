//! What an app client may do at the pool's domain.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::failure::Failure;

/// The settings of an app client for managed login and for tokens without a user, as the API writes them.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct OAuth {
    #[serde(
        rename = "AllowedOAuthFlows",
        skip_serializing_if = "BTreeSet::is_empty"
    )]
    pub(crate) flows: BTreeSet<String>,
    #[serde(
        rename = "AllowedOAuthScopes",
        skip_serializing_if = "BTreeSet::is_empty"
    )]
    pub(crate) scopes: BTreeSet<String>,
    /// The three settings above and below count only where this is on.
    #[serde(rename = "AllowedOAuthFlowsUserPoolClient")]
    pub(crate) is_on: bool,
    #[serde(rename = "CallbackURLs", skip_serializing_if = "Vec::is_empty")]
    pub(crate) callback_urls: Vec<String>,
    #[serde(rename = "DefaultRedirectURI", skip_serializing_if = "Option::is_none")]
    pub(crate) default_redirect_uri: Option<String>,
    #[serde(rename = "LogoutURLs", skip_serializing_if = "Vec::is_empty")]
    pub(crate) logout_urls: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) supported_identity_providers: Vec<String>,
}

/// The scopes that every pool has.
pub(super) const STANDARD_SCOPES: [&str; 5] = [
    "aws.cognito.signin.user.admin",
    "email",
    "openid",
    "phone",
    "profile",
];

impl OAuth {
    /// Refuses settings that do not go together, or that name what the pool has not.
    pub(crate) fn check(
        &self,
        has_secret: bool,
        knows_scope: impl Fn(&str) -> bool,
        knows_provider: impl Fn(&str) -> bool,
    ) -> Result<(), Failure> {
        let refuse = |message: String| Err(Failure::invalid_parameter(message));
        let has = |flow: &str| self.flows.contains(flow);
        if self.is_on && (self.flows.is_empty() || self.scopes.is_empty()) {
            return refuse(
                "AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is allowed to use OAuth \
                 flows."
                    .to_owned(),
            );
        }
        if has("client_credentials") && (has("code") || has("implicit")) {
            return refuse(
                "client_credentials flow can not be selected along with code flow or implicit flow."
                    .to_owned(),
            );
        }
        if has("client_credentials") && !has_secret {
            return refuse(
                "client_credentials flow can not be selected if client does not have a client secret."
                    .to_owned(),
            );
        }
        for scope in &self.scopes {
            if !STANDARD_SCOPES.contains(&scope.as_str()) && !knows_scope(scope) {
                return Err(Failure::new(
                    "ScopeDoesNotExistException",
                    format!("Invalid scope requested: {scope}"),
                ));
            }
        }
        for provider in &self.supported_identity_providers {
            if provider != "COGNITO" && !knows_provider(provider) {
                return refuse(format!(
                    "The provider {provider} does not exist for User Pool."
                ));
            }
        }
        if let Some(uri) = &self.default_redirect_uri
            && !self.callback_urls.contains(uri)
        {
            return refuse(format!("Invalid redirect URI: {uri}"));
        }
        let urls = self.callback_urls.iter().chain(&self.logout_urls);
        if let Some(url) = urls.into_iter().find(|url| !is_allowed(url)) {
            return refuse(format!("{url} cannot be used as a redirect URI."));
        }
        Ok(())
    }
}

/// Absolute, without fragment, and not plain HTTP to another host.
fn is_allowed(url: &str) -> bool {
    let Some((scheme, rest)) = url.split_once(':') else {
        return false;
    };
    if url.contains('#') || scheme.is_empty() || rest.is_empty() {
        return false;
    }
    let host = rest.trim_start_matches('/');
    let is_local = ["localhost", "127.0.0.1", "[::1]"].iter().any(|name| {
        host.strip_prefix(name)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '/', '?']))
    });
    scheme != "http" || is_local
}

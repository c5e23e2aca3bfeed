//! App clients: which program may log in, and how.

use std::collections::BTreeSet;
use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use time::OffsetDateTime;

use super::oauth::{OAuth, STANDARD_SCOPES};
use crate::random;

/// A way to log in that an app client allows.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[non_exhaustive]
pub enum AuthFlow {
    /// `ALLOW_ADMIN_USER_PASSWORD_AUTH`.
    #[serde(rename = "ALLOW_ADMIN_USER_PASSWORD_AUTH")]
    AdminUserPassword,
    /// `ALLOW_CLIENT_TOKEN_AUTH`: tokens for the client itself, by `GetClientToken`.
    #[serde(rename = "ALLOW_CLIENT_TOKEN_AUTH")]
    ClientToken,
    /// `ALLOW_CUSTOM_AUTH`.
    #[serde(rename = "ALLOW_CUSTOM_AUTH")]
    Custom,
    /// `ALLOW_REFRESH_TOKEN_AUTH`.
    #[serde(rename = "ALLOW_REFRESH_TOKEN_AUTH")]
    RefreshToken,
    /// `ALLOW_USER_AUTH`, the flow in which the user chooses among first factors.
    #[serde(rename = "ALLOW_USER_AUTH")]
    User,
    /// `ALLOW_USER_PASSWORD_AUTH`.
    #[serde(rename = "ALLOW_USER_PASSWORD_AUTH")]
    UserPassword,
    /// `ALLOW_USER_SRP_AUTH`.
    #[serde(rename = "ALLOW_USER_SRP_AUTH")]
    UserSrp,
}

/// A secret of an app client.
#[derive(Clone, Deserialize, Serialize)]
pub(crate) struct ClientSecret {
    pub(crate) id: String,
    pub(crate) value: String,
    pub(crate) created: Option<OffsetDateTime>,
}

impl ClientSecret {
    pub(crate) fn new(value: String) -> Self {
        Self {
            id: random::lower(26),
            value,
            created: None,
        }
    }
}

/// An app client of a user pool.
///
/// Made with the defaults of the API: no secret, the flows SRP, custom and refresh, tokens for an hour, refresh
/// tokens for thirty days, and unknown users told apart (`LEGACY`).
#[derive(Clone, Deserialize, Serialize)]
pub struct AppClient {
    pub(crate) id: String,
    pub(crate) name: String,
    /// At most two at once, oldest first.
    pub(crate) secrets: Vec<ClientSecret>,
    pub(crate) flows: BTreeSet<AuthFlow>,
    pub(crate) access_validity: Duration,
    pub(crate) id_validity: Duration,
    pub(crate) refresh_validity: Duration,
    pub(crate) session_validity: Duration,
    pub(crate) hides_unknown_users: bool,
    pub(crate) revocation: bool,
    pub(crate) rotation: Option<Duration>,
    pub(crate) read_attributes: BTreeSet<String>,
    pub(crate) write_attributes: BTreeSet<String>,
    pub(crate) oauth: OAuth,
    /// What the API was given and only gives back: validities in their units among it.
    pub(crate) other: Map<String, Value>,
    pub(crate) created: Option<OffsetDateTime>,
    pub(crate) modified: Option<OffsetDateTime>,
}

impl AppClient {
    /// Creates an app client with a random id of 26 characters.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            id: random::lower(26),
            name: name.into(),
            secrets: Vec::new(),
            flows: BTreeSet::from([AuthFlow::Custom, AuthFlow::RefreshToken, AuthFlow::UserSrp]),
            access_validity: Duration::from_secs(60 * 60),
            id_validity: Duration::from_secs(60 * 60),
            refresh_validity: Duration::from_secs(30 * 24 * 60 * 60),
            session_validity: Duration::from_secs(3 * 60),
            hides_unknown_users: false,
            revocation: true,
            rotation: None,
            read_attributes: BTreeSet::new(),
            write_attributes: BTreeSet::new(),
            oauth: OAuth::default(),
            other: Map::new(),
            created: None,
            modified: None,
        }
    }

    /// Sets the id, for programs that have it in their settings.
    pub fn with_id(mut self, id: impl Into<String>) -> Self {
        self.id = id.into();
        self
    }

    /// Sets the app client's secret; its users then have to send `SECRET_HASH`.
    pub fn with_secret(mut self, secret: impl Into<String>) -> Self {
        self.secrets = vec![ClientSecret::new(secret.into())];
        self
    }

    /// Sets the flows that are allowed, in place of the default ones.
    pub fn with_flows(mut self, flows: impl IntoIterator<Item = AuthFlow>) -> Self {
        self.flows = flows.into_iter().collect();
        self
    }

    /// Sets how long an access token holds. Any length is taken, also one that Cognito would refuse.
    pub fn with_access_token_validity(mut self, validity: Duration) -> Self {
        self.access_validity = validity;
        self
    }

    /// Sets how long an ID token holds.
    pub fn with_id_token_validity(mut self, validity: Duration) -> Self {
        self.id_validity = validity;
        self
    }

    /// Sets how long a refresh token holds.
    pub fn with_refresh_token_validity(mut self, validity: Duration) -> Self {
        self.refresh_validity = validity;
        self
    }

    /// Sets how long a challenge may wait for its answer.
    pub fn with_auth_session_validity(mut self, validity: Duration) -> Self {
        self.session_validity = validity;
        self
    }

    /// Sets `PreventUserExistenceErrors`: `true` is `ENABLED`, `false` is `LEGACY`.
    pub fn with_prevent_user_existence_errors(mut self, prevent: bool) -> Self {
        self.hides_unknown_users = prevent;
        self
    }

    /// Switches refresh token rotation on; the old token works on for the grace period.
    pub fn with_refresh_token_rotation(mut self, grace: Duration) -> Self {
        self.rotation = Some(grace);
        self
    }

    /// Sets the attributes that a user may write through this client, in place of all.
    pub fn with_write_attributes<const N: usize>(mut self, names: [&str; N]) -> Self {
        self.write_attributes = names.map(str::to_owned).into();
        self
    }

    /// Sets the attributes that a user may read through this client, in place of all.
    pub fn with_read_attributes<const N: usize>(mut self, names: [&str; N]) -> Self {
        self.read_attributes = names.map(str::to_owned).into();
        self
    }

    /// Allows logins at the pool's domain that come back to one of these addresses: with a code, from the pool's own
    /// users, for every scope. The setters below narrow that.
    pub fn with_callback_urls<const N: usize>(mut self, urls: [&str; N]) -> Self {
        self.oauth.callback_urls = urls.map(str::to_owned).into();
        self.oauth.is_on = true;
        if self.oauth.flows.is_empty() {
            self.oauth.flows.insert("code".to_owned());
        }
        if self.oauth.scopes.is_empty() {
            self.oauth.scopes = STANDARD_SCOPES.map(str::to_owned).into();
        }
        if self.oauth.supported_identity_providers.is_empty() {
            self.oauth.supported_identity_providers = vec!["COGNITO".to_owned()];
        }
        self
    }

    /// Sets where a logout at the pool's domain may lead to.
    pub fn with_sign_out_urls<const N: usize>(mut self, urls: [&str; N]) -> Self {
        self.oauth.logout_urls = urls.map(str::to_owned).into();
        self
    }

    /// Sets the grants of the pool's domain: `code`, `implicit` or `client_credentials`.
    pub fn with_oauth_flows<const N: usize>(mut self, flows: [&str; N]) -> Self {
        self.oauth.flows = flows.map(str::to_owned).into();
        self.oauth.is_on = true;
        self
    }

    /// Sets the scopes that the client may ask for at the pool's domain.
    pub fn with_scopes<const N: usize>(mut self, scopes: [&str; N]) -> Self {
        self.oauth.scopes = scopes.map(str::to_owned).into();
        self
    }

    /// Sets by which identity providers users may come in; `COGNITO` are the pool's own users.
    pub fn with_identity_providers<const N: usize>(mut self, names: [&str; N]) -> Self {
        self.oauth.supported_identity_providers = names.map(str::to_owned).into();
        self
    }

    /// Returns the client id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Returns the client secret, if there is one; the older of two.
    pub fn secret(&self) -> Option<&str> {
        self.secrets.first().map(|it| it.value.as_str())
    }

    /// Returns whether an attribute is shown to users of this client.
    pub(crate) fn may_read(&self, name: &str) -> bool {
        let verified = name.strip_suffix("_verified").unwrap_or(name);
        self.read_attributes.is_empty()
            || verified == "sub"
            || [name, verified]
                .iter()
                .any(|&it| self.read_attributes.contains(it))
    }

    /// Whether the client may read all that a scope stands for: without, codes cannot be redeemed.
    pub(crate) fn may_read_scope(&self, scope: &str) -> bool {
        let needed: &[&str] = match scope {
            "email" => &["email", "email_verified"],
            "phone" => &["phone_number", "phone_number_verified"],
            _ => return true,
        };
        let readable = &self.read_attributes;
        readable.is_empty() || needed.iter().all(|name| readable.contains(*name))
    }

    /// The same client where it is not asked for a secret: at the domain's own pages.
    pub(crate) fn without_secrets(&self) -> Self {
        Self {
            secrets: Vec::new(),
            ..self.clone()
        }
    }

    /// Returns whether users of this client may write an attribute.
    pub(crate) fn may_write(&self, name: &str) -> bool {
        self.write_attributes.is_empty() || self.write_attributes.contains(name)
    }
}

impl fmt::Debug for AppClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AppClient")
            .field("id", &self.id)
            .field("name", &self.name)
            .field("has_secret", &!self.secrets.is_empty())
            .field("flows", &self.flows)
            .finish_non_exhaustive()
    }
}

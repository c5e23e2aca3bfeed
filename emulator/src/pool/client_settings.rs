//! App clients as the API writes them.

use std::collections::BTreeSet;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::client::{AppClient, AuthFlow};
use super::oauth::OAuth;
use crate::failure::Failure;
use crate::wire;

/// What `CreateUserPoolClient` and `UpdateUserPoolClient` set. What is left out gets its default.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ClientSettings {
    client_name: Option<String>,
    refresh_token_validity: Option<u64>,
    access_token_validity: Option<u64>,
    id_token_validity: Option<u64>,
    token_validity_units: Option<Units>,
    #[serde(default)]
    read_attributes: BTreeSet<String>,
    #[serde(default)]
    write_attributes: BTreeSet<String>,
    explicit_auth_flows: Option<BTreeSet<String>>,
    prevent_user_existence_errors: Option<String>,
    enable_token_revocation: Option<bool>,
    refresh_token_rotation: Option<Rotation>,
    auth_session_validity: Option<u64>,
    #[serde(flatten)]
    pub(crate) oauth: OAuth,
    analytics_configuration: Option<Value>,
    enable_propagate_additional_user_context_data: Option<bool>,
}

#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
enum Unit {
    Seconds,
    Minutes,
    Hours,
    Days,
}

#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Units {
    #[serde(skip_serializing_if = "Option::is_none")]
    access_token: Option<Unit>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id_token: Option<Unit>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<Unit>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Rotation {
    feature: String,
    retry_grace_period_seconds: Option<u64>,
}

impl Unit {
    fn seconds(self) -> u64 {
        match self {
            Self::Seconds => 1,
            Self::Minutes => 60,
            Self::Hours => 60 * 60,
            Self::Days => 24 * 60 * 60,
        }
    }
}

impl ClientSettings {
    /// Writes the settings over an app client.
    pub(crate) fn apply(self, client: &mut AppClient) -> Result<(), Failure> {
        let fresh = AppClient::new(self.client_name.unwrap_or_else(|| client.name.clone()));
        let hour = Unit::Hours.seconds();
        let day = Unit::Days.seconds();
        let units = self.token_validity_units.unwrap_or_default();
        let validity = |what: &str, given: Option<u64>, unit: Unit, range: (u64, u64)| {
            let Some(given) = given.filter(|&it| it != 0) else {
                return Ok(None);
            };
            let seconds = given.saturating_mul(unit.seconds());
            if (range.0..=range.1).contains(&seconds) {
                Ok(Some(Duration::from_secs(seconds)))
            } else {
                Err(Failure::invalid_parameter(format!(
                    "Invalid range for token validity: {what}"
                )))
            }
        };

        let short = (5 * 60, day);
        let access = units.access_token.unwrap_or(Unit::Hours);
        let access = validity(
            "AccessTokenValidity",
            self.access_token_validity,
            access,
            short,
        )?;
        let id = units.id_token.unwrap_or(Unit::Hours);
        let id = validity("IdTokenValidity", self.id_token_validity, id, short)?;
        let refresh = units.refresh_token.unwrap_or(Unit::Days);
        let long = (hour, 3650 * day);
        let refresh = validity(
            "RefreshTokenValidity",
            self.refresh_token_validity,
            refresh,
            long,
        )?;
        let session = validity(
            "AuthSessionValidity",
            self.auth_session_validity,
            Unit::Minutes,
            (3 * 60, 15 * 60),
        )?;

        client.other = [
            (
                "AccessTokenValidity",
                self.access_token_validity.map(Value::from),
            ),
            ("IdTokenValidity", self.id_token_validity.map(Value::from)),
            (
                "RefreshTokenValidity",
                Some(json!(self.refresh_token_validity.unwrap_or(30))),
            ),
            (
                "TokenValidityUnits",
                self.token_validity_units.map(|it| json!(it)),
            ),
            ("AnalyticsConfiguration", self.analytics_configuration),
            (
                "EnablePropagateAdditionalUserContextData",
                self.enable_propagate_additional_user_context_data
                    .map(Value::from),
            ),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?)))
        .collect();
        client.oauth = self.oauth;
        client.name = fresh.name;
        client.flows = self.explicit_auth_flows.map_or(Ok(fresh.flows), flows)?;
        client.access_validity = access.unwrap_or(fresh.access_validity);
        client.id_validity = id.unwrap_or(fresh.id_validity);
        client.refresh_validity = refresh.unwrap_or(fresh.refresh_validity);
        client.session_validity = session.unwrap_or(fresh.session_validity);
        client.read_attributes = self.read_attributes;
        client.write_attributes = self.write_attributes;
        client.hides_unknown_users =
            self.prevent_user_existence_errors.as_deref() == Some("ENABLED");
        client.revocation = self.enable_token_revocation.unwrap_or(true);
        client.rotation = match self.refresh_token_rotation {
            Some(rotation) if rotation.feature == "ENABLED" => {
                let grace = rotation.retry_grace_period_seconds.unwrap_or(0);
                if grace > 60 {
                    return Err(Failure::invalid_parameter(
                        "RetryGracePeriodSeconds has to be between 0 and 60",
                    ));
                }
                Some(Duration::from_secs(grace))
            }
            _ => None,
        };
        Ok(())
    }
}

/// Reads `ExplicitAuthFlows`, the names of before 2019 included.
fn flows(names: BTreeSet<String>) -> Result<BTreeSet<AuthFlow>, Failure> {
    let mut flows = BTreeSet::new();
    for name in names {
        match name.as_str() {
            "ADMIN_NO_SRP_AUTH" => {
                flows.extend([
                    AuthFlow::AdminUserPassword,
                    AuthFlow::RefreshToken,
                    AuthFlow::UserSrp,
                ]);
            }
            "CUSTOM_AUTH_FLOW_ONLY" => flows.extend([AuthFlow::Custom, AuthFlow::RefreshToken]),
            "USER_PASSWORD_AUTH" => {
                flows.extend([
                    AuthFlow::RefreshToken,
                    AuthFlow::UserPassword,
                    AuthFlow::UserSrp,
                ]);
            }
            _ => {
                let flow = serde_json::from_value(json!(name)).map_err(|_| {
                    Failure::invalid_parameter(format!(
                        "1 validation error detected: Value '{name}' at 'explicitAuthFlows' failed to satisfy \
                         constraint: Member must satisfy enum value set"
                    ))
                })?;
                flows.insert(flow);
            }
        }
    }
    Ok(flows)
}

impl AppClient {
    /// The `UserPoolClientType` of the API.
    pub(crate) fn describe(&self, pool_id: &str) -> Value {
        let mut fields = Map::new();
        let mut put = |name: &str, value: Value| {
            fields.insert(name.to_owned(), value);
        };
        put("UserPoolId", json!(pool_id));
        put("ClientName", json!(self.name));
        put("ClientId", json!(self.id));
        if let Some(secret) = self.secret() {
            put("ClientSecret", json!(secret));
        }
        if let (Some(created), Some(modified)) = (self.created, self.modified) {
            put("CreationDate", json!(wire::timestamp(created)));
            put("LastModifiedDate", json!(wire::timestamp(modified)));
        }
        if self.other.is_empty() {
            for (name, validity) in [
                ("AccessTokenValidity", self.access_validity),
                ("IdTokenValidity", self.id_validity),
                ("RefreshTokenValidity", self.refresh_validity),
            ] {
                put(name, json!(validity.as_secs()));
            }
            put(
                "TokenValidityUnits",
                json!({ "AccessToken": "seconds", "IdToken": "seconds", "RefreshToken": "seconds" }),
            );
        }
        for (name, value) in &self.other {
            put(name, value.clone());
        }
        put(
            "AuthSessionValidity",
            json!(self.session_validity.as_secs() / 60),
        );
        if !self.read_attributes.is_empty() {
            put("ReadAttributes", json!(self.read_attributes));
        }
        if !self.write_attributes.is_empty() {
            put("WriteAttributes", json!(self.write_attributes));
        }
        put("ExplicitAuthFlows", json!(self.flows));
        let prevent = if self.hides_unknown_users {
            "ENABLED"
        } else {
            "LEGACY"
        };
        put("PreventUserExistenceErrors", json!(prevent));
        put("EnableTokenRevocation", json!(self.revocation));
        if let Value::Object(oauth) = json!(self.oauth) {
            for (name, value) in oauth {
                put(&name, value);
            }
        }
        if let Some(grace) = self.rotation {
            put(
                "RefreshTokenRotation",
                json!({ "Feature": "ENABLED", "RetryGracePeriodSeconds": grace.as_secs() }),
            );
        }
        Value::Object(fields)
    }
}

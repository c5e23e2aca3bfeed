//! User pools as the API writes them.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::Directory;
use super::settings::{DeviceTracking, MfaMode, PasswordPolicy, Settings};
use crate::wire;

/// What `CreateUserPool` and `UpdateUserPool` set.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct PoolSettings {
    pool_name: Option<String>,
    #[serde(default)]
    policies: Policies,
    alias_attributes: Option<BTreeSet<String>>,
    username_attributes: Option<BTreeSet<String>>,
    auto_verified_attributes: Option<BTreeSet<String>>,
    mfa_configuration: Option<MfaMode>,
    username_configuration: Option<UsernameConfiguration>,
    device_configuration: Option<DeviceTracking>,
    admin_create_user_config: Option<AdminCreateUserConfig>,
    schema: Option<Vec<SchemaAttribute>>,
    /// Given back as it is.
    #[serde(flatten)]
    other: Map<String, Value>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Policies {
    password_policy: Option<PasswordPolicy>,
    sign_in_policy: Option<SignInPolicy>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SignInPolicy {
    #[serde(default)]
    allowed_first_auth_factors: BTreeSet<String>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct UsernameConfiguration {
    case_sensitive: bool,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct AdminCreateUserConfig {
    #[serde(default)]
    allow_admin_create_user_only: bool,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
struct SchemaAttribute {
    name: String,
    #[serde(default)]
    required: bool,
}

impl PoolSettings {
    /// The settings of a new pool.
    pub(crate) fn build(self) -> Settings {
        let name = self.pool_name.clone().unwrap_or_default();
        let mut settings = Settings::new(&name);
        settings.mfa = MfaMode::Off;
        settings.auto_verified_attributes = BTreeSet::new();
        settings.alias_attributes = self.alias_attributes.clone().unwrap_or_default();
        settings.username_attributes = self.username_attributes.clone().unwrap_or_default();
        settings.case_sensitive = self
            .username_configuration
            .is_none_or(|configuration| configuration.case_sensitive);
        self.apply(&mut settings);
        settings
    }

    /// Writes what may change over the settings of a pool.
    pub(crate) fn apply(self, settings: &mut Settings) {
        for attribute in self.schema.into_iter().flatten() {
            if super::attribute::is_standard(&attribute.name) {
                if attribute.required {
                    settings.required_attributes.insert(attribute.name);
                }
            } else {
                let name = format!("custom:{}", attribute.name);
                settings.custom_attributes.insert(name);
            }
        }
        if let Some(policy) = self.policies.password_policy {
            settings.policy = policy;
        }
        if let Some(policy) = self.policies.sign_in_policy {
            settings.first_factors = policy.allowed_first_auth_factors;
        }
        if let Some(names) = self.auto_verified_attributes {
            settings.auto_verified_attributes = names;
        }
        if let Some(mfa) = self.mfa_configuration {
            settings.mfa = mfa;
        }
        if let Some(config) = self.admin_create_user_config {
            settings.admin_create_only = config.allow_admin_create_user_only;
        }
        settings.device_tracking = self.device_configuration;
        settings.totp_mfa = settings.mfa != MfaMode::Off;
        settings.other.extend(self.other);
    }
}

impl Directory {
    /// The `UserPoolType` of the API.
    pub(crate) fn describe(&self) -> Value {
        let settings = &self.settings;
        let mut fields = settings.other.clone();
        let mut put = |name: &str, value: Value| {
            fields.insert(name.to_owned(), value);
        };
        put("Id", json!(self.id));
        put("Name", json!(settings.name));
        let region = self.id.split('_').next().unwrap_or_default();
        let arn = format!(
            "arn:aws:cognito-idp:{region}:000000000000:userpool/{}",
            self.id
        );
        put("Arn", json!(arn));
        put("CreationDate", json!(wire::timestamp(self.created)));
        put("LastModifiedDate", json!(wire::timestamp(self.created)));
        put(
            "Policies",
            json!({
                "PasswordPolicy": settings.policy,
                "SignInPolicy": { "AllowedFirstAuthFactors": settings.first_factors },
            }),
        );
        put(
            "AutoVerifiedAttributes",
            json!(settings.auto_verified_attributes),
        );
        if !settings.alias_attributes.is_empty() {
            put("AliasAttributes", json!(settings.alias_attributes));
        }
        if !settings.username_attributes.is_empty() {
            put("UsernameAttributes", json!(settings.username_attributes));
        }
        put(
            "UsernameConfiguration",
            json!({ "CaseSensitive": settings.case_sensitive }),
        );
        put("MfaConfiguration", json!(settings.mfa));
        put("EstimatedNumberOfUsers", json!(self.accounts.len()));
        put(
            "AdminCreateUserConfig",
            json!({ "AllowAdminCreateUserOnly": settings.admin_create_only }),
        );
        if let Some(tracking) = settings.device_tracking {
            put("DeviceConfiguration", json!(tracking));
        }
        let custom = settings.custom_attributes.iter().map(|name| (name, false));
        let required = settings.required_attributes.iter().map(|name| (name, true));
        let schema: Vec<_> = custom
            .chain(required)
            .map(|(name, required)| {
                json!({ "Name": name, "AttributeDataType": "String", "Mutable": true, "Required": required })
            })
            .collect();
        put("SchemaAttributes", json!(schema));
        Value::Object(fields)
    }
}

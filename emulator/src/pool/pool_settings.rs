//! User pools as the API writes them.

use std::collections::BTreeSet;
use std::mem;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::directory::Directory;
use super::schema::SchemaAttribute;
use super::settings::{DeviceTracking, MfaMode, PasswordPolicy, Settings};
use crate::failure::Failure;
use crate::wire;

/// What `CreateUserPool` and `UpdateUserPool` set. What is left out gets its default.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct PoolSettings {
    pool_name: Option<String>,
    #[serde(default)]
    policies: Policies,
    #[serde(default)]
    alias_attributes: BTreeSet<String>,
    #[serde(default)]
    username_attributes: BTreeSet<String>,
    #[serde(default)]
    auto_verified_attributes: BTreeSet<String>,
    #[serde(default = "off")]
    mfa_configuration: MfaMode,
    sms_configuration: Option<Value>,
    username_configuration: Option<UsernameConfiguration>,
    device_configuration: Option<DeviceTracking>,
    #[serde(default)]
    admin_create_user_config: AdminCreateUserConfig,
    #[serde(default)]
    user_attribute_update_settings: UpdateSettings,
    #[serde(default)]
    account_recovery_setting: RecoverySetting,
    deletion_protection: Option<String>,
    #[serde(default)]
    schema: Vec<SchemaAttribute>,
    /// Given back as it is.
    #[serde(flatten)]
    other: Map<String, Value>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Policies {
    #[serde(default)]
    password_policy: PasswordPolicy,
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

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct AdminCreateUserConfig {
    #[serde(default)]
    allow_admin_create_user_only: bool,
    unused_account_validity_days: Option<u64>,
    invite_message_template: Option<Value>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct UpdateSettings {
    #[serde(default)]
    attributes_require_verification_before_update: BTreeSet<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct RecoverySetting {
    #[serde(default)]
    recovery_mechanisms: Vec<Mechanism>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Mechanism {
    priority: u64,
    name: String,
}

fn off() -> MfaMode {
    MfaMode::Off
}

impl PoolSettings {
    /// The settings of a new pool.
    pub(crate) fn build(mut self) -> Result<Settings, Failure> {
        if !self.alias_attributes.is_empty() && !self.username_attributes.is_empty() {
            return Err(Failure::invalid_parameter(
                "Only one of aliasAttributes or usernameAttributes can be set in a user pool.",
            ));
        }
        if self.mfa_configuration != MfaMode::Off && self.sms_configuration.is_none() {
            return Err(Failure::invalid_parameter(
                "SMS configuration and Auto verification for phone_number are required when MFA is required/optional",
            ));
        }
        let name = self.pool_name.take().unwrap_or_default();
        let mut settings = Settings::new(&name);
        settings.alias_attributes = mem::take(&mut self.alias_attributes);
        settings.username_attributes = mem::take(&mut self.username_attributes);
        settings.case_sensitive = self
            .username_configuration
            .is_none_or(|configuration| configuration.case_sensitive);
        for attribute in mem::take(&mut self.schema) {
            settings.schema.add(&attribute)?;
        }
        settings.totp_mfa = false;
        settings.email_mfa = false;
        self.apply(&mut settings)?;
        Ok(settings)
    }

    /// Writes what may change over the settings of a pool, and the defaults over what is not given.
    pub(crate) fn apply(self, settings: &mut Settings) -> Result<(), Failure> {
        let mut policy = self.policies.password_policy;
        let config = &self.admin_create_user_config;
        if let Some(days) = config
            .unused_account_validity_days
            .filter(|&days| days != 0)
        {
            policy.temporary_password_validity_days = days;
        }
        settings.sms_mfa = self.sms_configuration.is_some();
        let has_factor = settings.sms_mfa || settings.totp_mfa || settings.email_mfa;
        if self.mfa_configuration != MfaMode::Off && !has_factor {
            return Err(no_factor());
        }

        if let Some(name) = self.pool_name {
            settings.name = name;
        }
        settings.policy = policy;
        settings.first_factors = self.policies.sign_in_policy.map_or_else(
            || BTreeSet::from(["PASSWORD".to_owned()]),
            |policy| policy.allowed_first_auth_factors,
        );
        settings.auto_verified_attributes = self.auto_verified_attributes;
        settings.mfa = self.mfa_configuration;
        settings.admin_create_only = config.allow_admin_create_user_only;
        settings.device_tracking = self.device_configuration;
        settings.verify_before_update = self
            .user_attribute_update_settings
            .attributes_require_verification_before_update;
        let mut mechanisms = self.account_recovery_setting.recovery_mechanisms;
        mechanisms.sort_by_key(|it| it.priority);
        settings.recovery = mechanisms.into_iter().map(|it| it.name).collect();
        settings.is_protected = self.deletion_protection.as_deref() == Some("ACTIVE");
        settings.other = self.other;
        let kept = [
            ("SmsConfiguration", self.sms_configuration),
            (
                "InviteMessageTemplate",
                self.admin_create_user_config.invite_message_template,
            ),
        ];
        for (name, value) in kept {
            if let Some(value) = value {
                settings.other.insert(name.to_owned(), value);
            }
        }
        Ok(())
    }
}

/// The refusal to ask for a second factor where there is none.
pub(crate) fn no_factor() -> Failure {
    Failure::invalid_parameter(
        "Invalid MFA Configuration given. SMS MFA, Email MFA, or Software Token MFA must be enabled.",
    )
}

impl Directory {
    /// The `UserPoolType` of the API.
    pub(crate) fn describe(&self) -> Value {
        let settings = &self.settings;
        let mut fields = settings.other.clone();
        let template = fields.remove("InviteMessageTemplate");
        // AWS shows them by their old names, too.
        for (new, old) in [
            ("EmailMessage", "EmailVerificationMessage"),
            ("EmailSubject", "EmailVerificationSubject"),
            ("SmsMessage", "SmsVerificationMessage"),
        ] {
            if let Some(text) = settings.other.get("VerificationMessageTemplate")
                && let Some(text) = text.get(new)
            {
                fields.insert(old.to_owned(), text.clone());
            }
        }
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
        put("LastModifiedDate", json!(wire::timestamp(self.modified)));
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
        let mut config = json!({
            "AllowAdminCreateUserOnly": settings.admin_create_only,
            "UnusedAccountValidityDays": settings.policy.temporary_password_validity_days,
        });
        if let Some(template) = template {
            config["InviteMessageTemplate"] = template;
        }
        put("AdminCreateUserConfig", config);
        put("DeletionProtection", json!(settings.protection()));
        if !settings.verify_before_update.is_empty() {
            let names = &settings.verify_before_update;
            put(
                "UserAttributeUpdateSettings",
                json!({ "AttributesRequireVerificationBeforeUpdate": names }),
            );
        }
        if !settings.recovery.is_empty() {
            let mechanisms: Vec<_> = (1..)
                .zip(&settings.recovery)
                .map(|(priority, name)| json!({ "Priority": priority, "Name": name }))
                .collect();
            put(
                "AccountRecoverySetting",
                json!({ "RecoveryMechanisms": mechanisms }),
            );
        }
        if let Some(tracking) = settings.device_tracking {
            put("DeviceConfiguration", json!(tracking));
        }
        put("SchemaAttributes", settings.schema.describe());
        Value::Object(fields)
    }
}

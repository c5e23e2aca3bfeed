//! User pools and app clients as the API describes them, as far as a rule asks. What no rule
//! asks for is not read.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::setting::{List, Setting};

/// `UserPoolType` of the API.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct UserPool {
    pub(crate) id: Setting<String>,
    pub(crate) policies: Setting<Policies>,
    pub(crate) deletion_protection: Setting<Option<String>>,
    pub(crate) lambda_config: Setting<LambdaConfig>,
    pub(crate) schema_attributes: Setting<Vec<SchemaAttribute>>,
    pub(crate) auto_verified_attributes: List,
    pub(crate) alias_attributes: List,
    pub(crate) username_attributes: List,
    pub(crate) user_attribute_update_settings: Setting<UserAttributeUpdateSettings>,
    pub(crate) mfa_configuration: Setting<Option<String>>,
    pub(crate) device_configuration: Setting<Option<DeviceConfiguration>>,
    pub(crate) email_configuration: Setting<EmailConfiguration>,
    pub(crate) sms_configuration: Setting<Option<SmsConfiguration>>,
    pub(crate) sms_configuration_failure: Option<String>,
    pub(crate) email_configuration_failure: Option<String>,
    pub(crate) admin_create_user_config: Setting<AdminCreateUserConfig>,
    pub(crate) user_pool_add_ons: Setting<UserPoolAddOns>,
    pub(crate) username_configuration: Setting<Option<UsernameConfiguration>>,
    pub(crate) account_recovery_setting: Setting<AccountRecoverySetting>,
    pub(crate) user_pool_tier: Setting<Option<String>>,
    /// The prefix of the domain that AWS gives.
    pub(crate) domain: Option<String>,
    pub(crate) custom_domain: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Policies {
    pub(crate) password_policy: Setting<PasswordPolicy>,
    pub(crate) sign_in_policy: Setting<SignInPolicy>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct PasswordPolicy {
    pub(crate) minimum_length: Setting<Option<i32>>,
    pub(crate) require_lowercase: Setting<bool>,
    pub(crate) require_numbers: Setting<bool>,
    pub(crate) require_symbols: Setting<bool>,
    pub(crate) require_uppercase: Setting<bool>,
    pub(crate) temporary_password_validity_days: Setting<Option<i32>>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct SignInPolicy {
    pub(crate) allowed_first_auth_factors: List,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct LambdaConfig {
    pub(crate) define_auth_challenge: Arn,
    pub(crate) create_auth_challenge: Arn,
    pub(crate) verify_auth_challenge_response: Arn,
    pub(crate) pre_sign_up: Arn,
    pub(crate) pre_token_generation: Arn,
    pub(crate) pre_token_generation_config: Setting<Option<LambdaVersion>>,
    pub(crate) user_migration: Arn,
}

/// The name of a Lambda function or of a role, which is there even where the name is not known.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(transparent)]
pub(crate) struct Arn(pub(crate) Option<Setting<String>>);

impl Arn {
    pub(crate) fn is_there(&self) -> bool {
        self.0.is_some()
    }

    /// The name, if there is one and it is known.
    pub(crate) fn name(&self) -> Option<&str> {
        self.0.as_ref()?.known().map(String::as_str)
    }
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct LambdaVersion {
    pub(crate) lambda_version: Setting<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct SchemaAttribute {
    pub(crate) name: Setting<String>,
    pub(crate) required: Setting<bool>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct UserAttributeUpdateSettings {
    pub(crate) attributes_require_verification_before_update: List,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct DeviceConfiguration {
    pub(crate) challenge_required_on_new_device: Setting<bool>,
    pub(crate) device_only_remembered_on_user_prompt: Setting<bool>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct EmailConfiguration {
    pub(crate) email_sending_account: Setting<Option<String>>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct SmsConfiguration {
    pub(crate) sns_caller_arn: Arn,
    pub(crate) external_id: Setting<Option<String>>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct AdminCreateUserConfig {
    pub(crate) allow_admin_create_user_only: Setting<bool>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct UserPoolAddOns {
    pub(crate) advanced_security_mode: Setting<Option<String>>,
    pub(crate) advanced_security_additional_flows: Setting<AdditionalFlows>,
}

/// `AdvancedSecurityAdditionalFlowsType` of the API.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct AdditionalFlows {
    pub(crate) custom_auth_mode: Setting<Option<String>>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct UsernameConfiguration {
    pub(crate) case_sensitive: Setting<bool>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct AccountRecoverySetting {
    pub(crate) recovery_mechanisms: Setting<Vec<RecoveryOption>>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct RecoveryOption {
    pub(crate) priority: Setting<i32>,
    pub(crate) name: Setting<String>,
}

/// The answer of `GetUserPoolMfaConfig`: which second factors there are, and what passkeys are.
/// `DescribeUserPool` tells neither.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct MfaConfig {
    pub(crate) sms_mfa_configuration: Option<SmsMfaConfiguration>,
    pub(crate) software_token_mfa_configuration: SoftwareTokenMfaConfiguration,
    pub(crate) email_mfa_configuration: Option<IgnoredAny>,
    pub(crate) web_authn_configuration: WebAuthnConfiguration,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct SmsMfaConfiguration {
    pub(crate) sms_configuration: Option<SmsConfiguration>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct SoftwareTokenMfaConfiguration {
    pub(crate) enabled: bool,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct WebAuthnConfiguration {
    pub(crate) relying_party_id: Setting<Option<String>>,
    pub(crate) factor_configuration: Setting<Option<String>>,
}

/// `UserPoolClientType` of the API.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct AppClient {
    pub(crate) user_pool_id: Setting<String>,
    pub(crate) client_id: Setting<String>,
    /// That there is a secret. The secret itself is never kept, so that it cannot be printed.
    pub(crate) client_secret: Setting<Option<IgnoredAny>>,
    pub(crate) refresh_token_validity: Setting<Option<u32>>,
    pub(crate) access_token_validity: Setting<Option<u32>>,
    pub(crate) id_token_validity: Setting<Option<u32>>,
    pub(crate) token_validity_units: Setting<TokenValidityUnits>,
    pub(crate) read_attributes: List,
    pub(crate) write_attributes: List,
    pub(crate) explicit_auth_flows: List,
    pub(crate) supported_identity_providers: List,
    #[serde(rename = "CallbackURLs")]
    pub(crate) callback_urls: List,
    #[serde(rename = "LogoutURLs")]
    pub(crate) logout_urls: List,
    pub(crate) allowed_o_auth_flows: List,
    pub(crate) allowed_o_auth_scopes: List,
    pub(crate) allowed_o_auth_flows_user_pool_client: Setting<bool>,
    pub(crate) prevent_user_existence_errors: Setting<Option<String>>,
    pub(crate) enable_token_revocation: Setting<Option<bool>>,
    pub(crate) enable_propagate_additional_user_context_data: Setting<bool>,
    pub(crate) auth_session_validity: Setting<Option<u32>>,
    pub(crate) refresh_token_rotation: Setting<Option<RefreshTokenRotation>>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct TokenValidityUnits {
    pub(crate) access_token: Setting<Option<Unit>>,
    pub(crate) id_token: Setting<Option<Unit>>,
    pub(crate) refresh_token: Setting<Option<Unit>>,
}

#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Unit {
    Seconds,
    Minutes,
    Hours,
    Days,
}

impl Unit {
    pub(crate) fn times(self, count: u32) -> Duration {
        let seconds = match self {
            Self::Seconds => 1,
            Self::Minutes => 60,
            Self::Hours => 60 * 60,
            Self::Days => 24 * 60 * 60,
        };
        Duration::from_secs(u64::from(count) * seconds)
    }
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct RefreshTokenRotation {
    pub(crate) feature: Setting<String>,
    pub(crate) retry_grace_period_seconds: Setting<Option<u32>>,
}

/// `DomainDescriptionType` of the API: where Cognito's own pages are.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Domain {
    /// A prefix, or a whole name where the domain is the owner's.
    pub(crate) domain: Setting<String>,
    pub(crate) managed_login_version: Setting<Option<u32>>,
    pub(crate) custom_domain_config: Option<IgnoredAny>,
}

/// `IdentityProviderType` of the API, without the details: one of them is a secret.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct IdentityProvider {
    pub(crate) provider_name: Setting<String>,
    /// The user pool's attributes, each with the claim that fills it.
    pub(crate) attribute_mapping: Setting<BTreeMap<String, Setting<String>>>,
}

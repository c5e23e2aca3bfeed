//! User pools and app clients as the API describes them, as far as a rule asks. What no rule
//! asks for is not read.

use std::time::Duration;

use serde::Deserialize;
use serde::de::IgnoredAny;

/// `UserPoolType` of the API.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct UserPool {
    pub(crate) id: String,
    pub(crate) policies: Policies,
    pub(crate) deletion_protection: Option<String>,
    pub(crate) lambda_config: LambdaConfig,
    pub(crate) schema_attributes: Vec<SchemaAttribute>,
    pub(crate) auto_verified_attributes: Vec<String>,
    pub(crate) alias_attributes: Vec<String>,
    pub(crate) username_attributes: Vec<String>,
    pub(crate) user_attribute_update_settings: UserAttributeUpdateSettings,
    pub(crate) mfa_configuration: Option<String>,
    pub(crate) device_configuration: Option<DeviceConfiguration>,
    pub(crate) email_configuration: EmailConfiguration,
    pub(crate) sms_configuration: Option<SmsConfiguration>,
    pub(crate) sms_configuration_failure: Option<String>,
    pub(crate) email_configuration_failure: Option<String>,
    pub(crate) admin_create_user_config: AdminCreateUserConfig,
    pub(crate) user_pool_add_ons: UserPoolAddOns,
    pub(crate) username_configuration: Option<UsernameConfiguration>,
    pub(crate) account_recovery_setting: AccountRecoverySetting,
    pub(crate) user_pool_tier: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Policies {
    pub(crate) password_policy: PasswordPolicy,
    pub(crate) sign_in_policy: SignInPolicy,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct PasswordPolicy {
    pub(crate) minimum_length: Option<i32>,
    pub(crate) temporary_password_validity_days: Option<i32>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct SignInPolicy {
    pub(crate) allowed_first_auth_factors: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct LambdaConfig {
    pub(crate) define_auth_challenge: Option<String>,
    pub(crate) create_auth_challenge: Option<String>,
    pub(crate) verify_auth_challenge_response: Option<String>,
    pub(crate) pre_token_generation: Option<String>,
    pub(crate) pre_token_generation_config: Option<LambdaVersion>,
    pub(crate) user_migration: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct LambdaVersion {
    pub(crate) lambda_version: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct SchemaAttribute {
    pub(crate) name: String,
    pub(crate) required: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct UserAttributeUpdateSettings {
    pub(crate) attributes_require_verification_before_update: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct DeviceConfiguration {
    pub(crate) challenge_required_on_new_device: bool,
    pub(crate) device_only_remembered_on_user_prompt: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct EmailConfiguration {
    pub(crate) email_sending_account: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct SmsConfiguration {
    pub(crate) sns_caller_arn: Option<String>,
    pub(crate) external_id: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct AdminCreateUserConfig {
    pub(crate) allow_admin_create_user_only: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct UserPoolAddOns {
    pub(crate) advanced_security_mode: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct UsernameConfiguration {
    pub(crate) case_sensitive: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct AccountRecoverySetting {
    pub(crate) recovery_mechanisms: Vec<RecoveryOption>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct RecoveryOption {
    pub(crate) priority: i32,
    pub(crate) name: String,
}

/// The answer of `GetUserPoolMfaConfig`: which second factors there are, and what passkeys are.
/// `DescribeUserPool` tells neither.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct MfaConfig {
    pub(crate) sms_mfa_configuration: Option<SmsMfaConfiguration>,
    pub(crate) software_token_mfa_configuration: SoftwareTokenMfaConfiguration,
    pub(crate) email_mfa_configuration: Option<IgnoredAny>,
    pub(crate) web_authn_configuration: WebAuthnConfiguration,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct SmsMfaConfiguration {
    pub(crate) sms_configuration: Option<SmsConfiguration>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct SoftwareTokenMfaConfiguration {
    pub(crate) enabled: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct WebAuthnConfiguration {
    pub(crate) relying_party_id: Option<String>,
    pub(crate) factor_configuration: Option<String>,
}

/// `UserPoolClientType` of the API.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct AppClient {
    pub(crate) user_pool_id: String,
    pub(crate) client_id: String,
    /// That there is a secret. The secret itself is never kept, so that it cannot be printed.
    pub(crate) client_secret: Option<IgnoredAny>,
    pub(crate) refresh_token_validity: Option<u32>,
    pub(crate) access_token_validity: Option<u32>,
    pub(crate) id_token_validity: Option<u32>,
    pub(crate) token_validity_units: TokenValidityUnits,
    pub(crate) read_attributes: Vec<String>,
    pub(crate) write_attributes: Vec<String>,
    pub(crate) explicit_auth_flows: Vec<String>,
    pub(crate) supported_identity_providers: Vec<String>,
    #[serde(rename = "CallbackURLs")]
    pub(crate) callback_urls: Vec<String>,
    #[serde(rename = "LogoutURLs")]
    pub(crate) logout_urls: Vec<String>,
    pub(crate) allowed_o_auth_flows: Vec<String>,
    pub(crate) allowed_o_auth_scopes: Vec<String>,
    pub(crate) allowed_o_auth_flows_user_pool_client: bool,
    pub(crate) prevent_user_existence_errors: Option<String>,
    pub(crate) enable_token_revocation: Option<bool>,
    pub(crate) enable_propagate_additional_user_context_data: bool,
    pub(crate) auth_session_validity: Option<u32>,
    pub(crate) refresh_token_rotation: Option<RefreshTokenRotation>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct TokenValidityUnits {
    pub(crate) access_token: Option<Unit>,
    pub(crate) id_token: Option<Unit>,
    pub(crate) refresh_token: Option<Unit>,
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

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct RefreshTokenRotation {
    pub(crate) feature: String,
    pub(crate) retry_grace_period_seconds: Option<u32>,
}

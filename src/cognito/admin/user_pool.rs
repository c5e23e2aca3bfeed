use aws_sdk_cognitoidentityprovider::types::{UserPoolMfaType, UserPoolType};

use super::Admin;
use crate::cognito::call::CallResult;
use crate::cognito::{CognitoError, CognitoErrorKind, PasswordPolicy};

/// How the user pool is configured, as far as its users notice.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct UserPoolConfiguration {
    /// The name in the console. It is not the one that SRP goes by.
    pub name: String,
    /// What a new password must be like.
    pub password_policy: PasswordPolicy,
    /// Whether users have a second factor.
    pub mfa: MfaRequirement,
    /// What users may log in with first, by names of challenges. Empty: a password.
    pub first_factors: Vec<String>,
    /// Attributes that users may log in with in place of the username.
    pub alias_attributes: Vec<String>,
    /// Attributes that are the username: `email`, `phone_number`.
    pub username_attributes: Vec<String>,
    /// Attributes that Cognito verifies by a code.
    pub auto_verified_attributes: Vec<String>,
    /// Attributes that a user must have.
    pub required_attributes: Vec<String>,
    /// The attributes that the user pool defines itself, with their prefix.
    pub custom_attributes: Vec<String>,
    /// Whether `Alice` is another user than `alice`.
    pub case_sensitive: bool,
    /// Whether Cognito keeps track of devices.
    pub tracks_devices: bool,
    /// Whether only administrators create users, so that there is no sign-up.
    pub admin_create_user_only: bool,
    /// About how many users there are.
    pub estimated_users: i32,
}

/// Whether users of a user pool have a second factor.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum MfaRequirement {
    /// `OFF`: no user has one.
    #[default]
    Off,
    /// `OPTIONAL`: those who set one up.
    Optional,
    /// `ON`: every user has to.
    Required,
}

impl MfaRequirement {
    fn read(requirement: Option<&UserPoolMfaType>) -> Self {
        match requirement {
            Some(UserPoolMfaType::On) => Self::Required,
            Some(UserPoolMfaType::Optional) => Self::Optional,
            _ => Self::Off,
        }
    }
}

/// Which second factors the user pool has, and its passkeys.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct MfaConfiguration {
    /// Whether users have a second factor.
    pub requirement: MfaRequirement,
    /// Whether codes can be mailed.
    pub email: bool,
    /// Whether codes can be sent as text messages.
    pub sms: bool,
    /// Whether users can have an authenticator app.
    pub software_token: bool,
    /// The domain that passkeys are for.
    pub relying_party: Option<String>,
    /// Whether passkeys must verify their user: `required` or `preferred`.
    pub user_verification: Option<String>,
}

impl UserPoolConfiguration {
    fn read(pool: &UserPoolType) -> Self {
        let policies = pool.policies();
        let policy = policies.and_then(|policies| policies.password_policy());
        let factors = policies.and_then(|policies| policies.sign_in_policy());
        let schema = pool.schema_attributes();
        let admin = pool.admin_create_user_config();

        Self {
            name: pool.name().unwrap_or_default().to_owned(),
            password_policy: policy.map(PasswordPolicy::read).unwrap_or_default(),
            mfa: MfaRequirement::read(pool.mfa_configuration()),
            first_factors: names(factors.map_or(&[][..], |it| it.allowed_first_auth_factors())),
            alias_attributes: names(pool.alias_attributes()),
            username_attributes: names(pool.username_attributes()),
            auto_verified_attributes: names(pool.auto_verified_attributes()),
            required_attributes: schema
                .iter()
                .filter(|attribute| attribute.required() == Some(true))
                .filter_map(|attribute| attribute.name().map(str::to_owned))
                .collect(),
            custom_attributes: schema
                .iter()
                .filter_map(|attribute| attribute.name())
                .filter(|name| name.starts_with("custom:") || name.starts_with("dev:"))
                .map(str::to_owned)
                .collect(),
            // A pool that says nothing of it is of the old kind, which tells them apart.
            case_sensitive: pool
                .username_configuration()
                .is_none_or(|usernames| usernames.case_sensitive()),
            tracks_devices: pool.device_configuration().is_some(),
            admin_create_user_only: admin.is_some_and(|it| it.allow_admin_create_user_only()),
            estimated_users: pool.estimated_number_of_users(),
        }
    }
}

/// The API's names of the values of one of its enums.
fn names<T: AsRef<str>>(values: &[T]) -> Vec<String> {
    values
        .iter()
        .map(|value| value.as_ref().to_owned())
        .collect()
}

impl Admin {
    /// Returns how the user pool is configured (`DescribeUserPool`).
    ///
    /// # Errors
    ///
    /// `UnknownAppClient`: no such user pool.
    pub async fn describe_user_pool(&self) -> Result<UserPoolConfiguration, CognitoError> {
        const OPERATION: &str = "DescribeUserPool";

        let call = self.client().describe_user_pool();
        let call = call.user_pool_id(self.pool_id());
        let output = call.send().await.of(OPERATION)?;
        let pool = output.user_pool.ok_or_else(|| {
            CognitoError::new(CognitoErrorKind::Protocol, OPERATION, "no user pool came")
        })?;

        Ok(UserPoolConfiguration::read(&pool))
    }

    /// Returns which second factors and passkeys the user pool has (`GetUserPoolMfaConfig`).
    ///
    /// # Errors
    ///
    /// `UnknownAppClient`: no such user pool.
    pub async fn get_user_pool_mfa_config(&self) -> Result<MfaConfiguration, CognitoError> {
        let call = self.client().get_user_pool_mfa_config();
        let call = call.user_pool_id(self.pool_id());
        let output = call.send().await.of("GetUserPoolMfaConfig")?;
        let software_token = output.software_token_mfa_configuration();
        let passkeys = output.web_authn_configuration();
        let verification = passkeys.and_then(|passkeys| passkeys.user_verification());

        Ok(MfaConfiguration {
            requirement: MfaRequirement::read(output.mfa_configuration()),
            email: output.email_mfa_configuration().is_some(),
            sms: output.sms_mfa_configuration().is_some(),
            software_token: software_token.is_some_and(|it| it.enabled()),
            relying_party: passkeys
                .and_then(|passkeys| passkeys.relying_party_id())
                .map(str::to_owned),
            user_verification: verification.map(|it| it.as_str().to_owned()),
        })
    }
}

use aws_sdk_cognitoidentityprovider::types::{FeatureType, PreventUserExistenceErrorTypes};

use super::call::CallResult;
use super::{Cognito, CognitoError, CognitoErrorKind};

/// How the app client is configured, as far as a login depends on it.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct AppClientConfiguration {
    /// The name in the console.
    pub name: String,
    /// The flows that are switched on, e.g. `ALLOW_USER_SRP_AUTH`.
    pub auth_flows: Vec<String>,
    /// The attributes that the app client may read. Empty: the pool's defaults.
    pub read_attributes: Vec<String>,
    /// The attributes that the app client may write. Empty: the pool's defaults.
    pub write_attributes: Vec<String>,
    /// Whether answers hide which users there are.
    pub prevents_user_existence_errors: bool,
    /// Whether a refresh gives a new refresh token.
    pub rotates_refresh_tokens: bool,
    /// Whether tokens can be revoked.
    pub revokes_tokens: bool,
    /// The identity providers that users of the app client may come from.
    pub identity_providers: Vec<String>,
}

impl Cognito {
    /// Asks how the app client is configured (`DescribeUserPoolClient`).
    ///
    /// Needs AWS credentials with the permission `cognito-idp:DescribeUserPoolClient`. The
    /// secret, which the answer holds as well, is not kept.
    ///
    /// # Errors
    ///
    /// `MissingCredentials`; `ResourceNotFound`: no such app client.
    pub async fn describe_app_client(&self) -> Result<AppClientConfiguration, CognitoError> {
        const OPERATION: &str = "DescribeUserPoolClient";

        self.require_credentials(OPERATION)?;
        let answer = self
            .inner
            .client
            .describe_user_pool_client()
            .user_pool_id(self.inner.user_pool.as_str())
            .client_id(self.inner.app_client.as_str())
            .send()
            .await
            .of(OPERATION)?;
        let client = answer.user_pool_client.ok_or_else(|| {
            CognitoError::new(CognitoErrorKind::Protocol, OPERATION, "no app client came")
        })?;

        let rotation = client.refresh_token_rotation();
        Ok(AppClientConfiguration {
            name: client.client_name().unwrap_or_default().to_owned(),
            auth_flows: client
                .explicit_auth_flows()
                .iter()
                .map(|flow| flow.as_str().to_owned())
                .collect(),
            read_attributes: client.read_attributes().to_vec(),
            write_attributes: client.write_attributes().to_vec(),
            prevents_user_existence_errors: client.prevent_user_existence_errors()
                == Some(&PreventUserExistenceErrorTypes::Enabled),
            rotates_refresh_tokens: rotation
                .is_some_and(|rotation| *rotation.feature() == FeatureType::Enabled),
            revokes_tokens: client.enable_token_revocation().unwrap_or_default(),
            identity_providers: client.supported_identity_providers().to_vec(),
        })
    }
}

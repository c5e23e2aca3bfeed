use aws_sdk_cognitoidentityprovider::Config;
use time::{Duration, OffsetDateTime};

use super::call::CallResult;
use super::{Cognito, CognitoError, CognitoErrorKind};
use crate::token::AccessToken;

/// An access token of the app client itself, for a program that calls APIs on its own behalf.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ClientToken {
    /// The token.
    pub access: AccessToken,
    /// When it expires.
    pub expires_at: OffsetDateTime,
}

impl Cognito {
    /// Gets an access token of the app client itself (`GetClientToken`), without AWS credentials. No
    /// scopes stand for all that the app client has.
    ///
    /// # Errors
    ///
    /// `FlowNotEnabled`: the app client lacks `ALLOW_CLIENT_TOKEN_AUTH`. `InvalidParameter`: a
    /// scope that it does not have. `WrongAppClientSecret`.
    pub async fn get_client_token(&self, scopes: &[&str]) -> Result<ClientToken, CognitoError> {
        const OPERATION: &str = "GetClientToken";

        let secret = self.inner.app_client_secret.as_ref();
        let scopes = scopes.iter().map(|scope| (*scope).to_owned()).collect();
        let output = self
            .inner
            .client
            .get_client_token()
            .client_id(self.inner.app_client.as_str())
            .set_secret(secret.map(|secret| secret.expose().to_owned()))
            .set_scopes(Some(scopes).filter(|scopes: &Vec<_>| !scopes.is_empty()))
            .set_client_metadata(self.context.client_metadata())
            .customize()
            // The secret is the proof: AWS looks at no signature, which the SDK would otherwise
            // insist on.
            .config_override(Config::builder().allow_no_auth())
            .send()
            .await
            .of(OPERATION)?;

        let result = output.client_authentication_result;
        let lifetime = result.as_ref().map_or(0, |result| result.expires_in.max(0));
        let token = result.and_then(|result| result.access_token);
        let token = token.ok_or_else(|| {
            CognitoError::new(CognitoErrorKind::Protocol, OPERATION, "no token came")
        })?;

        Ok(ClientToken {
            access: AccessToken::from(token),
            expires_at: self.inner.clock.now() + Duration::seconds(lifetime.into()),
        })
    }
}

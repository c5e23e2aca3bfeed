use aws_sdk_cognitoidentityprovider::types::AuthFlowType;

use crate::cognito::call::CallResult;
use crate::cognito::{Cognito, CognitoError, CognitoErrorKind};
use crate::token::{RefreshToken, Tokens};

impl Cognito {
    /// Gets new tokens for the refresh token in `tokens`.
    ///
    /// It asks by `GetTokensFromRefreshToken`, which works with refresh token rotation and
    /// without; a service that does not know that operation is asked by
    /// `REFRESH_TOKEN_AUTH`. When no new refresh token comes, the old one is kept.
    /// `username` is the name that Cognito gave, not an alias.
    ///
    /// # Errors
    ///
    /// `TokenRefused`: the refresh token has expired or was revoked. `RefreshTokenReuse`: it was
    /// used before. `UserDisabled`, `UserNotFound`. The login is over after each error that
    /// [`refuses_a_refresh`](CognitoErrorKind::refuses_a_refresh).
    pub async fn renew_access_token(
        &self,
        username: &str,
        tokens: &Tokens,
    ) -> Result<Tokens, CognitoError> {
        const OPERATION: &str = "GetTokensFromRefreshToken";

        let Some(refresh) = tokens.refresh.clone() else {
            return Err(CognitoError::new(
                CognitoErrorKind::TokenRefused,
                OPERATION,
                "there is no refresh token",
            ));
        };
        let secret = self.inner.app_client_secret.as_ref();
        let output = self
            .inner
            .once
            .get_tokens_from_refresh_token()
            .client_id(self.inner.app_client.as_str())
            .set_client_secret(secret.map(|secret| secret.expose().to_owned()))
            .refresh_token(refresh.expose())
            .set_device_key(tokens.device_key.clone())
            .set_client_metadata(self.context.client_metadata())
            .send()
            .await
            .of(OPERATION);

        let result = match output {
            Ok(output) => output.authentication_result,
            Err(error) if error.kind() == CognitoErrorKind::UnknownOperation => {
                return self.refresh_token_auth(username, refresh, tokens).await;
            }
            Err(error) => return Err(error),
        };
        self.read_tokens(result.ok_or_else(|| no_tokens(OPERATION))?, Some(tokens))
    }

    async fn refresh_token_auth(
        &self,
        username: &str,
        refresh: RefreshToken,
        tokens: &Tokens,
    ) -> Result<Tokens, CognitoError> {
        const OPERATION: &str = "InitiateAuth";

        let device_key = tokens.device_key.as_deref();
        let token = [("REFRESH_TOKEN", refresh.expose())];
        let device = device_key.map(|key| ("DEVICE_KEY", key));

        let output = self
            .inner
            .once
            .initiate_auth()
            .client_id(self.inner.app_client.as_str())
            .auth_flow(AuthFlowType::RefreshTokenAuth)
            .set_auth_parameters(self.auth_parameters(username, token.into_iter().chain(device)))
            .set_client_metadata(self.context.client_metadata())
            .set_user_context_data(self.context.user_context_data())
            .send()
            .await
            .of(OPERATION)?;
        let result = output.authentication_result;

        self.read_tokens(result.ok_or_else(|| no_tokens(OPERATION))?, Some(tokens))
    }

    /// Revokes a refresh token and the access tokens that came from it (`RevokeToken`).
    ///
    /// # Errors
    ///
    /// `FeatureNotEnabled`: the app client has token revocation switched off. `TokenRefused`.
    pub async fn revoke(&self, refresh: &RefreshToken) -> Result<(), CognitoError> {
        let secret = self.inner.app_client_secret.as_ref();
        self.inner
            .client
            .revoke_token()
            .client_id(self.inner.app_client.as_str())
            .set_client_secret(secret.map(|secret| secret.expose().to_owned()))
            .token(refresh.expose())
            .send()
            .await
            .of("RevokeToken")?;

        Ok(())
    }
}

fn no_tokens(operation: &'static str) -> CognitoError {
    CognitoError::new(
        CognitoErrorKind::Protocol,
        operation,
        "an answer without tokens",
    )
}

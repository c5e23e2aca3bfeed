//! `POST /oauth2/token`.

use std::sync::LazyLock;
use std::time::Duration;

use aws_smithy_runtime_api::client::orchestrator::HttpRequest as SdkRequest;
use aws_smithy_types::body::SdkBody;
use oauth2::basic::{
    BasicErrorResponse, BasicErrorResponseType, BasicRevocationErrorResponse,
    BasicTokenIntrospectionResponse, BasicTokenType,
};
use oauth2::{
    AuthUrl, AuthorizationCode, Client, ClientId, ClientSecret, EndpointNotSet, EndpointSet,
    ExtraTokenFields, HttpRequest, HttpResponse, PkceCodeVerifier, RedirectUrl,
    RefreshToken as OAuthRefreshToken, RequestTokenError, StandardRevocableToken,
    StandardTokenResponse, TokenResponse, TokenUrl,
};
use serde::{Deserialize, Serialize};

use super::{ManagedLogin, ManagedLoginAttempt};
use crate::cognito::http::{BoxError, Http};
use crate::cognito::user::AskedFor;
use crate::cognito::{Cognito, CognitoError, CognitoErrorKind, CognitoUser};
use crate::token::{RefreshToken, Tokens};

/// The name of the call in errors.
const OPERATION: &str = "/oauth2/token";

/// Three tokens, each of which Cognito keeps well below a megabyte.
const MAX_ANSWER_BYTES: usize = 3 * 1024 * 1024;

/// Longer than Cognito's access tokens can last.
const A_DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// What OpenID Connect adds to an answer with tokens.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct WithIdToken {
    id_token: Option<String>,
}

impl ExtraTokenFields for WithIdToken {}

type Answer = StandardTokenResponse<WithIdToken, BasicTokenType>;

pub(super) type OAuthClient = Client<
    BasicErrorResponse,
    Answer,
    BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointSet,
>;

impl Cognito {
    pub(super) fn oauth_client(&self, managed: &ManagedLogin) -> OAuthClient {
        let at = |path: &str| format!("{}{path}", managed.domain);
        let checked = "the domain was checked";
        let client = Client::new(ClientId::new(self.app_client().to_string()))
            .set_auth_uri(AuthUrl::new(at("/oauth2/authorize")).expect(checked))
            .set_token_uri(TokenUrl::new(at("/oauth2/token")).expect(checked))
            .set_redirect_uri(RedirectUrl::from_url(managed.callback.clone()));

        match &self.inner.app_client_secret {
            Some(secret) => client.set_client_secret(ClientSecret::new(secret.expose().to_owned())),
            None => client,
        }
    }

    /// Redeems the code with which a browser comes back. A code is good for one try.
    ///
    /// The tokens were not verified yet: [`CognitoUser::verify_tokens`] does that, and refuses those
    /// that answer another request.
    ///
    /// # Errors
    ///
    /// `ExpiredCode`: the code was used before, is older than five minutes, or was issued for
    /// another attempt. `WrongAppClientSecret`, `FlowNotEnabled`: the app client is set up
    /// otherwise. `Unavailable`.
    pub async fn redeem_code(
        &self,
        managed: &ManagedLogin,
        attempt: &ManagedLoginAttempt,
        code: &str,
    ) -> Result<CognitoUser, CognitoError> {
        let answer = self
            .oauth_client(managed)
            .exchange_code(AuthorizationCode::new(code.to_owned()))
            .set_pkce_verifier(PkceCodeVerifier::new(attempt.verifier.clone()))
            .request_async(&send)
            .await
            .map_err(|error| read_error(error, CognitoErrorKind::ExpiredCode))?;

        let tokens = self.read_answer(&answer, None)?;
        let username = tokens.unverified_username().unwrap_or_default();
        let nonce = attempt.nonce.clone();
        Ok(self
            .user(username, tokens)
            .with_asked_for(AskedFor::Managed { nonce }))
    }

    /// Gets new tokens for the refresh token in `tokens`, at the domain:
    /// [`renew_access_token`](Self::renew_access_token) does so by the API.
    ///
    /// # Errors
    ///
    /// `TokenRefused`: the refresh token has expired or was revoked. `Unavailable`.
    pub async fn renew_at_domain(
        &self,
        managed: &ManagedLogin,
        tokens: &Tokens,
    ) -> Result<Tokens, CognitoError> {
        let refused = CognitoErrorKind::TokenRefused;
        let refresh = tokens
            .refresh
            .as_ref()
            .ok_or_else(|| CognitoError::new(refused, OPERATION, "there is no refresh token"))?;
        let answer = self
            .oauth_client(managed)
            .exchange_refresh_token(&OAuthRefreshToken::new(refresh.expose().to_owned()))
            .request_async(&send)
            .await
            .map_err(|error| read_error(error, refused))?;

        self.read_answer(&answer, Some(tokens))
    }

    fn read_answer(
        &self,
        answer: &Answer,
        before: Option<&Tokens>,
    ) -> Result<Tokens, CognitoError> {
        let id = answer.extra_fields().id_token.clone().ok_or_else(|| {
            let text = "no ID token: let the app client allow the scope `openid`";
            CognitoError::new(CognitoErrorKind::MissingScope, OPERATION, text)
        })?;
        let refresh = answer.refresh_token().map(|token| token.secret().clone());
        let refresh = refresh
            .map(RefreshToken::from)
            .or_else(|| before.and_then(|tokens| tokens.refresh.clone()));
        let lifetime = answer.expires_in().unwrap_or_default().min(A_DAY);
        let access = answer.access_token().secret().clone();

        Ok(Tokens::issued(
            id,
            access,
            refresh,
            self.clock().now() + lifetime,
        ))
    }
}

/// Sends what `oauth2` has built, with the connector that fetches key sets too.
async fn send(request: HttpRequest) -> Result<HttpResponse, NotSent> {
    // A token endpoint may ask the identity provider before it answers.
    static HTTP: LazyLock<Http> = LazyLock::new(|| Http::new(Duration::from_secs(8)));

    let request = SdkRequest::try_from(request.map(SdkBody::from)).map_err(NotSent::new)?;
    let answer = HTTP
        .send(request, MAX_ANSWER_BYTES)
        .await
        .map_err(NotSent::new)?;
    let mut response = HttpResponse::new(answer.body);
    *response.status_mut() = answer.status.try_into().map_err(NotSent::new)?;
    Ok(response)
}

#[derive(Debug, thiserror::Error)]
#[error("the request to the domain could not be sent, or was not answered")]
struct NotSent(#[source] BoxError);

impl NotSent {
    fn new(error: impl Into<BoxError>) -> Self {
        Self(error.into())
    }
}

/// Reads an error of the token endpoint. Neither its description, which an identity provider or a
/// trigger may have written, nor an answer that could not be read is kept: it may hold tokens.
fn read_error(
    error: RequestTokenError<NotSent, BasicErrorResponse>,
    refused: CognitoErrorKind,
) -> CognitoError {
    use BasicErrorResponseType as OAuthError;

    match error {
        RequestTokenError::ServerResponse(answer) => {
            let kind = match answer.error() {
                OAuthError::InvalidGrant => refused,
                OAuthError::InvalidClient => CognitoErrorKind::WrongAppClientSecret,
                // Not one of the app client's callback URLs, or not its grant.
                OAuthError::UnauthorizedClient | OAuthError::UnsupportedGrantType => {
                    CognitoErrorKind::FlowNotEnabled
                }
                OAuthError::InvalidScope => CognitoErrorKind::MissingScope,
                OAuthError::InvalidRequest => CognitoErrorKind::InvalidParameter,
                OAuthError::Extension(_) => CognitoErrorKind::Unexpected,
            };
            CognitoError::new(kind, OPERATION, answer.error().to_string())
        }
        RequestTokenError::Request(error) => {
            CognitoError::new(CognitoErrorKind::Unavailable, OPERATION, error)
        }
        RequestTokenError::Parse(..) | RequestTokenError::Other(_) => CognitoError::new(
            CognitoErrorKind::Unavailable,
            OPERATION,
            "an answer that is not Cognito's",
        ),
    }
}

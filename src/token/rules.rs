//! What the claims of a token have to fulfil.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use super::claims::{optional_time, text, time};
use super::json::Object;
use super::principal::is_a_users;
use super::{TokenError, TokenErrorKind};
use crate::clock::Clock;
use crate::id::AppClientId;

/// What a token has to fulfil, besides its signature.
#[derive(Clone)]
pub(super) struct Rules {
    pub(super) issuers: Vec<String>,
    pub(super) app_client: AppClientId,
    /// Others whose access tokens are taken from strangers.
    pub(super) api_clients: Vec<AppClientId>,
    /// What access tokens from strangers have to be bound to.
    pub(super) resource: Option<String>,
    pub(super) leeway: Duration,
    pub(super) max_bearer_length: usize,
    pub(super) clock: Arc<dyn Clock>,
}

/// The two kinds of tokens: the claim `token_use`, and the claim that names the app client.
#[derive(Clone, Copy)]
pub(super) struct Use {
    token_use: &'static str,
    app_client_claim: &'static str,
    /// Whether a stranger sends it, and not Cognito at the end of a login.
    pub(super) is_bearer: bool,
}

pub(super) const ID: Use = Use {
    token_use: "id",
    app_client_claim: "aud",
    is_bearer: false,
};

pub(super) const ACCESS: Use = Use {
    token_use: "access",
    app_client_claim: "client_id",
    is_bearer: false,
};

pub(super) const BEARER: Use = Use {
    is_bearer: true,
    ..ACCESS
};

impl Rules {
    /// Returns whether tokens of this issuer are wanted here.
    pub(super) fn accepts_issuer(&self, issuer: &str) -> bool {
        self.issuers.iter().any(|accepted| accepted == issuer)
    }

    /// Checks the claims of a token whose signature is right. Here go on the steps of
    /// [`TokenVerifier`](super::TokenVerifier).
    pub(super) fn check(&self, claims: &Object<'_>, wanted: Use) -> Result<(), TokenError> {
        // 4. `iss` is the user pool. (OpenID Connect, 2)
        let issuer = text(claims, "iss")?;
        if !self.accepts_issuer(issuer) {
            return Err(TokenErrorKind::WrongIssuer.into());
        }

        // 5. `token_use` is that of the token that is wanted. (AWS)
        if text(claims, "token_use")? != wanted.token_use {
            return Err(TokenErrorKind::WrongUse.into());
        }

        // 6. `aud`, or `client_id` in an access token, is the app client. Cognito names one
        //    audience: a list is not taken. (OpenID Connect, 3 to 5) From a stranger, the access
        //    token of another one that is listed will do, and one for another resource will not.
        let app_client = text(claims, wanted.app_client_claim)?;
        if !self.accept(app_client, wanted) {
            return Err(TokenErrorKind::WrongAudience.into());
        }
        if wanted.is_bearer && !self.is_for_us(claims, app_client)? {
            return Err(TokenErrorKind::WrongResource.into());
        }

        // 7. The time is before `exp`. (OpenID Connect, 9)
        let now = self.clock.now();
        if now - time(claims, "exp")? >= self.leeway {
            return Err(TokenErrorKind::Expired.into());
        }

        // 8. It is not before `nbf`, which Cognito does not send. (RFC 7519, 4.1.5)
        if optional_time(claims, "nbf")?.is_some_and(|from| from - now > self.leeway) {
            return Err(TokenErrorKind::NotYetValid.into());
        }

        // `nonce` and `at_hash` (OpenID Connect, 11 and 3.1.3.8) are compared where a login has
        // requested them; `acr`, `azp` and `auth_time` (5, 12 and 13) do not apply. A future `iat`
        // is no reason to refuse; see `nbf`.
        Ok(())
    }

    fn accept(&self, app_client: &str, wanted: Use) -> bool {
        let others = self.api_clients.iter().filter(|_| wanted.is_bearer);

        [&self.app_client]
            .into_iter()
            .chain(others)
            .any(|accepted| accepted.as_str() == app_client)
    }

    /// Whether an access token is bound to our resource, or to none where none is asked for.
    ///
    /// Most have no `aud`. It is the resource that a user's token was asked for, or else the app
    /// client, which a trigger may write there. Cognito binds no token of an app client itself, so
    /// that none can be asked for it.
    fn is_for_us(&self, claims: &Object<'_>, app_client: &str) -> Result<bool, TokenError> {
        let audience = match claims.get("aud") {
            None => None,
            Some(Value::String(audience)) => Some(audience.as_str()),
            Some(_) => return Err(TokenError::malformed("aud")),
        };
        let is_bound = audience.is_some_and(|audience| audience != app_client);

        Ok(match &self.resource {
            Some(resource) if is_bound || is_a_users(claims) => audience == Some(resource.as_str()),
            _ => !is_bound,
        })
    }
}

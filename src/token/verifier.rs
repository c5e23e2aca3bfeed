use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::claims::{optional_time, text, time};
use super::json::Object;
use super::jws::Jws;
use super::key_cache::KeyCache;
use super::{
    AccessClaims, AccessToken, IdClaims, IdToken, KeySource, TokenError, TokenErrorKind, Tokens,
    VerifiedTokens,
};
use crate::clock::{Clock, SystemClock};
use crate::id::AppClientId;

/// Verifies the tokens that one user pool issues to one app client.
///
/// Cheap to clone; the clones share the cached key set. The key set is fetched when a token first
/// needs it, every hour, and when a token names an unknown key, but then at most once a minute.
///
/// # Examples
///
/// ```no_run
/// use std::sync::Arc;
///
/// use axum_cognito::token::{AccessToken, KeySet, TokenVerifier};
///
/// # async fn check(token: AccessToken) -> Result<(), Box<dyn std::error::Error>> {
/// let verifier = TokenVerifier::new(
///     "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Ab12Cd34E",
///     "1h57kf5cpq17m0eml12EXAMPLE".parse()?,
///     Arc::new(KeySet::from_json(&std::fs::read("jwks.json")?)?),
/// );
/// let claims = verifier.verify_access(&token).await?;
/// println!("{} may {:?}", claims.sub, claims.scopes);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct TokenVerifier {
    rules: Arc<Rules>,
    keys: Arc<KeyCache>,
}

/// What a token has to fulfil, besides its signature.
#[derive(Clone)]
struct Rules {
    issuers: Vec<String>,
    app_client: AppClientId,
    leeway: Duration,
    max_bearer_length: usize,
    clock: Arc<dyn Clock>,
}

/// The two kinds of tokens: the claim `token_use`, and the claim that names the app client.
#[derive(Clone, Copy)]
struct Use {
    token_use: &'static str,
    app_client_claim: &'static str,
}

const ID: Use = Use {
    token_use: "id",
    app_client_claim: "aud",
};

const ACCESS: Use = Use {
    token_use: "access",
    app_client_claim: "client_id",
};

impl TokenVerifier {
    /// By how much clocks may differ, unless [`with_leeway`](Self::with_leeway) says otherwise.
    pub const DEFAULT_LEEWAY: Duration = Duration::from_secs(5);

    /// The longest token that is taken from a stranger, unless
    /// [`with_max_bearer_length`](Self::with_max_bearer_length) says otherwise. Most have one to
    /// four thousand bytes.
    pub const DEFAULT_MAX_BEARER_LENGTH: usize = 16 * 1024;

    /// The longest token that is taken from Cognito itself. Its quotas allow a user 100 groups of
    /// 128 characters and some 70 attributes of 2,048, which make 800 kB at most.
    const MAX_LENGTH: usize = 1024 * 1024;

    /// Creates a verifier of the tokens that `issuer` gives to `app_client`.
    ///
    /// The issuer is `https://cognito-idp.<region>.amazonaws.com/<user pool id>` at AWS. It is
    /// compared letter by letter.
    pub fn new(
        issuer: impl Into<String>,
        app_client: AppClientId,
        keys: Arc<dyn KeySource>,
    ) -> Self {
        Self {
            rules: Arc::new(Rules {
                issuers: vec![issuer.into()],
                app_client,
                leeway: Self::DEFAULT_LEEWAY,
                max_bearer_length: Self::DEFAULT_MAX_BEARER_LENGTH,
                clock: Arc::new(SystemClock),
            }),
            keys: KeyCache::new(keys),
        }
    }

    /// Accepts another issuer too, with the same keys: some emulators sign in AWS's name.
    pub fn with_issuer(mut self, issuer: impl Into<String>) -> Self {
        Arc::make_mut(&mut self.rules).issuers.push(issuer.into());
        self
    }

    /// Sets by how much clocks may differ when `exp` and `nbf` are checked.
    pub fn with_leeway(mut self, leeway: Duration) -> Self {
        Arc::make_mut(&mut self.rules).leeway = leeway;
        self
    }

    /// Sets how many bytes an access token may have that [`verify_access`](Self::verify_access)
    /// gets from a stranger.
    pub fn with_max_bearer_length(mut self, bytes: usize) -> Self {
        Arc::make_mut(&mut self.rules).max_bearer_length = bytes;
        self
    }

    /// Sets the clock.
    pub fn with_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        Arc::make_mut(&mut self.rules).clock = clock;
        self
    }

    /// Fetches the key set, unless it is there, so that the first login need not wait for it.
    pub async fn prefetch_keys(&self) {
        // No key has an empty name. Whether the fetch went well, the first token will tell.
        let _ = self.keys.get("", &*self.rules.clock).await;
    }

    /// Verifies an ID token.
    ///
    /// # Errors
    ///
    /// `KeysUnavailable` says nothing about the token; any other kind refuses it.
    pub async fn verify_id(&self, token: &IdToken) -> Result<IdClaims, TokenError> {
        self.verify_jwt(token.expose(), ID, Self::MAX_LENGTH, IdClaims::read)
            .await
    }

    /// Verifies an access token, as a stranger sends it.
    ///
    /// # Errors
    ///
    /// `KeysUnavailable` says nothing about the token; any other kind refuses it.
    pub async fn verify_access(&self, token: &AccessToken) -> Result<AccessClaims, TokenError> {
        let max_length = self.rules.max_bearer_length;

        self.verify_jwt(token.expose(), ACCESS, max_length, AccessClaims::read)
            .await
    }

    /// Verifies both tokens of a login, and that they are the same user's.
    ///
    /// # Errors
    ///
    /// As for one token, and `SubjectMismatch`.
    pub async fn verify(&self, tokens: &Tokens) -> Result<VerifiedTokens, TokenError> {
        let id = self.verify_id(&tokens.id).await?;
        let access = tokens.access.expose();
        let access = self
            .verify_jwt(access, ACCESS, Self::MAX_LENGTH, AccessClaims::read)
            .await?;

        if id.sub == access.sub && id.username == access.username {
            Ok(VerifiedTokens { id, access })
        } else {
            Err(TokenErrorKind::SubjectMismatch.into())
        }
    }

    /// Verifies a token in the steps of section 7.2 of [RFC 7519] and section 3.1.3.7 of
    /// [OpenID Connect Core 1.0], as far as they concern Cognito, and of AWS's page
    /// [Verifying JSON web tokens].
    ///
    /// [RFC 7519]: https://www.rfc-editor.org/rfc/rfc7519
    /// [OpenID Connect Core 1.0]: https://openid.net/specs/openid-connect-core-1_0.html
    /// [Verifying JSON web tokens]: https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-verifying-a-jwt.html
    async fn verify_jwt<T>(
        &self,
        token: &str,
        wanted: Use,
        max_length: usize,
        read: fn(Object<'_>) -> Result<T, TokenError>,
    ) -> Result<T, TokenError> {
        let rules = &*self.rules;

        // 1. The token is a compact JWS; its `alg` is RS256 and nothing else. (RFC 7519, 1 to 7;
        //    OpenID Connect, 7)
        let jws = Jws::read(token, max_length)?;

        // 2. Its `kid` is in the user pool's key set. (AWS)
        let key = self.keys.get(jws.key_id(), &*rules.clock).await?;

        // 3. The signature is that key's. The claims are a JSON object. (OpenID Connect, 6;
        //    RFC 7519, 10)
        let payload = jws.verify(&key)?;
        let claims = payload.claims()?;

        // 4. `iss` is the user pool. (OpenID Connect, 2)
        let issuer = text(&claims, "iss")?;
        if !rules.issuers.iter().any(|accepted| accepted == issuer) {
            return Err(TokenErrorKind::WrongIssuer.into());
        }

        // 5. `token_use` is that of the token that is wanted. (AWS)
        if text(&claims, "token_use")? != wanted.token_use {
            return Err(TokenErrorKind::WrongUse.into());
        }

        // 6. `aud`, or `client_id` in an access token, is the app client. Cognito names one
        //    audience: a list is not taken. (OpenID Connect, 3 to 5)
        if text(&claims, wanted.app_client_claim)? != rules.app_client.as_str() {
            return Err(TokenErrorKind::WrongAudience.into());
        }

        // 7. The time is before `exp`. (OpenID Connect, 9)
        let now = rules.clock.now();
        if now - time(&claims, "exp")? >= rules.leeway {
            return Err(TokenErrorKind::Expired.into());
        }

        // 8. It is not before `nbf`, which Cognito does not send. (RFC 7519, 4.1.5)
        if optional_time(&claims, "nbf")?.is_some_and(|from| from - now > rules.leeway) {
            return Err(TokenErrorKind::NotYetValid.into());
        }

        // `nonce` and `at_hash` (OpenID Connect, 11 and 3.1.3.8) are compared where a login has
        // requested them; `acr`, `azp` and `auth_time` (5, 12 and 13) do not apply. A future `iat` is no reason to refuse; see `nbf`.
        read(claims)
    }
}

impl fmt::Debug for TokenVerifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenVerifier")
            .field("issuers", &self.rules.issuers)
            .field("app_client", &self.rules.app_client)
            .field("leeway", &self.rules.leeway)
            .finish_non_exhaustive()
    }
}

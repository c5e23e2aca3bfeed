use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::json::Object;
use super::jws::Jws;
use super::key_cache::{KeyCache, PAUSE, PAUSE_WITHOUT_KEYS};
use super::rules::{ACCESS, BEARER, ID, Rules, Use};
use super::unverified::Unverified;
use super::{
    AccessClaims, AccessToken, IdClaims, IdToken, KeySource, Principal, TokenError, TokenErrorKind,
    Tokens, VerifiedTokens,
};
use crate::clock::{Clock, SystemClock};
use crate::id::AppClientId;

/// Verifies the tokens that one user pool issues to one app client, and the access tokens of those
/// that may call its API.
///
/// Cheap to clone; the clones share the cached key set. The key set is fetched when a token first
/// needs it, every hour, and when a token names an unknown key: for one that a stranger sends at most once
/// a minute.
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
                api_clients: Vec::new(),
                resource: None,
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

    /// Accepts the access tokens of further app clients of the user pool, from callers of an API.
    ///
    /// A login is that of the site's own app client all the same: [`verify`](Self::verify) and
    /// [`verify_id`](Self::verify_id) accept no other.
    pub fn with_api_clients(mut self, app_clients: impl IntoIterator<Item = AppClientId>) -> Self {
        let rules = Arc::make_mut(&mut self.rules);
        rules.api_clients.extend(app_clients);
        self
    }

    /// Requires the access tokens of users who call an API to be bound to this resource
    /// ([RFC 8707](https://www.rfc-editor.org/rfc/rfc8707)): their `aud` must be this URL, letter by
    /// letter.
    ///
    /// Cognito binds a token to the `resource` that was asked for at `/oauth2/authorize`, and to
    /// nothing else: the tokens of logins by the SDK are refused from then on, and those of app
    /// clients themselves need no `aud`. Without a resource, a token that is bound to one is
    /// refused, since it is meant for somebody else.
    pub fn with_resource(mut self, resource: impl Into<String>) -> Self {
        Arc::make_mut(&mut self.rules).resource = Some(resource.into());
        self
    }

    /// Returns the issuer, without those that are [accepted too](Self::with_issuer).
    pub fn issuer(&self) -> &str {
        &self.rules.issuers[0]
    }

    /// Returns the resource that access tokens have to be bound to.
    pub fn resource(&self) -> Option<&str> {
        self.rules.resource.as_deref()
    }

    /// Sets by how much clocks may differ when `exp` and `nbf` are checked.
    pub fn with_leeway(mut self, leeway: Duration) -> Self {
        Arc::make_mut(&mut self.rules).leeway = leeway;
        self
    }

    /// Sets how many bytes an access token may have that [`verify_principal`](Self::verify_principal)
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

    /// Fetches the key set, unless it is there, so that the first login need not wait for it. Whether
    /// that went well, the first token will tell.
    pub async fn prefetch_keys(&self) {
        let _ = self.ready().await;
    }

    /// Waits for the key set, unless it is there.
    ///
    /// # Errors
    ///
    /// Returns an error if there is none: no token can be verified.
    pub(crate) async fn ready(&self) -> Result<(), TokenError> {
        self.keys.ready(&self.rules.clock).await
    }

    /// Verifies an ID token.
    ///
    /// # Errors
    ///
    /// `KeysUnavailable` says nothing about the token; any other kind refuses it.
    pub async fn verify_id(&self, token: &IdToken) -> Result<IdClaims, TokenError> {
        self.verify_jwt(token.expose(), ID, PAUSE, IdClaims::read)
            .await
    }

    /// Verifies a user's access token, as a stranger sends it.
    ///
    /// # Errors
    ///
    /// `KeysUnavailable` says nothing about the token; any other kind refuses it. `NoUser`: it is
    /// good, and that of an app client itself.
    pub async fn verify_access(&self, token: &AccessToken) -> Result<AccessClaims, TokenError> {
        match self.verify_principal(token).await? {
            Principal::Person(claims) => Ok(claims),
            Principal::Machine(_) => Err(TokenErrorKind::NoUser.into()),
        }
    }

    /// Verifies an access token, as a stranger sends it: a user's, or that of an app client itself.
    ///
    /// # Errors
    ///
    /// `KeysUnavailable` says nothing about the token; any other kind refuses it.
    pub async fn verify_principal(&self, token: &AccessToken) -> Result<Principal, TokenError> {
        self.verify_bearer(token.expose()).await
    }

    /// As [`verify_principal`](Self::verify_principal), of a token that is in a request anyway: a copy
    /// of its own would have to be wiped.
    pub(crate) async fn verify_bearer(&self, token: &str) -> Result<Principal, TokenError> {
        self.verify_jwt(token, BEARER, PAUSE, Principal::read).await
    }

    /// Verifies both tokens of a login, as Cognito has given them, and that they are the same user's.
    ///
    /// # Errors
    ///
    /// As for one token, and `SubjectMismatch`.
    pub async fn verify(&self, tokens: &Tokens) -> Result<VerifiedTokens, TokenError> {
        // No stranger can make them up, and with a new key they must not be lost.
        let pause = PAUSE_WITHOUT_KEYS;
        let (id, access) = (tokens.id.expose(), tokens.access.expose());
        let id = self.verify_jwt(id, ID, pause, IdClaims::read).await?;
        let access = self.verify_jwt(access, ACCESS, pause, AccessClaims::read);
        let access = access.await?;

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
        pause: time::Duration,
        read: fn(Object<'_>) -> Result<T, TokenError>,
    ) -> Result<T, TokenError> {
        let rules = &*self.rules;
        let max_length = if wanted.is_bearer {
            rules.max_bearer_length
        } else {
            Self::MAX_LENGTH
        };

        // 1. The token is a compact JWS; its `alg` is RS256 and nothing else. (RFC 7519, 1 to 7;
        //    OpenID Connect, 7)
        let jws = Jws::read(token, max_length)?;

        // 2. Its `kid` is in the user pool's key set. (AWS) What says itself that it is another issuer's makes
        //    nobody fetch one, or wait for it.
        let key_id = jws.key_id();
        let key = match self.keys.get(key_id, &rules.clock) {
            Some(key) => key,
            None => match Unverified::read(token).issuer() {
                Some(issuer) if !rules.accepts_issuer(issuer) => {
                    return Err(TokenErrorKind::WrongIssuer.into());
                }
                _ => self.keys.look_for(key_id, &rules.clock, pause).await?,
            },
        };

        // 3. The signature is that key's. The claims are a JSON object. (OpenID Connect, 6;
        //    RFC 7519, 10)
        let payload = jws.verify(&key)?;
        let claims = payload.claims()?;

        // 4. to 8. They are for us, and for now.
        rules.check(&claims, wanted)?;
        read(claims)
    }
}

impl fmt::Debug for TokenVerifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenVerifier")
            .field("issuers", &self.rules.issuers)
            .field("app_client", &self.rules.app_client)
            .field("api_clients", &self.rules.api_clients)
            .field("resource", &self.rules.resource)
            .field("leeway", &self.rules.leeway)
            .finish_non_exhaustive()
    }
}

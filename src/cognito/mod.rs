//! The client: an AWS Cognito user pool and one of its app clients.
//!
//! [`Cognito`] knows no user. What needs tokens is on [`CognitoUser`], which holds them; what needs
//! AWS credentials is on [`Admin`]. What goes along with each call, such as the visitor's address,
//! is a [`CallContext`]. This module alone speaks with the AWS SDK.

mod admin;
mod builder;
mod call;
mod client_token;
mod connections;
mod context;
mod delivery;
mod endpoint;
mod error;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzzing;
mod http;
mod key_source;
mod lazy_client;
mod listing;
#[cfg(feature = "alb")]
mod load_balancer;
mod login;
#[cfg(feature = "managed-login")]
mod managed_login;
#[cfg(feature = "metrics")]
mod measure;
mod password;
mod password_policy;
mod profile;
mod secret_hash;
mod sign_up;
mod user;

use std::fmt;
use std::sync::{Arc, LazyLock};

use tokio::sync::{OnceCell, Semaphore};
use tracing::debug;

pub use self::admin::{
    Admin, AppClientConfiguration, AppClientSecretVersion, AuthEvent, Group, IdentityProvider,
    LinkedIdentity, MfaConfiguration, MfaRequirement, NewUser, UserPoolConfiguration, UserQuery,
};
pub use self::builder::CognitoBuilder;
pub use self::client_token::ClientToken;
use self::connections::Connections;
pub use self::context::CallContext;
pub use self::delivery::CodeDelivery;
pub use self::endpoint::ConfigError;
pub use self::error::{CognitoError, CognitoErrorKind, Remedy};
use self::lazy_client::LazyClient;
pub use self::listing::Listing;
#[cfg(feature = "alb")]
pub use self::load_balancer::LoadBalancer;
#[cfg(feature = "web")]
pub(crate) use self::login::has_proved_password;
pub use self::login::{LoginRequest, LoginStep};
#[cfg(feature = "managed-login")]
pub use self::managed_login::{
    LoginProvider, ManagedLogin, ManagedLoginAttempt, ManagedLoginRequest,
};
pub use self::password_policy::{ParsePasswordPolicyError, PasswordPolicy};
pub use self::profile::{UserProfile, UserStatus};
pub use self::sign_up::{Registration, SignUp};
pub use self::user::{
    AuthFactors, CognitoUser, ConfirmedDevice, Device, LoadedUser, MfaPreference, MfaSetting,
    NewDevice, Passkey, RememberedDevice, TotpSecret,
};
use crate::clock::Clock;
use crate::id::{AppClientId, AppClientSecret, UserPoolId};
use crate::token::{
    AccessClaims, AccessToken, TokenError, TokenErrorKind, TokenVerifier, Tokens, VerifiedTokens,
};

/// A user pool and one of its app clients. Cheap to clone.
///
/// # Examples
///
/// ```no_run
/// use axum_cognito::cognito::{Cognito, LoginStep};
///
/// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
/// let cognito = Cognito::builder("eu-west-1_Ab12Cd34E".parse()?, "1example23456789".parse()?)
///     .build()?;
///
/// match cognito.authenticate("alice", &"Correct-horse-1".to_owned().into()).await? {
///     LoginStep::Complete(alice) => println!("{:?}", alice.get_user().await?),
///     LoginStep::Challenge(challenge) => println!("asked for {}", challenge.name()),
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Cognito {
    inner: Arc<Inner>,
    context: Arc<CallContext>,
}

struct Inner {
    user_pool: UserPoolId,
    app_client: AppClientId,
    app_client_secret: Option<AppClientSecret>,
    /// For calls that may be repeated: the SDK retries them by itself.
    client: LazyClient,
    /// For calls that carry a proof or a code. Those are good for one use, so that a
    /// retry after a lost answer would read as a wrong password.
    once: LazyClient,
    has_credentials: bool,
    connections: Connections,
    verifier: TokenVerifier,
    /// What new passwords must be like, once that is known.
    password_policy: OnceCell<PasswordPolicy>,
    clock: Arc<dyn Clock>,
    /// One permit a core: more SRP computations at once would only delay each other.
    srp_permits: Semaphore,
    /// Places in the queue for a permit. Beyond these a login is refused, before it makes the wait
    /// longer.
    srp_places: Semaphore,
}

impl Cognito {
    /// Returns a builder of a client for `app_client` of `user_pool`.
    pub fn builder(user_pool: UserPoolId, app_client: AppClientId) -> CognitoBuilder {
        CognitoBuilder::new(user_pool, app_client)
    }

    /// Returns a client whose calls carry `context`.
    #[must_use]
    pub fn with_context(&self, context: CallContext) -> Self {
        Self {
            inner: self.inner.clone(),
            context: Arc::new(context),
        }
    }

    /// Returns a client whose calls carry another entry of `ClientMetadata`, which triggers of the
    /// user pool are given.
    #[must_use]
    pub fn with_client_metadata(&self, name: &str, value: &str) -> Self {
        let context = CallContext::clone(&self.context);
        self.with_context(context.with_client_metadata(name, value))
    }

    /// Returns the id of the user pool.
    pub fn user_pool(&self) -> &UserPoolId {
        &self.inner.user_pool
    }

    /// Returns the id of the app client.
    pub fn app_client(&self) -> &AppClientId {
        &self.inner.app_client
    }

    /// Returns whether there are AWS credentials, which [`admin`](Self::admin) needs.
    pub fn has_credentials(&self) -> bool {
        self.inner.has_credentials
    }

    /// Returns the clock that tokens and proofs go by.
    pub fn clock(&self) -> &dyn Clock {
        &*self.inner.clock
    }

    /// Returns the verifier of this user pool's and app client's tokens.
    pub fn token_verifier(&self) -> &TokenVerifier {
        &self.inner.verifier
    }

    /// Spawns a task that does what the first login would otherwise wait for: it fetches the key
    /// set, and computes the powers that SRP begins with.
    ///
    /// # Panics
    ///
    /// Outside of a Tokio runtime.
    pub fn warm_up(&self) {
        let cognito = self.clone();
        tokio::spawn(async move {
            LazyLock::force(&cognito.inner.once);
            let keys = cognito.inner.verifier.prefetch_keys();
            let (_, powers) = tokio::join!(keys, cognito.srp_client());
            if let Err(error) = powers {
                debug!(%error, "the powers of SRP were not computed beforehand");
            }
        });
    }

    /// Verifies the ID and the access token: signature, issuer, app client, use, lifetime,
    /// and that both are of the same user.
    ///
    /// # Errors
    ///
    /// Returns a [`TokenError`] whose kind says what is wrong with the tokens, or that the key set
    /// could not be fetched.
    pub async fn verify_tokens(&self, tokens: &Tokens) -> Result<VerifiedTokens, TokenError> {
        self.inner.verifier.verify(tokens).await
    }

    /// Verifies a user's access token, as an API gets it from its callers. For a machine's, see
    /// [`TokenVerifier::verify_principal`].
    ///
    /// # Errors
    ///
    /// As for [`verify_tokens`](Self::verify_tokens).
    pub async fn verify_access_token(
        &self,
        token: &AccessToken,
    ) -> Result<AccessClaims, TokenError> {
        self.inner.verifier.verify_access(token).await
    }

    /// Returns a user of this pool with tokens that were issued earlier.
    ///
    /// `username` is the name that Cognito gave, not an alias: renewal needs it.
    pub fn user(&self, username: impl Into<String>, tokens: Tokens) -> CognitoUser {
        CognitoUser::new(self.clone(), username.into(), tokens)
    }

    /// Returns the user whom the access token names. Nothing is verified.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use axum_cognito::token::Tokens;
    ///
    /// # async fn run(cognito: axum_cognito::Cognito, id: String, access: String, refresh: String)
    /// #     -> Result<(), Box<dyn std::error::Error>> {
    /// let tokens = Tokens::new(id, access, Some(refresh.into()));
    /// let mut user = cognito.restore_user(tokens)?;
    /// user.check_token().await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error of the kind `Malformed` if the access token names nobody.
    pub fn restore_user(&self, tokens: Tokens) -> Result<CognitoUser, TokenError> {
        let username = tokens.unverified_username();
        let username = username.ok_or(TokenErrorKind::Malformed)?;

        Ok(self.user(username, tokens))
    }
}

impl fmt::Debug for Cognito {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cognito")
            .field("user_pool", &self.inner.user_pool)
            .field("app_client", &self.inner.app_client)
            .field("has_credentials", &self.inner.has_credentials)
            .finish_non_exhaustive()
    }
}

//! The client: an AWS Cognito user pool and one of its app clients.
//!
//! [`Cognito`] knows no user. What needs tokens lives on [`CognitoUser`], which
//! holds them. This module alone speaks with the AWS SDK. Calls that AWS leaves
//! unsigned are made without credentials; only those of administrators (`admin`) need some:
//! `admin_*`, the groups, the list of users and the configuration.

mod admin;
mod builder;
mod call;
mod delivery;
mod endpoint;
mod error;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzzing;
mod key_source;
mod login;
mod password;
mod profile;
mod secret_hash;
mod sign_up;
mod user;

use std::fmt;
use std::sync::Arc;

use aws_sdk_cognitoidentityprovider::Client;
use tokio::sync::Semaphore;
use tracing::debug;

pub use self::admin::{
    AppClientConfiguration, Group, IdentityProvider, MfaRequirement, NewUser, PasswordPolicy,
    UserPoolConfiguration, UserQuery,
};
pub use self::builder::CognitoBuilder;
pub use self::delivery::CodeDelivery;
pub use self::endpoint::ConfigError;
pub use self::error::{CognitoError, CognitoErrorKind};
pub use self::login::{Authentication, LoginRequest};
pub use self::profile::{UserProfile, UserStatus};
pub use self::sign_up::{Registration, SignUp};
pub use self::user::{
    CognitoUser, Device, LoadedUser, MfaPreference, MfaSetting, NewDevice, Passkey,
    RememberedDevice, TotpSecret,
};
use crate::clock::Clock;
use crate::id::{AppClientId, AppClientSecret, UserPoolId};
use crate::token::{AccessClaims, AccessToken, TokenError, TokenVerifier, Tokens, VerifiedTokens};

/// A user pool and one of its app clients. Cheap to clone.
///
/// # Examples
///
/// ```no_run
/// use axum_cognito::cognito::{Authentication, Cognito};
///
/// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
/// let cognito = Cognito::builder("eu-west-1_Ab12Cd34E".parse()?, "1example23456789".parse()?)
///     .build()?;
///
/// match cognito.authenticate("alice", &"Correct-horse-1".to_owned().into()).await? {
///     Authentication::Complete(alice) => println!("{:?}", alice.get_user().await?),
///     Authentication::Challenge(challenge) => println!("asked for {}", challenge.name()),
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Cognito {
    inner: Arc<Inner>,
}

struct Inner {
    user_pool: UserPoolId,
    app_client: AppClientId,
    app_client_secret: Option<AppClientSecret>,
    /// For calls that may be repeated: the SDK retries them by itself.
    client: Client,
    /// For calls that carry a proof or a code. Those are good for one use, so that a
    /// retry after a lost answer would read as a wrong password.
    once: Client,
    has_credentials: bool,
    verifier: TokenVerifier,
    clock: Arc<dyn Clock>,
    /// One permit a core: more SRP computations at once would only delay each other.
    srp_permits: Semaphore,
    /// Whoever waits for one. Beyond these a login is refused, before it makes the wait longer.
    srp_places: Semaphore,
}

impl Cognito {
    /// Starts to configure a client for `app_client` of `user_pool`.
    pub fn builder(user_pool: UserPoolId, app_client: AppClientId) -> CognitoBuilder {
        CognitoBuilder::new(user_pool, app_client)
    }

    /// The id of the user pool.
    pub fn user_pool(&self) -> &UserPoolId {
        &self.inner.user_pool
    }

    /// The id of the app client.
    pub fn app_client(&self) -> &AppClientId {
        &self.inner.app_client
    }

    /// Whether there are AWS credentials, which the `admin_*` calls need.
    pub fn has_credentials(&self) -> bool {
        self.inner.has_credentials
    }

    /// The clock that tokens and proofs go by.
    pub fn clock(&self) -> &dyn Clock {
        &*self.inner.clock
    }

    /// Checks tokens of this user pool and app client.
    pub fn token_verifier(&self) -> &TokenVerifier {
        &self.inner.verifier
    }

    /// Does now, in a task of its own, what the first login would otherwise wait for: fetches the
    /// key set, and computes the powers that SRP begins with. The ready backends call it when they
    /// are checked.
    ///
    /// # Panics
    ///
    /// Outside of a Tokio runtime.
    pub fn warm_up(&self) {
        let cognito = self.clone();
        tokio::spawn(async move {
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
    /// [`TokenError`] tells by its kind what is wrong with the tokens, or that the key set
    /// could not be fetched.
    pub async fn verify_tokens(&self, tokens: &Tokens) -> Result<VerifiedTokens, TokenError> {
        self.inner.verifier.verify(tokens).await
    }

    /// Verifies an access token, as an API gets it from its callers.
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

    /// A user of this pool with tokens that were issued earlier.
    ///
    /// `username` is the name that Cognito gave, not an alias: renewal needs it.
    pub fn user(&self, username: impl Into<String>, tokens: Tokens) -> CognitoUser {
        CognitoUser::new(self.clone(), username.into(), tokens)
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

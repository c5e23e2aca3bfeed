//! Accounts at identity providers that open a user of the pool: proof, connection and its end.

use time::OffsetDateTime;
use tracing::{debug, info, warn};

use super::login::roles;
use super::managed_login::is_fresh;
use super::{CognitoBackend, Error};
use crate::cognito::{
    Admin, CognitoError, CognitoErrorKind, CognitoUser, LinkedIdentity, LoginProvider,
    ManagedLoginAttempt, UserProfile, UserStatus,
};
use crate::token::{FederatedIdentity, IdClaims, TokenErrorKind, VerifiedTokens};
use crate::users::User;

/// A user's accounts at identity providers.
#[derive(Clone, Debug)]
pub(crate) struct Identities {
    pub(crate) connected: Vec<FederatedIdentity>,
    /// Whether the user is the pool's own, and has a password.
    pub(crate) has_password: bool,
}

/// Why an account at an identity provider was not connected.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum NotLinked {
    /// The code was used before or is too old.
    Expired,
    /// Another user has it.
    InUse,
    /// Nobody has proved to be its owner just now.
    NotProved,
    /// The user cannot have one, or no other one.
    NotPossible,
    /// The user has five.
    TooMany,
}

/// Somebody who has just logged in at an identity provider.
struct Proof {
    identity: FederatedIdentity,
    claims: IdClaims,
    /// Whether the user whom the tokens name has been given more than a first login gives.
    is_settled: bool,
}

/// Returns the user's accounts at identity providers, as Cognito has them now.
pub(crate) async fn list(backend: &dyn CognitoBackend, user: &User) -> Result<Identities, Error> {
    let admin = backend.pool().cognito().admin()?;

    Ok(read(&own_profile(&admin, user).await?))
}

fn read(profile: &UserProfile) -> Identities {
    let connected = profile.identities();
    let is_external = connected.iter().any(|identity| identity.is_primary);

    Identities {
        connected,
        has_password: !is_external && profile.status == Some(UserStatus::Confirmed),
    }
}

/// Returns the profile of the user who is logged in. The name may be another person's by now.
async fn own_profile(admin: &Admin, user: &User) -> Result<UserProfile, Error> {
    let profile = admin.get_user(&user.username).await?;
    if profile.is_of(&user.username, user.sub.as_ref()) {
        Ok(profile)
    } else {
        Err(Error::other(
            "Cognito described another user than the one who is logged in",
        ))
    }
}

/// Redeems the code with which a browser comes back, and lets whoever logged in by it at the identity
/// provider log in as `user` from then on. `since` is when the login began: one that is older proves
/// nothing. No row is written, and the tokens are revoked in any case.
pub(crate) async fn link(
    backend: &dyn CognitoBackend,
    user: &User,
    attempt: &ManagedLoginAttempt,
    code: &str,
    since: OffsetDateTime,
) -> Result<Result<(), NotLinked>, Error> {
    let pool = backend.pool();
    let Some(managed) = &pool.login_settings().managed_login else {
        return Ok(Err(NotLinked::NotPossible));
    };
    let visitor = match pool.cognito().redeem_code(managed, attempt, code).await {
        Ok(visitor) => visitor,
        Err(error) if error.kind() == CognitoErrorKind::ExpiredCode => {
            return Ok(Err(NotLinked::Expired));
        }
        Err(error) => return Err(error.into()),
    };
    let proof = prove(backend, attempt, &visitor, since).await;
    // They have served their purpose: nobody is logged in with them.
    if let Err(error) = visitor.revoke().await {
        debug!(%error, "the tokens of a login that proved an identity were not revoked");
    }

    match proof? {
        Some(proof) => connect(backend, user, &proof).await,
        None => Ok(Err(NotLinked::NotProved)),
    }
}

/// Reads who has logged in. `None`: not at the provider that was asked for, or not just now.
async fn prove(
    backend: &dyn CognitoBackend,
    attempt: &ManagedLoginAttempt,
    visitor: &CognitoUser,
    since: OffsetDateTime,
) -> Result<Option<Proof>, Error> {
    let VerifiedTokens { id, access, .. } = match visitor.verify_tokens().await {
        Ok(verified) => verified,
        Err(error)
            if matches!(
                error.kind(),
                TokenErrorKind::WrongRequest | TokenErrorKind::WrongUser
            ) =>
        {
            warn!(%error, "tokens that were to prove an identity are of another login");
            return Ok(None);
        }
        Err(error) => return Err(error.into()),
    };
    let Some(provider) = attempt.provider() else {
        return Ok(None);
    };
    // The user name has the id too, but without its upper case.
    let mut theirs = id.identities.iter().filter(|it| it.provider == provider);
    let identity = match (theirs.next(), theirs.next()) {
        (Some(identity), None) if is_fresh(&id, since) => identity.clone(),
        _ => return Ok(None), // of two, the token does not tell by which one somebody came
    };

    Ok(Some(Proof {
        is_settled: id.identities.len() > 1 || !roles(backend, access.groups).is_empty(),
        claims: id,
        identity,
    }))
}

async fn connect(
    backend: &dyn CognitoBackend,
    user: &User,
    proof: &Proof,
) -> Result<Result<(), NotLinked>, Error> {
    let pool = backend.pool();
    let admin = pool.cognito().admin()?;
    let profile = own_profile(&admin, user).await?;
    if is_among(&profile, &proof.identity) {
        return Ok(Ok(()));
    }
    if profile.identities().iter().any(|it| it.is_primary) {
        return Ok(Err(NotLinked::NotPossible));
    }
    // Whoever is not made for this identity has been linked to it: another user of the pool.
    if !proof.identity.is_primary || proof.is_settled {
        return Ok(Err(NotLinked::InUse));
    }
    let visitor = &proof.claims.username;
    if pool.users().find_by_username(visitor).await?.is_some() {
        return Ok(Err(NotLinked::InUse));
    }

    // AWS links only what has no user of its own, and the proof has just made one.
    let made = match admin.get_user(visitor).await {
        Ok(made) => Some(made),
        Err(error) if error.kind() == CognitoErrorKind::UserNotFound => None,
        Err(error) => return Err(error.into()),
    };
    if let Some(made) = made {
        let is_theirs = made.sub().as_ref() == Some(&proof.claims.sub)
            && made.status == Some(UserStatus::ExternalProvider)
            && is_among(&made, &proof.identity);
        if !is_theirs {
            return Ok(Err(NotLinked::InUse));
        }
        // The limit is Cognito's; it is asked before anything is deleted.
        if profile.identities().len() >= MOST {
            return Ok(Err(NotLinked::TooMany));
        }
        admin.delete_user(visitor).await?;
    }

    let source = LinkedIdentity::new(&proof.identity.provider, &proof.identity.user_id);
    let Err(error) = admin.link_provider_for_user(&user.username, &source).await else {
        info!(user = %user.id, provider = proof.identity.provider, "an identity was connected");
        return Ok(Ok(()));
    };
    match error.kind() {
        // Said of what is done already, too: what Cognito has now decides.
        CognitoErrorKind::AliasExists | CognitoErrorKind::InvalidParameter => {
            let now = own_profile(&admin, user).await?;
            if is_among(&now, &proof.identity) {
                Ok(Ok(()))
            } else if is_in_use(&error) {
                Ok(Err(NotLinked::InUse))
            } else {
                Err(error.into())
            }
        }
        CognitoErrorKind::LimitExceeded => Ok(Err(NotLinked::TooMany)),
        _ => Err(error.into()),
    }
}

/// Whether Cognito says that the identity has a user: somebody came in by it a moment ago.
fn is_in_use(error: &CognitoError) -> bool {
    let message = error.message().unwrap_or_default();

    error.kind() == CognitoErrorKind::AliasExists || message.starts_with("Merging is not")
}

/// So many identities Cognito lets a user have.
const MOST: usize = 5;

fn is_among(profile: &UserProfile, identity: &FederatedIdentity) -> bool {
    let mut identities = profile.identities().into_iter();
    identities.any(|it| it.provider == identity.provider && it.user_id == identity.user_id)
}

impl Identities {
    /// Whether the user still has a way in without this identity. `by_password` is whether the site
    /// lets users in by their password.
    pub(crate) fn can_lose(
        &self,
        backend: &dyn CognitoBackend,
        identity: &FederatedIdentity,
        by_password: bool,
    ) -> bool {
        let managed = backend.pool().login_settings().managed_login.as_ref();
        let leads_in = |other: &&FederatedIdentity| {
            let mut providers = managed.into_iter().flat_map(|it| it.providers());
            (other.provider != identity.provider || other.user_id != identity.user_id)
                && providers.any(|it| it.name() == other.provider)
        };

        // The user was made for a primary one, and is nobody without it.
        !identity.is_primary
            && (self.has_password && (by_password || has_own_page(backend))
                || self.connected.iter().any(|other| leads_in(&other)))
    }
}

/// Whether the login page leads to the domain's own page, which takes passwords.
fn has_own_page(backend: &dyn CognitoBackend) -> bool {
    let managed = backend.pool().login_settings().managed_login.as_ref();

    managed.is_some_and(|managed| {
        let mut providers = managed.providers().iter();
        managed.providers().is_empty() || providers.any(|it| it.name() == LoginProvider::COGNITO)
    })
}

/// Disconnects an identity of the user's. Returns `false` if it is not theirs, or the last way in.
pub(crate) async fn unlink(
    backend: &dyn CognitoBackend,
    user: &User,
    (provider, user_id): (&str, &str),
    by_password: bool,
) -> Result<bool, Error> {
    let admin = backend.pool().cognito().admin()?;
    let identities = read(&own_profile(&admin, user).await?);
    let mut connected = identities.connected.iter();
    let found = connected.find(|it| it.provider == provider && it.user_id == user_id);
    let Some(identity) = found.filter(|it| identities.can_lose(backend, it, by_password)) else {
        return Ok(false);
    };

    let link = LinkedIdentity::new(provider, user_id);
    match admin.disable_provider_for_user(&link).await {
        Ok(()) => {}
        // Somebody was faster.
        Err(error) if error.kind() == CognitoErrorKind::UserNotFound => return Ok(true),
        Err(error) => return Err(error.into()),
    }
    info!(user = %user.id, provider, "an identity was disconnected");

    // Another browser may have disconnected the one that was to remain.
    let now = read(&own_profile(&admin, user).await?);
    if !now.can_lose(backend, identity, by_password) {
        warn!(user = %user.id, "the last way in was disconnected twice: it is connected again");
        admin.link_provider_for_user(&user.username, &link).await?;
        return Ok(false);
    }
    Ok(true)
}

//! A user whom a load balancer has let in: from what it signed to the user's row.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Mutex, PoisonError};

use time::OffsetDateTime;
use tracing::debug;

use super::login::{is_inactive, roles, sync_user};
use super::{CognitoBackend, CompletedLogin, Error, ProfileSource, upkeep};
use crate::attribute::Attributes;
use crate::cognito::{LoadBalancer, UserProfile};
use crate::id::Subject;
use crate::token::{AlbClaims, Principal, TokenErrorKind};
use crate::users::{Synced, User};

/// So many users are remembered, at some 100 bytes each. Beyond that their rows are written anew.
const MAX_KNOWN: usize = 10_000;

/// What a load balancer has put into a request.
pub(crate) struct AlbProof<'a> {
    /// `x-amzn-oidc-data`, which it has signed.
    pub(crate) data: &'a str,
    /// `x-amzn-oidc-accesstoken`, which Cognito has signed.
    pub(crate) access_token: Option<&'a str>,
}

/// A user whom a load balancer has let in.
pub(crate) struct Admitted {
    pub(crate) login: CompletedLogin,
    /// Until when the load balancer stands by what it says.
    pub(crate) expires_at: OffsetDateTime,
    /// Whether this process sees the user for the first time.
    pub(crate) is_new: bool,
}

/// Whose rows are up to date: a hash of the attributes and groups that they were written from.
#[derive(Default)]
pub(crate) struct KnownUsers {
    hasher: RandomState,
    hashes: Mutex<HashMap<Subject, u64>>,
}

impl KnownUsers {
    fn hash(&self, attributes: &Attributes, groups: &[String]) -> u64 {
        let pairs: Vec<_> = attributes.iter().collect();
        self.hasher.hash_one((pairs, groups))
    }

    fn get(&self, sub: &Subject) -> Option<u64> {
        let hashes = self.hashes.lock().unwrap_or_else(PoisonError::into_inner);
        hashes.get(sub).copied()
    }

    fn keep(&self, sub: Subject, hash: u64) {
        let mut hashes = self.hashes.lock().unwrap_or_else(PoisonError::into_inner);
        if hashes.len() >= MAX_KNOWN {
            hashes.clear();
        }
        hashes.insert(sub, hash);
    }
}

/// Returns the user whom the load balancer has let in; `None` without its proof, and for a user who
/// may not log in here.
///
/// The row is written when this process first sees the user, and when an attribute or a group has
/// changed; at other requests it is read, so that a user who is deactivated is nobody at once.
pub(super) async fn admit(
    backend: &dyn CognitoBackend,
    balancer: &LoadBalancer,
    known: &KnownUsers,
    proof: &AlbProof<'_>,
) -> Result<Option<Admitted>, Error> {
    let cognito = backend.pool().cognito();
    let claims = match balancer.verify(cognito, proof.data).await {
        Ok(claims) => claims,
        Err(error) if error.kind() == TokenErrorKind::KeysUnavailable => return Err(error.into()),
        Err(error) => {
            debug!(%error, "what is said to be of a load balancer is not accepted");
            return Ok(None);
        }
    };

    let groups = groups(backend, &claims, proof).await?;
    let hash = known.hash(&claims.attributes, &groups);
    let before = known.get(&claims.sub);
    if before == Some(hash)
        && let Some(user) = find_row(backend, &claims).await?
    {
        let login = CompletedLogin::new(user).with_groups(groups);
        return Ok(login.user.is_active.then_some(Admitted {
            login,
            expires_at: claims.expires_at,
            is_new: false,
        }));
    }

    let mut profile = load_profile(backend, &claims).await?;
    profile.groups = Some(groups.clone());
    let may_log_in = (backend.supports_inactive_user() || !is_inactive(backend, &profile))
        && backend.user_can_authenticate(&profile).await?;
    if !may_log_in {
        return Ok(None);
    }
    let (user, created) = match sync_user(backend, &profile, true).await? {
        Synced::Created(user) => (user, true),
        Synced::Updated(user) if user.is_active => (user, false),
        Synced::Updated(_) | Synced::DifferentSubject | Synced::Unknown => return Ok(None),
    };
    known.keep(claims.sub, hash);
    Ok(user.is_active.then(|| Admitted {
        login: CompletedLogin::new(user)
            .with_created(created)
            .with_groups(groups),
        expires_at: claims.expires_at,
        is_new: before.is_none(),
    }))
}

/// Returns the user's profile: what the load balancer says, or what Cognito does where the settings
/// want the status too.
async fn load_profile(
    backend: &dyn CognitoBackend,
    claims: &AlbClaims,
) -> Result<UserProfile, Error> {
    let pool = backend.pool();
    if pool.login_settings().profile_source != ProfileSource::AdminGetUser {
        let attributes = claims.attributes.clone();
        return Ok(UserProfile::new(&claims.username, attributes));
    }

    let profile = pool.cognito().admin()?.get_user(&claims.username).await?;
    if profile.is_of(&claims.username, Some(&claims.sub)) {
        Ok(profile)
    } else {
        Err(Error::other(
            "Cognito described another user than the one of the load balancer",
        ))
    }
}

/// Returns the row of this name, if it is that of this subject.
async fn find_row(backend: &dyn CognitoBackend, claims: &AlbClaims) -> Result<Option<User>, Error> {
    let row = backend.pool().users().find_by_username(&claims.username);

    Ok(row
        .await?
        .filter(|user| user.username == claims.username && user.sub.as_ref() == Some(&claims.sub)))
}

/// Returns the groups that say what the user may do, out of the access token beside: a load balancer
/// signs none. A token that does not verify, or is somebody else's, gives none.
async fn groups(
    backend: &dyn CognitoBackend,
    claims: &AlbClaims,
    proof: &AlbProof<'_>,
) -> Result<Vec<String>, Error> {
    let Some(token) = proof.access_token else {
        return Ok(Vec::new());
    };
    let verified = upkeep::verify_principal(backend.pool().cognito(), token).await?;

    Ok(match verified {
        Some(Principal::Person(access)) if access.sub == claims.sub => {
            roles(backend, access.groups)
        }
        _ => Vec::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_many_users_are_remembered_and_no_more() {
        let known = KnownUsers::default();
        let sub = |number: usize| Subject::from(number.to_string());

        for number in 0..MAX_KNOWN {
            known.keep(sub(number), 1);
        }
        assert_eq!(known.get(&sub(0)), Some(1));
        known.keep(sub(MAX_KNOWN), 1);
        assert_eq!(known.get(&sub(0)), None);
        assert_eq!(known.get(&sub(MAX_KNOWN)), Some(1));
    }
}

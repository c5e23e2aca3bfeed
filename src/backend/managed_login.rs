//! The end of a login through the pages of the user pool's domain.

use std::time::Duration;

use time::OffsetDateTime;
use tracing::debug;

use super::login::complete;
use super::{CognitoBackend, CompletedLogin, Error, LoginOutcome, Refusal};
use crate::cognito::{CognitoErrorKind, CognitoUser, LoginProvider, ManagedLoginAttempt};
use crate::token::IdClaims;
use crate::users::User;

/// By how much the clocks of Cognito and of this machine may differ.
const LEEWAY: Duration = Duration::from_secs(5);

/// What a login has to be that is a new proof of somebody who is logged in.
pub(crate) struct WantedProof {
    pub(crate) user: User,
    /// The user must have proved who they are since.
    pub(crate) since: OffsetDateTime,
}

impl WantedProof {
    fn is_met(&self, claims: &IdClaims) -> bool {
        claims.username == self.user.username
            && self.user.sub.as_ref().is_none_or(|sub| *sub == claims.sub)
            && is_fresh(claims, self.since)
    }
}

/// Whether the user has proved who they are since.
pub(super) fn is_fresh(claims: &IdClaims, since: OffsetDateTime) -> bool {
    claims.auth_time.is_some_and(|at| at + LEEWAY >= since)
}

/// Redeems the code with which a browser comes back, and completes the login as any other. Nothing
/// is written for somebody who is not the one whose proof is wanted.
pub(super) async fn redeem(
    backend: &dyn CognitoBackend,
    attempt: &ManagedLoginAttempt,
    code: &str,
    wanted: Option<&WantedProof>,
) -> Result<LoginOutcome<CompletedLogin>, Error> {
    let pool = backend.pool();
    let Some(managed) = &pool.login_settings().managed_login else {
        return Ok(LoginOutcome::Refused(Refusal::NotAuthorized));
    };
    let user = match pool.cognito().redeem_code(managed, attempt, code).await {
        Ok(user) => user,
        Err(error) if error.kind() == CognitoErrorKind::ExpiredCode => {
            return Ok(LoginOutcome::Refused(Refusal::NotAuthorized));
        }
        Err(error) => return Err(error.into()),
    };

    // Tokens that do not verify are refused when the login is completed.
    let verified = user.verify_tokens().await;
    let claims = verified.as_ref().ok().map(|verified| verified.id.clone());
    if let (Some(wanted), Some(claims)) = (wanted, &claims)
        && !wanted.is_met(claims)
    {
        revoke(&user).await;
        return Ok(LoginOutcome::Refused(Refusal::DifferentSubject));
    }
    Ok(match (complete(backend, user, verified).await?, claims) {
        (LoginOutcome::Complete(login), Some(claims)) => {
            let provider = provider(attempt, &claims);
            let proved_at = claims.auth_time.unwrap_or(OffsetDateTime::UNIX_EPOCH);
            LoginOutcome::Complete(
                login
                    .with_provider(provider)
                    .with_proof(claims.methods, Some(proved_at)),
            )
        }
        (LoginOutcome::Complete(_), None) => LoginOutcome::Refused(Refusal::NotAuthorized),
        (outcome, _) => outcome,
    })
}

async fn revoke(user: &CognitoUser) {
    if let Err(error) = user.revoke().await {
        debug!(%error, "the tokens of a refused login were not revoked");
    }
}

/// Returns the provider that was asked for, if the signed token names it: the browser could have
/// asked for another one. An ID token does not tell by which of several identities somebody came.
fn provider(attempt: &ManagedLoginAttempt, claims: &IdClaims) -> String {
    let is_theirs = |name: &&str| claims.identities.iter().any(|it| it.provider == *name);
    let asked_for = attempt.provider().filter(is_theirs);
    let own = claims.external_identity().map(|it| it.provider.as_str());

    asked_for
        .or(own)
        .unwrap_or(LoginProvider::COGNITO)
        .to_owned()
}

//! The end of a login through the pages of the user pool's domain.

use super::{CognitoBackend, CompletedLogin, Error, LoginOutcome, Refusal, login};
use crate::cognito::{CognitoErrorKind, LoginProvider, ManagedLoginAttempt};
use crate::token::IdClaims;

/// Redeems the code with which a browser comes back, and completes the login as any other.
pub(super) async fn redeem(
    backend: &dyn CognitoBackend,
    attempt: &ManagedLoginAttempt,
    code: &str,
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

    Ok(match login::complete(backend, user).await? {
        LoginOutcome::Complete(login) => {
            // They were verified on the way, to let the user in.
            let tokens = login.tokens.as_ref().expect("a login at a user pool");
            let claims = pool
                .cognito()
                .token_verifier()
                .verify_id(&tokens.id)
                .await?;
            let provider = provider(attempt, &claims);
            LoginOutcome::Complete(
                login
                    .with_provider(provider)
                    .with_proof(claims.methods, claims.auth_time),
            )
        }
        outcome => outcome,
    })
}

/// Returns the provider that was asked for, or else the one that the user was made for. An ID token
/// does not tell by which of several linked identities somebody came.
fn provider(attempt: &ManagedLoginAttempt, claims: &IdClaims) -> String {
    let asked_for = attempt.provider();
    let own = claims.external_identity();

    let provider = asked_for.or(own.map(|identity| identity.provider.as_str()));
    provider.unwrap_or(LoginProvider::COGNITO).to_owned()
}

//! What happens to a login at a user pool after it was made: renewal, changes, its end.

use tracing::{debug, error, warn};

use super::login::{roles, sync_user};
use super::{CognitoBackend, Error, Refresh};
use crate::attribute::{Attributes, ColumnChange};
#[cfg(feature = "managed-login")]
use crate::cognito::ManagedLogin;
use crate::cognito::{Cognito, CognitoError, CognitoErrorKind};
use crate::token::{Principal, TokenErrorKind, Tokens};
use crate::users::{User, UserSync};

/// Renews tokens. The new ones must be the same user's.
pub(super) async fn refresh(
    backend: &dyn CognitoBackend,
    user: &User,
    tokens: &Tokens,
) -> Result<Refresh, Error> {
    let cognito = backend.pool().cognito();
    // New tokens that cannot be verified are lost, and the old ones may be good once.
    cognito.token_verifier().ready().await?;
    let tokens = match renew(backend, user, tokens).await {
        Ok(tokens) => tokens,
        Err(error) if error.kind().refuses_a_refresh() => {
            debug!(kind = %error.kind(), "the refresh token was refused");
            return Ok(Refresh::Ended);
        }
        Err(error) => return Err(error.into()),
    };

    let verified = cognito.verify_tokens(&tokens).await?;
    let same_user = verified.access.username == user.username
        && user
            .sub
            .as_ref()
            .is_none_or(|sub| *sub == verified.access.sub);
    if !same_user {
        error!(user = %user.id, "a refresh gave the tokens of another user");
        return Ok(Refresh::Ended);
    }

    let groups = roles(backend, verified.access.groups);
    if let Err(error) = follow_groups(backend, user, &groups).await {
        warn!(%error, user = %user.id, "the columns for groups were not brought up to date");
    }
    Ok(Refresh::Renewed { tokens, groups })
}

/// Gets new tokens by the API, or at the domain of a service that has no such API.
async fn renew(
    backend: &dyn CognitoBackend,
    user: &User,
    tokens: &Tokens,
) -> Result<Tokens, CognitoError> {
    let cognito = backend.pool().cognito();
    let renewed = cognito.renew_access_token(&user.username, tokens).await;

    #[cfg(feature = "managed-login")]
    if let (Err(error), Some(managed)) = (&renewed, managed_login(backend))
        && error.kind() == CognitoErrorKind::UnknownOperation
    {
        return cognito.renew_at_domain(managed, tokens).await;
    }
    renewed
}

#[cfg(feature = "managed-login")]
fn managed_login(backend: &dyn CognitoBackend) -> Option<&ManagedLogin> {
    backend.pool().login_settings().managed_login.as_ref()
}

/// Writes the columns for groups, if one has changed since the login.
async fn follow_groups(
    backend: &dyn CognitoBackend,
    user: &User,
    groups: &[String],
) -> Result<(), Error> {
    let changed: Vec<_> = backend
        .attribute_mapping()
        .flags_for(groups)
        .filter(|(column, is_set)| user.flag(column.as_str()) != Some(*is_set))
        .map(|(column, is_set)| (column.clone(), ColumnChange::flag(is_set)))
        .collect();
    if changed.is_empty() {
        return Ok(());
    }

    let pool = backend.pool();
    let sync = UserSync {
        sub: user.sub.clone(),
        columns: changed,
        create_unknown_user: false,
        ..UserSync::new(&user.username, pool.cognito().clock().now()).without_login()
    };
    pool.users().sync(&sync).await?;
    Ok(())
}

/// Revokes the refresh token.
pub(super) async fn revoke(backend: &dyn CognitoBackend, tokens: &Tokens) -> Result<(), Error> {
    match &tokens.refresh {
        Some(refresh) => Ok(backend.pool().cognito().revoke(refresh).await?),
        None => Ok(()),
    }
}

/// Reads the attributes and writes them to the row of the user who has changed them.
pub(super) async fn reload(
    backend: &dyn CognitoBackend,
    user: &User,
    tokens: &Tokens,
    changed: &Attributes,
) -> Result<(), Error> {
    let cognito = backend.pool().cognito();
    let account = cognito.user(&user.username, tokens.clone());
    if !account.has_account_scope() {
        return Ok(()); // nobody can have changed it with these tokens
    }

    let mut profile = account.get_user().await?;
    if profile.username == user.username {
        // Cognito says nothing of an attribute that was removed.
        for (name, _) in changed.iter().filter(|(_, value)| value.is_empty()) {
            if profile.attributes.get(name.as_str()).is_none() {
                profile.attributes.insert(name.clone(), String::new());
            }
        }
        sync_user(backend, &profile, false).await?;
    }
    Ok(())
}

/// Returns the attributes in the verified ID token. None are read from one that does not verify any
/// more, e.g. since the user pool has changed its keys.
pub(super) async fn attributes(
    backend: &dyn CognitoBackend,
    tokens: &Tokens,
) -> Result<Attributes, Error> {
    let verifier = backend.pool().cognito().token_verifier();
    match verifier.verify_id(&tokens.id).await {
        Ok(claims) => Ok(claims.attributes()),
        Err(error) if error.kind() == TokenErrorKind::KeysUnavailable => Err(error.into()),
        Err(error) => {
            debug!(%error, "the ID token of a login does not verify any more");
            Ok(Attributes::new())
        }
    }
}

/// Verifies an access token that a stranger sends, against the user pool and the app clients that may
/// call. `Ok(None)`: it is not good here.
pub(super) async fn verify_principal(
    cognito: &Cognito,
    token: &str,
) -> Result<Option<Principal>, Error> {
    match cognito.token_verifier().verify_bearer(token).await {
        Ok(principal) => Ok(Some(principal)),
        Err(error) if error.kind() == TokenErrorKind::KeysUnavailable => Err(error.into()),
        Err(error) => {
            debug!(%error, "an access token was refused");
            Ok(None)
        }
    }
}

/// Whether a user's access token is still good at Cognito (`GetUser`). The user may be gone or
/// disabled just as well.
pub(super) async fn is_revoked(
    cognito: &Cognito,
    username: &str,
    token: &str,
) -> Result<bool, Error> {
    let tokens = Tokens::new("", token, None);
    match cognito.user(username, tokens).get_user().await {
        Ok(_) => Ok(false),
        Err(error) => match error.kind() {
            CognitoErrorKind::NotAuthorized
            | CognitoErrorKind::TokenRefused
            | CognitoErrorKind::UserDisabled
            | CognitoErrorKind::UserNotFound => Ok(true),
            _ => Err(error.into()),
        },
    }
}

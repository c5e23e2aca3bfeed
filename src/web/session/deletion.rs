use tracing::{error, info, warn};

use super::AuthSession;
use crate::backend::{Backend, Error};
use crate::cognito::{Admin, CognitoErrorKind, CognitoUser, LinkedIdentity, UserProfile};
use crate::web::error::AuthError;
use crate::web::hook::Event;
use crate::web::login::CurrentUser;

/// The end of an account.
impl AuthSession {
    /// Whether the user can delete their account: with tokens that have the scope for it
    /// (`aws.cognito.signin.user.admin`), or by a client with AWS credentials.
    ///
    /// # Errors
    ///
    /// As for [`current_user`](Self::current_user).
    pub async fn can_delete_account(&self) -> Result<bool, AuthError> {
        let account = self.cognito_user().await?;

        Ok(account.is_some_and(|account| self.can_delete(&account)))
    }

    /// As [`can_delete_account`](Self::can_delete_account), of a user who was asked for before.
    pub(crate) fn can_delete(&self, account: &CognitoUser) -> bool {
        account.has_account_scope() || account_admin(account).is_some()
    }

    /// Deletes the account of the user who is logged in: at Cognito, and then the row in the site's
    /// table ([`UserStore::delete`](crate::UserStore::delete)). All their logins end, this one too.
    /// Returns `false` if nobody is logged in whose account [can](Self::can_delete_account) be
    /// deleted.
    ///
    /// Pages of your own let only those do it who proved a moment ago who they are: see
    /// [`recent_login`](crate::web::recent_login).
    ///
    /// # Errors
    ///
    /// Returns an [`AuthError`] if Cognito could not be asked or refused, in which case the account is
    /// there still; or if the row or the logins remain, of an account that Cognito has deleted.
    pub async fn delete_account(&self) -> Result<bool, AuthError> {
        let Some(user) = self.load().await? else {
            return Ok(false);
        };
        let (Some(backend), Some(account)) = (self.backend_of(&user), self.cognito_user().await?)
        else {
            return Ok(false);
        };
        if !self.can_delete(&account) {
            return Ok(false);
        }

        delete_at_cognito(&user, &account).await?;
        info!(user = %user.id, "an account was deleted");
        let forgotten = self.forget(backend, &user).await;
        if let Err(failure) = &forgotten {
            error!(user = %user.id, %failure, "a deleted account has left a row: delete it by hand");
        }
        self.tell(&Event::Deleted { user });
        let logged_out = self.log_out().await;

        forgotten?;
        logged_out?;
        Ok(true)
    }

    /// Ends all logins of a user and deletes the row.
    async fn forget(&self, backend: &Backend, user: &CurrentUser) -> Result<(), Error> {
        // Cognito has revoked the tokens with the account.
        let ended = self
            .site()
            .end_logins(backend.name(), &user.id, None, false);
        let ended = ended.await;
        if let Some(users) = backend.users() {
            users.delete(&user.id).await?;
        }
        ended.map(drop)
    }
}

fn account_admin(account: &CognitoUser) -> Option<Admin> {
    account.cognito().admin().ok()
}

/// Deletes a user at Cognito. One whom somebody has deleted before is no mistake.
async fn delete_at_cognito(user: &CurrentUser, account: &CognitoUser) -> Result<(), Error> {
    let by_token = account.has_account_scope();
    let admin = account_admin(account);
    if let Some(admin) = &admin {
        match admin.get_user(&user.username).await {
            Ok(profile) if user.sub.is_none() || profile.sub() == user.sub => {
                disconnect_all(admin, user, &profile).await;
            }
            Ok(_) => return Ok(()), // the name is somebody else's by now, and the account gone
            Err(error) if error.kind() == CognitoErrorKind::UserNotFound => return Ok(()),
            Err(error) if by_token && error.kind().is_setup() => {
                warn!(user = %user.id, %error, "the identities of an account were not looked up");
            }
            Err(error) => return Err(error.into()),
        }
    }

    match admin {
        Some(admin) if !by_token => Ok(admin.delete_user(&user.username).await?),
        _ => Ok(account.delete_user().await?),
    }
}

/// Disconnects the user's identities: without their user, they would remain at Cognito as users of
/// their own.
async fn disconnect_all(admin: &Admin, user: &CurrentUser, profile: &UserProfile) {
    let identities = profile.identities().into_iter();
    for identity in identities.filter(|identity| !identity.is_primary) {
        let link = LinkedIdentity::new(&identity.provider, &identity.user_id);
        if let Err(error) = admin.disable_provider_for_user(&link).await {
            warn!(user = %user.id, %error, "an identity of a deleted account remains connected");
        }
    }
}

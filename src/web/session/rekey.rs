use tracing::{debug, error, info};

use super::log_in::{random_id, save};
use super::old_logins::Whose;
use super::{AuthSession, Loaded};
use crate::attribute::Attributes;
use crate::backend::{Backend, Error};
use crate::token::Tokens;
use crate::users::LoginRecord;
use crate::web::error::AuthError;
use crate::web::hook::{AccountChange, Event};
use crate::web::login::{CurrentUser, Ended, KeptLogin, Registry, hold_newest};
use crate::web::task::to_the_end;

impl AuthSession {
    /// Replaces this login by another one, with a new id of the session, of the login, and new tokens,
    /// and ends all others of the user. Pages call it when a password has changed: a
    /// copy of the cookie that somebody has taken opens nothing from then on.
    ///
    /// # Errors
    ///
    /// As for [`current_user`](Self::current_user).
    pub async fn rekey(&self) -> Result<(), AuthError> {
        let Some(user) = self.load().await? else {
            return Ok(());
        };
        let Some(backend) = self.backend_of(&user) else {
            return Ok(());
        };
        let site = self.site();
        let whose = || Whose::Id(user.id.clone());
        // In a task of its own, so that no closed connection leaves it half done.
        let (name, before) = (user.username.clone(), user.login().clone());
        let replacing = replace(site.registry.clone(), backend.clone(), name, before);
        let (login, tokens) = match to_the_end(replacing).await {
            Ok(Some(replaced)) => replaced,
            // Somebody has ended it meanwhile.
            Ok(None) => {
                self.end_old_logins(backend, whose(), None).await?;
                return self.log_out().await;
            }
            Err(error) => {
                let here = Some(user.login_id());
                self.end_old_logins(backend, whose(), here).await?;
                return Err(error.into());
            }
        };
        let saved = async {
            let session = self.session()?;
            session.cycle_id().await?;
            KeptLogin::from(&login).write(session).await?;
            save(session).await
        };
        if let Err(error) = saved.await {
            self.undo(backend, Ended { login, tokens }).await;
            self.end_old_logins(backend, whose(), None).await?;
            return Err(error);
        }

        info!(user = %user.id, "a login got new keys");
        let user = CurrentUser::new(user.user().clone(), login, &site.permissions);
        *self.request.seen().loaded.lock().await = Loaded::Done(Some(user.clone()));
        // Last: the end of all logins would keep a new one out.
        let here = Some(user.login_id());
        self.end_old_logins(backend, whose(), here).await?;
        self.reload(&Attributes::new()).await
    }

    /// Writes the audit log and calls the hooks: the user has changed something of the account.
    /// Pages of your own call it after such a change.
    ///
    /// # Errors
    ///
    /// As for [`current_user`](Self::current_user).
    pub async fn account_changed(&self, change: AccountChange) -> Result<(), AuthError> {
        if let Some(user) = self.load().await? {
            self.tell(&Event::Changed { user, change });
        }
        Ok(())
    }
}

/// Adds a login with the tokens of another one, and ends that. `None`: it was over.
///
/// One of the two is there at each moment, so whoever ends all logins meanwhile finds one. Nobody renews
/// the tokens meanwhile, who would take them away.
async fn replace(
    registry: Registry,
    backend: Backend,
    username: String,
    before: LoginRecord,
) -> Result<Option<(LoginRecord, Option<Tokens>)>, Error> {
    let logins = backend.logins();
    let began = logins.now().await?;
    let Some((before, holder)) = hold_newest(logins, before).await? else {
        return Ok(None);
    };
    let now = registry.clock.now();
    let login = LoginRecord {
        id: random_id()?,
        version: 0,
        proved_at: now,
        seen_at: now,
        ..before.clone()
    };

    let replaced = async {
        let Some(stored) = logins.read(&before.id).await? else {
            return Ok(None);
        };
        let tokens = registry.read_tokens(&stored);
        let is_added = registry
            .begin(&backend, &login, &username, tokens.as_ref(), began)
            .await?;
        let is_ended = is_added && registry.end(&backend, &before.id, drop).await?.is_some();
        Ok::<_, Error>(is_ended.then_some(tokens))
    };
    let replaced = replaced.await;
    if !matches!(replaced, Ok(Some(_))) {
        if let Err(error) = registry.end(&backend, &login.id, drop).await {
            error!(%error, "a login that was not saved is in the registry still");
        }
        if let Err(error) = logins.release(&before.id, holder.as_str()).await {
            debug!(%error, "a lease was not given back: it runs out");
        }
    }
    Ok(replaced?.map(|tokens| (login, tokens)))
}

//! The registry of logins, as the site uses it: lifetimes, tokens in few bytes, logins that are warm.

use std::sync::Arc;
use std::time::Duration;

use time::OffsetDateTime;
use tracing::{info, warn};
use zeroize::Zeroizing;

use super::ends::{Ends, Waiting};
use super::packed::{pack, unpack};
use super::warm::WarmLogins;
use crate::backend::{Backend, Error};
use crate::clock::Clock;
use crate::figures::{Stopwatch, record_lookup};
use crate::seal::SealingKeys;
use crate::token::Tokens;
use crate::users::{LiveLogin, LoginId, LoginRecord, StoreTime, StoredLogin, User, UserId};
use crate::web::task::to_the_end;

/// Use is recorded this often at most.
const TOUCH_EVERY: Duration = Duration::from_secs(60);

/// What the registry knows of the login that a session names.
pub(in crate::web) enum Found {
    Live(Live),
    /// The login is over, or its user is gone or inactive: this user, if that is known.
    Over(Option<UserId>),
}

/// A login that lives, with its user.
pub(in crate::web) struct Live {
    pub(in crate::web) user: Arc<User>,
    pub(in crate::web) login: Arc<LoginRecord>,
    /// When it was asked for.
    pub(in crate::web) at: OffsetDateTime,
}

/// A login that has ended, with its tokens if it had any.
pub(in crate::web) struct Ended {
    pub(in crate::web) login: LoginRecord,
    pub(in crate::web) tokens: Option<Tokens>,
}

/// The registries behind the backends, and what the site says of them.
#[derive(Clone)]
pub(in crate::web) struct Registry {
    pub(in crate::web) clock: Arc<dyn Clock>,
    /// How long a login lasts at most, however often its tokens are renewed.
    pub(in crate::web) login_lifetime: Duration,
    /// How long a login lasts that nobody uses.
    pub(in crate::web) idle_lifetime: Duration,
    /// How long a login that was found alive is not looked up again. Zero: each request asks.
    pub(in crate::web) warm_for: Duration,
    pub(in crate::web) keys: Option<SealingKeys>,
    warm: Arc<WarmLogins>,
    ends: Ends,
}

impl Registry {
    pub(in crate::web) fn new(clock: Arc<dyn Clock>) -> Self {
        const DAY: u64 = 24 * 60 * 60;

        Self {
            clock,
            login_lifetime: Duration::from_secs(30 * DAY),
            idle_lifetime: Duration::from_secs(7 * DAY),
            warm_for: Duration::ZERO,
            keys: None,
            warm: Arc::default(),
            ends: Ends::default(),
        }
    }

    /// Adds a login of the user with this name that began at `began`. Returns `false` if the user's
    /// logins were ended since.
    pub(in crate::web) async fn begin(
        &self,
        backend: &Backend,
        login: &LoginRecord,
        username: &str,
        tokens: Option<&Tokens>,
        began: StoreTime,
    ) -> Result<bool, Error> {
        let tokens = tokens.map(|tokens| self.write_tokens(login, tokens));
        let stored = StoredLogin::new(login.clone(), tokens).with_second_key(key_of_name(username));
        Ok(backend.logins().add(&stored, began).await?)
    }

    /// Finds out whether a login lives, and records that it is in use. `along` is what the session
    /// store has read with the session.
    pub(in crate::web) async fn find(
        &self,
        backend: &Backend,
        id: &LoginId,
        along: Option<LiveLogin>,
    ) -> Result<Found, Error> {
        let now = self.clock.now();
        let found = self.look_up(backend, id, along, now).await?;
        self.judge(backend, id, found, now, true).await
    }

    /// Finds out whether a login lives, without using it. The registry is asked, whatever is warm.
    pub(in crate::web) async fn peek(
        &self,
        backend: &Backend,
        id: &LoginId,
    ) -> Result<Found, Error> {
        let now = self.clock.now();
        let found = read(backend, id).await?;
        self.judge(backend, id, found, now, false).await
    }

    /// Returns what hears of the ends of logins in this process.
    pub(in crate::web) fn ends(&self) -> Waiting {
        self.ends.wait()
    }

    async fn judge(
        &self,
        backend: &Backend,
        id: &LoginId,
        found: Option<LiveLogin>,
        now: OffsetDateTime,
        is_use: bool,
    ) -> Result<Found, Error> {
        let found = self.examine(backend, id, found, now, is_use).await?;
        if matches!(found, Found::Over(_)) {
            self.forget(id);
        }
        Ok(found)
    }

    async fn examine(
        &self,
        backend: &Backend,
        id: &LoginId,
        found: Option<LiveLogin>,
        now: OffsetDateTime,
        is_use: bool,
    ) -> Result<Found, Error> {
        let Some(LiveLogin { login, user }) = found else {
            return Ok(Found::Over(None));
        };
        if login.backend != backend.name() {
            return Ok(Found::Over(None));
        }
        if age(login.logged_in_at, now) >= self.login_lifetime {
            self.end(backend, id, drop).await?;
            return Ok(Found::Over(Some(login.user_id.clone())));
        }
        let idle = age(login.seen_at, now);
        if idle >= self.idle_lifetime {
            info!(user = %login.user_id, "a login has not been used for too long");
            self.end(backend, id, drop).await?;
            return Ok(Found::Over(Some(login.user_id.clone())));
        }
        if is_use && idle >= TOUCH_EVERY {
            self.forget(id);
            if let Err(error) = backend.logins().touch(id, now).await {
                warn!(%error, "the use of a login was not recorded");
            }
        }

        let user = match user {
            Some(user) => Some(user),
            None => backend.user(&login.user_id).await?.map(Arc::new),
        };
        Ok(match user {
            Some(user) if user.is_active && user.id == login.user_id => Found::Live(Live {
                user,
                login,
                at: now,
            }),
            _ => Found::Over(Some(login.user_id.clone())),
        })
    }

    async fn look_up(
        &self,
        backend: &Backend,
        id: &LoginId,
        along: Option<LiveLogin>,
        now: OffsetDateTime,
    ) -> Result<Option<LiveLogin>, Error> {
        if let Some(along) = along.filter(|along| along.login.id == *id) {
            return Ok(Some(along));
        }
        if self.warm_for.is_zero() {
            return read(backend, id).await;
        }
        if let Some(live) = self.warm.get(id, now, self.warm_for) {
            return Ok(Some(live));
        }

        let asked = self.warm.ask();
        let found = read(backend, id).await?;
        if let Some(live) = &found {
            self.warm.keep(live, now, asked);
        }
        Ok(found)
    }

    /// Returns the newest tokens of a login. None where there are none, or where they cannot be
    /// read any more.
    pub(in crate::web) async fn tokens(
        &self,
        backend: &Backend,
        id: &LoginId,
    ) -> Result<Option<Tokens>, Error> {
        let stored = backend.logins().read(id).await?;
        Ok(stored.and_then(|stored| self.read_tokens(&stored)))
    }

    /// Ends a login, before anything else is done about it, and does `then` with it if it was there.
    ///
    /// Both are done though the visitor leaves meanwhile: a login that is gone would otherwise be let
    /// in while it is warm, and nobody would have its tokens to revoke them.
    pub(in crate::web) async fn end<T: Send + 'static>(
        &self,
        backend: &Backend,
        id: &LoginId,
        then: impl FnOnce(Ended) -> T + Send + 'static,
    ) -> Result<Option<T>, Error> {
        let (registry, backend, id) = (self.clone(), backend.clone(), id.clone());
        to_the_end(async move {
            // Where no answer came, it may have ended all the same.
            let ended = backend.logins().end(&id).await;
            registry.forget(&id);
            registry.ends.tell(&id);
            Ok::<_, Error>(ended?.map(|ended| then(registry.open(ended))))
        })
        .await
    }

    /// Ends all logins of a user but `except`, and those that are on their way, and does `then` with
    /// those that were there. As with [`end`](Self::end), no visitor who leaves stops it.
    pub(in crate::web) async fn end_all<T: Send + 'static>(
        &self,
        backend: &Backend,
        user_id: &UserId,
        except: Option<&LoginId>,
        then: impl FnOnce(Vec<Ended>) -> T + Send + 'static,
    ) -> Result<T, Error> {
        let (registry, backend) = (self.clone(), backend.clone());
        let (user_id, except) = (user_id.clone(), except.cloned());
        to_the_end(async move {
            let (logins, name) = (backend.logins(), backend.name());
            let ended = logins.end_all(name, &user_id, except.as_ref()).await;
            registry.warm.forget_user(name, &user_id);
            let ended = ended?;
            for StoredLogin { login, .. } in &ended {
                registry.ends.tell(&login.id);
            }
            let ended = ended.into_iter().map(|ended| registry.open(ended));
            Ok::<_, Error>(then(ended.collect()))
        })
        .await
    }

    /// Ends the logins on their way of a user who may not have a row yet: the first of them is about
    /// to make it.
    pub(in crate::web) async fn end_first_ones(
        &self,
        backend: &Backend,
        username: &str,
    ) -> Result<(), Error> {
        let key = key_of_name(username);
        backend.logins().end_all(backend.name(), &key, None).await?;
        Ok(())
    }

    /// Looks a login up anew the next time.
    pub(in crate::web) fn forget(&self, id: &LoginId) {
        if !self.warm_for.is_zero() {
            self.warm.forget(id);
        }
    }

    /// Looks all logins up anew the next time.
    pub(in crate::web) fn forget_all(&self) {
        if !self.warm_for.is_zero() {
            self.warm.forget_all();
        }
    }

    /// Writes the tokens of a login as the registry keeps them, encrypted where there are keys: they
    /// open beside this login alone.
    pub(super) fn write_tokens(&self, login: &LoginRecord, tokens: &Tokens) -> Vec<u8> {
        let packed = pack(tokens);
        match &self.keys {
            Some(keys) => {
                let user_id = login.user_id.to_string();
                keys.seal(&place(login, &user_id), &Zeroizing::new(packed))
            }
            None => packed,
        }
    }

    /// Reads tokens. Those that cannot be read, perhaps because the keys have changed, are as good
    /// as none: the login ends when they are needed, and can still be listed.
    pub(in crate::web) fn read_tokens(&self, stored: &StoredLogin) -> Option<Tokens> {
        let StoredLogin { login, tokens, .. } = stored;
        let kept = tokens.as_ref()?;
        let tokens = match &self.keys {
            Some(keys) => keys
                .open(&place(login, &login.user_id.to_string()), kept)
                .and_then(|packed| unpack(&packed)),
            None => unpack(kept),
        };
        if tokens.is_none() {
            warn!("the tokens of a login cannot be read: it ends when they are needed");
        }
        tokens
    }

    fn open(&self, ended: StoredLogin) -> Ended {
        Ended {
            tokens: self.read_tokens(&ended),
            login: ended.login,
        }
    }
}

/// Reads the registry itself.
async fn read(backend: &Backend, id: &LoginId) -> Result<Option<LiveLogin>, Error> {
    let stopwatch = Stopwatch::start();
    let found = backend.logins().find(id).await;
    let outcome = match &found {
        Ok(Some(_)) => "found",
        Ok(None) => "over",
        Err(_) => "failed",
    };
    record_lookup(outcome, stopwatch.took());
    Ok(found?)
}

/// What a user is known by in the registry as long as there is no row. It is no key of a row.
fn key_of_name(username: &str) -> UserId {
    format!("name {username}").into()
}

/// Where the tokens of a login are kept.
fn place<'a>(login: &'a LoginRecord, user_id: &'a str) -> [&'a str; 4] {
    ["login", &login.backend, user_id, login.id.as_str()]
}

/// How long ago something was. What is to come is not long ago.
fn age(at: OffsetDateTime, now: OffsetDateTime) -> Duration {
    Duration::try_from(now - at).unwrap_or_default()
}

//! A database of users, logins and sessions that all processes share. Each statement is a message, in
//! the order in which `SqlLogins` sends them.

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use axum_cognito::AttributeMapping;
use axum_cognito::tower_sessions::SessionStore;
use axum_cognito::tower_sessions::session::{Id, Record};
use axum_cognito::tower_sessions::session_store;
use axum_cognito::users::{
    Lease, LiveLogin, LoginId, LoginRecord, LoginStore, StoreTime, StoredLogin, Synced, User,
    UserId, UserStore, UserStoreError, UserStoreErrorKind, UserSync,
};
use time::OffsetDateTime;

use crate::cognito::{Given, NAMES, given_in};
use crate::world::{Lost, Plan, Server, State, Wire};

#[derive(Default)]
pub(crate) struct Tables {
    logins: Vec<Row>,
    /// When the logins of a user were ended last.
    ends: Vec<(UserId, i64)>,
    users: Vec<User>,
    sessions: Vec<Record>,
    upserts: bool,
}

struct Row {
    stored: StoredLogin,
    /// The tokens in it.
    given: Given,
    lease: Option<(String, Duration)>,
}

impl Tables {
    pub(crate) fn new(plan: &Plan) -> Self {
        let users = NAMES.iter().zip(1..);
        Self {
            users: users.map(|(name, id)| User::new(id, *name)).collect(),
            upserts: plan.upserts,
            ..Self::default()
        }
    }

    fn row(&mut self, id: &LoginId) -> Option<&mut Row> {
        self.logins
            .iter_mut()
            .find(|row| row.stored.login.id == *id)
    }

    pub(crate) fn user(&self, id: &UserId) -> Option<&User> {
        self.users.iter().find(|user| user.id == *id)
    }

    fn user_named(&self, name: &str) -> Option<&User> {
        self.users.iter().find(|user| user.username == name)
    }

    /// The logins that live, with their tokens.
    pub(crate) fn logins(&self) -> impl Iterator<Item = &StoredLogin> {
        self.logins.iter().map(|row| &row.stored)
    }

    /// The tokens of the logins that live.
    pub(crate) fn given(&self) -> impl Iterator<Item = (&LoginId, Given)> {
        let rows = self.logins.iter();
        rows.map(|row| (&row.stored.login.id, row.given))
    }

    fn clock(&self) -> i64 {
        let ends = self.ends.iter().map(|(_, ended_at)| *ended_at);
        ends.max().unwrap_or(0)
    }
}

/// Takes rows out of the table of logins.
fn delete(state: &mut State, is_meant: impl Fn(&LoginRecord) -> bool) -> Vec<LoginId> {
    let gone = state
        .tables
        .logins
        .extract_if(.., |row| is_meant(&row.stored.login));
    let gone: Vec<_> = gone.map(|row| row.stored.login.id).collect();
    for id in &gone {
        state.ledger.deleted(id, state.now);
    }
    gone
}

/// The database, as one process has it.
#[derive(Clone)]
pub(crate) struct Store(pub(crate) Wire);

type Answer<T> = Result<T, UserStoreError>;

impl Store {
    async fn ask<T: 'static>(
        &self,
        what: &'static str,
        act: impl FnOnce(&mut State) -> T + Send + 'static,
    ) -> Answer<T> {
        let answer = self.0.ask(Server::Database, what, act).await;
        answer.map_err(|Lost| UserStoreError::new(UserStoreErrorKind::Unavailable))
    }
}

#[async_trait]
impl LoginStore for Store {
    async fn now(&self) -> Answer<StoreTime> {
        self.ask("asks what time it is", |state| {
            StoreTime(state.tables.clock())
        })
        .await
    }

    async fn add(&self, login: &StoredLogin, began: StoreTime) -> Answer<bool> {
        let row = Row {
            stored: login.clone(),
            given: given_in(login),
            lease: None,
        };
        self.ask("inserts a login", move |state| {
            let proved = state.families.all()[row.given.family].proved;
            let login = &row.stored.login;
            state.ledger.inserted(login, row.given.family, proved);
            state.tables.logins.push(row);
        })
        .await?;

        let user_id = login.login.user_id.clone();
        let is_ended = self.ask("looks for ends", move |state| {
            let mut ends = state.tables.ends.iter();
            ends.any(|(user, ended_at)| *user == user_id && *ended_at > began.0)
        });
        let may_stay = match is_ended.await {
            Ok(false) => return Ok(true),
            Ok(true) => Ok(false),
            Err(error) => Err(error),
        };
        let id = login.login.id.clone();
        self.ask("takes the login back", move |state| {
            delete(state, |login| login.id == id);
        })
        .await?;
        may_stay
    }

    async fn find(&self, id: &LoginId) -> Answer<Option<LiveLogin>> {
        let (id, reads_user) = (id.clone(), self.0.world.plan.reads_user);
        self.ask("finds a login", move |state| {
            let login = state.tables.row(&id)?.stored.login.clone();
            let user = state.tables.user(&login.user_id).cloned();
            Some(LiveLogin::new(login, user.filter(|_| reads_user)))
        })
        .await
    }

    async fn read(&self, id: &LoginId) -> Answer<Option<StoredLogin>> {
        let id = id.clone();
        self.ask("reads a login", move |state| {
            Some(state.tables.row(&id)?.stored.clone())
        })
        .await
    }

    async fn touch(&self, id: &LoginId, at: OffsetDateTime) -> Answer<()> {
        let id = id.clone();
        self.ask("touches a login", move |state| {
            if let Some(row) = state.tables.row(&id) {
                row.stored.login.seen_at = at;
            }
        })
        .await
    }

    async fn prove(&self, id: &LoginId, at: OffsetDateTime, methods: &[String]) -> Answer<bool> {
        let (id, methods) = (id.clone(), methods.to_vec());
        self.ask("proves a login", move |state| {
            let Some(row) = state.tables.row(&id) else {
                return false;
            };
            row.stored.login.proved_at = at;
            row.stored.login.methods = methods;
            true
        })
        .await
    }

    async fn lease(&self, id: &LoginId, version: u64, lease: &Lease) -> Answer<bool> {
        let (id, lease) = (id.clone(), lease.clone());
        self.ask("asks for a lease", move |state| {
            let Some(row) = state.tables.row(&id) else {
                return false;
            };
            let now = state.now;
            let held = row.lease.as_ref();
            let leases =
                row.stored.login.version == version && held.is_none_or(|(_, until)| *until <= now);
            if leases {
                row.lease = Some((lease.holder, now + lease.length));
            }
            leases
        })
        .await
    }

    async fn release(&self, id: &LoginId, holder: &str) -> Answer<()> {
        let (id, holder) = (id.clone(), holder.to_owned());
        self.ask("gives a lease back", move |state| {
            if let Some(row) = state.tables.row(&id) {
                row.lease.take_if(|(current, _)| *current == holder);
            }
        })
        .await
    }

    async fn renew(&self, login: &StoredLogin) -> Answer<bool> {
        let given = given_in(login);
        let login = login.clone();
        self.ask("writes new tokens", move |state| {
            let Some(row) = state.tables.row(&login.login.id) else {
                return false;
            };
            let known = &mut row.stored;
            let is_next = known.login.version + 1 == login.login.version;
            if is_next {
                known.login.version = login.login.version;
                known.login.expires_at = login.login.expires_at;
                known.login.groups = login.login.groups;
                known.login.renewed_at = login.login.renewed_at;
                known.tokens = login.tokens;
                row.given = given;
                row.lease = None;
            }
            is_next
        })
        .await
    }

    async fn end(&self, id: &LoginId) -> Answer<Option<StoredLogin>> {
        while let Some(login) = self.read(id).await? {
            let (id, version) = (id.clone(), login.login.version);
            let deleted = self.ask("deletes a login", move |state| {
                delete(state, |login| login.id == id && login.version == version)
            });
            if !deleted.await?.is_empty() {
                return Ok(Some(login));
            }
        }
        Ok(None)
    }

    async fn end_all(
        &self,
        _: &str,
        user_id: &UserId,
        except: Option<&LoginId>,
    ) -> Answer<Vec<StoredLogin>> {
        let user = user_id.clone();
        self.ask("notes an end", move |state| {
            let ended_at = state.tables.clock() + 1;
            state.tables.ends.retain(|(other, _)| *other != user);
            state.tables.ends.push((user, ended_at));
        })
        .await?;

        let mut ended: Vec<StoredLogin> = Vec::new();
        loop {
            let (user, except) = (user_id.clone(), except.cloned());
            let found = self.ask("reads all logins", move |state| {
                let logins = state.tables.logins().filter(|stored| {
                    stored.login.user_id == user && Some(&stored.login.id) != except.as_ref()
                });
                logins.cloned().collect::<Vec<_>>()
            });
            let mut found = found.await?;
            if found.is_empty() {
                return Ok(ended);
            }
            let versions = found
                .iter()
                .map(|StoredLogin { login, .. }| (login.id.clone(), login.version));
            let versions: Vec<_> = versions.collect();
            let number = found.len();
            let deleted = self.ask("deletes logins", move |state| {
                delete(state, |login| {
                    versions.contains(&(login.id.clone(), login.version))
                })
            });
            let deleted = deleted.await?;
            ended.retain(|known| found.iter().all(|login| login.login.id != known.login.id));
            ended.append(&mut found);
            if deleted.len() == number {
                return Ok(ended);
            }
        }
    }

    async fn list(&self, _: &str, user_id: &UserId) -> Answer<Vec<LoginRecord>> {
        let user = user_id.clone();
        self.ask("lists logins", move |state| {
            let logins = state.tables.logins().map(|stored| &stored.login);
            let mut logins: Vec<_> = logins
                .filter(|login| login.user_id == user)
                .cloned()
                .collect();
            logins.sort_by_key(|login| std::cmp::Reverse(login.logged_in_at));
            logins
        })
        .await
    }

    async fn delete_older(&self, _: OffsetDateTime) -> Answer<u64> {
        Ok(0) // no schedule lasts for 30 days
    }
}

#[async_trait]
impl UserStore for Store {
    fn logins(&self) -> Option<&dyn LoginStore> {
        Some(self)
    }

    async fn check_mapping(&self, _: &AttributeMapping) -> Answer<()> {
        Ok(())
    }

    async fn find(&self, id: &UserId) -> Answer<Option<User>> {
        let id = id.clone();
        self.ask("finds a user", move |state| state.tables.user(&id).cloned())
            .await
    }

    async fn find_by_username(&self, name: &str) -> Answer<Option<User>> {
        let name = name.to_owned();
        self.ask("finds a user by name", move |state| {
            state.tables.user_named(&name).cloned()
        })
        .await
    }

    async fn list(&self, _: Option<&str>, _: u32) -> Answer<Vec<User>> {
        Ok(Vec::new())
    }

    async fn set_active(&self, id: &UserId, is_active: bool) -> Answer<bool> {
        let id = id.clone();
        self.ask("switches a user", move |state| {
            state.ledger.switched(&id, is_active);
            let user = state.tables.users.iter_mut().find(|user| user.id == id);
            user.map(|user| user.is_active = is_active).is_some()
        })
        .await
    }

    async fn sync(&self, _: &UserSync) -> Answer<Synced> {
        Ok(Synced::Unknown)
    }
}

/// The sessions, as one process has them.
#[derive(Clone)]
pub(crate) struct Sessions(pub(crate) Wire);

impl Sessions {
    async fn ask<T: 'static>(
        &self,
        what: &'static str,
        act: impl FnOnce(&mut State) -> T + Send + 'static,
    ) -> session_store::Result<T> {
        let answer = self.0.ask(Server::Database, what, act).await;
        answer.map_err(|Lost| session_store::Error::Backend("lost".to_owned()))
    }
}

#[async_trait]
impl SessionStore for Sessions {
    async fn create(&self, record: &mut Record) -> session_store::Result<()> {
        self.save_as(record, true).await
    }

    async fn save(&self, record: &Record) -> session_store::Result<()> {
        self.save_as(record, false).await
    }

    async fn load(&self, id: &Id) -> session_store::Result<Option<Record>> {
        let id = *id;
        self.ask("loads a session", move |state| {
            let mut sessions = state.tables.sessions.iter();
            sessions.find(|record| record.id == id).cloned()
        })
        .await
    }

    async fn delete(&self, id: &Id) -> session_store::Result<()> {
        let id = *id;
        self.ask("deletes a session", move |state| {
            state.tables.sessions.retain(|record| record.id != id);
        })
        .await
    }
}

impl Sessions {
    async fn save_as(&self, record: &Record, is_new: bool) -> session_store::Result<()> {
        let record = record.clone();
        self.ask("saves a session", move |state| {
            let tables = &mut state.tables;
            let known = tables
                .sessions
                .iter_mut()
                .find(|known| known.id == record.id);
            match known {
                Some(known) => *known = record,
                None if is_new || tables.upserts => tables.sessions.push(record),
                None => {}
            }
        })
        .await
    }
}

impl fmt::Debug for Sessions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sessions")
    }
}

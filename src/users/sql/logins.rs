use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use sqlx::SqlStr;
use time::OffsetDateTime;

use super::super::{
    Lease, LiveLogin, LoginId, LoginRecord, LoginStore, SessionTable, SqlSessions, StoreTime,
    StoredLogin, User, UserId, UserStoreError,
};
use super::record::{Joined, RECORD, json, read_record};
use super::rows::{Statements, UserRows};
use super::value::{Row, Value};
use super::{Sql, Wanted, schema};
use crate::clock::{Clock, SystemClock};

/// The registry of logins and the sessions in a database, for a site with a
/// [`UserStore`](super::super::UserStore) of its own. Cloning is cheap, and gives the same store.
///
/// The ready stores have one already: `SqliteUsers` and its like.
///
/// # Examples
///
/// ```
/// # #[cfg(feature = "sqlite")]
/// # async fn run() -> Result<(), axum_cognito::users::UserStoreError> {
/// use axum_cognito::users::SqlLogins;
///
/// let pool = sqlx::SqlitePool::connect("sqlite://app.db").await?; // the site's own
/// let logins = SqlLogins::from(pool); // what `UserStore::logins` returns
/// logins.migrate().await?; // creates their tables, if they are not there
/// let sessions = logins.sessions();
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct SqlLogins {
    pub(super) sql: Sql,
    /// The table of users that is read along.
    pub(super) users: Option<UserRows>,
    /// For when there is none.
    joined: Arc<Joined>,
}

impl SqlLogins {
    pub(crate) fn alone(sql: Sql) -> Self {
        Self::beside(sql, None)
    }

    pub(super) fn beside(sql: Sql, users: Option<UserRows>) -> Self {
        let joined = Joined::new(&sql, "", "");

        Self {
            sql,
            users,
            joined: Arc::new(joined),
        }
    }

    /// Creates the tables `logins`, `login_ends` and `browser_sessions`, as far as they are not
    /// there. A role that may not create tables is enough once they are.
    ///
    /// # Errors
    ///
    /// [`Schema`](super::super::UserStoreErrorKind::Schema) if one of them has other columns, or if the database
    /// cannot keep every text.
    pub async fn migrate(&self) -> Result<(), UserStoreError> {
        let table = self.users.as_ref().map(|users| &*users.table);

        schema::migrate(&self.sql, table).await
    }

    /// Returns a session store over the same database.
    pub fn sessions(&self) -> SqlSessions {
        SqlSessions {
            table: Arc::new(self.clone()),
        }
    }

    /// Runs one of the statements that read a user along. The rows are read by
    /// [`read_live`](Self::read_live).
    pub(super) async fn fetch_joined(
        &self,
        choose: impl Fn(&Joined) -> &SqlStr,
        values: &[Value<'_>],
    ) -> Result<(Option<Row>, Option<Arc<Statements>>), UserStoreError> {
        let statements = self.users.as_ref().map(UserRows::statements);
        let joined = statements.as_deref().map_or(&*self.joined, |s| &s.joined);
        let rows = self
            .sql
            .fetch_prepared(choose(joined), values, Wanted::First)
            .await?;

        Ok((rows.into_iter().next(), statements))
    }

    pub(super) fn read_live(
        id: LoginId,
        row: &mut Row,
        statements: Option<&Statements>,
    ) -> Result<Option<LiveLogin>, UserStoreError> {
        let Some(login) = read_record(id, row)? else {
            return Ok(None);
        };
        let user: Option<User> = match statements {
            Some(statements) => statements.read(row)?,
            None => None,
        };
        Ok(Some(LiveLogin::new(login, user)))
    }

    /// Reads logins with their tokens.
    async fn stored(
        &self,
        condition: &str,
        values: &[Value<'_>],
    ) -> Result<Vec<StoredLogin>, UserStoreError> {
        let sql = format!("select l.id, {RECORD}, l.tokens from logins l where {condition}");
        let rows = self.sql.fetch(sql, values).await?;

        rows.into_iter()
            .filter_map(|mut row| {
                let login = read_listed(&mut row).transpose()?;
                Some(login.and_then(|login| Ok(StoredLogin::new(login, row.optional_bytes()?))))
            })
            .collect()
    }

    /// Changes one login. Returns `false` if it is over, or not as the statement wants it.
    async fn change(&self, sql: &str, values: &[Value<'_>]) -> Result<bool, UserStoreError> {
        Ok(self.sql.execute(sql, values).await? > 0)
    }
}

#[async_trait]
impl LoginStore for SqlLogins {
    /// A clock that counts the ends of logins: nobody can set it back, and no two of its times are
    /// too close to tell apart.
    async fn now(&self) -> Result<StoreTime, UserStoreError> {
        let sql = "select max(ended_at) from login_ends";
        let rows = self.sql.fetch(sql, &[]).await?;
        let now = rows.into_iter().next().map(|mut row| row.optional_number());

        Ok(StoreTime(now.transpose()?.flatten().unwrap_or(0)))
    }

    /// The login can be found before it is known whether it may stay. Nobody has its id yet.
    ///
    /// `end_all` writes down the end, and then deletes. So either the end is seen here, or the
    /// login is seen there.
    async fn add(&self, login: &StoredLogin, began: StoreTime) -> Result<bool, UserStoreError> {
        let StoredLogin {
            login,
            tokens,
            second_key,
        } = login;
        let user_id = login.user_id.to_string();
        let second_key = second_key.as_ref().unwrap_or(&login.user_id).to_string();
        let groups = json(&login.groups)?;
        let methods = json(&login.methods)?;
        let user_agent = login.user_agent.replace('\0', "");
        let provider = login.provider.as_ref().map(|name| name.replace('\0', ""));
        let expires_at = login.expires_at.map(OffsetDateTime::unix_timestamp);
        let table = self.users.as_ref().map(|users| users.table.name.as_str());
        let number = table.and_then(|_| login.user_id.as_number());
        let values = [
            login.id.as_str().into(),
            (&login.backend).into(),
            (&user_id).into(),
            table.into(),
            number.into(),
            version(login.version).into(),
            expires_at.into(),
            (&groups).into(),
            (&user_agent).into(),
            login.logged_in_at.unix_timestamp().into(),
            login.renewed_at.unix_timestamp().into(),
            login.seen_at.unix_timestamp().into(),
            login.proved_at.unix_timestamp().into(),
            (&methods).into(),
            provider.as_deref().into(),
            tokens.as_deref().into(),
        ];
        let sql = "insert into logins (id, backend, user_id, user_table, user_number, version, \
                   expires_at, group_names, user_agent, logged_in_at, renewed_at, seen_at, \
                   proved_at, methods, provider, tokens) \
                   values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
        self.sql.execute(sql, &values).await?;

        let sql = "select ended_at from login_ends \
                   where backend = ? and user_id in (?, ?) and (ended_at > ? or noted_at > ?)";
        let proved_at = login.provider.as_ref().map(|_| login.proved_at);
        let values = [
            (&login.backend).into(),
            (&user_id).into(),
            (&second_key).into(),
            began.0.into(),
            proved_at
                .map_or(i64::MAX, OffsetDateTime::unix_timestamp)
                .into(),
        ];
        let may_stay = match self.sql.fetch(sql, &values).await {
            Ok(ends) if ends.is_empty() => return Ok(true),
            Ok(_) => Ok(false),
            Err(error) => Err(error),
        };
        let sql = "delete from logins where id = ?";
        self.sql.execute(sql, &[login.id.as_str().into()]).await?;
        may_stay
    }

    async fn find(&self, id: &LoginId) -> Result<Option<LiveLogin>, UserStoreError> {
        let values = [id.as_str().into()];
        let (row, statements) = self.fetch_joined(|joined| &joined.find, &values).await?;

        match row {
            Some(mut row) => Self::read_live(id.clone(), &mut row, statements.as_deref()),
            None => Ok(None),
        }
    }

    async fn read(&self, id: &LoginId) -> Result<Option<StoredLogin>, UserStoreError> {
        let logins = self.stored("l.id = ?", &[id.as_str().into()]).await?;

        Ok(logins.into_iter().next())
    }

    async fn touch(&self, id: &LoginId, at: OffsetDateTime) -> Result<(), UserStoreError> {
        let sql = "update logins set seen_at = ? where id = ?";
        self.change(sql, &[at.unix_timestamp().into(), id.as_str().into()])
            .await?;
        Ok(())
    }

    async fn prove(
        &self,
        id: &LoginId,
        at: OffsetDateTime,
        methods: &[String],
    ) -> Result<bool, UserStoreError> {
        let sql = "update logins set proved_at = ?, methods = ? where id = ?";
        let methods = json(methods)?;
        let values = [
            at.unix_timestamp().into(),
            (&methods).into(),
            id.as_str().into(),
        ];

        self.change(sql, &values).await
    }

    async fn lease(
        &self,
        id: &LoginId,
        version: u64,
        lease: &Lease,
    ) -> Result<bool, UserStoreError> {
        let now = format!("{} * 1000", self.sql.dialect.clock());
        let sql = format!(
            "update logins set lease = ?, leased_until = {now} + ? \
             where id = ? and version = ? and (lease is null or leased_until <= {now})"
        );
        let length = i64::try_from(lease.length.as_millis()).unwrap_or(i64::MAX);
        let values = [
            (&lease.holder).into(),
            length.into(),
            id.as_str().into(),
            self::version(version).into(),
        ];

        self.change(&sql, &values).await
    }

    async fn release(&self, id: &LoginId, holder: &str) -> Result<(), UserStoreError> {
        let sql = "update logins set lease = null, leased_until = null where id = ? and lease = ?";
        self.change(sql, &[id.as_str().into(), holder.into()])
            .await?;
        Ok(())
    }

    async fn renew(&self, login: &StoredLogin) -> Result<bool, UserStoreError> {
        let StoredLogin { login, tokens, .. } = login;
        let sql = "update logins set version = ?, tokens = ?, expires_at = ?, group_names = ?, \
                   renewed_at = ?, lease = null, leased_until = null \
                   where id = ? and version = ?";
        let version = version(login.version);
        let groups = json(&login.groups)?;
        let expires_at = login.expires_at.map(OffsetDateTime::unix_timestamp);
        let values = [
            version.into(),
            tokens.as_deref().into(),
            expires_at.into(),
            (&groups).into(),
            login.renewed_at.unix_timestamp().into(),
            login.id.as_str().into(),
            (version - 1).into(),
        ];

        self.change(sql, &values).await
    }

    async fn end(&self, id: &LoginId) -> Result<Option<StoredLogin>, UserStoreError> {
        // Of the version that was read, so that no tokens are lost which a renewal writes meanwhile.
        while let Some(login) = self.read(id).await? {
            let sql = "delete from logins where id = ? and version = ?";
            let values = [id.as_str().into(), version(login.login.version).into()];
            if self.change(sql, &values).await? {
                return Ok(Some(login));
            }
        }
        Ok(None)
    }

    async fn end_all(
        &self,
        backend: &str,
        user_id: &UserId,
        except: Option<&LoginId>,
    ) -> Result<Vec<StoredLogin>, UserStoreError> {
        let user_id = user_id.to_string();
        let dialect = &self.sql.dialect;
        let sql = format!(
            "insert into login_ends (backend, user_id, ended_at, noted_at) \
             select ?, ?, coalesce(max(e.ended_at), 0) + 1, {} from login_ends e where true {}",
            dialect.clock(),
            dialect.replaces(),
        );
        let user = [backend.into(), (&user_id).into()];
        self.sql.execute(sql, &user).await?;

        let mut ended: Vec<StoredLogin> = Vec::new();
        loop {
            let mut found = self
                .stored("l.backend = ? and l.user_id = ?", &user)
                .await?;
            found.retain(|login| Some(&login.login.id) != except);
            let number = found.len() as u64;
            if number == 0 {
                return Ok(ended);
            }

            // Of the versions that were read, as in `end`.
            let those = vec!["(id = ? and version = ?)"; found.len()].join(" or ");
            let values: Vec<Value<'_>> = found
                .iter()
                .flat_map(|StoredLogin { login, .. }| {
                    [login.id.as_str().into(), version(login.version).into()]
                })
                .collect();
            let sql = format!("delete from logins where {those}");
            let deleted = self.sql.execute(sql, &values).await?;
            ended.retain(|known| found.iter().all(|login| login.login.id != known.login.id));
            ended.append(&mut found);
            if deleted == number {
                return Ok(ended);
            }
        }
    }

    async fn list(
        &self,
        backend: &str,
        user_id: &UserId,
    ) -> Result<Vec<LoginRecord>, UserStoreError> {
        let user_id = user_id.to_string();
        let sql = format!(
            "select l.id, {RECORD} from logins l where l.backend = ? and l.user_id = ? \
             order by l.logged_in_at desc, l.id"
        );
        let rows = self
            .sql
            .fetch(sql, &[backend.into(), (&user_id).into()])
            .await?;

        rows.into_iter()
            .filter_map(|mut row| read_listed(&mut row).transpose())
            .collect()
    }

    async fn surplus(
        &self,
        backend: &str,
        user_id: &UserId,
        kept: usize,
    ) -> Result<Vec<LoginId>, UserStoreError> {
        let user_id = user_id.to_string();
        // Databases that know an offset without a limit do not agree on how to say so.
        let sql = "select id from logins where backend = ? and user_id = ? \
                   order by logged_in_at desc, id limit 9223372036854775807 offset ?";
        let kept = i64::try_from(kept).unwrap_or(i64::MAX);
        let values = [backend.into(), (&user_id).into(), kept.into()];
        let rows = self.sql.fetch(sql, &values).await?;

        rows.into_iter()
            .map(|mut row| Ok(row.text()?.into()))
            .collect()
    }

    /// Forgets ends of a day ago as well, when every login that had begun is added, but for the
    /// last one, which is what the clock shows.
    async fn delete_older(&self, before: OffsetDateTime) -> Result<u64, UserStoreError> {
        let now = self.now().await?;
        let sql = format!(
            "delete from login_ends where noted_at < {} - 86400 and ended_at < ?",
            self.sql.dialect.clock()
        );
        self.sql.execute(sql, &[now.0.into()]).await?;
        // Sessions expire by the system's clock, as tower-sessions has it.
        self.delete_expired(SystemClock.now()).await?;

        let sql = "delete from logins where logged_in_at < ?";
        self.sql
            .execute(sql, &[before.unix_timestamp().into()])
            .await
    }
}

impl fmt::Debug for SqlLogins {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqlLogins").finish_non_exhaustive()
    }
}

/// Reads a login with its id before it.
fn read_listed(row: &mut Row) -> Result<Option<LoginRecord>, UserStoreError> {
    let id = row.text()?.into();

    read_record(id, row)
}

/// The version as databases keep it.
fn version(version: u64) -> i64 {
    i64::try_from(version).unwrap_or(i64::MAX)
}

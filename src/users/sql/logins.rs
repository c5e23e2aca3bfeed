//! The registry of logins in a database.
//!
//! Each store gets it by the macro: the three differ in how they number parameters, and in the
//! types that sqlx binds and reads them by.

use time::OffsetDateTime;

use tracing::warn;

use super::super::{LoginRecord, UserStoreError, UserStoreErrorKind};
use crate::seal::SealingKeys;
use crate::token::Tokens;

/// What `read_record` reads, by position.
pub(crate) const RECORD: &str = "id, user_id, backend, version, tokens, group_names, user_agent, \
                                 logged_in_at, renewed_at, seen_at";

/// The columns of a row, before they are read.
pub(crate) struct Columns {
    pub(crate) id: String,
    pub(crate) user_id: i64,
    pub(crate) backend: String,
    pub(crate) version: i64,
    pub(crate) tokens: Option<String>,
    pub(crate) group_names: String,
    pub(crate) user_agent: String,
    pub(crate) logged_in_at: i64,
    pub(crate) renewed_at: i64,
    pub(crate) seen_at: Option<i64>,
}

impl Columns {
    pub(crate) fn of(
        login: &LoginRecord,
        keys: Option<&SealingKeys>,
    ) -> Result<Self, UserStoreError> {
        let user_id = login.user_id.to_string();
        let write = |tokens: &Tokens| write_tokens(tokens, keys, &place(&login.id, &user_id));
        let tokens = login.tokens.as_ref().map(write).transpose();

        Ok(Self {
            id: login.id.clone(),
            user_id: login.user_id,
            backend: login.backend.clone(),
            version: version(login.version),
            tokens: tokens.map_err(unreadable)?,
            group_names: serde_json::to_string(&login.groups).map_err(unreadable)?,
            user_agent: login.user_agent.clone(),
            logged_in_at: login.logged_in_at.unix_timestamp(),
            renewed_at: login.renewed_at.unix_timestamp(),
            seen_at: Some(login.seen_at.unix_timestamp()),
        })
    }

    pub(crate) fn into_record(
        self,
        keys: Option<&SealingKeys>,
    ) -> Result<LoginRecord, UserStoreError> {
        let user_id = self.user_id.to_string();
        let read = |text: &String| read_tokens(text, keys, &place(&self.id, &user_id));

        Ok(LoginRecord {
            tokens: self.tokens.as_ref().and_then(read),
            groups: serde_json::from_str(&self.group_names).map_err(unreadable)?,
            version: self.version.unsigned_abs(),
            user_agent: self.user_agent,
            renewed_at: time(self.renewed_at)?,
            seen_at: time(self.seen_at.unwrap_or(self.renewed_at))?,
            ..LoginRecord::new(
                self.id,
                self.user_id,
                self.backend,
                time(self.logged_in_at)?,
            )
        })
    }
}

/// Where the tokens of a login are kept: those of another one do not open there.
fn place<'a>(id: &'a str, user_id: &'a str) -> [&'a str; 3] {
    ["login", id, user_id]
}

fn write_tokens(
    tokens: &Tokens,
    keys: Option<&SealingKeys>,
    place: &[&str],
) -> Result<String, serde_json::Error> {
    let json = serde_json::to_string(tokens)?;

    Ok(match keys {
        Some(keys) => keys.seal(place, json.as_bytes()),
        None => json,
    })
}

/// Tokens that cannot be read, be it that the keys have changed, are as good as none: a login that
/// had some ends, and can still be listed and ended.
fn read_tokens(text: &str, keys: Option<&SealingKeys>, place: &[&str]) -> Option<Tokens> {
    let tokens = match keys {
        Some(keys) => keys
            .open(place, text)
            .and_then(|json| serde_json::from_slice(&json).ok()),
        None => serde_json::from_str(text).ok(),
    };
    if tokens.is_none() {
        warn!("the tokens of a login cannot be read: it ends when they are needed");
    }
    tokens
}

/// A time as databases keep it: whole seconds since 1970.
pub(crate) fn time(at: i64) -> Result<OffsetDateTime, UserStoreError> {
    OffsetDateTime::from_unix_timestamp(at).map_err(unreadable)
}

/// The version as databases keep it.
pub(crate) fn version(version: u64) -> i64 {
    i64::try_from(version).unwrap_or(i64::MAX)
}

/// The cause is left out: it can quote the value.
fn unreadable<E>(_: E) -> UserStoreError {
    UserStoreError::new(UserStoreErrorKind::Other)
        .with_message("a row of the table `logins` is not one that this library has written")
}

/// Writes `?` as the database numbers its parameters.
#[cfg_attr(not(feature = "postgres"), expect(dead_code))]
pub(crate) fn numbered(sql: &str) -> String {
    let mut parts = sql.split('?');
    let mut numbered = parts.next().unwrap_or_default().to_owned();
    for (index, part) in parts.enumerate() {
        numbered += &format!("${}{part}", index + 1);
    }
    numbered
}

/// Makes a store of users a registry of logins.
macro_rules! sql_logins {
    ($users:ty, $row:ty, $numbered:expr) => {
        fn columns(row: &$row) -> Result<$crate::users::sql::Columns, sqlx::Error> {
            use sqlx::Row;

            // Unchecked: in MySQL, a text of a binary collation passes for bytes.
            Ok($crate::users::sql::Columns {
                id: row.try_get_unchecked(0)?,
                user_id: row.try_get(1)?,
                backend: row.try_get_unchecked(2)?,
                version: row.try_get(3)?,
                tokens: row.try_get_unchecked(4)?,
                group_names: row.try_get_unchecked(5)?,
                user_agent: row.try_get_unchecked(6)?,
                logged_in_at: row.try_get(7)?,
                renewed_at: row.try_get(8)?,
                seen_at: row.try_get(9)?,
            })
        }

        impl $users {
            /// Encrypts the tokens of logins before they are written, each for its own row.
            ///
            /// Tokens that cannot be opened end their login: so all users log in again when this is
            /// switched on. Give the sessions the same keys, by a
            /// [`SealedStore`](crate::web::SealedStore).
            #[must_use]
            pub fn with_sealing_keys(mut self, keys: $crate::seal::SealingKeys) -> Self {
                self.store.sealing_keys = Some(keys);
                self
            }

            fn record(&self, row: &$row) -> Result<LoginRecord, UserStoreError> {
                columns(row)?.into_record(self.store.sealing_keys.as_ref())
            }

            fn columns_of(&self, login: &LoginRecord) -> Result<Columns, UserStoreError> {
                Columns::of(login, self.store.sealing_keys.as_ref())
            }
        }

        #[async_trait]
        impl LoginStore for $users {
            async fn add(&self, login: &LoginRecord) -> Result<(), UserStoreError> {
                let columns = self.columns_of(login)?;
                let sql =
                    format!("insert into logins ({RECORD}) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
                sqlx::query(&$numbered(&sql))
                    .bind(columns.id)
                    .bind(columns.user_id)
                    .bind(columns.backend)
                    .bind(columns.version)
                    .bind(columns.tokens)
                    .bind(columns.group_names)
                    .bind(columns.user_agent)
                    .bind(columns.logged_in_at)
                    .bind(columns.renewed_at)
                    .bind(columns.seen_at)
                    .execute(self.pool())
                    .await?;
                Ok(())
            }

            async fn find_live(&self, id: &str) -> Result<Option<LiveLogin>, UserStoreError> {
                use sqlx::Row;

                let statements = self.store.statements();
                let row = sqlx::query(&statements.find_live)
                    .bind(id)
                    .fetch_optional(self.pool())
                    .await?;

                row.map(|row| {
                    let version: i64 = row.try_get(row.len() - 2)?;
                    let seen_at: i64 = row.try_get(row.len() - 1)?;
                    let user = $crate::users::sql::read(&row, &statements.columns)?;
                    Ok(LiveLogin::new(
                        user,
                        version.unsigned_abs(),
                        $crate::users::sql::time(seen_at)?,
                    ))
                })
                .transpose()
            }

            async fn touch(&self, id: &str, at: OffsetDateTime) -> Result<(), UserStoreError> {
                let sql = "update logins set seen_at = ? where id = ?";
                sqlx::query(&$numbered(sql))
                    .bind(at.unix_timestamp())
                    .bind(id)
                    .execute(self.pool())
                    .await?;
                Ok(())
            }

            async fn read(&self, id: &str) -> Result<Option<LoginRecord>, UserStoreError> {
                let sql = format!("select {RECORD} from logins where id = ?");
                let row = sqlx::query(&$numbered(&sql))
                    .bind(id)
                    .fetch_optional(self.pool())
                    .await?;
                row.as_ref().map(|row| self.record(row)).transpose()
            }

            async fn lease(
                &self,
                id: &str,
                version: u64,
                lease: &Lease,
            ) -> Result<bool, UserStoreError> {
                let sql = "
                    update logins
                    set lease = ?, leased_until = ?
                    where id = ? and version = ? and (lease is null or leased_until < ?)
                ";
                let leased = sqlx::query(&$numbered(sql))
                    .bind(&lease.holder)
                    .bind(lease.until.unix_timestamp())
                    .bind(id)
                    .bind($crate::users::sql::version(version))
                    .bind(lease.now.unix_timestamp())
                    .execute(self.pool())
                    .await?;
                Ok(leased.rows_affected() == 1)
            }

            async fn release(&self, id: &str, holder: &str) -> Result<(), UserStoreError> {
                let sql = "
                    update logins
                    set lease = null, leased_until = null
                    where id = ? and lease = ?
                ";
                sqlx::query(&$numbered(sql))
                    .bind(id)
                    .bind(holder)
                    .execute(self.pool())
                    .await?;
                Ok(())
            }

            async fn renew(&self, login: &LoginRecord) -> Result<bool, UserStoreError> {
                let columns = self.columns_of(login)?;
                let sql = "
                    update logins
                    set version = ?, tokens = ?, group_names = ?, renewed_at = ?,
                        lease = null, leased_until = null
                    where id = ? and version = ?
                ";
                let renewed = sqlx::query(&$numbered(sql))
                    .bind(columns.version)
                    .bind(columns.tokens)
                    .bind(columns.group_names)
                    .bind(columns.renewed_at)
                    .bind(columns.id)
                    .bind(columns.version - 1)
                    .execute(self.pool())
                    .await?;
                Ok(renewed.rows_affected() == 1)
            }

            async fn end(&self, id: &str) -> Result<Option<LoginRecord>, UserStoreError> {
                let ended = LoginStore::read(self, id).await?;
                let deleted = sqlx::query(&$numbered("delete from logins where id = ?"))
                    .bind(id)
                    .execute(self.pool())
                    .await?;
                Ok(ended.filter(|_| deleted.rows_affected() == 1))
            }

            async fn end_all(&self, user_id: i64) -> Result<Vec<LoginRecord>, UserStoreError> {
                let ended = LoginStore::list(self, user_id).await?;
                sqlx::query(&$numbered("delete from logins where user_id = ?"))
                    .bind(user_id)
                    .execute(self.pool())
                    .await?;
                Ok(ended)
            }

            async fn list(&self, user_id: i64) -> Result<Vec<LoginRecord>, UserStoreError> {
                let sql = format!(
                    "select {RECORD} from logins where user_id = ? order by logged_in_at desc, id"
                );
                let rows = sqlx::query(&$numbered(&sql))
                    .bind(user_id)
                    .fetch_all(self.pool())
                    .await?;
                rows.iter().map(|row| self.record(row)).collect()
            }

            async fn delete_older(&self, before: OffsetDateTime) -> Result<u64, UserStoreError> {
                let sql = "delete from logins where logged_in_at < ?";
                let deleted = sqlx::query(&$numbered(sql))
                    .bind(before.unix_timestamp())
                    .execute(self.pool())
                    .await?;
                Ok(deleted.rows_affected())
            }
        }
    };
}

pub(crate) use sql_logins;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_parameters() {
        assert_eq!(numbered("a = ? and b = ?"), "a = $1 and b = $2");
        assert_eq!(numbered("none"), "none");
    }
}

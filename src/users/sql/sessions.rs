use async_trait::async_trait;
use time::OffsetDateTime;

use super::super::{
    LiveLogin, LoginId, SessionTable, StoredSession, UserStoreError, UserStoreErrorKind,
};
use super::logins::SqlLogins;
use super::time;

#[async_trait]
impl SessionTable for SqlLogins {
    async fn create(&self, key: &str, session: &StoredSession) -> Result<bool, UserStoreError> {
        let sql =
            "insert into browser_sessions (data, login_id, expires_at, id) values (?, ?, ?, ?)";
        match write(self, sql, key, session).await {
            Err(error) if error.kind() == UserStoreErrorKind::Conflict => Ok(false),
            created => created,
        }
    }

    async fn save(&self, key: &str, session: &StoredSession) -> Result<bool, UserStoreError> {
        let sql = "update browser_sessions set data = ?, login_id = ?, expires_at = ? where id = ?";

        write(self, sql, key, session).await
    }

    async fn load(
        &self,
        key: &str,
        now: OffsetDateTime,
    ) -> Result<Option<(StoredSession, Option<LiveLogin>)>, UserStoreError> {
        let values = [key.into(), now.unix_timestamp().into()];
        let (row, statements) = self.fetch_joined(|joined| &joined.load, &values).await?;
        let Some(mut row) = row else {
            return Ok(None);
        };

        let session = StoredSession {
            data: row.text()?,
            expires_at: time(row.number()?)?,
            login_id: row.optional_text()?.map(LoginId::from),
        };
        let login = match session.login_id.clone() {
            Some(id) => Self::read_live(id, &mut row, statements.as_deref())?,
            None => None,
        };
        Ok(Some((session, login)))
    }

    async fn delete(&self, key: &str) -> Result<(), UserStoreError> {
        let sql = "delete from browser_sessions where id = ?";
        self.sql.execute(sql, &[key.into()]).await?;
        Ok(())
    }

    async fn delete_expired(&self, now: OffsetDateTime) -> Result<u64, UserStoreError> {
        let sql = "delete from browser_sessions where expires_at <= ?";

        self.sql.execute(sql, &[now.unix_timestamp().into()]).await
    }
}

/// Runs a statement with the columns of a session, the key last.
async fn write(
    logins: &SqlLogins,
    sql: &str,
    key: &str,
    session: &StoredSession,
) -> Result<bool, UserStoreError> {
    let values = [
        session.data.as_str().into(),
        session.login_id.as_ref().map(LoginId::as_str).into(),
        session.expires_at.unix_timestamp().into(),
        key.into(),
    ];

    Ok(logins.sql.execute(sql, &values).await? > 0)
}

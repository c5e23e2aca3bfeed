//! Sessions in the users' database, as a store of tower-sessions.

use std::collections::HashMap;

use async_trait::async_trait;
use serde_json::Value;
use tower_sessions::SessionStore;
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::{Error, Result};

use super::along;
use super::protected::LOGIN;
use crate::clock::{Clock, SystemClock};
use crate::users::{LoginId, SqlSessions, StoredSession, UserStoreError};
use crate::web::login::login_of;

#[async_trait]
impl SessionStore for SqlSessions {
    async fn create(&self, record: &mut Record) -> Result<()> {
        loop {
            let session = stored(record)?;
            let key = record.id.to_string();
            if self
                .table
                .create(&key, &session)
                .await
                .map_err(|error| failed(&error))?
            {
                return Ok(());
            }
            record.id = Id::default();
        }
    }

    /// A session that was deleted meanwhile stays deleted.
    async fn save(&self, record: &Record) -> Result<()> {
        let session = stored(record)?;
        let key = record.id.to_string();
        let saved = self.table.save(&key, &session).await;
        saved.map(drop).map_err(|error| failed(&error))
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        // tower-sessions sets expiries by the system's clock.
        let now = SystemClock.now();
        let found = self.table.load(&id.to_string(), now).await;
        let Some((session, login)) = found.map_err(|error| failed(&error))? else {
            return Ok(None);
        };

        if let Some(login) = login {
            along::tell_login(login);
        }
        let data = serde_json::from_str(&session.data)
            .map_err(|error| Error::Decode(error.to_string()))?;
        Ok(Some(Record {
            id: *id,
            data,
            expiry_date: session.expires_at,
        }))
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        self.table
            .delete(&id.to_string())
            .await
            .map_err(|error| failed(&error))
    }
}

fn stored(record: &Record) -> Result<StoredSession> {
    Ok(StoredSession {
        data: serde_json::to_string(&record.data)
            .map_err(|_| Error::Encode("a session is no JSON".to_owned()))?,
        login_id: login_id(&record.data),
        expires_at: record.expiry_date,
    })
}

/// Returns the login of a session, encrypted or not.
fn login_id(data: &HashMap<String, Value>) -> Option<LoginId> {
    let beside = || data.get(LOGIN)?.as_str().map(LoginId::from);
    login_of(data).or_else(beside)
}

fn failed(error: &UserStoreError) -> Error {
    Error::Backend(error.to_string())
}

//! What the browser's session has of a login, and under which keys.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use time::OffsetDateTime;
use tower_sessions::Session;
use tower_sessions::session::Error as SessionError;

use super::devices::KeptDevices;
use super::value::read;
use crate::challenge::ChallengeRecord;
use crate::token::Tokens;
use crate::users::{LoginId, LoginRecord, StoreTime};

/// The login of a session: which backend, and which login. The registry has all the rest.
///
/// It is kept as one text: each request copies it, and a map of JSON values has room for eleven.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(try_from = "String", into = "String")]
pub(in crate::web) struct KeptLogin {
    pub(in crate::web) backend: String,
    pub(in crate::web) id: LoginId,
}

impl KeptLogin {
    const KEY: &'static str = "axum_cognito.login";

    pub(in crate::web) async fn read(session: &Session) -> Result<Option<Self>, SessionError> {
        read(session, Self::KEY).await
    }

    pub(in crate::web) async fn write(&self, session: &Session) -> Result<(), SessionError> {
        session.insert(Self::KEY, self).await
    }
}

/// Ends the id of a login, which is in Base64.
const SEPARATOR: char = ' ';

impl TryFrom<String> for KeptLogin {
    type Error = &'static str;

    fn try_from(mut kept: String) -> Result<Self, Self::Error> {
        let (id, _) = kept
            .split_once(SEPARATOR)
            .ok_or("not an id and a backend")?;
        let id = LoginId::from(id);
        kept.drain(..=id.as_str().len());

        Ok(Self { backend: kept, id })
    }
}

impl From<KeptLogin> for String {
    fn from(kept: KeptLogin) -> Self {
        format!("{}{SEPARATOR}{}", kept.id, kept.backend)
    }
}

impl From<&LoginRecord> for KeptLogin {
    fn from(login: &LoginRecord) -> Self {
        Self {
            backend: login.backend.clone(),
            id: login.id.clone(),
        }
    }
}

/// Returns the id of the login that is in this session's data.
pub(in crate::web) fn login_of(data: &HashMap<String, Value>) -> Option<LoginId> {
    let kept = data.get(KeptLogin::KEY)?.as_str()?;
    kept.split_once(SEPARATOR).map(|(id, _)| id.into())
}

/// What the keys of this library begin with, in a session.
const OURS: &str = "axum_cognito.";

/// Whether there is nothing in a session's data but what strangers leave behind on their way: no
/// login, no device, and nothing of the site's own.
pub(in crate::web) fn is_on_the_way(data: &HashMap<String, Value>) -> bool {
    let stays = [KeptLogin::KEY, KeptDevices::KEY];
    data.keys()
        .all(|key| key.starts_with(OURS) && !stays.contains(&key.as_str()))
}

/// A challenge that waits for its answer, and the login that it belongs to.
#[derive(Clone, Deserialize, Serialize)]
pub(in crate::web) struct KeptChallenge {
    /// Distinguishes it from the challenges of other attempts and other tabs.
    pub(in crate::web) id: String,
    pub(in crate::web) backend: String,
    pub(in crate::web) record: ChallengeRecord,
    /// The name that the user typed to log in.
    pub(in crate::web) typed: String,
    /// What the user has proved so far.
    #[serde(default)]
    pub(in crate::web) methods: Vec<String>,
    /// When the attempt began, by the clock of the backend's registry.
    pub(in crate::web) began: i64,
    #[serde(with = "time::serde::timestamp")]
    pub(in crate::web) expires_at: OffsetDateTime,
}

impl KeptChallenge {
    const KEY: &'static str = "axum_cognito.challenge";

    pub(in crate::web) fn began(&self) -> StoreTime {
        StoreTime(self.began)
    }

    pub(in crate::web) async fn read(session: &Session) -> Result<Option<Self>, SessionError> {
        read(session, Self::KEY).await
    }

    pub(in crate::web) async fn write(&self, session: &Session) -> Result<(), SessionError> {
        session.insert(Self::KEY, self).await
    }

    pub(in crate::web) async fn remove(session: &Session) -> Result<(), SessionError> {
        session.remove_value(Self::KEY).await.map(drop)
    }
}

/// The name of an account whose password was reset in this browser, and whose old logins are to end
/// still.
pub(in crate::web) struct KeptReset;

impl KeptReset {
    const KEY: &'static str = "axum_cognito.reset";

    /// Whether it was the account that somebody has logged in to by this name.
    pub(in crate::web) async fn is_of(
        typed: &str,
        session: &Session,
    ) -> Result<bool, SessionError> {
        let kept: Option<String> = read(session, Self::KEY).await?;
        Ok(kept.is_some_and(|kept| kept.to_lowercase() == typed.to_lowercase()))
    }

    #[cfg(feature = "pages")]
    pub(in crate::web) async fn write(typed: &str, session: &Session) -> Result<(), SessionError> {
        session.insert(Self::KEY, typed).await
    }

    pub(in crate::web) async fn remove(session: &Session) -> Result<(), SessionError> {
        session.remove_value(Self::KEY).await.map(drop)
    }
}

/// A copy of the tokens for code that reads the tower `Session` alone, under the names that Warrant
/// gave them. It is written, and never read.
pub(in crate::web) struct TokenCopy;

impl TokenCopy {
    const VERSION_KEY: &'static str = "axum_cognito.tokens";

    /// Whether the copy is that of this version of the login.
    pub(in crate::web) async fn is_current(
        session: &Session,
        login: &LoginRecord,
    ) -> Result<bool, SessionError> {
        let version: Option<(LoginId, u64)> = read(session, Self::VERSION_KEY).await?;
        Ok(version.is_some_and(|(id, version)| id == login.id && version == login.version))
    }

    pub(in crate::web) async fn write(
        session: &Session,
        login: &LoginRecord,
        tokens: Option<&Tokens>,
    ) -> Result<(), SessionError> {
        let version = (&login.id, login.version);
        session.insert(Self::VERSION_KEY, version).await?;
        let Some(tokens) = tokens else {
            return Ok(());
        };

        session.insert("ID_TOKEN", tokens.id.expose()).await?;
        session
            .insert("ACCESS_TOKEN", tokens.access.expose())
            .await?;
        if let Some(refresh) = &tokens.refresh {
            session.insert("REFRESH_TOKEN", refresh.expose()).await?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_is_read_as_it_was_written() {
        for backend in ["cognito", "eu-west-1_Ab12", "two words ", ""] {
            let kept = KeptLogin {
                backend: backend.to_owned(),
                id: "AAAA-_".into(),
            };
            let text = String::from(kept.clone());
            assert_eq!(KeptLogin::try_from(text.clone()), Ok(kept));

            let data = HashMap::from([(KeptLogin::KEY.to_owned(), text.into())]);
            assert_eq!(login_of(&data), Some("AAAA-_".into()));
        }
        KeptLogin::try_from("AAAA-_".to_owned()).expect_err("an id alone");
    }
}

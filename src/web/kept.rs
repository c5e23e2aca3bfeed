//! What is kept in the browser's session, and under which keys.

use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize, Serializer};
use time::OffsetDateTime;
use tower_sessions::Session;
use tower_sessions::session::Error as SessionError;
use tower_sessions::session_store::Error as StoreError;
use tracing::warn;

use super::devices::KeptDevices;
use crate::challenge::ChallengeRecord;
use crate::token::Tokens;

/// The login of this session.
///
/// The three tokens are in the registry of logins. Where there is none, or as long as it cannot be
/// written, they are beside the login under a key of their own: most requests ask only who is there,
/// and what they read is copied for each of them. For that reason the login is a list, too.
#[derive(Clone, Deserialize)]
pub(super) struct KeptLogin {
    /// Tells this login from all others, of the same user too.
    pub(super) id: String,
    /// Counts the refreshes.
    pub(super) version: u64,
    pub(super) backend: String,
    pub(super) user_id: i64,
    pub(super) groups: Vec<String>,
    /// When the tokens run out, if there are any.
    #[serde(with = "time::serde::timestamp::option")]
    pub(super) expires_at: Option<OffsetDateTime>,
    #[serde(with = "time::serde::timestamp")]
    pub(super) logged_in_at: OffsetDateTime,
    /// When it was used last, to the minute, where no registry of logins knows.
    #[serde(default, with = "time::serde::timestamp::option")]
    pub(super) seen_at: Option<OffsetDateTime>,
    /// The tokens, where somebody has asked for them: see `Site::with_tokens`.
    #[serde(skip)]
    pub(super) tokens: Option<Tokens>,
    /// Whether the registry has these tokens, so that the session need not.
    #[serde(skip)]
    pub(super) is_registered: bool,
}

impl Serialize for KeptLogin {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let seconds = |at: Option<OffsetDateTime>| at.map(OffsetDateTime::unix_timestamp);

        (
            &self.id,
            self.version,
            &self.backend,
            self.user_id,
            &self.groups,
            seconds(self.expires_at),
            self.logged_in_at.unix_timestamp(),
            seconds(self.seen_at),
        )
            .serialize(serializer)
    }
}

impl KeptLogin {
    const KEY: &'static str = "axum_cognito.login";
    const TOKENS_KEY: &'static str = "axum_cognito.tokens";

    /// Reads the login, without its tokens.
    pub(super) async fn read(session: &Session) -> Result<Option<Self>, SessionError> {
        read(session, Self::KEY).await
    }

    /// Reads the login, with its tokens if they are in the session.
    pub(super) async fn read_whole(session: &Session) -> Result<Option<Self>, SessionError> {
        let Some(login) = Self::read(session).await? else {
            return Ok(None);
        };

        let tokens = Self::read_tokens(session).await?;
        Ok(Some(Self { tokens, ..login }))
    }

    /// Reads the tokens, if they are in the session.
    pub(super) async fn read_tokens(session: &Session) -> Result<Option<Tokens>, SessionError> {
        read(session, Self::TOKENS_KEY).await
    }

    /// Writes the login, and the tokens unless they have been left alone or are in the registry.
    pub(super) async fn write(&self, session: &Session) -> Result<(), SessionError> {
        match &self.tokens {
            Some(_) if self.is_registered => {
                session.remove_value(Self::TOKENS_KEY).await?;
            }
            Some(tokens) => session.insert(Self::TOKENS_KEY, tokens).await?,
            None => {}
        }
        session.insert(Self::KEY, self).await
    }

    /// Whether the tokens expire within `margin`.
    pub(super) fn expires_within(&self, margin: Duration, now: OffsetDateTime) -> bool {
        self.expires_at
            .is_some_and(|expires_at| expires_at <= now + margin)
    }
}

/// A challenge that waits for its answer, and who asked it.
#[derive(Clone, Deserialize, Serialize)]
pub(super) struct KeptChallenge {
    pub(super) backend: String,
    pub(super) record: ChallengeRecord,
    /// The name that the user typed to log in.
    #[serde(default)]
    pub(super) typed: String,
    #[serde(with = "time::serde::timestamp")]
    pub(super) expires_at: OffsetDateTime,
}

impl KeptChallenge {
    const KEY: &'static str = "axum_cognito.challenge";

    pub(super) async fn read(session: &Session) -> Result<Option<Self>, SessionError> {
        read(session, Self::KEY).await
    }

    pub(super) async fn write(&self, session: &Session) -> Result<(), SessionError> {
        session.insert(Self::KEY, self).await
    }

    pub(super) async fn remove(session: &Session) -> Result<(), SessionError> {
        session.remove_value(Self::KEY).await.map(drop)
    }
}

/// Makes up an id that nobody can guess: 128 random bits.
pub(super) fn random_id() -> Result<String, getrandom::Error> {
    let mut id = [0; 16];
    getrandom::fill(&mut id)?;

    Ok(BASE64_URL_SAFE_NO_PAD.encode(id))
}

/// Empties the session, but for the devices of its users, and gives it a new id.
///
/// `Session::flush` would keep the id for whatever is put into the session afterwards.
pub(super) async fn empty(session: &Session) -> Result<(), SessionError> {
    let devices = KeptDevices::rescue(session).await;
    session.clear().await;
    session.cycle_id().await?;
    devices.write(session).await
}

/// Reads a value. A session that cannot be decoded, be it damaged or written by another
/// version, is an anonymous one: nothing that its visitor could do would mend it.
pub(super) async fn read<T: DeserializeOwned>(
    session: &Session,
    key: &str,
) -> Result<Option<T>, SessionError> {
    match session.get_value(key).await {
        Ok(None) => Ok(None),
        Ok(Some(value)) => match serde_json::from_value(value) {
            Ok(value) => Ok(Some(value)),
            Err(_) => {
                warn!(key, "a value in the session cannot be read and was dropped");
                session.remove_value(key).await?;
                Ok(None)
            }
        },
        Err(SessionError::Store(StoreError::Decode(_))) => {
            warn!("a session cannot be decoded and is taken for an anonymous one");
            empty(session).await?;
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

use std::collections::HashMap;

use async_trait::async_trait;
use base64::Engine;
use base64::prelude::BASE64_STANDARD_NO_PAD;
use sha2::{Digest, Sha256};
use time::{Duration, OffsetDateTime};
use tower_sessions::SessionStore;
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::{Error, Result};
use tracing::{debug, warn};

use super::fresh::FreshSession;
use super::{along, unsaved};
use crate::clock::{Clock, SystemClock};
use crate::seal::SealingKeys;
use crate::web::login::{is_on_the_way, login_of};

/// What is in a session, as tower-sessions has it.
type Data = HashMap<String, serde_json::Value>;

/// The key of an encrypted record.
const SEALED: &str = "axum_cognito.sealed";

/// The key under which the id of a session's login stands beside what is encrypted, so that a
/// database can read the login along. Nothing is believed of it.
pub(super) const LOGIN: &str = "axum_cognito.login_id";

/// How long a sign-up, a reset or a login may take that somebody has begun, from one step to the next.
const LONGEST_ON_THE_WAY: Duration = Duration::HOUR;

/// A session store that never learns a session id, and with sealing keys nothing of what is in a
/// session.
///
/// `Auth` wraps every store in it. The store behind gets a hash of the id: a copy of its records
/// opens no session. With keys, whatever is in a session is encrypted before it goes there, the
/// site's own data too, and opens under the id alone that it was written for. What cannot be
/// opened is an anonymous session, so all users log in again when keys are introduced.
///
/// A session that holds no more than a step that somebody has begun, such as the name that a new
/// password is for, expires after an hour without another step, whatever the layer says.
#[derive(Clone, Debug)]
pub struct ProtectedStore<S> {
    store: S,
    keys: Option<SealingKeys>,
    fresh: FreshSession,
}

impl<S> ProtectedStore<S> {
    pub(in crate::web) fn new(store: S, keys: Option<SealingKeys>) -> Self {
        Self {
            store,
            keys,
            fresh: FreshSession::default(),
        }
    }

    /// Returns the record as the store behind gets it.
    fn protect(&self, record: &Record) -> Result<Record> {
        let id = hashed(&record.id);
        let data = match &self.keys {
            Some(keys) => sealed(keys, &id, &record.data)?,
            None => record.data.clone(),
        };

        Ok(Record {
            id,
            data,
            expiry_date: expiry_date(record),
        })
    }

    /// Returns what is in a record that was asked for by this hash.
    fn open(&self, id: &Id, data: Data) -> Option<Data> {
        let Some(keys) = &self.keys else {
            return (!data.contains_key(SEALED)).then_some(data);
        };

        let sealed = BASE64_STANDARD_NO_PAD.decode(data.get(SEALED)?.as_str()?);
        let plain = keys.open(&place(&id.to_string()), &sealed.ok()?)?;
        serde_json::from_slice(&plain).ok()
    }
}

/// Returns when a record expires: strangers, who come without end, do not fill the store for long.
///
/// It is decided here, where all is seen that is in a session: whatever writes to one, this time or the
/// next, need not know of it.
fn expiry_date(record: &Record) -> OffsetDateTime {
    // tower-sessions sets expiries by the system's clock.
    let soon = SystemClock.now() + LONGEST_ON_THE_WAY;
    if is_on_the_way(&record.data) {
        record.expiry_date.min(soon)
    } else {
        record.expiry_date
    }
}

/// Returns the id that a store gets for a session id: 128 bits of SHA-256. A session id is 128
/// random bits, so nobody finds it from the hash.
pub(in crate::web) fn hashed(id: &Id) -> Id {
    let mut hash = Sha256::new();
    hash.update(b"axum-cognito session id");
    hash.update(id.0.to_le_bytes());
    let hash: [u8; 32] = hash.finalize().into();
    let (half, _) = hash.split_first_chunk().expect("32 bytes");

    Id(i128::from_le_bytes(*half))
}

fn sealed(keys: &SealingKeys, id: &Id, data: &Data) -> Result<Data> {
    let plain =
        serde_json::to_vec(data).map_err(|_| Error::Encode("a session is no JSON".to_owned()))?;
    let plain = zeroize::Zeroizing::new(plain);
    let sealed = BASE64_STANDARD_NO_PAD.encode(keys.seal(&place(&id.to_string()), &plain));

    let login = login_of(data).map(|login| (LOGIN.to_owned(), login.as_str().into()));
    Ok([(SEALED.to_owned(), sealed.into())]
        .into_iter()
        .chain(login)
        .collect())
}

/// Where a record is kept: those of another session do not open there.
fn place(id: &str) -> [&str; 2] {
    ["session", id]
}

#[async_trait]
impl<S: SessionStore> SessionStore for ProtectedStore<S> {
    async fn create(&self, record: &mut Record) -> Result<()> {
        let is_login = along::tell_protected();
        self.fresh.forget(&record.id);
        loop {
            let mut protected = self.protect(record)?;
            let id = protected.id;
            let created = self.store.create(&mut protected).await;
            created.inspect_err(|_| unsaved::tell())?;
            if protected.id == id {
                if is_login {
                    self.fresh.note(record);
                }
                return Ok(());
            }

            // The store has made up another id, of which nobody knows the session id.
            self.store.delete(&protected.id).await?;
            record.id = Id::default();
        }
    }

    async fn save(&self, record: &Record) -> Result<()> {
        along::tell_protected();
        if self.fresh.is(record) {
            return Ok(());
        }

        let protected = self.protect(record)?;
        let Err(error) = self.store.save(&protected).await else {
            return Ok(());
        };

        // Redis has no other word for a session that was deleted meanwhile, which is no failure.
        let error = match self.store.load(&protected.id).await {
            Ok(None) => {
                debug!(%error, "a session that is gone was not saved");
                return Ok(());
            }
            Ok(Some(_)) => error,
            Err(error) => error,
        };
        unsaved::tell();
        Err(error)
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let hashed = hashed(id);
        let Some(found) = self.store.load(&hashed).await? else {
            return Ok(None);
        };

        let Some(data) = self.open(&hashed, found.data) else {
            warn!("a session cannot be opened and is taken for an anonymous one");
            return Ok(None);
        };
        Ok(Some(Record {
            id: *id,
            data,
            expiry_date: found.expiry_date,
        }))
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        self.fresh.forget(id);
        let deleted = self.store.delete(&hashed(id)).await;
        deleted.inspect_err(|_| unsaved::tell())
    }
}

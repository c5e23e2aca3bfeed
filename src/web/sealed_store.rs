use std::collections::HashMap;

use async_trait::async_trait;
use tower_sessions::SessionStore;
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::{Error, Result};
use tracing::warn;

use crate::seal::SealingKeys;

/// The one key of a record that is sealed.
const SEALED: &str = "sealed";

/// What is in a session, as tower-sessions has it.
type Data = HashMap<String, serde_json::Value>;

/// A session store whose records nobody can read who has no keys.
///
/// Whatever is in a session is encrypted before it goes into the store behind, the site's own data
/// too. A record opens under its own session id alone. What cannot be opened, because it is
/// damaged, was moved, was sealed with a key that is gone, or was never sealed, is an anonymous
/// session: so all users log in again when this is switched on.
///
/// The [registry of logins](crate::users::LoginStore) keeps tokens as well: give the store of users
/// the same keys.
///
/// # Examples
///
/// ```
/// use axum_cognito::SqliteUsers;
/// use axum_cognito::seal::SealingKeys;
/// use axum_cognito::tower_sessions::{MemoryStore, SessionManagerLayer};
/// use axum_cognito::web::SealedStore;
///
/// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
/// let keys: SealingKeys = std::env::var("SEALING_KEYS")?.parse()?;
/// let users = SqliteUsers::connect("sqlite://app.db").await?.with_sealing_keys(keys.clone());
/// let sessions = SessionManagerLayer::new(SealedStore::new(MemoryStore::default(), keys));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct SealedStore<S> {
    store: S,
    keys: SealingKeys,
}

impl<S> SealedStore<S> {
    /// Seals what goes into `store`.
    pub fn new(store: S, keys: SealingKeys) -> Self {
        Self { store, keys }
    }

    fn seal(&self, record: &Record) -> Result<Record> {
        let plain = serde_json::to_vec(&record.data)
            .map_err(|_| Error::Encode("a session is no JSON".to_owned()))?;
        let plain = zeroize::Zeroizing::new(plain);
        let sealed = self.keys.seal(&place(&record.id.to_string()), &plain);

        Ok(Record {
            data: HashMap::from([(SEALED.to_owned(), sealed.into())]),
            ..record.clone()
        })
    }

    fn open(&self, record: &Record) -> Option<Data> {
        let sealed = record.data.get(SEALED)?.as_str()?;
        let plain = self.keys.open(&place(&record.id.to_string()), sealed)?;

        serde_json::from_slice(&plain).ok()
    }
}

fn place(id: &str) -> [&str; 2] {
    ["session", id]
}

#[async_trait]
impl<S: SessionStore> SessionStore for SealedStore<S> {
    async fn create(&self, record: &mut Record) -> Result<()> {
        let mut sealed = self.seal(record)?;
        self.store.create(&mut sealed).await?;

        if sealed.id != record.id {
            // The store gave it another id, for which it was not sealed.
            record.id = sealed.id;
            self.save(record).await?;
        }
        Ok(())
    }

    async fn save(&self, record: &Record) -> Result<()> {
        self.store.save(&self.seal(record)?).await
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let Some(found) = self.store.load(id).await? else {
            return Ok(None);
        };

        let Some(data) = self.open(&found) else {
            warn!("a session cannot be opened and is taken for an anonymous one");
            return Ok(None);
        };
        Ok(Some(Record { data, ..found }))
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        self.store.delete(id).await
    }
}

//! Sessions in memory, beside the users, or in Redis.

mod memory;
mod redis;

use std::sync::Arc;

use axum::Router;
use axum_cognito::Auth;
use axum_cognito::tower_sessions::cookie::SameSite;
use axum_cognito::tower_sessions::{Expiry, SessionStore};
use tower_sessions_redis_store::fred::prelude::Config;

use crate::database::Database;
use crate::failure::{Failure, shown};

const WANTED: &str = "SESSION_STORE: expected `memory`, `database` (beside the users) or \
                      `redis://<user>:<password>@<host>:<port>/<number>`";

/// How long a login lasts that nobody uses.
const IDLE: time::Duration = time::Duration::days(7);

/// What `SESSION_STORE` says.
pub(crate) enum StoreSetting {
    Memory,
    Database,
    Redis {
        config: Box<Config>,
        /// Without user and password.
        shown: String,
    },
}

impl StoreSetting {
    /// Reads `SESSION_STORE`. An error does not repeat it: there may be a password in it.
    pub(crate) fn parse(setting: &str) -> Result<Self, Failure> {
        match setting {
            "memory" => Ok(Self::Memory),
            "database" => Ok(Self::Database),
            url if url.starts_with("redis://") || url.starts_with("rediss://") => {
                let config = redis::parse(url)
                    .map_err(|why| Failure::Setting(format!("{WANTED}: {why}")))?;
                Ok(Self::Redis {
                    config: Box::new(config),
                    shown: shown(url),
                })
            }
            _ => Err(Failure::Setting(WANTED.to_owned())),
        }
    }

    /// Puts sessions and logins around the site. Returns the store as well.
    pub(crate) async fn around(
        &self,
        site: Router,
        auth: &Auth,
        database: &Database,
    ) -> Result<(Router, Arc<dyn SessionStore>), Failure> {
        Ok(match self {
            Self::Memory => around(site, auth, memory::open()),
            Self::Database => around(site, auth, database.sessions.clone()),
            Self::Redis { config, shown } => around(site, auth, redis::open(config, shown).await?),
        })
    }
}

/// The cookie cannot be read by a script, and another site's form does not bring it along.
fn around<S>(site: Router, auth: &Auth, store: S) -> (Router, Arc<dyn SessionStore>)
where
    S: SessionStore + Clone,
{
    let sessions = auth
        .sessions(store.clone())
        .with_same_site(SameSite::Lax)
        .with_expiry(Expiry::OnInactivity(IDLE));

    (site.layer((auth.login_layer(), sessions)), Arc::new(store))
}

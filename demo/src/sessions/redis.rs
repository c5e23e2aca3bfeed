//! Sessions in Redis, which forgets them by itself when they expire.

use std::time::Duration;

use tower_sessions_redis_store::RedisStore;
use tower_sessions_redis_store::fred::prelude::{
    Builder, Client, ClientLike, Config, KeysInterface, ReconnectPolicy,
};
use tower_sessions_redis_store::fred::types::config::UnresponsiveConfig;

use crate::failure::Failure;

/// How long a visitor waits for an answer. Without it fred waits for as long as Redis is away.
const PATIENCE: Duration = Duration::from_secs(2);

/// How often fred looks whether Redis is back, in milliseconds.
const RETRY_EVERY: u32 = 500;

/// Reads the URL of one server. fred would take some for a cluster's that name none.
pub(super) fn parse(url: &str) -> Result<Config, &'static str> {
    let parsed = url::Url::parse(url)
        .map_err(|_| "it is not a URL, or a sign of the password needs its `%` escape")?;
    if parsed.host_str().is_none_or(str::is_empty) {
        return Err("it names no host");
    }
    let database = parsed.path().trim_start_matches('/');
    if !database.is_empty() && database.parse::<u8>().is_err() {
        return Err("what follows the last `/` is the number of a database");
    }

    Config::from_url_centralized(url).map_err(|_| "it is not a URL of Redis")
}

/// Connects, and asks for something: a missing password is told by the first command only.
pub(super) async fn open(config: &Config, shown: &str) -> Result<RedisStore<Client>, Failure> {
    let failed = |why: String| {
        Failure::Start(format!(
            "SESSION_STORE: Redis at {shown} cannot be used: {why}"
        ))
    };

    let client = client(config).map_err(|error| failed(error.to_string()))?;
    let asked = async {
        client.init().await?;
        client.exists::<bool, _>("axum-cognito").await
    };
    match tokio::time::timeout(2 * PATIENCE, asked).await {
        Ok(Ok(_)) => Ok(RedisStore::new(client)),
        Ok(Err(error)) => Err(failed(error.to_string())),
        Err(_) => Err(failed("it does not answer".to_owned())),
    }
}

fn client(config: &Config) -> Result<Client, tower_sessions_redis_store::fred::error::Error> {
    Builder::from_config(config.clone())
        .with_connection_config(|connection| {
            connection.connection_timeout = PATIENCE;
            connection.internal_command_timeout = PATIENCE;
            // A connection that has gone silent is given up, and made anew.
            connection.unresponsive = UnresponsiveConfig {
                max_timeout: Some(PATIENCE),
                interval: Duration::from_millis(500),
            };
        })
        .with_performance_config(|performance| performance.default_command_timeout = PATIENCE)
        // 0: for as long as it takes.
        .set_policy(ReconnectPolicy::new_constant(0, RETRY_EVERY))
        .build()
}

//! What connections to servers have in common.

use std::net::IpAddr;
use std::time::Duration;

use futures_core::future::BoxFuture;
use sqlx::pool::PoolConnectionMetadata;
use sqlx::{ConnectOptions, Connection};
use tracing::warn;

use super::{UserStoreError, UserStoreErrorKind};

/// How long a task waits for a connection: an outage shows in so many seconds.
pub(super) const PATIENCE: Duration = Duration::from_secs(3);

/// How long a connection can lie idle before it is tested. A test takes as long as a query.
const IDLE: Duration = Duration::from_secs(1);

/// How a connection to a server is encrypted.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Encryption {
    /// It is not, if the server offers none: sqlx's default.
    IfOffered,
    /// It does not leave the machine.
    NotNeeded,
    Required,
    /// On purpose.
    SwitchedOff,
}

impl Encryption {
    pub(super) fn warn_if_plain(self, host: &str) {
        if matches!(self, Self::IfOffered | Self::SwitchedOff) {
            warn!(
                host,
                "THE CONNECTION TO THE USERS' DATABASE IS NOT ENCRYPTED, or only if the server \
                 offers it: whoever is on the way reads names, mail addresses and sessions, and can \
                 change them"
            );
        }
    }
}

pub(super) fn is_this_machine(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let is_loopback = host.parse().is_ok_and(|ip: IpAddr| ip.is_loopback());

    is_loopback || host == "localhost" || host.ends_with(".localhost") || host.starts_with('/')
}

/// Connects once, by itself: a pool would try until its time is over, and then not say why.
pub(super) async fn try_once<O>(options: &O) -> Result<(), UserStoreError>
where
    O: ConnectOptions,
    O::Connection: Sized,
{
    let connected = tokio::time::timeout(PATIENCE, options.connect()).await;
    let connection = connected
        .unwrap_or(Err(sqlx::Error::PoolTimedOut))
        .map_err(failed)?;

    // Whether the server hears the farewell makes no difference.
    let _ = connection.close().await;
    Ok(())
}

/// Describes why no connection was made.
fn failed(error: sqlx::Error) -> UserStoreError {
    match error {
        sqlx::Error::Tls(_) => UserStoreError::new(UserStoreErrorKind::Unavailable)
            .with_message(
                "the connection to the users' database cannot be encrypted, and would leave this \
                 machine: switch TLS on at the server, and the feature `tls-rustls` or \
                 `tls-native` of axum-cognito; only in a network that you trust as much as this \
                 machine, write `?sslmode=disable` (PostgreSQL) or `?ssl-mode=disabled` (MySQL) \
                 into the URL",
            )
            .with_source(error),
        error => error.into(),
    }
}

/// Tests a connection that nobody has used for a while.
pub(super) fn test_if_idle<C: Connection>(
    connection: &mut C,
    PoolConnectionMetadata { idle_for, .. }: PoolConnectionMetadata,
) -> BoxFuture<'_, Result<bool, sqlx::Error>> {
    Box::pin(async move { Ok(idle_for < IDLE || connection.ping().await.is_ok()) })
}

#[cfg(test)]
pub(super) mod tests {
    use std::io::{self, Write};
    use std::sync::{Arc, Mutex};

    use super::*;

    #[derive(Clone, Default)]
    struct Log(Arc<Mutex<Vec<u8>>>);

    impl Write for Log {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().expect("a lock").write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// Returns whether a warning tells that connections to `db.example` are in the clear.
    pub(in crate::users) fn is_told(warn: impl FnOnce()) -> bool {
        let log = Log::default();
        let writer = log.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_ansi(false)
            .with_writer(move || writer.clone())
            .finish();
        tracing::subscriber::with_default(subscriber, warn);

        let log = String::from_utf8(log.0.lock().expect("a lock").clone()).expect("text");
        log.contains("NOT ENCRYPTED") && log.contains("host=\"db.example\"")
    }

    #[test]
    fn what_may_leave_the_machine_in_the_clear_is_told() {
        for (encryption, expected) in [
            (Encryption::IfOffered, true),
            (Encryption::SwitchedOff, true),
            (Encryption::NotNeeded, false),
            (Encryption::Required, false),
        ] {
            let told = is_told(|| encryption.warn_if_plain("db.example"));
            assert_eq!(told, expected, "{encryption:?}");
        }
    }
}

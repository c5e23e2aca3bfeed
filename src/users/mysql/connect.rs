use std::str::FromStr;

use sqlx::mysql::{MySqlConnectOptions, MySqlPoolOptions, MySqlSslMode};
use sqlx::{Executor, MySqlPool};

use super::super::connect::{self, Encryption};
use super::super::{UserStoreError, UserStoreErrorKind};

/// Outside strict mode MySQL cuts a value to the width of its column, and two names become one.
/// The server's other modes stay.
const BE_STRICT: &str = "set session sql_mode = concat(@@session.sql_mode, ',STRICT_ALL_TABLES')";

pub(super) async fn open(url: &str) -> Result<MySqlPool, UserStoreError> {
    // sqlx would take the URL of any other server.
    if !url.starts_with("mysql:") && !url.starts_with("mariadb:") {
        return Err(UserStoreError::new(UserStoreErrorKind::Other).with_message(
            "not the URL of a MySQL database: expected one like `mysql://app@localhost/app`",
        ));
    }

    let options = options(url)?;
    connect::try_once(&options).await?;
    Ok(MySqlPoolOptions::new()
        .acquire_timeout(connect::PATIENCE)
        .test_before_acquire(false)
        .before_acquire(connect::test_if_idle)
        .after_connect(|connection, _| {
            Box::pin(async move {
                connection.execute(BE_STRICT).await?;
                Ok(())
            })
        })
        .connect_lazy_with(options))
}

/// Reads a URL. Nothing leaves the machine in the clear unless it says so.
fn options(url: &str) -> Result<MySqlConnectOptions, UserStoreError> {
    let options = MySqlConnectOptions::from_str(url)?;

    Ok(match encryption(&options) {
        Encryption::IfOffered => options.ssl_mode(MySqlSslMode::Required),
        _ => options,
    })
}

/// A pool of the site's that goes through a network in the clear works, and is not silent about it.
pub(super) fn warn_if_plain(options: &MySqlConnectOptions) {
    encryption(options).warn_if_plain(options.get_host());
}

fn encryption(options: &MySqlConnectOptions) -> Encryption {
    if options.get_socket().is_some() || connect::is_this_machine(options.get_host()) {
        return Encryption::NotNeeded;
    }

    match options.get_ssl_mode() {
        MySqlSslMode::Disabled => Encryption::SwitchedOff,
        MySqlSslMode::Preferred => Encryption::IfOffered,
        MySqlSslMode::Required | MySqlSslMode::VerifyCa | MySqlSslMode::VerifyIdentity => {
            Encryption::Required
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::users::connect::tests::is_told;

    /// The pool of a site's own is taken as it is.
    #[test]
    fn a_pool_in_the_clear_is_not_taken_in_silence() {
        for (url, expected) in [
            ("mysql://app@db.example/app", true),
            ("mysql://app@db.example/app?ssl-mode=required", false),
            ("mysql://app@localhost/app", false),
        ] {
            let options: MySqlConnectOptions = url.parse().expect(url);
            assert_eq!(is_told(|| warn_if_plain(&options)), expected, "{url}");
        }
    }

    #[test]
    fn leaves_the_machine_encrypted_or_on_purpose() {
        for (url, mode) in [
            ("mysql://app@localhost/app", MySqlSslMode::Preferred),
            ("mysql://app@127.0.0.9/app", MySqlSslMode::Preferred),
            (
                "mysql://app@db.example/app?socket=/run/my",
                MySqlSslMode::Preferred,
            ),
            ("mysql://app@db.example/app", MySqlSslMode::Required),
            (
                "mariadb://app@10.0.0.5/app?ssl-mode=preferred",
                MySqlSslMode::Required,
            ),
            (
                "mysql://app@db.example/app?ssl-mode=verify_ca",
                MySqlSslMode::VerifyCa,
            ),
            (
                "mysql://app@db.example/app?ssl-mode=disabled",
                MySqlSslMode::Disabled,
            ),
        ] {
            let options = options(url).expect(url);
            let found = format!("{:?}", options.get_ssl_mode());
            assert_eq!(found, format!("{mode:?}"), "{url}");
        }
    }
}

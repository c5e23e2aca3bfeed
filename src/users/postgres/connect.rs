use std::str::FromStr;

use sqlx::postgres::{PgConnectOptions, PgPoolOptions, PgSslMode};
use sqlx::{ConnectOptions, PgPool};

use super::super::connect::{self, Encryption};
use super::super::{UserStoreError, UserStoreErrorKind};

pub(super) async fn open(url: &str) -> Result<PgPool, UserStoreError> {
    // sqlx would take the URL of any other server.
    if !url.starts_with("postgres:") && !url.starts_with("postgresql:") {
        return Err(UserStoreError::new(UserStoreErrorKind::Other).with_message(
            "not the URL of a PostgreSQL database: expected one like `postgres://app@localhost/app`",
        ));
    }

    let options = options(url)?;
    connect::try_once(&options).await?;
    Ok(PgPoolOptions::new()
        .acquire_timeout(connect::PATIENCE)
        .test_before_acquire(false)
        .before_acquire(connect::test_if_idle)
        .connect_lazy_with(options))
}

/// Reads a URL. Nothing leaves the machine in the clear unless it says so. Poolers know nothing of
/// `extra_float_digits`.
fn options(url: &str) -> Result<PgConnectOptions, UserStoreError> {
    let options = PgConnectOptions::from_str(url)?.extra_float_digits(None);

    Ok(match encryption(&options) {
        Encryption::IfOffered => options.ssl_mode(PgSslMode::Require),
        _ => options,
    })
}

/// A pool of the site's that goes through a network in the clear works, and is not silent about it.
pub(super) fn warn_if_plain(options: &PgConnectOptions) {
    encryption(options).warn_if_plain(options.get_host());
}

/// Whether sqlx was told to keep no prepared statements, which only its URL shows.
pub(super) fn keeps_no_statements(options: &PgConnectOptions) -> bool {
    options
        .to_url_lossy()
        .query_pairs()
        .any(|(name, value)| name == "statement-cache-capacity" && value == "0")
}

fn encryption(options: &PgConnectOptions) -> Encryption {
    let host = options.get_host();
    if options.get_socket().is_some() || connect::is_this_machine(host) {
        return Encryption::NotNeeded;
    }

    match options.get_ssl_mode() {
        PgSslMode::Disable => Encryption::SwitchedOff,
        PgSslMode::Allow | PgSslMode::Prefer => Encryption::IfOffered,
        PgSslMode::Require | PgSslMode::VerifyCa | PgSslMode::VerifyFull => Encryption::Required,
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
            ("postgres://app@db.example/app", true),
            ("postgres://app@db.example/app?sslmode=require", false),
            ("postgres://app@localhost/app", false),
        ] {
            let options: PgConnectOptions = url.parse().expect(url);
            assert_eq!(is_told(|| warn_if_plain(&options)), expected, "{url}");
        }
    }

    #[test]
    fn leaves_the_machine_encrypted_or_on_purpose() {
        for (url, mode) in [
            ("postgres://app@localhost/app", PgSslMode::Prefer),
            ("postgres://app@127.0.0.9/app", PgSslMode::Prefer),
            ("postgres://app@[::1]/app", PgSslMode::Prefer),
            (
                "postgres://app@db.example/app?host=/run/pg",
                PgSslMode::Prefer,
            ),
            ("postgres://app@db.example/app", PgSslMode::Require),
            (
                "postgres://app@10.0.0.5/app?sslmode=prefer",
                PgSslMode::Require,
            ),
            (
                "postgres://app@localhost/app?host=db.example",
                PgSslMode::Require,
            ),
            ("postgres://app@localhost.example/app", PgSslMode::Require),
            (
                "postgres://app@db.example/app?sslmode=verify-full",
                PgSslMode::VerifyFull,
            ),
            (
                "postgres://app@db.example/app?sslmode=disable",
                PgSslMode::Disable,
            ),
        ] {
            let options = options(url).expect(url);
            let found = format!("{:?}", options.get_ssl_mode());
            assert_eq!(found, format!("{mode:?}"), "{url}");
        }
    }

    #[test]
    fn knows_that_no_statements_are_kept() {
        let keeps_none = |url| keeps_no_statements(&options(url).expect(url));

        assert!(keeps_none(
            "postgres://localhost/app?statement-cache-capacity=0"
        ));
        assert!(!keeps_none(
            "postgres://localhost/app?statement-cache-capacity=10"
        ));
        assert!(!keeps_none("postgres://localhost/app"));
    }
}

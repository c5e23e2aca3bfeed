//! What the library expects of a store, as checks that a site can run on its own.
//!
//! Each function panics at the first thing that is not as the traits' documentation says. Run them
//! in a test, on a database that is there for nothing else: rows are left behind.
//!
//! ```
//! use axum_cognito::users::{MemoryLogins, contract};
//!
//! # tokio::runtime::Runtime::new().expect("a runtime").block_on(async {
//! contract::check_logins(&MemoryLogins::default()).await;
//! # });
//! ```

mod logins;
mod users;

use std::time::Duration;

use time::OffsetDateTime;

pub use self::logins::check_logins;
pub use self::users::check_users;
use super::LoginId;

const NOON: OffsetDateTime = at(1_772_366_400);
const EVENING: OffsetDateTime = at(1_772_388_000);

/// A name that nobody has had before.
fn fresh(name: &str) -> String {
    format!("{name}-{}", LoginId::random().expect("random bytes"))
}

fn seconds(number: u64) -> Duration {
    Duration::from_secs(number)
}

const fn at(seconds: i64) -> OffsetDateTime {
    match OffsetDateTime::from_unix_timestamp(seconds) {
        Ok(at) => at,
        Err(_) => OffsetDateTime::UNIX_EPOCH,
    }
}

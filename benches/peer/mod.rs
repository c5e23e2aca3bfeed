//! Others that do the same.

mod axum_login;
pub mod crypto_bigint;
mod other_languages;

pub use self::axum_login::{User, Users, router};
pub use self::other_languages::OtherClient;

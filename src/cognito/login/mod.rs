//! A login: the first call, the answers to what Cognito asks next, and the renewal of its tokens.
//!
//! Each call of a login sends what the [`Attempt`](attempt::Attempt) knows so far, and returns an
//! [`AuthOutput`](auth_output::AuthOutput); `advance` goes on from there.

mod admin_authenticate;
mod advance;
mod attempt;
mod auth_output;
mod authenticate;
mod proof;
mod refresh;
mod request;
mod respond;
mod step;

#[cfg(feature = "web")]
pub(crate) use self::attempt::has_proved_password;
pub use self::request::LoginRequest;
pub use self::step::LoginStep;

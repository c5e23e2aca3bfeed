//! A login: the first call, the answers to what Cognito asks next, and the renewal of its tokens.
//!
//! Each call of a login is a [`Step`](step::Step): it sends what the [`Attempt`](attempt::Attempt)
//! knows so far, and `outcome` reads what came of it.

mod admin_authenticate;
mod attempt;
mod authenticate;
mod outcome;
mod proof;
mod refresh;
mod request;
mod respond;
mod step;

pub use self::authenticate::Authentication;
pub use self::request::LoginRequest;

//! A user pool on a thread of its own, and visitors of sites on it.

mod cloud;
mod domain;
mod users;
mod visitor;

pub use cloud::{Cloud, authenticate, cognito_at};
pub use domain::{CALLBACK, DomainVisitor, begin_managed_login, come_back};
pub use users::MemoryUsers;
pub use visitor::{
    Copier, cookie_of, cookies_of_copies, copies, copying, get, log_in, log_in_by_json,
    log_in_over_tcp, session_id,
};

/// The user who logs in.
pub const ALICE: (&str, &str) = ("alice", "Correct-horse-1");

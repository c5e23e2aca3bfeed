//! A Cognito user pool in one process, with a true SRP server half, for tests and demos.
//!
//! ```
//! use cognito_emulator::{AppClient, Emulator, Pool, User};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> std::io::Result<()> {
//! let emulator = Emulator::start().await?;
//! let pool = emulator.add_pool(Pool::new("us-east-1_Emulated1"));
//! let client = pool.add_client(AppClient::new("web"));
//! pool.add_user(User::new("alice").with_password("Correct-horse-1"));
//!
//! println!("{} {} {}", emulator.endpoint(), pool.id(), client.id());
//! # Ok(())
//! # }
//! ```
//!
//! Point any Cognito client at the endpoint. A wrong password really fails: the server checks the proof.
//! All state is in memory, and ends with the last handle on the [`Emulator`].

mod clock;
mod console;
mod emulator;
mod failure;
mod fault;
mod hosted;
mod http;
mod keep;
mod ledger;
mod login;
mod model;
mod operation;
mod outbox;
mod outward;
mod passkey;
mod pool;
mod random;
pub mod seed;
mod shared;
pub mod srp;
pub mod state;
mod token;
mod trigger;
mod wire;

pub use self::emulator::{Builder, Emulator};
pub use self::fault::{Fault, FaultKind};
pub use self::ledger::Call;
pub use self::outbox::Message;
pub use self::pool::{AppClient, AuthFlow, MfaMode, Pool, User};
pub use self::trigger::Trigger;

#[doc = include_str!("../README.md")]
#[cfg(doctest)]
struct Readme;

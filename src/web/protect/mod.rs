//! How often somebody may try, and where they come from.

mod client_address;
mod limits;

pub use self::client_address::ClientAddress;
pub(super) use self::limits::Limiter;
pub use self::limits::{Limit, Limits};

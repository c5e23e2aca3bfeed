//! How often somebody may try, where they come from, and which site has sent them.

mod client_address;
mod cross_site;
mod limits;

pub use self::client_address::ClientAddress;
pub(super) use self::cross_site::is_forged;
#[cfg(feature = "pages")]
pub(crate) use self::cross_site::is_referred_from_elsewhere;
pub(super) use self::limits::Limiter;
pub use self::limits::{Limit, Limits};

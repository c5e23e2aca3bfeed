//! What a site hears of logins: hooks, and the audit log.

mod audit;
#[cfg(feature = "metrics")]
mod count;
mod hooks;

pub(super) use self::audit::write as write_audit;
#[cfg(feature = "metrics")]
pub(super) use self::count::count as count_event;
pub use self::hooks::{AccountChange, AdminAction, Hooks};
pub(super) use self::hooks::{AllHooks, End, Event};

//! What a site hears of logins: hooks, and the audit log.

mod audit;
mod hooks;

pub(super) use self::audit::write as write_audit;
pub use self::hooks::{AccountChange, Hooks};
pub(super) use self::hooks::{AllHooks, End, Event};

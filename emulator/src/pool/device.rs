//! Devices that a pool remembers.

use time::OffsetDateTime;

use crate::srp::Verifier;

/// One device of a user.
#[derive(Clone, Debug)]
pub(crate) struct Device {
    pub(crate) key: String,
    pub(crate) group_key: String,
    pub(crate) name: Option<String>,
    /// What the device proves itself by; missing until `ConfirmDevice`.
    pub(crate) verifier: Option<Verifier>,
    pub(crate) remembered: bool,
    pub(crate) created: OffsetDateTime,
    pub(crate) modified: OffsetDateTime,
    pub(crate) last_login: OffsetDateTime,
}

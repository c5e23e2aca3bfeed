//! Devices that a pool remembers.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use time::OffsetDateTime;

use crate::srp::Verifier;
use crate::wire;

/// One device of a user.
#[derive(Clone, Debug, Deserialize, Serialize)]
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

impl Device {
    /// The `DeviceType` of the API.
    pub(crate) fn describe(&self) -> Value {
        let status = if self.remembered {
            "remembered"
        } else {
            "not_remembered"
        };
        let mut attributes = vec![json!({ "Name": "device_status", "Value": "valid" })];
        if let Some(name) = &self.name {
            attributes.push(json!({ "Name": "device_name", "Value": name }));
        }
        attributes.push(json!({ "Name": "dev:device_remembered_status", "Value": status }));
        json!({
            "DeviceKey": self.key,
            "DeviceAttributes": attributes,
            "DeviceCreateDate": wire::timestamp(self.created),
            "DeviceLastModifiedDate": wire::timestamp(self.modified),
            "DeviceLastAuthenticatedDate": wire::timestamp(self.last_login),
        })
    }
}

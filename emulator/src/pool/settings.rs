//! How a user pool is set up.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::schema::Schema;
use crate::failure::Failure;

/// Whether a user pool asks for a second factor.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum MfaMode {
    /// Never.
    Off,
    /// From users who have switched a factor on. The default of a pool made in code.
    #[default]
    Optional,
    /// From everybody; who has no factor yet must set one up to log in.
    On,
}

/// What a user pool asks of a password.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct PasswordPolicy {
    pub(crate) minimum_length: usize,
    pub(crate) require_uppercase: bool,
    pub(crate) require_lowercase: bool,
    pub(crate) require_numbers: bool,
    pub(crate) require_symbols: bool,
    pub(crate) temporary_password_validity_days: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) password_history_size: Option<usize>,
}

impl Default for PasswordPolicy {
    fn default() -> Self {
        Self {
            minimum_length: 8,
            require_uppercase: true,
            require_lowercase: true,
            require_numbers: true,
            require_symbols: true,
            temporary_password_validity_days: 7,
            password_history_size: None,
        }
    }
}

/// How a user pool remembers devices.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct DeviceTracking {
    pub(crate) challenge_required_on_new_device: bool,
    pub(crate) device_only_remembered_on_user_prompt: bool,
}

/// The settings of one user pool.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Settings {
    pub(crate) name: String,
    pub(crate) alias_attributes: BTreeSet<String>,
    pub(crate) username_attributes: BTreeSet<String>,
    pub(crate) auto_verified_attributes: BTreeSet<String>,
    pub(crate) schema: Schema,
    /// Which addresses and numbers change only after the code sent to them has come back.
    pub(crate) verify_before_update: BTreeSet<String>,
    /// How a forgotten password is reset, in this order; nothing where it was never set.
    pub(crate) recovery: Vec<String>,
    pub(crate) is_protected: bool,
    pub(crate) case_sensitive: bool,
    pub(crate) mfa: MfaMode,
    pub(crate) totp_mfa: bool,
    pub(crate) email_mfa: bool,
    pub(crate) sms_mfa: bool,
    pub(crate) reusable_totp: bool,
    pub(crate) admin_create_only: bool,
    pub(crate) policy: PasswordPolicy,
    pub(crate) device_tracking: Option<DeviceTracking>,
    pub(crate) first_factors: BTreeSet<String>,
    pub(crate) relying_party: Option<String>,
    /// Of `SetUserPoolMfaConfig`, only given back.
    pub(crate) mfa_details: Map<String, Value>,
    pub(crate) custom_rounds: Vec<CustomRound>,
    /// What `CreateUserPool` was given and the emulator only gives back.
    pub(crate) other: Map<String, Value>,
}

/// One question of a custom authentication flow, in place of the Lambda triggers.
#[derive(Clone, Deserialize, Serialize)]
pub(crate) struct CustomRound {
    pub(crate) parameters: Vec<(String, String)>,
    pub(crate) answer: String,
}

impl std::fmt::Debug for CustomRound {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CustomRound")
            .field("parameters", &self.parameters)
            .finish_non_exhaustive()
    }
}

impl Settings {
    /// Refuses what needs a pool that remembers devices.
    pub(crate) fn require_device_tracking(&self) -> Result<(), Failure> {
        if self.device_tracking.is_some() {
            return Ok(());
        }
        Err(Failure::new(
            "InvalidUserPoolConfigurationException",
            "Device tracking is not enabled for this user pool.",
        ))
    }

    /// `ACTIVE` or `INACTIVE`: whether the pool can be deleted.
    pub(crate) fn protection(&self) -> &'static str {
        if self.is_protected {
            "ACTIVE"
        } else {
            "INACTIVE"
        }
    }

    pub(crate) fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            alias_attributes: BTreeSet::new(),
            username_attributes: BTreeSet::new(),
            auto_verified_attributes: BTreeSet::from(["email".to_owned()]),
            schema: Schema::default(),
            verify_before_update: BTreeSet::new(),
            recovery: Vec::new(),
            is_protected: false,
            case_sensitive: true,
            mfa: MfaMode::default(),
            totp_mfa: true,
            email_mfa: true,
            sms_mfa: true,
            reusable_totp: false,
            admin_create_only: false,
            policy: PasswordPolicy::default(),
            device_tracking: None,
            first_factors: BTreeSet::from(["PASSWORD".to_owned()]),
            relying_party: None,
            mfa_details: Map::new(),
            custom_rounds: Vec::new(),
            other: Map::new(),
        }
    }
}

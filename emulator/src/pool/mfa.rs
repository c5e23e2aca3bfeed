//! A user's second factors.

use std::fmt;

use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;
use totp_rs::{Algorithm, Secret, TOTP};

const STEP_SECONDS: u64 = 30;

/// The authenticator app of one user.
#[derive(Clone, Deserialize, Serialize)]
pub(crate) struct Totp {
    secret: Vec<u8>,
    pub(crate) verified: bool,
    last_step: Option<u64>,
}

impl Totp {
    /// Takes a secret in base32. Text that is not base32 is used as its bytes.
    pub(crate) fn new(secret: &str) -> Self {
        let bytes = Secret::Encoded(secret.to_owned())
            .to_bytes()
            .unwrap_or_else(|_| secret.as_bytes().to_vec());
        Self {
            secret: bytes,
            verified: false,
            last_step: None,
        }
    }

    pub(crate) fn from_bytes(secret: Vec<u8>) -> Self {
        Self {
            secret,
            verified: false,
            last_step: None,
        }
    }

    pub(crate) fn secret_base32(&self) -> String {
        Secret::Raw(self.secret.clone()).to_encoded().to_string()
    }

    /// A code that is taken now: the one that the app shows, or the next one where that was used already.
    pub(crate) fn code(&self, unix: u64) -> String {
        let step = unix / STEP_SECONDS;
        let fresh = self.last_step.map_or(step, |last| step.max(last + 1));
        self.generator().generate(fresh * STEP_SECONDS)
    }

    /// The time step of a code that is right now, or was thirty seconds ago, or will be in thirty seconds.
    pub(crate) fn step_of(&self, code: &str, unix: u64) -> Option<u64> {
        let step = unix / STEP_SECONDS;
        let generator = self.generator();
        (step.saturating_sub(1)..=step + 1).find(|step| {
            let right = generator.generate(step * STEP_SECONDS);
            right.as_bytes().ct_eq(code.as_bytes()).into()
        })
    }

    /// Notes that the code of a time step was used, and returns whether it was the first of that step.
    pub(crate) fn use_up(&mut self, step: u64) -> bool {
        let is_new = self.last_step.is_none_or(|last| step > last);
        self.last_step = self.last_step.max(Some(step));
        is_new
    }

    fn generator(&self) -> TOTP {
        TOTP::new_unchecked(Algorithm::SHA1, 6, 1, 30, self.secret.clone())
    }
}

impl fmt::Debug for Totp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Totp")
            .field("verified", &self.verified)
            .finish_non_exhaustive()
    }
}

/// A kind of second factor, with Cognito's name for it.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
pub(crate) enum Factor {
    Sms,
    SoftwareToken,
    Email,
}

impl Factor {
    /// The name in `UserMFASettingList`, and of the challenge.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Sms => "SMS_MFA",
            Self::SoftwareToken => "SOFTWARE_TOKEN_MFA",
            Self::Email => "EMAIL_OTP",
        }
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        match name {
            "SMS_MFA" => Some(Self::Sms),
            "SOFTWARE_TOKEN_MFA" => Some(Self::SoftwareToken),
            "EMAIL_OTP" | "EMAIL_MFA" => Some(Self::Email),
            _ => None,
        }
    }
}

/// Which second factors a user has.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub(crate) struct Mfa {
    pub(crate) totp: Option<Totp>,
    /// An authenticator app that is being enrolled, beside the one in use.
    pub(crate) enrolling: Option<Totp>,
    pub(crate) enabled: Vec<Factor>,
    pub(crate) preferred: Option<Factor>,
}

impl Mfa {
    pub(crate) fn has_verified_totp(&self) -> bool {
        self.totp.as_ref().is_some_and(|totp| totp.verified)
    }

    /// Switches a factor on or off.
    pub(crate) fn set(&mut self, factor: Factor, enabled: bool, preferred: bool) {
        self.enabled.retain(|&it| it != factor);
        if enabled {
            self.enabled.push(factor);
            self.enabled.sort();
        }
        if enabled && preferred {
            self.preferred = Some(factor);
        } else if self.preferred == Some(factor) {
            self.preferred = None;
        }
    }
}

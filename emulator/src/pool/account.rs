//! A user as the pool keeps it.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::auth_event::AuthEvent;
use super::code::Codes;
use super::credential::Credential;
use super::device::Device;
use super::identity::{EXTERNAL_PROVIDER, Identity};
use super::lockout::Lockout;
use super::mfa::Mfa;
use super::passkey::Passkey;
use super::settings::{PasswordPolicy, Settings};
use crate::failure::Failure;
use crate::keep;

pub(crate) const CONFIRMED: &str = "CONFIRMED";
pub(crate) const FORCE_CHANGE_PASSWORD: &str = "FORCE_CHANGE_PASSWORD";
pub(crate) const RESET_REQUIRED: &str = "RESET_REQUIRED";
pub(crate) const UNCONFIRMED: &str = "UNCONFIRMED";

/// One user of a pool.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Account {
    pub(crate) username: String,
    pub(crate) sub: String,
    pub(crate) attributes: BTreeMap<String, String>,
    /// New addresses and numbers that wait for their code, in a pool that wants that before it takes them.
    pub(crate) unproved: BTreeMap<String, String>,
    pub(crate) status: String,
    pub(crate) enabled: bool,
    pub(crate) created: OffsetDateTime,
    pub(crate) modified: OffsetDateTime,
    #[serde(with = "keep::arc")]
    pub(crate) credential: Option<Arc<Credential>>,
    #[serde(with = "keep::arcs")]
    pub(crate) earlier_credentials: Vec<Arc<Credential>>,
    pub(crate) temporary_until: Option<OffsetDateTime>,
    pub(crate) mfa: Mfa,
    pub(crate) lockout: Lockout,
    pub(crate) codes: Codes,
    pub(crate) devices: BTreeMap<String, Device>,
    pub(crate) passkeys: Vec<Passkey>,
    pub(crate) passkey_challenge: Option<String>,
    pub(crate) identities: Vec<Identity>,
    /// Oldest first.
    pub(crate) events: Vec<AuthEvent>,
}

impl Account {
    pub(crate) fn new(username: &str, sub: String, now: OffsetDateTime) -> Self {
        Self {
            username: username.to_owned(),
            attributes: BTreeMap::from([("sub".to_owned(), sub.clone())]),
            sub,
            unproved: BTreeMap::new(),
            status: CONFIRMED.to_owned(),
            enabled: true,
            created: now,
            modified: now,
            credential: None,
            earlier_credentials: Vec::new(),
            temporary_until: None,
            mfa: Mfa::default(),
            lockout: Lockout::default(),
            codes: Codes::default(),
            devices: BTreeMap::new(),
            passkeys: Vec::new(),
            passkey_challenge: None,
            identities: Vec::new(),
            events: Vec::new(),
        }
    }

    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.get(name).map(String::as_str)
    }

    /// Returns whether `email` or `phone_number` has been proved to be the user's.
    pub(crate) fn has_verified(&self, name: &str) -> bool {
        self.attributes.contains_key(name)
            && self
                .attribute(&format!("{name}_verified"))
                .is_some_and(|flag| flag.eq_ignore_ascii_case("true"))
    }

    /// Finds a device, or says that there is none.
    pub(crate) fn device_mut(&mut self, key: &str) -> Result<&mut Device, Failure> {
        self.devices
            .get_mut(key)
            .ok_or_else(|| Failure::not_found("Device does not exist."))
    }

    /// Sets the password for good.
    pub(crate) fn set_password(&mut self, credential: Credential, now: OffsetDateTime) {
        if let Some(earlier) = self.credential.replace(Arc::new(credential)) {
            self.earlier_credentials.push(earlier);
        }
        self.temporary_until = None;
        self.modified = now;
        CONFIRMED.clone_into(&mut self.status);
    }

    /// Sets a password that only leads to the choice of a new one.
    pub(crate) fn set_temporary_password(
        &mut self,
        credential: Credential,
        until: Option<OffsetDateTime>,
        now: OffsetDateTime,
    ) {
        self.set_password(credential, now);
        self.temporary_until = until;
        FORCE_CHANGE_PASSWORD.clone_into(&mut self.status);
    }

    /// Ends the state before the first login or before a reset; the contact that got the code is the user's.
    pub(crate) fn confirm(&mut self, contact: Option<&str>, now: OffsetDateTime) {
        CONFIRMED.clone_into(&mut self.status);
        self.modified = now;
        if let Some(contact) = contact {
            let flag = format!("{contact}_verified");
            self.attributes.insert(flag, "true".to_owned());
        }
    }

    /// Refuses a password that the user had before, where the pool remembers those.
    pub(crate) fn check_history(
        &self,
        policy: &PasswordPolicy,
        password: &str,
    ) -> Result<(), Failure> {
        let size = policy.password_history_size.unwrap_or(0);
        let earlier = self.earlier_credentials.iter().rev();
        let is_known = self
            .credential
            .iter()
            .chain(earlier)
            .take(size)
            .any(|credential| credential.is(password));
        if is_known {
            return Err(Failure::new(
                "PasswordHistoryPolicyViolationException",
                "Password has previously been used",
            ));
        }
        Ok(())
    }

    /// Refuses to confirm a registration that does not wait for it.
    pub(crate) fn require_unconfirmed(&self) -> Result<(), Failure> {
        if self.status == UNCONFIRMED {
            return Ok(());
        }
        Err(Failure::not_authorized(format!(
            "User cannot be confirmed. Current status is {}",
            self.status
        )))
    }

    /// Notes a login, good or bad. Only the last ones are kept.
    pub(crate) fn remember(&mut self, is_good: bool, now: OffsetDateTime) {
        if self.events.len() >= 100 {
            self.events.remove(0);
        }
        self.events.push(AuthEvent::new(is_good, now));
    }

    /// The first factors of the flow `USER_AUTH` that this user can use.
    pub(crate) fn first_factors(&self, settings: &Settings) -> Vec<&'static str> {
        let mut offered = Vec::new();
        if self.credential.is_some() {
            offered.extend(["PASSWORD", "PASSWORD_SRP"]);
        }
        let allowed = |name: &str| settings.first_factors.contains(name);
        // A temporary password has to be used before any other way in opens.
        if self.status != FORCE_CHANGE_PASSWORD {
            if allowed("EMAIL_OTP") && self.has_verified("email") {
                offered.push("EMAIL_OTP");
            }
            if allowed("SMS_OTP") && self.has_verified("phone_number") {
                offered.push("SMS_OTP");
            }
            if allowed("WEB_AUTHN") && !self.passkeys.is_empty() {
                offered.push("WEB_AUTHN");
            }
        }
        offered
    }

    /// Refuses what needs a user in good standing.
    pub(crate) fn require_active(&self) -> Result<(), Failure> {
        if !self.enabled {
            return Err(Failure::user_disabled());
        }
        match self.status.as_str() {
            UNCONFIRMED => Err(Failure::user_not_confirmed()),
            RESET_REQUIRED => Err(Failure::password_reset_required()),
            _ => Ok(()),
        }
    }
}

impl Account {
    /// Decides a login by password, given whether the password was right.
    pub(crate) fn judge_password(
        &mut self,
        is_right: bool,
        now: OffsetDateTime,
    ) -> Result<(), Failure> {
        if self.status == EXTERNAL_PROVIDER {
            return Err(Failure::not_authorized(
                "User is not authorized to get auth details.",
            ));
        }
        self.lockout.check(now)?;
        // Cognito says these whatever the password was.
        match self.status.as_str() {
            UNCONFIRMED if !self.enabled => return Err(Failure::user_disabled()),
            UNCONFIRMED => return Err(Failure::user_not_confirmed()),
            RESET_REQUIRED => return Err(Failure::password_reset_required()),
            _ => {}
        }
        if !is_right {
            self.lockout.failed(now);
            self.remember(false, now);
            return Err(Failure::wrong_password());
        }
        if !self.enabled {
            return Err(Failure::user_disabled());
        }
        if self.temporary_until.is_some_and(|until| now >= until) {
            return Err(Failure::not_authorized(
                "Temporary password has expired and must be reset by an administrator.",
            ));
        }

        self.lockout.clear();
        Ok(())
    }
}

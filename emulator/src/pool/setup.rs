//! What tests and demos do with a pool without going through the API.

use std::time::Duration;

use super::account::UNCONFIRMED;
use super::credential::Credential;
use super::settings::{CustomRound, DeviceTracking, MfaMode, Settings};
use super::{AppClient, Factor, IdentityProvider, Pool, Totp, User};
use crate::random;

/// Settings, before or after the pool is added to an emulator.
impl Pool {
    /// Allows logins by these verified attributes too: `email`, `phone_number`, `preferred_username`.
    pub fn with_alias_attributes<const N: usize>(self, names: [&str; N]) -> Self {
        self.set(|settings| settings.alias_attributes = names.map(str::to_owned).into())
    }

    /// Makes `email` or `phone_number` the username; the internal username is then the `sub`.
    pub fn with_username_attributes<const N: usize>(self, names: [&str; N]) -> Self {
        self.set(|settings| settings.username_attributes = names.map(str::to_owned).into())
    }

    /// Accepts usernames and aliases in any case.
    pub fn with_case_insensitive_usernames(self) -> Self {
        self.set(|settings| settings.case_sensitive = false)
    }

    /// Sets whether the pool asks for a second factor.
    pub fn with_mfa(self, mfa: MfaMode) -> Self {
        self.set(|settings| settings.mfa = mfa)
    }

    /// Accepts an authenticator code any number of times while it is shown, which Cognito does not: for a demo, where a
    /// person logs in twice within thirty seconds.
    pub fn with_reusable_totp_codes(self) -> Self {
        self.set(|settings| settings.reusable_totp = true)
    }

    /// Declares custom attributes, without the prefix `custom:`.
    pub fn with_custom_attributes<const N: usize>(self, names: [&str; N]) -> Self {
        self.set(|settings| {
            for name in names {
                settings.schema.declare(&format!("custom:{name}"));
            }
        })
    }

    /// Makes attributes required: who must choose a new password is asked for them.
    pub fn with_required_attributes<const N: usize>(self, names: [&str; N]) -> Self {
        self.set(|settings| {
            for name in names {
                settings.schema.require(name);
            }
        })
    }

    /// Remembers devices. A remembered device is asked to prove itself in place of a second factor.
    pub fn with_device_tracking(self) -> Self {
        self.set(|settings| {
            settings.device_tracking = Some(DeviceTracking {
                challenge_required_on_new_device: true,
                device_only_remembered_on_user_prompt: false,
            });
        })
    }

    /// Requires passwords of at least this many characters, and of these kinds: `lowercase`, `numbers`,
    /// `symbols`, `uppercase`.
    pub fn with_password_policy<const N: usize>(self, min_chars: usize, kinds: [&str; N]) -> Self {
        self.set(|settings| {
            let policy = &mut settings.policy;
            policy.minimum_length = min_chars;
            policy.require_lowercase = kinds.contains(&"lowercase");
            policy.require_numbers = kinds.contains(&"numbers");
            policy.require_symbols = kinds.contains(&"symbols");
            policy.require_uppercase = kinds.contains(&"uppercase");
        })
    }

    /// Allows these first factors in the flow `USER_AUTH`: `PASSWORD`, `EMAIL_OTP`, `SMS_OTP`, `WEB_AUTHN`.
    pub fn with_first_factors<const N: usize>(self, names: [&str; N]) -> Self {
        self.set(|settings| settings.first_factors = names.map(str::to_owned).into())
    }

    /// Switches passkeys on for this relying party id, e.g. `localhost`.
    pub fn with_passkeys(self, relying_party: &str) -> Self {
        self.set(|settings| {
            settings.relying_party = Some(relying_party.to_owned());
            settings.first_factors.insert("WEB_AUTHN".to_owned());
        })
    }

    /// Adds a question to the flow `CUSTOM_AUTH`: the public parameters shown, and the answer expected.
    pub fn with_custom_question<const N: usize>(
        self,
        parameters: [(&str, &str); N],
        answer: &str,
    ) -> Self {
        self.set(|settings| {
            settings.custom_rounds.push(CustomRound {
                parameters: parameters
                    .map(|(name, value)| (name.to_owned(), value.to_owned()))
                    .into(),
                answer: answer.to_owned(),
            });
        })
    }

    fn set(self, change: impl FnOnce(&mut Settings)) -> Self {
        change(&mut self.directory().settings);
        self
    }
}

/// App clients, users and groups.
impl Pool {
    /// Adds an app client, and gives it back as it now is.
    pub fn add_client(&self, mut client: AppClient) -> AppClient {
        let mut directory = self.directory();
        let now = directory.clock.now();
        client.created.get_or_insert(now);
        client.modified = Some(now);
        directory.clients.insert(client.id.clone(), client.clone());
        client
    }

    /// Adds an identity provider of the kind `OIDC`, made up by the emulator: on its page whoever comes says who they
    /// are. The mapping goes from attributes of the pool to claims of the provider: `sub`, `email`, `email_verified`
    /// and `name`.
    pub fn add_identity_provider<const N: usize>(&self, name: &str, mapping: [(&str, &str); N]) {
        let mut directory = self.directory();
        let now = directory.clock.now();
        let provider = IdentityProvider::new(self.id(), name, "OIDC", now).with_mapping(mapping);
        directory.providers.insert(name.to_owned(), provider);
    }

    /// Adds a user, in place of one of the same name, and returns the new `sub`.
    pub fn add_user(&self, user: User) -> String {
        let mut directory = self.directory();
        if let Some(earlier) = directory.find_named(&user.username) {
            let username = earlier.username.clone();
            directory.remove(&username);
        }
        let pool_name = directory.name().to_owned();
        let now = directory.clock.now();
        let days = directory.settings.policy.temporary_password_validity_days;

        let sub = user.sub.unwrap_or_else(random::uuid);
        let account = directory.create_with_sub(&user.username, &sub);
        let username = account.username.clone();
        if let Some(password) = &user.password {
            let credential = Credential::new(&pool_name, &username, password);
            if user.is_temporary {
                let until = now + Duration::from_secs(days * 24 * 60 * 60);
                account.set_temporary_password(credential, Some(until), now);
            } else {
                account.set_password(credential, now);
            }
        }
        account.attributes.extend(user.attributes);
        if user.status.as_deref() != Some(UNCONFIRMED) {
            for name in ["email", "phone_number"] {
                if account.attributes.contains_key(name) {
                    let flag = format!("{name}_verified");
                    account
                        .attributes
                        .entry(flag)
                        .or_insert_with(|| "true".to_owned());
                }
            }
        }
        if let Some(secret) = &user.totp_secret {
            let mut totp = Totp::new(secret);
            totp.verified = true;
            account.mfa.totp = Some(totp);
            account.mfa.set(Factor::SoftwareToken, true, true);
        }
        account.mfa.set(Factor::Email, user.email_mfa, false);
        account.mfa.set(Factor::Sms, user.sms_mfa, false);
        account.enabled = user.enabled;
        if let Some(status) = user.status {
            account.status = status;
        }

        let custom: Vec<_> = account
            .attributes
            .keys()
            .filter(|name| name.starts_with("custom:"))
            .cloned()
            .collect();
        for name in custom {
            directory.settings.schema.declare(&name);
        }
        for group in &user.groups {
            directory.join(group, &username);
        }
        sub
    }

    /// Sets a user's password for good, past the pool's policy.
    pub fn set_password(&self, username: &str, password: &str) {
        let mut directory = self.directory();
        let pool_name = directory.name().to_owned();
        let now = directory.clock.now();
        if let Some(account) = directory.find_mut(username) {
            let credential = Credential::new(&pool_name, &account.username, password);
            account.set_password(credential, now);
        }
    }

    /// Disables a user: logins, refreshes and calls with an access token are refused.
    pub fn disable_user(&self, username: &str) {
        self.change_user(username, |account| account.enabled = false);
    }

    /// Enables a user again.
    pub fn enable_user(&self, username: &str) {
        self.change_user(username, |account| account.enabled = true);
    }

    /// Deletes a user. The name can be given to a new one, who gets another `sub`.
    pub fn delete_user(&self, username: &str) {
        let mut directory = self.directory();
        if let Some(username) = directory.find(username).map(|it| it.username.clone()) {
            directory.remove(&username);
        }
    }

    /// Sets a user's status to any text, also to one that Cognito no longer uses.
    pub fn set_user_status(&self, username: &str, status: &str) {
        self.change_user(username, |account| status.clone_into(&mut account.status));
    }

    /// Sets an attribute of a user.
    pub fn set_attribute(&self, username: &str, name: &str, value: &str) {
        if name.starts_with("custom:") {
            let mut directory = self.directory();
            directory.settings.schema.declare(name);
        }
        self.change_user(username, |account| {
            account.attributes.insert(name.to_owned(), value.to_owned());
        });
    }

    /// Returns an attribute of a user, if there are both.
    pub fn attribute(&self, username: &str, name: &str) -> Option<String> {
        let directory = self.directory();
        directory.find(username)?.attributes.get(name).cloned()
    }

    /// Removes an attribute of a user.
    pub fn remove_attribute(&self, username: &str, name: &str) {
        self.change_user(username, |account| {
            account.attributes.remove(name);
        });
    }

    /// Adds a user to a group, which is created if it is missing.
    pub fn add_user_to_group(&self, username: &str, group: &str) {
        let mut directory = self.directory();
        if let Some(username) = directory.find(username).map(|it| it.username.clone()) {
            directory.join(group, &username);
        }
    }

    /// Removes a user from a group.
    pub fn remove_user_from_group(&self, username: &str, group: &str) {
        let mut directory = self.directory();
        let username = directory.find(username).map(|it| it.username.clone());
        if let (Some(username), Some(group)) = (username, directory.groups.get_mut(group)) {
            group.members.remove(&username);
        }
    }

    /// Revokes every token of a user, as `AdminUserGlobalSignOut` does.
    pub fn revoke_tokens(&self, username: &str) {
        let mut directory = self.directory();
        if let Some(username) = directory.find(username).map(|it| it.username.clone()) {
            directory.tokens.revoke_user(&username);
        }
    }

    /// Forgets every device of a user.
    pub fn forget_devices(&self, username: &str) {
        self.change_user(username, |account| account.devices.clear());
    }

    /// Links somebody at an identity provider to a user, as `AdminLinkProviderForUser` does; nothing happens where that
    /// operation would refuse.
    pub fn link_identity(&self, username: &str, provider: &str, user_id: &str) {
        let _ = self.directory().link(username, provider, user_id);
    }

    /// Removes a user's authenticator app.
    pub fn remove_totp(&self, username: &str) {
        self.change_user(username, |account| {
            account.mfa.totp = None;
            account.mfa.set(Factor::SoftwareToken, false, false);
        });
    }

    /// Returns the `sub` of a user.
    pub fn user_sub(&self, username: &str) -> Option<String> {
        self.directory().find(username).map(|it| it.sub.clone())
    }

    /// Returns the status of a user.
    pub fn user_status(&self, username: &str) -> Option<String> {
        self.directory().find(username).map(|it| it.status.clone())
    }

    /// Returns an attribute of a user.
    pub fn user_attribute(&self, username: &str, name: &str) -> Option<String> {
        let directory = self.directory();
        directory.find(username)?.attribute(name).map(str::to_owned)
    }

    /// Returns the code that the user's authenticator app shows now: the app that is being enrolled, if one is.
    pub fn totp_code(&self, username: &str) -> Option<String> {
        let directory = self.directory();
        let mfa = &directory.find(username)?.mfa;
        let totp = mfa.enrolling.as_ref().or(mfa.totp.as_ref())?;
        Some(totp.code(directory.clock.unix()))
    }

    /// Signs from now on with new keys. The key set shows the old ones too, until [`Pool::drop_old_keys`].
    pub fn rotate_keys(&self) {
        self.directory().keys.rotate();
    }

    /// Removes the keys of before [`Pool::rotate_keys`] from the key set.
    pub fn drop_old_keys(&self) {
        self.directory().keys.drop_old();
    }

    /// Does this to a user, if there is one, and leaves everything else alone.
    fn change_user(&self, username: &str, change: impl FnOnce(&mut super::Account)) {
        let mut directory = self.directory();
        let now = directory.clock.now();
        if let Some(account) = directory.find_mut(username) {
            change(account);
            account.modified = now;
        }
    }
}

//! Pools, app clients and users from a JSON file that people write.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::emulator::Emulator;
use crate::pool::{AppClient, AuthFlow, MfaMode, Pool, User};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SeedFile {
    /// Where an editor finds `seed.schema.json`.
    #[serde(default, rename = "$schema")]
    _schema: String,
    pools: Vec<SeedPool>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SeedPool {
    id: String,
    mfa: Option<MfaMode>,
    #[serde(default)]
    email_aliases: bool,
    #[serde(default)]
    email_usernames: bool,
    #[serde(default)]
    custom_attributes: Vec<String>,
    #[serde(default)]
    required_attributes: Vec<String>,
    #[serde(default)]
    track_devices: bool,
    #[serde(default)]
    clients: Vec<SeedClient>,
    #[serde(default)]
    users: Vec<SeedUser>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SeedClient {
    id: String,
    secret: Option<String>,
    flows: Option<Vec<AuthFlow>>,
    #[serde(default)]
    prevent_user_existence_errors: bool,
    read_attributes: Option<Vec<String>>,
    write_attributes: Option<Vec<String>>,
    #[serde(default)]
    callback_urls: Vec<String>,
    #[serde(default)]
    sign_out_urls: Vec<String>,
    scopes: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SeedUser {
    username: String,
    sub: Option<String>,
    password: Option<String>,
    temporary_password: Option<String>,
    totp_secret: Option<String>,
    status: Option<String>,
    #[serde(default)]
    attributes: BTreeMap<String, String>,
    #[serde(default)]
    groups: Vec<String>,
    #[serde(default)]
    disabled: bool,
    #[serde(default)]
    email_mfa: bool,
    #[serde(default)]
    sms_mfa: bool,
}

/// Adds what a JSON text describes; the README shows its form.
///
/// # Errors
///
/// The text is not JSON, or not of that form.
pub fn load(emulator: &Emulator, text: &str) -> Result<(), serde_json::Error> {
    let file: SeedFile = serde_json::from_str(text)?;
    for seed in file.pools {
        let mut pool = Pool::new(&seed.id);
        if let Some(mfa) = seed.mfa {
            pool = pool.with_mfa(mfa);
        }
        if seed.email_aliases {
            pool = pool.with_alias_attributes(["email"]);
        }
        if seed.email_usernames {
            pool = pool.with_username_attributes(["email"]);
        }
        for name in &seed.custom_attributes {
            pool = pool.with_custom_attributes([name.as_str()]);
        }
        for name in &seed.required_attributes {
            pool = pool.with_required_attributes([name.as_str()]);
        }
        if seed.track_devices {
            pool = pool.with_device_tracking();
        }
        let pool = emulator.add_pool(pool);
        for client in seed.clients {
            pool.add_client(client.build());
        }
        for user in seed.users {
            pool.add_user(user.build());
        }
    }
    Ok(())
}

impl SeedClient {
    fn build(self) -> AppClient {
        let mut client = AppClient::new(self.id.clone())
            .with_id(self.id)
            .with_prevent_user_existence_errors(self.prevent_user_existence_errors);
        if let Some(secret) = self.secret {
            client = client.with_secret(secret);
        }
        if let Some(flows) = self.flows {
            client = client.with_flows(flows);
        }
        if let Some(names) = self.read_attributes {
            client.read_attributes = names.into_iter().collect();
        }
        if let Some(names) = self.write_attributes {
            client.write_attributes = names.into_iter().collect();
        }
        if !self.callback_urls.is_empty() {
            client = client.with_callback_urls([]);
            client.oauth.callback_urls = self.callback_urls;
            client.oauth.logout_urls = self.sign_out_urls;
        }
        if let Some(scopes) = self.scopes {
            client.oauth.scopes = scopes.into_iter().collect();
        }
        client
    }
}

impl SeedUser {
    fn build(self) -> User {
        let mut user = User::new(self.username);
        if let Some(sub) = self.sub {
            user = user.with_sub(sub);
        }
        if let Some(password) = self.password {
            user = user.with_password(password);
        }
        if let Some(password) = self.temporary_password {
            user = user.with_temporary_password(password);
        }
        if let Some(secret) = self.totp_secret {
            user = user.with_totp_secret(secret);
        }
        if let Some(status) = self.status {
            user = user.with_status(status);
        }
        for (name, value) in self.attributes {
            user = user.with_attribute(name, value);
        }
        for group in self.groups {
            user = user.with_group(group);
        }
        if self.email_mfa {
            user = user.with_email_mfa();
        }
        if self.sms_mfa {
            user = user.with_sms_mfa();
        }
        if self.disabled {
            user = user.disabled();
        }
        user
    }
}

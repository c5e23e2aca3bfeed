//! Pools, app clients and users from a JSON file, and to one.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::emulator::Emulator;
use crate::pool::{Account, AppClient, AuthFlow, Directory, Factor, MfaMode, Pool, User};

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct SeedFile {
    /// Where an editor finds `seed.schema.json`.
    #[serde(default, rename = "$schema", skip_serializing)]
    _schema: String,
    pools: Vec<SeedPool>,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct SeedPool {
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
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

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct SeedClient {
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    flows: Option<Vec<AuthFlow>>,
    #[serde(default)]
    prevent_user_existence_errors: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    read_attributes: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    write_attributes: Option<Vec<String>>,
    #[serde(default)]
    callback_urls: Vec<String>,
    #[serde(default)]
    sign_out_urls: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    scopes: Option<Vec<String>>,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct SeedUser {
    username: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    sub: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    password: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    temporary_password: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    totp_secret: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
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

/// Writes pools, app clients and users in the form that [`load`] reads, passwords included.
///
/// Tokens, devices, passkeys and open codes are left out, and settings that the form does not have.
pub fn dump(emulator: &Emulator) -> String {
    let pools = emulator.pools();
    let file = SeedFile {
        _schema: String::new(),
        pools: pools.iter().map(SeedPool::of).collect(),
    };
    serde_json::to_string_pretty(&file).expect("plain data")
}

impl SeedPool {
    fn of(pool: &Pool) -> Self {
        let directory = pool.directory();
        let settings = &directory.settings;
        let has_email = |names: &BTreeSet<String>| names.contains("email");
        let schema = &settings.schema;
        Self {
            id: pool.id().to_owned(),
            mfa: Some(settings.mfa),
            email_aliases: has_email(&settings.alias_attributes),
            email_usernames: has_email(&settings.username_attributes),
            custom_attributes: schema
                .names()
                .filter_map(|name| name.strip_prefix("custom:").map(str::to_owned))
                .collect(),
            required_attributes: schema.required().map(str::to_owned).collect(),
            track_devices: settings.device_tracking.is_some(),
            clients: directory.clients.values().map(SeedClient::of).collect(),
            users: directory
                .accounts
                .values()
                .filter(|account| account.identities.is_empty())
                .map(|account| SeedUser::of(&directory, account))
                .collect(),
        }
    }
}

impl SeedClient {
    fn of(client: &AppClient) -> Self {
        let names =
            |names: &BTreeSet<String>| (!names.is_empty()).then(|| names.iter().cloned().collect());
        Self {
            id: client.id().to_owned(),
            secret: client.secret().map(str::to_owned),
            flows: Some(client.flows.iter().copied().collect()),
            prevent_user_existence_errors: client.hides_unknown_users,
            read_attributes: names(&client.read_attributes),
            write_attributes: names(&client.write_attributes),
            callback_urls: client.oauth.callback_urls.clone(),
            sign_out_urls: client.oauth.logout_urls.clone(),
            scopes: names(&client.oauth.scopes),
        }
    }

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
    fn of(directory: &Directory, account: &Account) -> Self {
        let by_email = directory.settings.username_attributes.contains("email");
        let username = account.attribute("email").filter(|_| by_email);
        let password = account
            .credential
            .as_ref()
            .map(|it| it.password().to_owned());
        let (password, temporary_password) = match account.temporary_until {
            Some(_) => (None, password),
            None => (password, None),
        };
        let has = |factor| account.mfa.enabled.contains(&factor);
        Self {
            username: username.unwrap_or(&account.username).to_owned(),
            sub: Some(account.sub.clone()),
            password,
            temporary_password,
            totp_secret: account
                .mfa
                .totp
                .as_ref()
                .filter(|totp| totp.verified)
                .map(|totp| totp.secret_base32()),
            status: Some(account.status.clone()),
            attributes: account
                .attributes
                .iter()
                .filter(|(name, _)| *name != "sub")
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect(),
            groups: directory
                .groups_of(&account.username)
                .iter()
                .map(|it| it.name.clone())
                .collect(),
            disabled: !account.enabled,
            email_mfa: has(Factor::Email),
            sms_mfa: has(Factor::Sms),
        }
    }

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

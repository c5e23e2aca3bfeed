//! New tokens from a refresh token.

use std::time::Duration;

use serde_json::Value;

use super::claims::sign;
use super::overrides::Occasion;
use super::secret_hash::check_secret_hash;
use super::start::Start;
use super::step::{Step, Tokens, required};
use crate::failure::Failure;
use crate::pool::{AppClient, Directory, Pool};
use crate::token::RefreshEntry;

/// `REFRESH_TOKEN_AUTH`, which a client with rotation may not use.
pub(super) fn begin(start: &Start<'_>) -> Result<Step, Failure> {
    let token = required(start.parameters, "REFRESH_TOKEN")?;
    if start.client.rotation.is_some() {
        return Err(Failure::invalid_parameter(
            "Refresh token rotation is enabled for this client: use GetTokensFromRefreshToken.",
        ));
    }
    let entry = check(
        &start.pool.directory(),
        start.client,
        token,
        start.get("DEVICE_KEY"),
    )?;
    // Over the internal username: with an alias, the hash of the login does not fit here.
    let username = &entry.grant.username;
    check_secret_hash(start.client, username, start.get("SECRET_HASH"))?;

    let tokens = make(start.pool, start.client, &entry, None, start.metadata)?;
    Ok(Step {
        authentication_result: Some(tokens),
        ..Step::default()
    })
}

/// `GetTokensFromRefreshToken`, with a new refresh token where the client rotates.
pub(crate) fn refresh(
    pool: &Pool,
    client: &AppClient,
    token: &str,
    device_key: Option<&str>,
    metadata: &Value,
) -> Result<Tokens, Failure> {
    let mut directory = pool.directory();
    let entry = check(&directory, client, token, device_key)?;
    let mut next = None;
    if client.rotation.is_some() {
        let now = directory.clock.now();
        if let Some(old) = directory.tokens.find_mut(token) {
            old.rotated.get_or_insert(now);
        }
        next = Some(directory.tokens.issue(RefreshEntry {
            rotated: None,
            ..entry.clone()
        }));
    }
    drop(directory);
    make(pool, client, &entry, next, metadata)
}

/// Finds what a refresh token stands for, and refuses it where Cognito would.
fn check(
    directory: &Directory,
    client: &AppClient,
    token: &str,
    device_key: Option<&str>,
) -> Result<RefreshEntry, Failure> {
    let invalid = || Failure::not_authorized("Invalid Refresh Token");
    let now = directory.clock.now();

    // 1. The token.
    let entry = directory.tokens.find(token).ok_or_else(invalid)?;
    if entry.client_id != client.id() {
        return Err(invalid());
    }
    if directory.tokens.is_revoked(&entry.grant.origin_jti) {
        return Err(Failure::not_authorized("Refresh Token has been revoked"));
    }
    if now >= entry.expires {
        return Err(Failure::not_authorized("Refresh Token has expired"));
    }
    let grace = client.rotation.unwrap_or(Duration::MAX);
    if entry.rotated.is_some_and(|rotated| now - rotated >= grace) {
        return Err(Failure::new(
            "RefreshTokenReuseException",
            "Refresh token has been invalidated by rotation",
        ));
    }

    // 2. The user.
    let account = directory
        .find(&entry.grant.username)
        .filter(|account| account.sub == entry.sub)
        .ok_or_else(invalid)?;
    account.require_active()?;

    // 3. The device, where one is tracked: confirmed, and named in the call.
    if let Some(key) = &entry.grant.device_key {
        let device = account.devices.get(key);
        let is_confirmed = device.is_some_and(|device| device.verifier.is_some());
        if !is_confirmed || device_key != Some(key) {
            return Err(invalid());
        }
    }
    Ok(entry.clone())
}

fn make(
    pool: &Pool,
    client: &AppClient,
    entry: &RefreshEntry,
    refresh_token: Option<String>,
    metadata: &Value,
) -> Result<Tokens, Failure> {
    let occasion = Occasion {
        purpose: "RefreshTokens",
        metadata,
    };
    let signed = sign(pool, client, &entry.grant, occasion)?;
    Ok(Tokens {
        access_token: signed.access,
        expires_in: client.access_validity.as_secs(),
        id_token: signed.id,
        refresh_token,
        token_type: "Bearer",
        new_device_metadata: None,
    })
}

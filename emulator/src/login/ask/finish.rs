//! The end of a login: tokens.

use serde_json::json;

use crate::failure::Failure;
use crate::login::claims::sign;
use crate::login::overrides::Occasion;
use crate::login::step::{NewDevice, Step, Tokens};
use crate::pool::{Device, Directory, Login, Pool, Question};
use crate::random;
use crate::token::{Grant, RefreshEntry};
use crate::trigger::Trigger;

pub(super) fn finish(pool: &Pool, login: Login) -> Result<Step, Failure> {
    let (client, grant, new_device, attributes) = {
        let mut directory = pool.directory();
        let client = directory.client(&login.client_id)?.clone();
        let (device_key, new_device) = greet_device(&mut directory, &login)?;
        let now = directory.clock.now();
        let unix = directory.clock.unix();
        let account = directory.user_of(&login)?;
        account.remember(true, now);
        let grant = Grant {
            username: login.username.clone(),
            auth_time: unix,
            origin_jti: random::uuid(),
            event_id: random::uuid(),
            device_key,
            scopes: vec![Grant::USER_SCOPE.to_owned()],
            is_hosted: false,
            nonce: None,
            resource: None,
        };
        (client, grant, new_device, account.event_attributes())
    };

    pool.ask(&Question {
        trigger: Trigger::PostAuthentication,
        source: "PostAuthentication_Authentication",
        username: &login.username,
        client_id: &login.client_id,
        request: json!({
            "userAttributes": attributes,
            "newDeviceUsed": new_device.is_some(),
            "clientMetadata": login.metadata,
        }),
        response: json!({}),
    })?;
    if login.is_hosted {
        return Ok(Step {
            hosted_user: Some(login.username),
            ..Step::default()
        });
    }
    let occasion = Occasion {
        purpose: &login.purpose,
        metadata: &login.metadata,
    };
    let signed = sign(pool, &client, &grant, occasion)?;

    let mut directory = pool.directory();
    let now = directory.clock.now();
    let refresh_token = directory.tokens.issue(RefreshEntry {
        client_id: client.id.clone(),
        sub: login.sub,
        grant,
        expires: now + client.refresh_validity,
        rotated: None,
    });

    Ok(Step {
        authentication_result: Some(Tokens {
            access_token: signed.access,
            expires_in: client.access_validity.as_secs(),
            id_token: signed.id,
            refresh_token: Some(refresh_token),
            token_type: "Bearer",
            new_device_metadata: new_device,
        }),
        ..Step::default()
    })
}

/// Notes the login of a known device, or names a new one, in a pool that tracks devices.
fn greet_device(
    directory: &mut Directory,
    login: &Login,
) -> Result<(Option<String>, Option<NewDevice>), Failure> {
    if directory.settings.device_tracking.is_none() {
        return Ok((None, None));
    }
    let now = directory.clock.now();
    let region = directory.id.split('_').next().unwrap_or_default();
    let key = format!("{region}_{}", random::uuid());

    let account = directory.user_of(login)?;
    if let Some(device) = login
        .device_key
        .as_ref()
        .and_then(|key| account.devices.get_mut(key))
    {
        device.last_login = now;
        return Ok((Some(device.key.clone()), None));
    }

    let group_key = format!("-{}", random::mixed(8));
    account.devices.insert(
        key.clone(),
        Device {
            key: key.clone(),
            group_key: group_key.clone(),
            name: None,
            verifier: None,
            remembered: false,
            created: now,
            modified: now,
            last_login: now,
        },
    );
    let new_device = NewDevice {
        device_key: key.clone(),
        device_group_key: group_key,
    };
    Ok((Some(key), Some(new_device)))
}

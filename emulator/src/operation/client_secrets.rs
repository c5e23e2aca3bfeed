//! The secrets of an app client, of which there may be two: `Add`, `List`, `Delete`.

use serde_json::{Value, json};

use super::contract::Call;
use crate::failure::Failure;
use crate::pool::ClientSecret;
use crate::random;
use crate::wire;

const MOST: usize = 2;

pub(super) fn add(call: &Call<'_>) -> Result<Value, Failure> {
    let pool = call.pool()?;
    let mut directory = pool.directory();
    let now = directory.clock.now();
    let client = directory.client_mut(call.text("ClientId"))?;
    if client.secrets.len() >= MOST {
        return Err(Failure::new(
            "LimitExceededException",
            "An app client can have at most two secrets.",
        ));
    }
    let given = call.optional("ClientSecret").map(str::to_owned);
    let mut secret = ClientSecret::new(given.clone().unwrap_or_else(|| random::lower(51)));
    secret.created = Some(now);
    client.secrets.push(secret.clone());
    let mut descriptor = describe(&secret);
    if given.is_none() {
        // Shown this once.
        descriptor["ClientSecretValue"] = json!(secret.value);
    }
    Ok(json!({ "ClientSecretDescriptor": descriptor }))
}

pub(super) fn list(call: &Call<'_>) -> Result<Value, Failure> {
    let pool = call.pool()?;
    let directory = pool.directory();
    let secrets = &directory.client(call.text("ClientId"))?.secrets;
    let secrets: Vec<_> = secrets.iter().map(describe).collect();
    Ok(json!({ "ClientSecrets": secrets }))
}

pub(super) fn delete(call: &Call<'_>) -> Result<Value, Failure> {
    let pool = call.pool()?;
    let mut directory = pool.directory();
    let client = directory.client_mut(call.text("ClientId"))?;
    let id = call.text("ClientSecretId");
    if !client.secrets.iter().any(|it| it.id == id) {
        return Err(Failure::not_found("Client secret does not exist."));
    }
    if client.secrets.len() == 1 {
        return Err(Failure::invalid_parameter(
            "The last secret of an app client cannot be deleted.",
        ));
    }
    client.secrets.retain(|it| it.id != id);
    Ok(json!({}))
}

fn describe(secret: &ClientSecret) -> Value {
    let mut descriptor = json!({ "ClientSecretId": secret.id });
    if let Some(created) = secret.created {
        descriptor["ClientSecretCreateDate"] = json!(wire::timestamp(created));
    }
    descriptor
}

//! `GetClientToken`: a token for an app client, without a domain.

use serde_json::{Value, json};

use super::contract::Call;
use crate::failure::Failure;
use crate::login::{check_secret, client_token};
use crate::pool::AuthFlow;

pub(super) fn get(call: &Call<'_>) -> Result<Value, Failure> {
    let (pool, client) = call.emulator.client(call.text("ClientId"))?;
    check_secret(&client, call.optional("Secret"))?;
    if client.secret().is_none() || !client.flows.contains(&AuthFlow::ClientToken) {
        return Err(Failure::not_authorized(
            "ALLOW_CLIENT_TOKEN_AUTH is not enabled for the client.",
        ));
    }
    let scopes = call.body["Scopes"].as_array().into_iter().flatten();
    let scopes = scopes.filter_map(|it| it.as_str().map(str::to_owned));
    let token = client_token(
        &pool,
        &client,
        scopes.collect(),
        &call.body["ClientMetadata"],
    )?;
    Ok(json!({
        "ClientAuthenticationResult": {
            "AccessToken": token,
            "ExpiresIn": client.access_validity.as_secs(),
            "TokenType": "Bearer",
        },
    }))
}

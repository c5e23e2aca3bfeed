//! Tokens without a user, for an app client itself.

use serde_json::{Map, Value, json};

use super::claims::jwt;
use super::overrides::override_client_claims;
use crate::failure::Failure;
use crate::pool::{AppClient, Pool};
use crate::random;

/// Makes an access token for a client; without scopes, for all of its.
///
/// # Errors
///
/// A scope that nobody has (`InvalidParameterException`), or that the client has not (`NotAuthorizedException`).
pub(crate) fn client_token(
    pool: &Pool,
    client: &AppClient,
    scopes: Vec<String>,
    metadata: &Value,
) -> Result<String, Failure> {
    let mut access = Map::new();
    let scopes = {
        let directory = pool.directory();
        for scope in &scopes {
            if !directory.resource_servers.knows(scope) {
                return Err(Failure::invalid_parameter(format!(
                    "Invalid scope: {scope}"
                )));
            }
            if !client.oauth.scopes.contains(scope) {
                return Err(Failure::not_authorized(format!(
                    "The client is not allowed the scope {scope}"
                )));
            }
        }
        let now = directory.clock.unix();
        let scopes = if scopes.is_empty() {
            client.oauth.scopes.iter().cloned().collect()
        } else {
            scopes
        };
        let mut put = |name: &str, value: Value| {
            access.insert(name.to_owned(), value);
        };
        put("sub", json!(client.id()));
        put("client_id", json!(client.id()));
        put("token_use", json!("access"));
        put("scope", json!(scopes.join(" ")));
        put("auth_time", json!(now));
        put("iss", json!(directory.issuer));
        put("iat", json!(now));
        put("exp", json!(now + client.access_validity.as_secs()));
        put("version", json!(2));
        put("jti", json!(random::uuid()));
        scopes
    };
    override_client_claims(pool, client, &scopes, metadata, &mut access)?;
    let mut directory = pool.directory();
    Ok(jwt(directory.keys.access(), access))
}

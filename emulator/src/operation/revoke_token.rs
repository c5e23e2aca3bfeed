//! `RevokeToken`.

use serde::Deserialize;

use super::contract::Operation;
use crate::failure::Failure;
use crate::login::check_secret;
use crate::shared::Shared;
use crate::wire::Empty;

/// Revokes a refresh token and the access tokens made from it.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct RevokeToken {
    token: String,
    client_id: String,
    client_secret: Option<String>,
}

impl Operation for RevokeToken {
    type Answer = Empty;

    fn run(self, emulator: &Shared) -> Result<Empty, Failure> {
        let (pool, client) = emulator.client(&self.client_id)?;
        check_secret(&client, self.client_secret.as_deref())?;
        if !client.revocation {
            return Err(Failure::new(
                "UnsupportedOperationException",
                "Token revocation is not enabled for this client.",
            ));
        }
        if self.token.contains('.') {
            return Err(Failure::new(
                "UnsupportedTokenTypeException",
                "Only a refresh token can be revoked.",
            ));
        }

        let mut directory = pool.directory();
        // An unknown token is no error, as RFC 7009 has it.
        if let Some(entry) = directory.tokens.find(&self.token) {
            if entry.client_id != client.id() {
                return Err(Failure::new(
                    "UnauthorizedException",
                    "Invalid Refresh Token",
                ));
            }
            let origin_jti = entry.grant.origin_jti.clone();
            directory.tokens.revoke(&origin_jti);
        }
        Ok(Empty {})
    }
}

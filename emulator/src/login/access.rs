//! Checking the access token that a user's call carries.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::failure::Failure;
use crate::pool::Directory;

/// Who an access token stands for.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Access {
    pub(crate) sub: String,
    pub(crate) username: String,
    pub(crate) client_id: String,
    pub(crate) origin_jti: String,
    #[serde(default)]
    pub(crate) scope: String,
    token_use: String,
    iss: String,
    exp: u64,
}

#[derive(Deserialize)]
struct Header {
    kid: String,
    alg: String,
}

#[derive(Deserialize)]
struct Issuer {
    iss: String,
}

/// Reads the issuer of a token that nobody has verified yet, to find its pool.
pub(crate) fn issuer_of(token: &str) -> Option<String> {
    let payload = token.split('.').nth(1)?;
    decode::<Issuer>(payload).map(|claims| claims.iss)
}

impl Access {
    /// Verifies an access token of this pool, down to the user still being there.
    pub(crate) fn verify(directory: &Directory, token: &str) -> Result<Self, Failure> {
        let invalid = || Failure::not_authorized("Invalid Access Token");

        // 1. The form.
        let (message, signature) = token.rsplit_once('.').ok_or_else(invalid)?;
        let (header, payload) = message.split_once('.').ok_or_else(invalid)?;
        let header: Header = decode(header).ok_or_else(invalid)?;
        let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| invalid())?;

        // 2. The signature, by one of our keys for access tokens.
        let key = directory
            .keys
            .find_access(&header.kid)
            .ok_or_else(invalid)?;
        if header.alg != "RS256" || !key.verifies(message.as_bytes(), &signature) {
            return Err(Failure::not_authorized(
                "Could not verify signature for Access Token",
            ));
        }

        // 3. The claims.
        let access: Self = decode(payload).ok_or_else(invalid)?;
        if access.token_use != "access" || access.iss != directory.issuer {
            return Err(invalid());
        }
        if directory.clock.unix() >= access.exp {
            return Err(Failure::not_authorized("Access Token has expired"));
        }
        if directory.tokens.is_revoked(&access.origin_jti) {
            return Err(Failure::not_authorized("Access Token has been revoked"));
        }

        // 4. The user: another one of the same name is not who the token was made for.
        let account = directory.user(&access.username)?;
        if account.sub != access.sub {
            return Err(Failure::user_not_found());
        }
        account.require_active()?;
        Ok(access)
    }
}

fn decode<T: DeserializeOwned>(part: &str) -> Option<T> {
    let bytes = URL_SAFE_NO_PAD.decode(part).ok()?;
    serde_json::from_slice(&bytes).ok()
}

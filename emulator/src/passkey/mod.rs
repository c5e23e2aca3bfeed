//! Passkeys: registration and login by [WebAuthn](https://www.w3.org/TR/webauthn-3/).
//!
//! Attestation is not asked for, as at Cognito. Keys may be ES256 or RS256.

mod authenticator;
mod cbor;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde_json::{Value, json};
use time::OffsetDateTime;

use self::authenticator::{Assertion, Registration};
use crate::failure::Failure;
use crate::pool::{Account, Directory, Passkey};
use crate::random;
use crate::wire;

/// What a browser gives for either ceremony; only the parts in use.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Credential<R> {
    id: String,
    authenticator_attachment: Option<String>,
    response: R,
}

/// `clientDataJSON`, decoded.
#[derive(Deserialize)]
struct ClientData {
    #[serde(rename = "type")]
    kind: String,
    challenge: String,
    origin: String,
}

/// Makes a challenge, as base64url.
pub(crate) fn new_challenge() -> String {
    URL_SAFE_NO_PAD.encode(random::bytes::<32>())
}

/// The relying party id of a pool that has passkeys.
pub(crate) fn relying_party(directory: &Directory) -> Result<String, Failure> {
    if !directory.settings.first_factors.contains("WEB_AUTHN") {
        return Err(Failure::new(
            "WebAuthnNotEnabledException",
            "Passkeys are not enabled for this user pool.",
        ));
    }
    directory.settings.relying_party.clone().ok_or_else(|| {
        Failure::new(
            "WebAuthnConfigurationMissingException",
            "The user pool has no relying party.",
        )
    })
}

/// What `navigator.credentials.create` is given.
pub(crate) fn creation_options(
    account: &Account,
    challenge: &str,
    relying_party: &str,
    pool_name: &str,
) -> Value {
    let known: Vec<_> = account
        .passkeys
        .iter()
        .map(|it| json!({ "id": it.id, "type": "public-key", "transports": it.transports }))
        .collect();
    json!({
        "rp": { "id": relying_party, "name": pool_name },
        "user": {
            "id": URL_SAFE_NO_PAD.encode(&account.sub),
            "name": account.username,
            "displayName": account.username,
        },
        "challenge": challenge,
        "pubKeyCredParams": [
            { "type": "public-key", "alg": authenticator::ES256 },
            { "type": "public-key", "alg": authenticator::RS256 },
        ],
        "timeout": 60_000,
        "excludeCredentials": known,
        "authenticatorSelection": {
            "requireResidentKey": true,
            "residentKey": "required",
            "userVerification": "preferred",
        },
    })
}

/// Checks what an authenticator made, and takes the public key out of it. Section 7.1 of the specification.
pub(crate) fn register(
    credential: &Value,
    challenge: &str,
    relying_party: &str,
    now: OffsetDateTime,
) -> Result<Passkey, Failure> {
    let unsupported = || {
        Failure::new(
            "WebAuthnCredentialNotSupportedException",
            "The credential cannot be used.",
        )
    };
    let credential: Credential<Registration> =
        serde_json::from_value(credential.clone()).map_err(|_| unsupported())?;
    let response = &credential.response;

    check_client_data(
        &response.client_data_json,
        "webauthn.create",
        challenge,
        relying_party,
    )?;
    let made = response.read().ok_or_else(unsupported)?;
    if !made.is_for(relying_party) {
        return Err(Failure::new(
            "WebAuthnRelyingPartyMismatchException",
            "The credential was made for another relying party.",
        ));
    }
    if made.id != credential.id {
        return Err(unsupported());
    }

    Ok(Passkey {
        id: made.id,
        name: "Passkey".to_owned(),
        public_key: made.public_key,
        transports: response.transports.clone(),
        attachment: credential.authenticator_attachment,
        created: now,
    })
}

/// Checks what an authenticator signed at a login. Section 7.2 of the specification.
pub(crate) fn verify_assertion(
    passkeys: &[Passkey],
    credential: &str,
    challenge: &str,
    relying_party: &str,
) -> Result<(), Failure> {
    let refused = || Failure::not_authorized("Incorrect username or password.");
    let credential: Credential<Assertion> =
        serde_json::from_str(credential).map_err(|_| refused())?;
    let passkey = passkeys
        .iter()
        .find(|it| it.id == credential.id)
        .ok_or_else(refused)?;
    let response = &credential.response;

    check_client_data(
        &response.client_data_json,
        "webauthn.get",
        challenge,
        relying_party,
    )
    .map_err(|_| refused())?;
    if response.is_signed_by(&passkey.public_key, relying_party) {
        Ok(())
    } else {
        Err(refused())
    }
}

/// Checks what the browser says about the page that asked.
fn check_client_data(
    encoded: &str,
    kind: &str,
    challenge: &str,
    relying_party: &str,
) -> Result<(), Failure> {
    let mismatch = |what: &str| {
        Failure::new(
            "WebAuthnClientMismatchException",
            format!("The credential does not fit: {what}."),
        )
    };
    let data = URL_SAFE_NO_PAD
        .decode(encoded)
        .ok()
        .and_then(|bytes| serde_json::from_slice::<ClientData>(&bytes).ok())
        .ok_or_else(|| mismatch("clientDataJSON"))?;

    if data.kind != kind {
        return Err(mismatch("type"));
    }
    if data.challenge != challenge {
        return Err(mismatch("challenge"));
    }
    let host = data
        .origin
        .split_once("://")
        .map(|(_, rest)| rest.split(':').next().unwrap_or_default());
    let is_allowed = host
        .is_some_and(|host| host == relying_party || host.ends_with(&format!(".{relying_party}")));
    if !is_allowed {
        return Err(Failure::new(
            "WebAuthnOriginNotAllowedException",
            "The origin does not belong to the relying party.",
        ));
    }
    Ok(())
}

impl Passkey {
    /// The `WebAuthnCredentialDescription` of the API.
    pub(crate) fn describe(&self, relying_party: &str) -> Value {
        json!({
            "CredentialId": self.id,
            "FriendlyCredentialName": self.name,
            "RelyingPartyId": relying_party,
            "AuthenticatorAttachment": self.attachment,
            "AuthenticatorTransports": self.transports,
            "CreatedAt": wire::timestamp(self.created),
        })
    }
}

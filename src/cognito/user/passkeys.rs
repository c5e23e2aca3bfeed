use std::fmt;

use aws_sdk_cognitoidentityprovider::types::WebAuthnCredentialDescription;
use time::OffsetDateTime;

use super::document;
use crate::cognito::call::CallResult;
use crate::cognito::profile::read_time;
use crate::cognito::{CognitoError, CognitoErrorKind, CognitoUser, Listing};

/// A passkey of a user, as Cognito lists it.
#[derive(Clone)]
#[non_exhaustive]
pub struct Passkey {
    /// The id of the credential, by which it is deleted.
    pub id: String,
    /// A name that tells it from the user's others, e.g. `iCloud Keychain`.
    pub name: String,
    /// The domain that the passkey is for.
    pub relying_party: String,
    /// `platform` or `cross-platform`.
    pub attachment: Option<String>,
    /// How the authenticator can be reached, e.g. `internal` or `usb`.
    pub transports: Vec<String>,
    /// When the passkey was registered.
    pub created_at: Option<OffsetDateTime>,
}

impl Passkey {
    fn read(credential: &WebAuthnCredentialDescription) -> Self {
        Self {
            id: credential.credential_id().to_owned(),
            name: credential.friendly_credential_name().to_owned(),
            relying_party: credential.relying_party_id().to_owned(),
            attachment: credential.authenticator_attachment().map(str::to_owned),
            transports: credential.authenticator_transports().to_vec(),
            created_at: read_time(Some(credential.created_at())),
        }
    }
}

impl fmt::Debug for Passkey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Passkey")
            .field("name", &self.name)
            .field("relying_party", &self.relying_party)
            .finish_non_exhaustive()
    }
}

/// Passkeys, in user pools that have them. A user logs in with one by the challenge
/// [`WebAuthn`](crate::challenge::WebAuthn).
impl CognitoUser {
    /// Starts to register a passkey (`StartWebAuthnRegistration`). Returns what the browser's
    /// `navigator.credentials.create` is given as `publicKey`: JSON, as
    /// `PublicKeyCredential.parseCreationOptionsFromJSON` reads it.
    ///
    /// # Errors
    ///
    /// `WebAuthnNotConfigured`: the user pool has no passkeys, or no relying party.
    /// `TokenRefused`. `LimitExceeded`: wait.
    pub async fn start_web_authn_registration(&self) -> Result<String, CognitoError> {
        let call = self.cognito().inner.once.start_web_authn_registration();
        let call = call.access_token(self.tokens().access.expose());
        let output = call.send().await.of("StartWebAuthnRegistration")?;

        Ok(document::to_json(output.credential_creation_options()).to_string())
    }

    /// Registers the passkey that the browser has made: JSON, as its `toJSON` writes it
    /// (`CompleteWebAuthnRegistration`).
    ///
    /// # Errors
    ///
    /// `InvalidParameter`: not JSON. `WebAuthnChallengeMismatch`: not the answer to the
    /// registration that was started last; start again. `WebAuthnCredentialNotSupported`:
    /// another authenticator may do. `WebAuthnNotConfigured`: the page's origin does not belong
    /// to the user pool's relying party. `LimitExceeded`: the user has as many as allowed.
    pub async fn complete_web_authn_registration(
        &self,
        credential: &str,
    ) -> Result<(), CognitoError> {
        const OPERATION: &str = "CompleteWebAuthnRegistration";

        let credential = serde_json::from_str(credential).map_err(|error| {
            CognitoError::new(CognitoErrorKind::InvalidParameter, OPERATION, error)
        })?;
        self.cognito()
            .inner
            .once
            .complete_web_authn_registration()
            .access_token(self.tokens().access.expose())
            .credential(document::from_json(credential))
            .send()
            .await
            .of(OPERATION)?;
        Ok(())
    }

    /// Lists all passkeys (`ListWebAuthnCredentials`).
    pub fn list_web_authn_credentials(&self) -> Listing<Passkey> {
        let user = self.clone();

        Listing::by_page(move |token| {
            let call = user.cognito().inner.client.list_web_authn_credentials();
            let call = call.access_token(user.tokens().access.expose());
            let call = call.set_next_token(token);
            async {
                let output = call.send().await.of("ListWebAuthnCredentials")?;
                let passkeys = output.credentials().iter().map(Passkey::read).collect();
                Ok((passkeys, output.next_token))
            }
        })
    }

    /// Deletes a passkey (`DeleteWebAuthnCredential`).
    ///
    /// # Errors
    ///
    /// `ResourceNotFound`: no such passkey.
    pub async fn delete_web_authn_credential(&self, id: &str) -> Result<(), CognitoError> {
        let call = self.cognito().inner.once.delete_web_authn_credential();
        let call = call.access_token(self.tokens().access.expose());
        let call = call.credential_id(id);
        call.send().await.of("DeleteWebAuthnCredential")?;
        Ok(())
    }
}

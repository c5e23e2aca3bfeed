//! Proofs of a password, of a user or of a device.

use axum_cognito_srp::{PasswordChallenge, PasswordProof, SrpClient, SrpError, SrpIdentity};
use secrecy::{ExposeSecret, SecretString};

use super::attempt::Attempt;
use super::auth_output::{AuthOutput, Verifier};
use crate::cognito::{Cognito, CognitoError, CognitoErrorKind, RememberedDevice};

/// Whose password is proved.
enum Identity {
    Device { group_key: String, key: String },
    User { pool_name: String, user_id: String },
}

impl Cognito {
    /// Draws the secret of one proof.
    pub(in crate::cognito) async fn srp_client(&self) -> Result<SrpClient, CognitoError> {
        self.compute(SrpClient::new).await
    }

    /// Proves a user's password: answers `PASSWORD_VERIFIER`.
    pub(super) async fn prove_password(
        &self,
        attempt: &mut Attempt,
        srp: SrpClient,
        password: SecretString,
        asked: AuthOutput,
    ) -> Result<AuthOutput, CognitoError> {
        let verifier = Verifier::read(&asked)?;
        // From here on the user goes by the name that Cognito gave, never by an alias.
        if let Some(username) = &verifier.username {
            attempt.username.clone_from(username);
        }
        attempt.proved = Some(verifier.user_id.clone());
        let identity = Identity::User {
            pool_name: self.inner.user_pool.name().to_owned(),
            user_id: verifier.user_id.clone(),
        };
        let proof = self.prove(srp, identity, password, verifier).await?;

        let session = asked.session.as_deref();
        self.send_step(attempt, Verifier::PASSWORD, session, claim(proof))
            .await
            .map_err(|error| error.about(&attempt.username))
    }

    /// Logs a remembered device in: `DEVICE_SRP_AUTH` and then `DEVICE_PASSWORD_VERIFIER`.
    pub(super) async fn prove_device(
        &self,
        attempt: &Attempt,
        device: RememberedDevice,
        asked: AuthOutput,
    ) -> Result<AuthOutput, CognitoError> {
        let srp = self.srp_client().await?;
        let public = ("SRP_A".to_owned(), srp.srp_a().to_owned());
        let session = asked.session.as_deref();
        let asked = self
            .send_step(attempt, AuthOutput::DEVICE, session, [public])
            .await?;

        let verifier = Verifier::read(&asked)?;
        let identity = Identity::Device {
            group_key: device.group_key,
            key: device.key,
        };
        let proof = self.prove(srp, identity, device.password, verifier).await?;
        let session = asked.session.as_deref();
        self.send_step(attempt, "DEVICE_PASSWORD_VERIFIER", session, claim(proof))
            .await
            // The user's password was right: this one is only of the device.
            .map_err(|error| match error.kind() {
                CognitoErrorKind::NotAuthorized | CognitoErrorKind::WrongPassword => {
                    error.with_kind(CognitoErrorKind::DeviceRefused)
                }
                _ => error,
            })
    }

    /// Computes a proof. Cognito gives that a few seconds, so it is done at once.
    async fn prove(
        &self,
        srp: SrpClient,
        identity: Identity,
        password: SecretString,
        verifier: Verifier,
    ) -> Result<PasswordProof, CognitoError> {
        let now = self.inner.clock.now();
        let work = move || {
            let challenge = PasswordChallenge {
                salt: &verifier.salt,
                srp_b: &verifier.srp_b,
                secret_block: &verifier.secret_block,
            };
            let identity = match &identity {
                Identity::Device { group_key, key } => SrpIdentity::device(group_key, key),
                Identity::User { pool_name, user_id } => SrpIdentity::user(pool_name, user_id),
            };
            srp.prove(&identity, password.expose_secret(), &challenge, now)
        };

        self.compute(work).await
    }

    /// Runs SRP arithmetic off the async threads, at most one computation a core. The others wait
    /// in order, if they are not too many.
    pub(in crate::cognito) async fn compute<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, SrpError> + Send + 'static,
    ) -> Result<T, CognitoError> {
        let _place = self.inner.srp_places.try_acquire().map_err(|_| {
            let kind = CognitoErrorKind::Unavailable;
            CognitoError::new(kind, "InitiateAuth", "too many passwords are being proved")
        })?;
        let _permit = self
            .inner
            .srp_permits
            .acquire()
            .await
            .expect("the semaphore is never closed");

        tokio::task::spawn_blocking(work)
            .await
            .expect("SRP arithmetic does not panic")
            .map_err(srp_error)
    }
}

/// The responses that carry a proof.
fn claim(proof: PasswordProof) -> [(String, String); 3] {
    [
        ("PASSWORD_CLAIM_SIGNATURE", proof.signature),
        ("PASSWORD_CLAIM_SECRET_BLOCK", proof.secret_block),
        ("TIMESTAMP", proof.timestamp),
    ]
    .map(|(name, value)| (name.to_owned(), value))
}

fn srp_error(error: SrpError) -> CognitoError {
    let kind = match error {
        SrpError::Random => CognitoErrorKind::Unavailable,
        _ => CognitoErrorKind::Protocol,
    };
    CognitoError::new(kind, "InitiateAuth", error)
}

use aws_sdk_cognitoidentityprovider::types::ClientSecretDescriptorType;
use time::OffsetDateTime;

use super::Admin;
use crate::cognito::call::CallResult;
use crate::cognito::profile::read_time;
use crate::cognito::{CognitoError, CognitoErrorKind, Listing};
use crate::id::AppClientSecret;

/// One of the secrets of the app client.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct AppClientSecretVersion {
    /// The id, by which the secret is deleted.
    pub id: String,
    /// The secret itself, when Cognito has just made it up. It is told once.
    pub secret: Option<AppClientSecret>,
    /// When it was added.
    pub created_at: Option<OffsetDateTime>,
}

impl AppClientSecretVersion {
    fn read(descriptor: ClientSecretDescriptorType) -> Self {
        Self {
            created_at: read_time(descriptor.client_secret_create_date()),
            id: descriptor.client_secret_id.unwrap_or_default(),
            secret: descriptor.client_secret_value.map(AppClientSecret::from),
        }
    }
}

/// The secrets of the app client. It can have two, so that a site changes them without an
/// interruption: add one, restart with it, delete the old one.
impl Admin {
    /// Adds a secret that Cognito makes up, or one that is given (`AddUserPoolClientSecret`).
    ///
    /// # Errors
    ///
    /// `LimitExceeded`: there are two. `InvalidParameter`: Cognito does not take the secret.
    pub async fn add_app_client_secret(
        &self,
        secret: Option<&AppClientSecret>,
    ) -> Result<AppClientSecretVersion, CognitoError> {
        const OPERATION: &str = "AddUserPoolClientSecret";

        let output = self
            .once()
            .add_user_pool_client_secret()
            .user_pool_id(self.pool_id())
            .client_id(self.client_id())
            .set_client_secret(secret.map(|secret| secret.expose().to_owned()))
            .send()
            .await
            .of(OPERATION)?;

        let descriptor = output.client_secret_descriptor;
        descriptor.map(AppClientSecretVersion::read).ok_or_else(|| {
            CognitoError::new(CognitoErrorKind::Protocol, OPERATION, "no secret came")
        })
    }

    /// Lists the secrets, without the secrets themselves (`ListUserPoolClientSecrets`).
    pub fn list_app_client_secrets(&self) -> Listing<AppClientSecretVersion> {
        let admin = self.clone();

        Listing::by_page(move |token| {
            let call = admin.client().list_user_pool_client_secrets();
            let call = call.user_pool_id(admin.pool_id());
            let call = call.client_id(admin.client_id()).set_next_token(token);
            async {
                let output = call.send().await.of("ListUserPoolClientSecrets")?;
                let secrets = output.client_secrets.unwrap_or_default().into_iter();
                Ok((
                    secrets.map(AppClientSecretVersion::read).collect(),
                    output.next_token,
                ))
            }
        })
    }

    /// Deletes a secret (`DeleteUserPoolClientSecret`).
    ///
    /// # Errors
    ///
    /// `ResourceNotFound`: no such secret. `InvalidParameter`: it is the last one.
    pub async fn delete_app_client_secret(&self, id: &str) -> Result<(), CognitoError> {
        self.once()
            .delete_user_pool_client_secret()
            .user_pool_id(self.pool_id())
            .client_id(self.client_id())
            .client_secret_id(id)
            .send()
            .await
            .of("DeleteUserPoolClientSecret")?;
        Ok(())
    }
}

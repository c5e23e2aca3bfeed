//! For administrators: what AWS wants signed.

mod app_client;
mod app_client_secrets;
mod auth_events;
mod devices;
mod groups;
mod identity_providers;
mod linked_identities;
mod new_user;
mod second_factors;
mod user_pool;
mod user_query;
mod users;

use aws_sdk_cognitoidentityprovider::Client;

pub use self::app_client::AppClientConfiguration;
pub use self::app_client_secrets::AppClientSecretVersion;
pub use self::auth_events::AuthEvent;
pub use self::groups::Group;
pub use self::identity_providers::IdentityProvider;
pub use self::linked_identities::LinkedIdentity;
pub use self::new_user::NewUser;
pub use self::user_pool::{MfaConfiguration, MfaRequirement, UserPoolConfiguration};
pub use self::user_query::UserQuery;
use super::{Cognito, CognitoError, CognitoErrorKind};

/// The operations of administrators, which AWS wants signed with AWS credentials.
///
/// Each fails with `AccessDenied` where the credentials lack the permission for it, and with
/// `UserNotFound` or `ResourceNotFound` where there is nothing of that name.
///
/// # Examples
///
/// ```no_run
/// # async fn run(cognito: axum_cognito::Cognito) -> Result<(), Box<dyn std::error::Error>> {
/// let admin = cognito.admin()?;
/// admin.disable_user("alice").await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Admin {
    cognito: Cognito,
}

impl Cognito {
    /// Returns the operations of administrators.
    ///
    /// # Errors
    ///
    /// `MissingCredentials`: the client was built without AWS credentials.
    pub fn admin(&self) -> Result<Admin, CognitoError> {
        if self.inner.has_credentials {
            return Ok(Admin {
                cognito: self.clone(),
            });
        }

        Err(CognitoError::new(
            CognitoErrorKind::MissingCredentials,
            "Admin*",
            "give the client AWS credentials with `CognitoBuilder::with_credentials`",
        ))
    }
}

impl Admin {
    /// Returns the client that this is of.
    pub fn cognito(&self) -> &Cognito {
        &self.cognito
    }

    /// For calls that may be repeated.
    fn client(&self) -> &Client {
        &self.cognito.inner.client
    }

    /// For calls that are good for one use.
    fn once(&self) -> &Client {
        &self.cognito.inner.once
    }

    fn pool_id(&self) -> &str {
        self.cognito.inner.user_pool.as_str()
    }

    fn client_id(&self) -> &str {
        self.cognito.inner.app_client.as_str()
    }
}

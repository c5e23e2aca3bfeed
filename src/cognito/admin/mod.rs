//! For administrators: what AWS wants signed. Without credentials all of it fails with
//! `MissingCredentials`.

mod app_client;
mod groups;
mod identity_providers;
mod new_user;
mod user_pool;
mod user_query;
mod users;

pub use self::app_client::AppClientConfiguration;
pub use self::groups::Group;
pub use self::identity_providers::IdentityProvider;
pub use self::new_user::NewUser;
pub use self::user_pool::{MfaRequirement, PasswordPolicy, UserPoolConfiguration};
pub use self::user_query::UserQuery;
use crate::cognito::{Cognito, CognitoError, CognitoErrorKind};

impl Cognito {
    /// Fails early and clearly where the SDK would look for credentials that nobody gave.
    pub(super) fn require_credentials(&self, operation: &'static str) -> Result<(), CognitoError> {
        if self.inner.has_credentials {
            return Ok(());
        }

        Err(CognitoError::new(
            CognitoErrorKind::MissingCredentials,
            operation,
            "give the client AWS credentials with `CognitoBuilder::with_credentials`",
        ))
    }
}

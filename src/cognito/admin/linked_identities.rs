use std::fmt;

use aws_sdk_cognitoidentityprovider::types::ProviderUserIdentifierType;

use super::Admin;
use crate::cognito::CognitoError;
use crate::cognito::call::CallResult;

/// The attribute by which Cognito knows a user of another provider, whatever its kind.
const SUBJECT: &str = "Cognito_Subject";

/// What Cognito calls itself among the providers.
const COGNITO: &str = "Cognito";

/// A user of another identity provider. `Debug` shows the provider alone.
#[derive(Clone, Eq, PartialEq)]
#[must_use]
pub struct LinkedIdentity {
    provider: String,
    attribute: String,
    value: String,
}

impl LinkedIdentity {
    /// Names a user by the id that the provider gave them: `sub` of OIDC, `NameID` of SAML.
    pub fn new(provider: impl Into<String>, user_id: impl Into<String>) -> Self {
        Self {
            provider: provider.into(),
            attribute: SUBJECT.to_owned(),
            value: user_id.into(),
        }
    }

    /// Names the user by an attribute that the provider maps, in place of the id. OIDC and SAML
    /// only.
    pub fn with_attribute(mut self, name: impl Into<String>) -> Self {
        self.attribute = name.into();
        self
    }

    fn write(&self) -> ProviderUserIdentifierType {
        ProviderUserIdentifierType::builder()
            .provider_name(&self.provider)
            .provider_attribute_name(&self.attribute)
            .provider_attribute_value(&self.value)
            .build()
    }
}

impl fmt::Debug for LinkedIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LinkedIdentity")
            .field("provider", &self.provider)
            .finish_non_exhaustive()
    }
}

/// Users who come from more than one place.
impl Admin {
    /// Links an identity of another provider to a user of the user pool, who can log in by it then
    /// (`AdminLinkProviderForUser`).
    ///
    /// That identity opens the account from then on: prove first that both are one person's.
    ///
    /// # Errors
    ///
    /// `UserNotFound`; `AliasExists`: another user is linked; `InvalidParameter`: somebody has
    /// logged in with that identity before, so that it has a user of its own. `LimitExceeded`: five
    /// are linked.
    pub async fn link_provider_for_user(
        &self,
        username: &str,
        identity: &LinkedIdentity,
    ) -> Result<(), CognitoError> {
        let user = ProviderUserIdentifierType::builder()
            .provider_name(COGNITO)
            .provider_attribute_value(username)
            .build();

        self.once()
            .admin_link_provider_for_user()
            .user_pool_id(self.pool_id())
            .destination_user(user)
            .source_user(identity.write())
            .send()
            .await
            .of("AdminLinkProviderForUser")?;
        Ok(())
    }

    /// Removes a login through another provider (`AdminDisableProviderForUser`).
    ///
    /// # Errors
    ///
    /// `UserNotFound`; `AliasExists`; `InvalidParameter`.
    pub async fn disable_provider_for_user(
        &self,
        identity: &LinkedIdentity,
    ) -> Result<(), CognitoError> {
        self.once()
            .admin_disable_provider_for_user()
            .user_pool_id(self.pool_id())
            .user(identity.write())
            .send()
            .await
            .of("AdminDisableProviderForUser")?;
        Ok(())
    }
}

use crate::attribute::Attributes;
use crate::challenge::plain_code;
use crate::cognito::call::CallResult;
use crate::cognito::delivery::CodeDelivery;
use crate::cognito::profile::write_attributes;
use crate::cognito::{CognitoError, CognitoUser};

impl CognitoUser {
    /// Changes attributes, and returns where codes were sent to verify new addresses
    /// (`UpdateUserAttributes`). An empty value deletes an attribute.
    ///
    /// # Errors
    ///
    /// `AttributeNotPermitted`: the app client may not write one. `AliasExists`: another user has
    /// the address. `InvalidParameter`: a value that the pool refuses. `CodeDeliveryFailure`: the
    /// attributes are changed, and the code was not sent.
    pub async fn update_profile(
        &self,
        attributes: &Attributes,
    ) -> Result<Vec<CodeDelivery>, CognitoError> {
        let output = self
            .cognito()
            .inner
            .once
            .update_user_attributes()
            .access_token(self.tokens().access.expose())
            .set_user_attributes(write_attributes(attributes))
            .set_client_metadata(self.cognito().context.client_metadata())
            .send()
            .await
            .of("UpdateUserAttributes")?;
        let deliveries = output.code_delivery_details_list().iter();

        Ok(deliveries.map(CodeDelivery::read).collect())
    }

    /// Deletes attributes (`DeleteUserAttributes`).
    ///
    /// # Errors
    ///
    /// As for [`update_profile`](Self::update_profile).
    pub async fn delete_attributes(&self, names: &[&str]) -> Result<(), CognitoError> {
        let names = names.iter().map(|name| (*name).to_owned()).collect();

        self.cognito()
            .inner
            .client
            .delete_user_attributes()
            .access_token(self.tokens().access.expose())
            .set_user_attribute_names(Some(names))
            .send()
            .await
            .of("DeleteUserAttributes")?;
        Ok(())
    }

    /// Sends a code to verify `email` or `phone_number` (`GetUserAttributeVerificationCode`).
    ///
    /// # Errors
    ///
    /// `LimitExceeded`: wait. `CodeDeliveryFailure`: it could not be sent.
    pub async fn send_verification(
        &self,
        attribute: &str,
    ) -> Result<Option<CodeDelivery>, CognitoError> {
        let output = self
            .cognito()
            .inner
            .once
            .get_user_attribute_verification_code()
            .access_token(self.tokens().access.expose())
            .attribute_name(attribute)
            .set_client_metadata(self.cognito().context.client_metadata())
            .send()
            .await
            .of("GetUserAttributeVerificationCode")?;

        Ok(output.code_delivery_details().map(CodeDelivery::read))
    }

    /// Verifies `email` or `phone_number` with the code that was sent (`VerifyUserAttribute`).
    ///
    /// # Errors
    ///
    /// `CodeMismatch`, `ExpiredCode`: the code. `AliasExists`: another user has the address.
    pub async fn validate_verification(
        &self,
        attribute: &str,
        code: &str,
    ) -> Result<(), CognitoError> {
        self.cognito()
            .inner
            .once
            .verify_user_attribute()
            .access_token(self.tokens().access.expose())
            .attribute_name(attribute)
            .code(plain_code(code))
            .send()
            .await
            .of("VerifyUserAttribute")?;
        Ok(())
    }

    /// Deletes the user, by their own wish (`DeleteUser`).
    ///
    /// # Errors
    ///
    /// `TokenRefused`: the access token is no longer good.
    pub async fn delete_user(&self) -> Result<(), CognitoError> {
        self.cognito()
            .inner
            .once
            .delete_user()
            .access_token(self.tokens().access.expose())
            .send()
            .await
            .of("DeleteUser")?;
        Ok(())
    }
}

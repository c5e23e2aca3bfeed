use std::fmt;

use aws_sdk_cognitoidentityprovider::types::CodeDeliveryDetailsType;

/// Where Cognito sent a confirmation code.
#[derive(Clone, Eq, PartialEq)]
#[non_exhaustive]
pub struct CodeDelivery {
    /// The address or number, shortened by Cognito, e.g. `a***@e***`.
    pub destination: String,
    /// `EMAIL` or `SMS`.
    pub medium: String,
    /// The attribute that the code verifies, e.g. `email`.
    pub attribute: String,
}

impl CodeDelivery {
    pub(super) fn read(details: &CodeDeliveryDetailsType) -> Self {
        let text = |value: Option<&str>| value.unwrap_or_default().to_owned();

        Self {
            destination: text(details.destination()),
            medium: text(details.delivery_medium().map(|medium| medium.as_str())),
            attribute: text(details.attribute_name()),
        }
    }
}

impl fmt::Debug for CodeDelivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CodeDelivery")
            .field("medium", &self.medium)
            .field("attribute", &self.attribute)
            .finish_non_exhaustive()
    }
}

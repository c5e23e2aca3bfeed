//! The SDK's own model of the API: which operations there are, and what their parameters may be.
//!
//! `table.json` is made by `make_table.py` from the model that the SDKs are generated from.

mod check;
mod shape;

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Deserialize;
use serde_json::Value;

use self::check::Checker;
use self::shape::Shape;
use crate::failure::Failure;

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    serde_json::from_str(include_str!("table.json")).expect("the table fits its types")
});

/// The whole model.
#[derive(Deserialize)]
struct Table {
    operations: HashMap<String, Operation>,
    shapes: HashMap<String, Shape>,
}

/// An operation as the model knows it.
#[derive(Debug, Deserialize)]
pub(crate) struct Operation {
    request: String,
    /// The call is not signed with AWS credentials.
    pub(crate) is_public: bool,
}

/// Finds an operation of the API by its name.
pub(crate) fn operation(name: &str) -> Option<&'static Operation> {
    TABLE.operations.get(name)
}

impl Operation {
    /// Checks the parameters of a call.
    ///
    /// # Errors
    ///
    /// `SerializationException` for a value of another type, and else `InvalidParameterException` with all that is
    /// wrong, as AWS words it.
    pub(crate) fn check(&self, body: &Value) -> Result<(), Failure> {
        Checker::new(&TABLE.shapes).check(&self.request, body)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Recorded messages, word for word.
    #[test]
    fn words_what_is_wrong_as_aws_does() {
        let password = "Value at 'password' failed to satisfy constraint: Member must";
        for (name, body, message) in [
            (
                "ForgotPassword",
                json!({ "ClientId": "web", "Username": "" }),
                "2 validation errors detected: Value at 'username' failed to satisfy constraint: Member must satisfy \
                 regular expression pattern: [\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+; Value at 'username' failed to satisfy \
                 constraint: Member must have length greater than or equal to 1"
                    .to_owned(),
            ),
            (
                "SignUp",
                json!({ "ClientId": "web", "Username": "alice", "Password": "" }),
                format!(
                    "2 validation errors detected: {password} have length greater than or equal to 6; {password} \
                     satisfy regular expression pattern: ^[\\S]+.*[\\S]+$"
                ),
            ),
            (
                "InitiateAuth",
                json!({ "AuthFlow": "USER_SRP_AUTH" }),
                "1 validation error detected: Value null at 'clientId' failed to satisfy constraint: Member must not \
                 be null"
                    .to_owned(),
            ),
            (
                "DescribeUserPool",
                json!({ "UserPoolId": "no pool" }),
                "1 validation error detected: Value 'no pool' at 'userPoolId' failed to satisfy constraint: Member \
                 must satisfy regular expression pattern: [\\w-]+_[0-9a-zA-Z]+"
                    .to_owned(),
            ),
            (
                "ConfirmSignUp",
                json!({ "ClientId": "web", "Username": "alice", "ConfirmationCode": "1 12 123" }),
                "1 validation error detected: Value '1 12 123' at 'confirmationCode' failed to satisfy constraint: \
                 Member must satisfy regular expression pattern: [\\S]+"
                    .to_owned(),
            ),
        ] {
            let failure = operation(name).expect(name).check(&body).expect_err(name);

            assert_eq!(failure.name(), "InvalidParameterException", "{name}");
            assert_eq!(failure.message(), message, "{name}");
        }
    }

    #[test]
    fn every_pattern_can_be_read() {
        for (name, shape) in &TABLE.shapes {
            assert!(shape.pattern_is_read(), "{name}");
        }
    }
}

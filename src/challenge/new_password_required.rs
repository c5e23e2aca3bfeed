use std::collections::BTreeMap;

use secrecy::SecretString;

use super::{Answer, ChallengeRecord};
use crate::attribute::{AttributeName, Attributes};

/// Attributes are named `userAttributes.<name>` in this challenge.
const PREFIX: &str = "userAttributes.";

/// Requires a new password in place of a temporary one.
#[derive(Debug)]
pub struct NewPasswordRequired {
    pub(super) record: ChallengeRecord,
    required_attributes: Vec<AttributeName>,
}

impl NewPasswordRequired {
    /// The API's name of this challenge.
    pub const NAME: &'static str = "NEW_PASSWORD_REQUIRED";

    pub(super) fn new(record: ChallengeRecord) -> Self {
        // Both parameters are JSON inside a string. What cannot be read asks for nothing:
        // Cognito itself refuses an answer that lacks a required attribute, by its name.
        let required = record.list("requiredAttributes");
        let required_attributes = required
            .iter()
            .filter_map(|name| name.strip_prefix(PREFIX).unwrap_or(name).parse().ok())
            .collect();

        Self {
            record,
            required_attributes,
        }
    }

    /// Returns the attributes that must be given along with the new password.
    pub fn required_attributes(&self) -> &[AttributeName] {
        &self.required_attributes
    }

    /// Returns the attributes that the user has so far.
    pub fn attributes(&self) -> Attributes {
        let known: BTreeMap<String, String> = self
            .record
            .parameter("userAttributes")
            .and_then(|attributes| serde_json::from_str(attributes).ok())
            .unwrap_or_default();

        known
            .into_iter()
            .filter_map(|(name, value)| Some((name.parse().ok()?, value)))
            .collect()
    }

    /// Answers with the new password and with the attributes that are required.
    ///
    /// Only attributes of [`required_attributes`](Self::required_attributes) are
    /// sent: a form cannot write others by naming them.
    pub fn answer(self, new_password: SecretString, attributes: &Attributes) -> Answer {
        let Self {
            record,
            required_attributes,
        } = self;

        required_attributes.iter().fold(
            Answer::new(record, "NEW_PASSWORD", new_password),
            |answer, name| match attributes.get(name.as_str()) {
                Some(value) => answer.with(format!("{PREFIX}{name}"), value.to_owned().into()),
                None => answer,
            },
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn challenge() -> NewPasswordRequired {
        let parameters = [
            (
                "requiredAttributes",
                r#"["userAttributes.given_name","userAttributes.custom:team"]"#,
            ),
            ("userAttributes", r#"{"email":"newbie@example.com"}"#),
        ];
        let record = ChallengeRecord::new(NewPasswordRequired::NAME, "newbie")
            .with_parameters(parameters.map(|(name, json)| (name.to_owned(), json.to_owned())));

        NewPasswordRequired::new(record)
    }

    #[test]
    fn reads_what_is_required_and_what_is_known() {
        let challenge = challenge();

        let required: Vec<_> = challenge
            .required_attributes()
            .iter()
            .map(AttributeName::as_str)
            .collect();
        assert_eq!(required, ["given_name", "custom:team"]);
        assert_eq!(
            challenge.attributes().get("email"),
            Some("newbie@example.com")
        );
    }

    #[test]
    fn sends_only_attributes_that_were_asked_for() {
        let typed: Attributes = [("given_name", "Nell"), ("custom:role", "admin")]
            .into_iter()
            .map(|(name, value)| (name.parse().expect("a name"), value.to_owned()))
            .collect();

        let answer = challenge().answer("n3w-Password!".to_owned().into(), &typed);

        let sent: Vec<_> = answer.responses().map(|(name, _)| name).collect();
        assert_eq!(sent, ["NEW_PASSWORD", "userAttributes.given_name"]);
    }

    #[test]
    fn garbage_in_the_parameters_asks_for_nothing() {
        let record = ChallengeRecord::new(NewPasswordRequired::NAME, "newbie")
            .with_parameters([("requiredAttributes".to_owned(), "{not json".to_owned())]);

        assert!(
            NewPasswordRequired::new(record)
                .required_attributes()
                .is_empty()
        );
    }
}

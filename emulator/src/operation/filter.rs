//! The filter of `ListUsers`: `name = "value"` or `name ^= "beginning"`.

use crate::failure::Failure;
use crate::pool::Account;

/// A parsed filter.
#[derive(Debug)]
pub(super) struct Filter {
    /// Name, value, and whether the value is only a beginning; nothing accepts everybody.
    test: Option<(String, String, bool)>,
}

impl Filter {
    pub(super) fn parse(text: &str) -> Result<Self, Failure> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(Self { test: None });
        }
        let invalid = || Failure::invalid_parameter("Error while parsing filter.");

        let (left, value) = text.split_once('=').ok_or_else(invalid)?;
        let (name, is_prefix) = match left.trim_end().strip_suffix('^') {
            Some(name) => (name, true),
            None => (left, false),
        };
        let name = name.trim().trim_matches('"');
        let value = value
            .trim()
            .strip_prefix('"')
            .and_then(|value| value.strip_suffix('"'))
            .ok_or_else(invalid)?
            .replace("\\\"", "\"");
        let is_searchable = [
            "cognito:user_status",
            "email",
            "family_name",
            "given_name",
            "name",
            "phone_number",
            "preferred_username",
            "status",
            "sub",
            "username",
        ]
        .contains(&name);
        if !is_searchable {
            return Err(Failure::invalid_parameter(format!(
                "Invalid search attribute: {name}"
            )));
        }

        Ok(Self {
            test: Some((name.to_owned(), value, is_prefix)),
        })
    }

    pub(super) fn accepts(&self, account: &Account) -> bool {
        let Some((name, value, is_prefix)) = &self.test else {
            return true;
        };
        let found = match name.as_str() {
            "cognito:user_status" => Some(account.status.as_str()),
            "status" if account.enabled => Some("Enabled"),
            "status" => Some("Disabled"),
            "username" => Some(account.username.as_str()),
            name => account.attribute(name),
        };
        found.is_some_and(|found| {
            // Only these two count case.
            let (found, value) = match name.as_str() {
                "username" | "status" => (found.to_owned(), value.clone()),
                _ => (found.to_lowercase(), value.to_lowercase()),
            };
            if *is_prefix {
                found.starts_with(&value)
            } else {
                found == value
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use time::OffsetDateTime;

    use super::*;

    #[test]
    fn reads_both_kinds_of_test_and_refuses_the_rest() {
        let account = Account::new("alice", "sub".to_owned(), OffsetDateTime::UNIX_EPOCH);

        for (text, accepts) in [
            ("", true),
            ("username = \"alice\"", true),
            ("username=\"alic\"", false),
            ("username ^= \"al\"", true),
            ("\"username\" ^= \"bo\"", false),
            ("status = \"Enabled\"", true),
            ("cognito:user_status = \"CONFIRMED\"", true),
        ] {
            let filter = Filter::parse(text).expect(text);
            assert_eq!(filter.accepts(&account), accepts, "{text}");
        }
        for text in ["alice", "username = alice", "shoe_size = \"44\""] {
            Filter::parse(text).expect_err(text);
        }
    }
}

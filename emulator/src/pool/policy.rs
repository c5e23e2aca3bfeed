//! Whether a password may be used.

use super::settings::PasswordPolicy;
use crate::failure::Failure;

/// The symbols that count as such for Cognito.
const SYMBOLS: &str = "^$*.[]{}()?-\"!@#%&/\\,><':;|_~`+= ";

impl PasswordPolicy {
    /// Checks a new password, and names the first rule that it breaks.
    pub(crate) fn check(&self, password: &str) -> Result<(), Failure> {
        let length = password.chars().count();
        let blank_end =
            password.starts_with(char::is_whitespace) || password.ends_with(char::is_whitespace);
        if password.is_empty() || length > 256 || blank_end {
            return Err(Failure::invalid_parameter(
                "1 validation error detected: Value at 'password' failed to satisfy constraint: \
                 Member must satisfy regular expression pattern: ^[\\S]+.*[\\S]+$",
            ));
        }

        let has = |wanted: fn(char) -> bool| password.chars().any(wanted);
        let broken = if length < self.minimum_length {
            "Password not long enough"
        } else if self.require_uppercase && !has(|it| it.is_ascii_uppercase()) {
            "Password must have uppercase characters"
        } else if self.require_lowercase && !has(|it| it.is_ascii_lowercase()) {
            "Password must have lowercase characters"
        } else if self.require_numbers && !has(|it| it.is_ascii_digit()) {
            "Password must have numeric characters"
        } else if self.require_symbols && !has(|it| SYMBOLS.contains(it)) {
            "Password must have symbol characters"
        } else {
            return Ok(());
        };

        Err(Failure::invalid_password(format!(
            "Password did not conform with policy: {broken}"
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_the_rule_that_a_password_breaks() {
        let policy = PasswordPolicy::default();

        for (password, rule) in [
            ("Aa1!", "not long enough"),
            ("aaaaaaa1!", "uppercase"),
            ("AAAAAAA1!", "lowercase"),
            ("Aaaaaaaa!", "numeric"),
            ("Aaaaaaaa1", "symbol"),
        ] {
            let failure = policy.check(password).expect_err(password);
            assert_eq!(failure.name(), "InvalidPasswordException", "{password}");
            assert!(failure.message().contains(rule), "{password}");
        }
        assert!(policy.check("Correct-horse-1").is_ok());
        assert!(policy.check("Two Words 1").is_ok(), "a blank is a symbol");
        assert!(policy.check(" Two-Words-1").is_err());
        assert!(policy.check("Two-Words-1 ").is_err());
    }
}

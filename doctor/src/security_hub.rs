//! The controls of AWS Security Hub that fail for the same reason as a finding.
//!
//! <https://docs.aws.amazon.com/securityhub/latest/userguide/cognito-controls.html>

const CONTROLS: [(&str, &str); 7] = [
    ("deletion-protection-off", "Cognito.6"),
    ("mfa-off", "Cognito.5"),
    ("password-short", "Cognito.3"),
    ("temporary-password-long", "Cognito.3"),
    ("threat-protection-audit", "Cognito.1"),
    ("threat-protection-custom-off", "Cognito.4"),
    ("threat-protection-off", "Cognito.1"),
];

/// The control that a finding is about, if there is one.
pub(crate) fn control(code: &str) -> Option<&'static str> {
    let found = CONTROLS.iter().find(|(known, _)| *known == code);
    found.map(|(_, control)| *control)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_control_belongs_to_a_finding_that_there_is() {
        let readme = include_str!("../README.md");

        for (code, name) in CONTROLS {
            assert!(readme.contains(&format!("| `{code}` |")), "{code}");
            assert_eq!(control(code), Some(name));
        }
        assert_eq!(control("flow-srp-missing"), None);
    }
}

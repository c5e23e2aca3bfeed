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

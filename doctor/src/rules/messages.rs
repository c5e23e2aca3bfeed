//! Mails and text messages, and the reset of a forgotten password, which depends on them.

use serde_json::json;

use crate::facts::Facts;
use crate::finding::{Finding, Severity};

const RECOVERY: &str = "AccountRecoverySetting.RecoveryMechanisms";

pub(super) fn nothing_verified(facts: &Facts) -> Option<Finding> {
    let verified = &facts.pool()?.auto_verified_attributes;

    verified.is_empty()?.then(|| Finding {
        code: "nothing-verified",
        severity: Severity::Warning,
        setting: "AutoVerifiedAttributes",
        value: json!([]),
        why: "A forgotten password is reset by a code to a verified address, and nothing ever \
              verifies one.",
        fix: "update-user-pool --auto-verified-attributes email".into(),
    })
}

/// <https://docs.aws.amazon.com/cognito/latest/developerguide/managing-users-passwords.html>
pub(super) fn recovery_unset(facts: &Facts) -> Option<Finding> {
    mechanisms(facts)?.is_empty().then(|| Finding {
        code: "recovery-unset",
        severity: Severity::Warning,
        setting: RECOVERY,
        value: json!(null),
        why: "Without a choice Cognito prefers a text message to a mail, also to a phone that is the \
              second factor.",
        fix: "update-user-pool --account-recovery-setting \
              'RecoveryMechanisms=[{Priority=1,Name=verified_email}]'"
            .into(),
    })
}

pub(super) fn recovery_admin_only(facts: &Facts) -> Option<Finding> {
    let mechanisms = mechanisms(facts)?;

    mechanisms.contains(&"admin_only").then(|| Finding {
        code: "recovery-admin-only",
        severity: Severity::Warning,
        setting: RECOVERY,
        value: json!(mechanisms),
        why: "The page for a forgotten password cannot help anybody.",
        fix: "update-user-pool --account-recovery-setting \
              'RecoveryMechanisms=[{Priority=1,Name=verified_email}]', or take the page away"
            .into(),
    })
}

/// Cognito does not send a reset to where the second factor goes, so that one device cannot
/// give both.
pub(super) fn recovery_by_second_factor(facts: &Facts) -> Option<Finding> {
    let mechanisms = mechanisms(facts)?;
    let blocked = match mechanisms[..] {
        ["verified_phone_number"] => facts.has_sms_mfa()?,
        ["verified_email"] => facts.has_email_mfa()?,
        _ => false,
    };

    blocked.then(|| Finding {
        code: "recovery-by-second-factor",
        severity: Severity::Warning,
        setting: RECOVERY,
        value: json!(mechanisms),
        why: "Users whose second factor goes to the same place cannot reset their password.",
        fix: "update-user-pool --account-recovery-setting \
              'RecoveryMechanisms=[{Priority=1,Name=verified_email},{Priority=2,\
              Name=verified_phone_number}]'"
            .into(),
    })
}

/// By priority.
fn mechanisms(facts: &Facts) -> Option<Vec<&str>> {
    let setting = facts.pool()?.account_recovery_setting.known()?;
    let options = setting.recovery_mechanisms.known()?.iter();
    let options = options.map(|option| {
        let (priority, name) = (option.priority.known()?, option.name.known()?);
        Some((*priority, name.as_str()))
    });
    let mut options: Vec<_> = options.collect::<Option<_>>()?;

    options.sort_by_key(|(priority, _)| *priority);
    Some(options.into_iter().map(|(_, name)| name).collect())
}

/// <https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-email.html>
pub(super) fn default_sender(facts: &Facts) -> Option<Finding> {
    let account = facts.email_sending_account()?;
    // As a second factor it is an error, and says so there.
    let said = facts.has_email_mfa() == Some(true);

    (!facts.sends_by_ses()? && !said).then(|| Finding {
        code: "email-default-sender",
        severity: Severity::Warning,
        setting: "EmailConfiguration.EmailSendingAccount",
        value: json!(account),
        why: "Cognito's own sender stops after 50 mails a day, and then nobody can sign up or reset a \
              password.",
        fix: "update-user-pool --email-configuration \
              EmailSendingAccount=DEVELOPER,SourceArn=...,From=..."
            .into(),
    })
}

pub(super) fn phone_without_sms(facts: &Facts) -> Option<Finding> {
    let verifies = facts.auto_verifies("phone_number")?;
    let sms = facts.pool()?.sms_configuration.known()?;

    (verifies && sms.is_none()).then(|| Finding {
        code: "phone-without-sms",
        severity: Severity::Error,
        setting: "SmsConfiguration",
        value: json!(null),
        why: "Phone numbers are to be verified by a text message that Cognito cannot send.",
        fix: "update-user-pool --sms-configuration SnsCallerArn=...,ExternalId=..., or \
              --auto-verified-attributes email"
            .into(),
    })
}

/// The confused deputy: <https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html>
pub(super) fn sms_without_external_id(facts: &Facts) -> Option<Finding> {
    let sms = facts.pool()?.sms_configuration.known()?.as_ref()?;

    (sms.sns_caller_arn.is_there() && sms.external_id.known()?.is_none()).then(|| Finding {
        code: "sms-without-external-id",
        severity: Severity::Note,
        setting: "SmsConfiguration.ExternalId",
        value: json!(null),
        why: "Without it the role that sends text messages cannot tell this user pool from others that \
              name the role.",
        fix: "update-user-pool --sms-configuration SnsCallerArn=...,ExternalId=..., and ask for it in \
              the trust policy of the role"
            .into(),
    })
}

pub(super) fn delivery_failure(facts: &Facts) -> Option<Finding> {
    let sms = facts.pool()?.sms_configuration_failure.as_ref();
    let email = facts.pool()?.email_configuration_failure.as_ref();
    let (setting, failure) = sms
        .map(|failure| ("SmsConfigurationFailure", failure))
        .or(email.map(|failure| ("EmailConfigurationFailure", failure)))?;

    Some(Finding {
        code: "delivery-failure",
        severity: Severity::Error,
        setting,
        value: json!(failure),
        why: "Cognito itself says that its messages do not arrive.",
        fix: "mend the role of SmsConfiguration, leave the sandbox of Amazon SNS, or mend \
              EmailConfiguration"
            .into(),
    })
}

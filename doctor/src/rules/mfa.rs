//! Second factors, passkeys and devices.
//!
//! <https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-mfa.html>

use serde_json::json;

use crate::facts::Facts;
use crate::finding::{Finding, Severity};

pub(super) fn off(facts: &Facts) -> Option<Finding> {
    let configuration = facts.pool()?.mfa_configuration.known()?;

    (!facts.has_mfa()?).then(|| Finding {
        code: "mfa-off",
        severity: Severity::Warning,
        setting: "MfaConfiguration",
        value: json!(configuration),
        why: "A stolen password is enough to log in, and the page for a second factor can do nothing.",
        fix: "set-user-pool-mfa-config --mfa-configuration OPTIONAL \
              --software-token-mfa-configuration Enabled=true"
            .into(),
    })
}

pub(super) fn no_factor(facts: &Facts) -> Option<Finding> {
    let configuration = facts.pool()?.mfa_configuration.known()?;
    let any = facts.has_second_factor()? || facts.has_passkey_mfa()?;

    (facts.has_mfa()? && !any).then(|| Finding {
        code: "mfa-without-factor",
        severity: Severity::Error,
        setting: "MfaConfiguration",
        value: json!(configuration),
        why: "A second factor is asked for, and there is none that a user could have.",
        fix: "set-user-pool-mfa-config --software-token-mfa-configuration Enabled=true".into(),
    })
}

/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_WebAuthnMfaSettingsType.html>
pub(super) fn passkeys_only(facts: &Facts) -> Option<Finding> {
    let other = facts.has_second_factor()?;

    (facts.has_passkey_mfa()? && !other).then(|| Finding {
        code: "mfa-passkeys-only",
        severity: Severity::Warning,
        setting: "WebAuthnConfiguration.FactorConfiguration",
        value: json!("the only factor"),
        why: "A passkey is both factors of its own login and no second one for a password, and \
              Cognito wants a user to have another factor beside it.",
        fix: "set-user-pool-mfa-config --software-token-mfa-configuration Enabled=true".into(),
    })
}

pub(super) fn sms_only(facts: &Facts) -> Option<Finding> {
    let mfa = facts.mfa.known()?;
    let other =
        mfa.software_token_mfa_configuration.enabled || mfa.email_mfa_configuration.is_some();

    (facts.has_sms_mfa()? && !other).then(|| Finding {
        code: "mfa-sms-only",
        severity: Severity::Warning,
        setting: "SmsMfaConfiguration",
        value: json!("the only factor"),
        why: "Text messages can be redirected by taking over a phone number, cost money, and come \
              late.",
        fix: "set-user-pool-mfa-config --software-token-mfa-configuration Enabled=true".into(),
    })
}

pub(super) fn sms_unconfigured(facts: &Facts) -> Option<Finding> {
    let own = facts.mfa.known()?.sms_mfa_configuration.as_ref();
    let configured = facts.pool()?.sms_configuration.known()?.is_some()
        || own.is_some_and(|it| it.sms_configuration.is_some());

    (facts.has_sms_mfa()? && !configured).then(|| Finding {
        code: "mfa-sms-unconfigured",
        severity: Severity::Error,
        setting: "SmsConfiguration",
        value: json!(null),
        why: "Text messages are a second factor, and Cognito has no role to send them by.",
        fix: "update-user-pool --sms-configuration SnsCallerArn=...,ExternalId=...".into(),
    })
}

/// <https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-mfa-sms-email-message.html>
pub(super) fn email_needs_ses(facts: &Facts) -> Option<Finding> {
    let account = facts.email_sending_account()?;

    (facts.has_email_mfa()? && !facts.sends_by_ses()?).then(|| Finding {
        code: "mfa-email-without-ses",
        severity: Severity::Error,
        setting: "EmailConfiguration.EmailSendingAccount",
        value: json!(account),
        why: "Codes by mail as a second factor need Amazon SES.",
        fix: "update-user-pool --email-configuration \
              EmailSendingAccount=DEVELOPER,SourceArn=...,From=..."
            .into(),
    })
}

/// Without a name of its own Cognito takes the domain of its login pages, on which no site of
/// yours runs.
pub(super) fn passkeys_without_relying_party(facts: &Facts) -> Option<Finding> {
    let passkeys = &facts.mfa.known()?.web_authn_configuration;
    let relying_party = passkeys.relying_party_id.known()?;
    let passkeys = facts.first_factors()?.has("WEB_AUTHN")?;

    (passkeys && relying_party.is_none()).then(|| Finding {
        code: "passkeys-without-relying-party",
        severity: Severity::Error,
        setting: "WebAuthnConfiguration.RelyingPartyId",
        value: json!(relying_party),
        why: "Browsers refuse a passkey that is not for the site's own domain.",
        fix:
            "set-user-pool-mfa-config --web-authn-configuration RelyingPartyId=<the site's domain>"
                .into(),
    })
}

/// <https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-device-tracking.html>
pub(super) fn device_tracking(facts: &Facts) -> Option<Finding> {
    let devices = facts.pool()?.device_configuration.known()?.as_ref()?;

    Some(Finding {
        code: "device-tracking-on",
        severity: Severity::Note,
        setting: "DeviceConfiguration",
        value: json!({
            "ChallengeRequiredOnNewDevice": devices.challenge_required_on_new_device.known(),
            "DeviceOnlyRememberedOnUserPrompt":
                devices.device_only_remembered_on_user_prompt.known(),
        }),
        why: "Tokens can be renewed only after the device of the login was confirmed: the library's \
              own login does that, at the cost of one more call and one more device on the user's list \
              each time, and a login by other code has to do it itself.",
        fix: "update-user-pool without --device-configuration, unless you want devices".into(),
    })
}

pub(super) fn devices_replace_mfa(facts: &Facts) -> Option<Finding> {
    let devices = facts.pool()?.device_configuration.known()?.as_ref()?;
    let at_once = !devices.device_only_remembered_on_user_prompt.known()?;
    let skips = *devices.challenge_required_on_new_device.known()?;

    (facts.has_mfa()? && skips && at_once).then(|| Finding {
        code: "devices-replace-mfa",
        severity: Severity::Warning,
        setting: "DeviceConfiguration.ChallengeRequiredOnNewDevice",
        value: json!(skips),
        why: "A device takes the place of the second factor, and every device is remembered without \
              asking the user.",
        fix: "update-user-pool --device-configuration \
              ChallengeRequiredOnNewDevice=false,DeviceOnlyRememberedOnUserPrompt=true"
            .into(),
    })
}

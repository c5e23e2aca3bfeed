//! The client secret, and what strangers may find out.

use serde_json::json;

use crate::facts::Facts;
use crate::finding::{Finding, Severity};

pub(super) fn no_secret(facts: &Facts) -> Option<Finding> {
    // A site that has one all the same is told of an error, and not twice.
    let told = facts.site.has_secret == Some(true);

    (!facts.has_secret()? && !told).then(|| Finding {
        code: "client-without-secret",
        severity: Severity::Warning,
        setting: "ClientSecret",
        value: json!(null),
        why: "Anybody who learns the id of the app client can sign up and try passwords past the \
              site.",
        fix:
            "create-user-pool-client --generate-secret: an app client cannot get its first secret \
              later"
                .into(),
    })
}

pub(super) fn secret_at_site_only(facts: &Facts) -> Option<Finding> {
    (facts.site.has_secret == Some(true) && !facts.has_secret()?).then(|| Finding {
        code: "secret-at-site-only",
        severity: Severity::Error,
        setting: "COGNITO_APP_SECRET",
        value: json!("set"),
        why: "The app client has no secret, so Cognito refuses calls that prove one.",
        fix: "unset COGNITO_APP_SECRET, or take an app client that has a secret".into(),
    })
}

pub(super) fn secret_missing_at_site(facts: &Facts) -> Option<Finding> {
    (facts.site.has_secret == Some(false) && facts.has_secret()?).then(|| Finding {
        code: "secret-missing-at-site",
        severity: Severity::Error,
        setting: "COGNITO_APP_SECRET",
        value: json!(null),
        why: "The app client has a secret, so Cognito refuses calls that do not prove it.",
        fix: "set COGNITO_APP_SECRET to ClientSecret of describe-user-pool-client".into(),
    })
}

/// <https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pool-managing-errors.html>
pub(super) fn existence_errors_shown(facts: &Facts) -> Option<Finding> {
    let setting = &facts.client()?.prevent_user_existence_errors;
    let setting = setting.known()?.as_deref();

    (setting != Some("ENABLED")).then(|| Finding {
        code: "existence-errors-shown",
        severity: Severity::Warning,
        setting: "PreventUserExistenceErrors",
        value: json!(setting),
        why: "Cognito's answers tell strangers who has an account.",
        fix: "update-user-pool-client --prevent-user-existence-errors ENABLED".into(),
    })
}

/// Only an app client with a secret may tell addresses in calls that are not signed: without
/// one, that comes first.
pub(super) fn context_data_off(facts: &Facts) -> Option<Finding> {
    let sent = *sends_context_data(facts)?;

    (facts.has_threat_protection()? && facts.has_secret()? && !sent).then(|| Finding {
        code: "context-data-off",
        severity: Severity::Warning,
        setting: "EnablePropagateAdditionalUserContextData",
        value: json!(sent),
        why: "Threat protection sees the site's own address in place of each visitor's, and may \
              block all of them for one.",
        fix: "update-user-pool-client --enable-propagate-additional-user-context-data (needs a \
              client secret), and let the site tell the visitor's address"
            .into(),
    })
}

pub(super) fn context_data_unused(facts: &Facts) -> Option<Finding> {
    let sent = *sends_context_data(facts)?;
    let unused = !facts.has_threat_protection()? || !facts.has_secret()?;

    (sent && unused).then(|| Finding {
        code: "context-data-unused",
        severity: Severity::Note,
        setting: "EnablePropagateAdditionalUserContextData",
        value: json!(sent),
        why: "Visitors' addresses are of use to threat protection alone, and count only from an app \
              client with a secret.",
        fix: "update-user-pool-client --no-enable-propagate-additional-user-context-data, or \
              update-user-pool --user-pool-add-ons AdvancedSecurityMode=AUDIT"
            .into(),
    })
}

fn sends_context_data(facts: &Facts) -> Option<&bool> {
    let setting = &facts
        .client()?
        .enable_propagate_additional_user_context_data;
    setting.known()
}

//! Which ways to log in there are.
//!
//! <https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-authentication-flow-methods.html>

use serde_json::json;

use crate::facts::Facts;
use crate::finding::{Finding, Severity};

const SETTING: &str = "ExplicitAuthFlows";

pub(super) fn srp_missing(facts: &Facts) -> Option<Finding> {
    // Two of the three names of before 2019 include SRP.
    let explicit = &facts.client()?.explicit_auth_flows;
    let legacy = facts.legacy_flows()?;
    let by_legacy = legacy.iter().any(|flow| *flow != "CUSTOM_AUTH_FLOW_ONLY");
    // `USER_AUTH` can prove a password too, and AWS says so: one might think that it is enough.
    let why = if facts.has_flow("ALLOW_USER_AUTH")? {
        "ALLOW_USER_AUTH is not enough: with COGNITO_LOGIN_FLOW=choice too, a typed password is \
         proved by USER_SRP_AUTH, so that the login page does not tell who has an account, and \
         Cognito refuses that for this app client."
    } else {
        "The login page proves passwords by SRP, which Cognito refuses for this app client."
    };

    let is_missing = !facts.has_flow("ALLOW_USER_SRP_AUTH")? && !by_legacy;
    (is_missing && !facts.site_sends_passwords()).then(|| Finding {
        code: "flow-srp-missing",
        severity: Severity::Error,
        setting: SETTING,
        value: json!(explicit),
        why,
        fix: "update-user-pool-client --explicit-auth-flows: add ALLOW_USER_SRP_AUTH".into(),
    })
}

pub(super) fn unset(facts: &Facts) -> Option<Finding> {
    facts.client()?.explicit_auth_flows.is_empty()?.then(|| Finding {
        code: "flows-unset",
        severity: Severity::Warning,
        setting: SETTING,
        value: json!(null),
        why: "Without a choice Cognito takes its defaults, which allow custom flows too, and which \
              do not go with refresh token rotation.",
        fix: "update-user-pool-client --explicit-auth-flows ALLOW_USER_SRP_AUTH \
              ALLOW_REFRESH_TOKEN_AUTH"
            .into(),
    })
}

pub(super) fn refresh_missing(facts: &Facts) -> Option<Finding> {
    let explicit = &facts.client()?.explicit_auth_flows;
    let renews = facts.has_flow("ALLOW_REFRESH_TOKEN_AUTH")?
        || facts.has_rotation()?
        || !facts.legacy_flows()?.is_empty();

    (!renews).then(|| Finding {
        code: "flow-refresh-missing",
        severity: Severity::Error,
        setting: SETTING,
        value: json!(explicit),
        why: "Neither this flow nor rotation is on, so tokens cannot be renewed and every login \
              ends when they expire.",
        fix: "update-user-pool-client --explicit-auth-flows: add ALLOW_REFRESH_TOKEN_AUTH, or \
              --refresh-token-rotation Feature=ENABLED,RetryGracePeriodSeconds=10"
            .into(),
    })
}

pub(super) fn user_password(facts: &Facts) -> Option<Finding> {
    let explicit = &facts.client()?.explicit_auth_flows;
    let is_open = facts.has_flow("ALLOW_USER_PASSWORD_AUTH")?;

    (is_open && !facts.site_sends_passwords()).then(|| Finding {
        code: "flow-user-password",
        severity: Severity::Warning,
        setting: SETTING,
        value: json!(explicit),
        why: "Only COGNITO_LOGIN_FLOW=plain-password needs it, and with it passwords can be tried \
              in clear and in one call.",
        fix: "update-user-pool-client --explicit-auth-flows: leave ALLOW_USER_PASSWORD_AUTH out"
            .into(),
    })
}

/// What `COGNITO_LOGIN_FLOW=plain-password` needs.
pub(super) fn plain_password_missing(facts: &Facts) -> Option<Finding> {
    let explicit = &facts.client()?.explicit_auth_flows;
    let by_legacy = facts.legacy_flows()?.contains(&"USER_PASSWORD_AUTH");
    let is_open = facts.has_flow("ALLOW_USER_PASSWORD_AUTH")? || by_legacy;

    (facts.site_sends_passwords() && !is_open).then(|| Finding {
        code: "flow-plain-password-missing",
        severity: Severity::Error,
        setting: SETTING,
        value: json!(explicit),
        why: "COGNITO_LOGIN_FLOW=plain-password takes USER_PASSWORD_AUTH, which Cognito refuses for \
              this app client.",
        fix: "update-user-pool-client --explicit-auth-flows: add ALLOW_USER_PASSWORD_AUTH, or set \
              COGNITO_LOGIN_FLOW=password"
            .into(),
    })
}

pub(super) fn plain_password_needless(facts: &Facts) -> Option<Finding> {
    let migrates = facts.triggers()?.user_migration.is_there();

    (facts.site_sends_passwords() && !migrates).then(|| Finding {
        code: "plain-password-needless",
        severity: Severity::Warning,
        setting: "LambdaConfig.UserMigration",
        value: json!(null),
        why: "COGNITO_LOGIN_FLOW=plain-password sends passwords in clear to Cognito, and there is no \
              migration trigger that has to see them.",
        fix: "set COGNITO_LOGIN_FLOW=password, and leave ALLOW_USER_PASSWORD_AUTH out of \
              update-user-pool-client --explicit-auth-flows"
            .into(),
    })
}

pub(super) fn admin_password(facts: &Facts) -> Option<Finding> {
    let explicit = &facts.client()?.explicit_auth_flows;
    let found = facts.has_flow("ALLOW_ADMIN_USER_PASSWORD_AUTH")?;

    found.then(|| Finding {
        code: "flow-admin-password",
        severity: Severity::Warning,
        setting: SETTING,
        value: json!(explicit),
        why: "Whoever gets hold of the site's AWS credentials can then try passwords in clear, and \
              the login pages do not need it.",
        fix: "update-user-pool-client --explicit-auth-flows: leave ALLOW_ADMIN_USER_PASSWORD_AUTH \
              out, unless you call it yourself"
            .into(),
    })
}

pub(super) fn legacy(facts: &Facts) -> Option<Finding> {
    let legacy = facts.legacy_flows()?;

    (!legacy.is_empty()).then(|| Finding {
        code: "flows-legacy",
        severity: Severity::Warning,
        setting: SETTING,
        value: json!(legacy),
        why: "Names of before 2019 stand for several flows at once, passwords in clear among them.",
        fix: "update-user-pool-client --explicit-auth-flows ALLOW_USER_SRP_AUTH \
              ALLOW_REFRESH_TOKEN_AUTH"
            .into(),
    })
}

pub(super) fn custom_without_triggers(facts: &Facts) -> Option<Finding> {
    const FLOW: &str = "ALLOW_CUSTOM_AUTH";

    let explicit = &facts.client()?.explicit_auth_flows;
    let chosen = explicit.has(FLOW)?;
    let triggers = facts.triggers()?;
    let complete = triggers.define_auth_challenge.is_there()
        && triggers.create_auth_challenge.is_there()
        && triggers.verify_auth_challenge_response.is_there();

    (chosen && !complete).then(|| Finding {
        code: "flow-custom-without-triggers",
        severity: Severity::Warning,
        setting: SETTING,
        value: json!(explicit),
        why: "A custom flow asks three Lambda functions, and not all three are there.",
        fix: "update-user-pool-client --explicit-auth-flows: leave ALLOW_CUSTOM_AUTH out, or set \
              DefineAuthChallenge, CreateAuthChallenge and VerifyAuthChallengeResponse in \
              update-user-pool --lambda-config"
            .into(),
    })
}

/// `USER_AUTH` is the one flow that offers a choice.
pub(super) fn first_factors_unused(facts: &Facts) -> Option<Finding> {
    let factors = facts.other_first_factors()?;

    (!factors.is_empty() && !facts.has_flow("ALLOW_USER_AUTH")?).then(|| Finding {
        code: "first-factors-unused",
        severity: Severity::Warning,
        setting: "AllowedFirstAuthFactors",
        value: json!(factors),
        why: "Only the flow USER_AUTH offers these, and this app client does not allow it.",
        fix: "update-user-pool-client --explicit-auth-flows: add ALLOW_USER_AUTH, or update-user-pool \
              --policies with SignInPolicy={AllowedFirstAuthFactors=[PASSWORD]}"
            .into(),
    })
}

/// <https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-import-using-lambda.html>
pub(super) fn migration_needs_password(facts: &Facts) -> Option<Finding> {
    let trigger = &facts.triggers()?.user_migration;

    (trigger.is_there() && !facts.site_sends_passwords()).then(|| Finding {
        code: "trigger-migration-unseen",
        severity: Severity::Warning,
        setting: "LambdaConfig.UserMigration",
        value: json!(trigger.name()),
        why: "SRP never shows the password to Cognito, so users who are yet to be migrated cannot \
              log in here.",
        fix: "set COGNITO_LOGIN_FLOW=plain-password and allow ALLOW_USER_PASSWORD_AUTH while they move; \
              or let them reset their password, which the trigger sees, or import them. Then leave \
              UserMigration out of update-user-pool --lambda-config"
            .into(),
    })
}

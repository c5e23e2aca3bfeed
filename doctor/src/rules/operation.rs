//! The pool as a whole: its protection, its tier, its triggers.

use serde_json::json;

use crate::facts::Facts;
use crate::finding::{Finding, Severity};

pub(super) fn deletion_protection_off(facts: &Facts) -> Option<Finding> {
    let protection = facts.pool.deletion_protection.as_deref();

    (protection != Some("ACTIVE")).then(|| Finding {
        code: "deletion-protection-off",
        severity: Severity::Warning,
        setting: "DeletionProtection",
        value: json!(protection),
        why: "One call deletes all users with their passwords, and nothing brings them back.",
        fix: "update-user-pool --deletion-protection ACTIVE".into(),
    })
}

/// <https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pool-settings-threat-protection.html>
pub(super) fn threat_protection_off(facts: &Facts) -> Option<Finding> {
    let mode = &facts.pool.user_pool_add_ons.advanced_security_mode;

    (!facts.has_threat_protection()).then(|| Finding {
        code: "threat-protection-off",
        severity: Severity::Note,
        setting: "UserPoolAddOns.AdvancedSecurityMode",
        value: json!(mode),
        why: "Cognito neither refuses passwords that are known to be stolen nor looks at how risky a \
              login is; it needs the tier PLUS.",
        fix: "update-user-pool --user-pool-tier PLUS --user-pool-add-ons AdvancedSecurityMode=AUDIT, \
              if it is worth its price to you"
            .into(),
    })
}

/// <https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-sign-in-feature-plans.html>
pub(super) fn lite_tier(facts: &Facts) -> Option<Finding> {
    if facts.pool.user_pool_tier.as_deref() != Some("LITE") {
        return None;
    }
    let triggers = &facts.pool.lambda_config;
    let version = triggers.pre_token_generation_config.as_ref();
    let newer = version.is_some_and(|config| config.lambda_version != "V1_0");
    let features = [
        ("ALLOW_USER_AUTH", facts.has_flow("ALLOW_USER_AUTH")),
        (
            "AllowedFirstAuthFactors",
            !facts.other_first_factors().is_empty(),
        ),
        ("EmailMfaConfiguration", facts.has_email_mfa()),
        ("PreTokenGenerationConfig", newer),
        ("AdvancedSecurityMode", facts.has_threat_protection()),
    ];
    let found: Vec<_> = features
        .iter()
        .filter(|(_, used)| *used)
        .map(|(name, _)| *name)
        .collect();

    (!found.is_empty()).then(|| Finding {
        code: "tier-too-low",
        severity: Severity::Error,
        setting: "UserPoolTier",
        value: json!({ "LITE": found }),
        why: "The pool is set up for features that its tier does not have.",
        fix: "update-user-pool --user-pool-tier ESSENTIALS (PLUS for threat protection)".into(),
    })
}

/// Version 1 customises the ID token; the claims of access tokens came with version 2.
///
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-pre-token-generation.html>
pub(super) fn token_trigger_version(facts: &Facts) -> Option<Finding> {
    let triggers = &facts.pool.lambda_config;
    let version = triggers.pre_token_generation_config.as_ref();
    let version = version.map(|config| config.lambda_version.as_str());
    let old = match version {
        Some(version) => version == "V1_0",
        None => triggers.pre_token_generation.is_some(),
    };

    old.then(|| Finding {
        code: "trigger-version-old",
        severity: Severity::Note,
        setting: "LambdaConfig.PreTokenGenerationConfig",
        value: json!(version),
        why: "A trigger of the first version adds claims to the ID token alone, and what the site and \
              APIs verify is the access token.",
        fix: "update-user-pool --lambda-config \
              'PreTokenGenerationConfig={LambdaVersion=V2_0,LambdaArn=...}'"
            .into(),
    })
}

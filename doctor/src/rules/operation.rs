//! The pool as a whole: its protection, its tier, its triggers.

use serde_json::json;

use crate::facts::Facts;
use crate::finding::{Finding, Severity};

pub(super) fn deletion_protection_off(facts: &Facts) -> Option<Finding> {
    let protection = facts.pool()?.deletion_protection.known()?.as_deref();

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
    let mode = facts.threat_protection()?;

    (!facts.has_threat_protection()?).then(|| Finding {
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

pub(super) fn threat_protection_watches(facts: &Facts) -> Option<Finding> {
    let mode = facts.threat_protection()?;

    (mode.as_deref() == Some("AUDIT")).then(|| Finding {
        code: "threat-protection-audit",
        severity: Severity::Note,
        setting: "UserPoolAddOns.AdvancedSecurityMode",
        value: json!(mode),
        why: "Cognito writes down how risky a login is, and stops none.",
        fix: "update-user-pool --user-pool-add-ons AdvancedSecurityMode=ENFORCED, once the logs show \
              what it would have done"
            .into(),
    })
}

/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdvancedSecurityAdditionalFlowsType.html>
pub(super) fn threat_protection_of_custom_flows(facts: &Facts) -> Option<Finding> {
    let chosen = facts
        .client()?
        .explicit_auth_flows
        .has("ALLOW_CUSTOM_AUTH")?;
    let flows = facts.pool()?.user_pool_add_ons.known()?;
    let flows = flows.advanced_security_additional_flows.known()?;
    let mode = flows.custom_auth_mode.known()?;
    let enforced = mode.as_deref() == Some("ENFORCED");

    (facts.has_threat_protection()? && chosen && !enforced).then(|| Finding {
        code: "threat-protection-custom-off",
        severity: Severity::Note,
        setting: "UserPoolAddOns.AdvancedSecurityAdditionalFlows.CustomAuthMode",
        value: json!(mode),
        why: "Threat protection acts on passwords, and not on the custom flow that this app client \
              allows.",
        fix: "update-user-pool --user-pool-add-ons \
              'AdvancedSecurityMode=ENFORCED,AdvancedSecurityAdditionalFlows={CustomAuthMode=ENFORCED}'"
            .into(),
    })
}

/// <https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-sign-in-feature-plans.html>
pub(super) fn lite_tier(facts: &Facts) -> Option<Finding> {
    if facts.pool()?.user_pool_tier.known()?.as_deref() != Some("LITE") {
        return None;
    }
    let newer = trigger_version(facts).map(|version| version.is_some_and(|it| it != "V1_0"));
    let factors = facts.other_first_factors();
    let features = [
        ("ALLOW_USER_AUTH", facts.has_flow("ALLOW_USER_AUTH")),
        (
            "AllowedFirstAuthFactors",
            factors.map(|factors| !factors.is_empty()),
        ),
        ("EmailMfaConfiguration", facts.has_email_mfa()),
        ("PreTokenGenerationConfig", newer),
        ("AdvancedSecurityMode", facts.has_threat_protection()),
        ("ManagedLoginVersion", has_second_version(facts)),
    ];
    let found: Vec<_> = features
        .iter()
        .filter(|(_, used)| *used == Some(true))
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
    let version = trigger_version(facts)?;
    let old = match version {
        Some(version) => version == "V1_0",
        None => facts.triggers()?.pre_token_generation.is_there(),
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

fn trigger_version(facts: &Facts) -> Option<Option<&str>> {
    match facts.triggers()?.pre_token_generation_config.known()? {
        Some(config) => config.lambda_version.known().map(|it| Some(it.as_str())),
        None => Some(None),
    }
}

fn has_second_version(facts: &Facts) -> Option<bool> {
    Some(facts.has_domain()? && facts.has_second_version()?)
}

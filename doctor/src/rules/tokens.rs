//! How long tokens live, and how they are renewed and revoked.
//!
//! <https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-refresh-token.html>

use std::time::Duration;

use serde_json::json;

use crate::facts::Facts;
use crate::finding::{Finding, Severity};

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(60 * 60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// A rotated token is renewed by `GetTokensFromRefreshToken` alone; AWS calls the flow
/// incompatible with rotation.
pub(super) fn rotation_with_refresh_flow(facts: &Facts) -> Option<Finding> {
    let explicit = &facts.client()?.explicit_auth_flows;
    let chosen = explicit.has("ALLOW_REFRESH_TOKEN_AUTH")?;

    (facts.has_rotation()? && chosen).then(|| Finding {
        code: "rotation-with-refresh-flow",
        severity: Severity::Error,
        setting: "RefreshTokenRotation.Feature",
        value: json!("ENABLED"),
        why: "Rotation does not go with the flow ALLOW_REFRESH_TOKEN_AUTH: AWS wants that flow off.",
        fix: "update-user-pool-client --explicit-auth-flows: leave ALLOW_REFRESH_TOKEN_AUTH out".into(),
    })
}

pub(super) fn rotation_without_grace(facts: &Facts) -> Option<Finding> {
    let grace = facts.rotation_grace()??;

    grace.is_zero().then(|| Finding {
        code: "rotation-without-grace",
        severity: Severity::Note,
        setting: "RefreshTokenRotation.RetryGracePeriodSeconds",
        value: json!(grace.as_secs()),
        why: "If an answer is lost, or two processes renew the same login at once, the one that \
              comes second is refused and the login ends.",
        fix: "update-user-pool-client --refresh-token-rotation \
              Feature=ENABLED,RetryGracePeriodSeconds=10"
            .into(),
    })
}

pub(super) fn revocation_off(facts: &Facts) -> Option<Finding> {
    let enabled = facts.client()?.enable_token_revocation.known()?;

    (*enabled != Some(true)).then(|| Finding {
        code: "token-revocation-off",
        severity: Severity::Warning,
        setting: "EnableTokenRevocation",
        value: json!(enabled),
        why: "A logout cannot revoke its refresh token, which lives on until it expires.",
        fix: "update-user-pool-client --enable-token-revocation".into(),
    })
}

pub(super) fn access_token_long(facts: &Facts) -> Option<Finding> {
    let validity = facts.access_token_validity()?;

    (validity > HOUR).then(|| Finding {
        code: "access-token-long",
        severity: Severity::Warning,
        setting: "AccessTokenValidity",
        value: json!(spoken(validity)),
        why: "Groups, a disabled user and a logout elsewhere are noticed when the token is renewed, \
              and an API that verifies it offline takes it until then.",
        fix: "update-user-pool-client --access-token-validity 60 --token-validity-units \
              AccessToken=minutes"
            .into(),
    })
}

pub(super) fn id_token_long(facts: &Facts) -> Option<Finding> {
    let validity = facts.id_token_validity()?;

    (validity > HOUR).then(|| Finding {
        code: "id-token-long",
        severity: Severity::Warning,
        setting: "IdTokenValidity",
        value: json!(spoken(validity)),
        why: "An ID token holds the user's attributes, and cannot be called back.",
        fix:
            "update-user-pool-client --id-token-validity 60 --token-validity-units IdToken=minutes"
                .into(),
    })
}

pub(super) fn token_short(facts: &Facts) -> Option<Finding> {
    let validity = facts
        .access_token_validity()?
        .min(facts.id_token_validity()?);
    let between_renewals = validity.saturating_sub(facts.site.refresh_margin);

    (between_renewals < 5 * MINUTE).then(|| Finding {
        code: "token-short",
        severity: Severity::Warning,
        setting: "AccessTokenValidity",
        value: json!(spoken(validity)),
        why: "Less the time by which tokens are renewed early, each busy login asks Cognito for new \
              ones every few minutes, and an outage of that length stops it.",
        fix: "update-user-pool-client --access-token-validity 60 --id-token-validity 60 \
              --token-validity-units AccessToken=minutes,IdToken=minutes"
            .into(),
    })
}

pub(super) fn refresh_token_long(facts: &Facts) -> Option<Finding> {
    let validity = facts.refresh_token_validity()?;

    (validity > 90 * DAY).then(|| Finding {
        code: "refresh-token-long",
        severity: Severity::Warning,
        setting: "RefreshTokenValidity",
        value: json!(spoken(validity)),
        why: "Whoever reads the session store can stay logged in for as long as that.",
        fix: "update-user-pool-client --refresh-token-validity 30 --token-validity-units \
              RefreshToken=days"
            .into(),
    })
}

pub(super) fn refresh_token_short(facts: &Facts) -> Option<Finding> {
    let validity = facts.refresh_token_validity()?;

    (validity < 8 * HOUR).then(|| Finding {
        code: "refresh-token-short",
        severity: Severity::Note,
        setting: "RefreshTokenValidity",
        value: json!(spoken(validity)),
        why: "A login ends after this time even while it is used, since rotation does not prolong it.",
        fix: "update-user-pool-client --refresh-token-validity 30 --token-validity-units \
              RefreshToken=days, or keep it if that is what you want"
            .into(),
    })
}

/// Mails and text messages take their time.
pub(super) fn auth_session_short(facts: &Facts) -> Option<Finding> {
    let minutes = facts.client()?.auth_session_validity.known()?.unwrap_or(3);
    let waits_for_a_code = facts.has_mfa()? || !facts.other_first_factors()?.is_empty();

    (minutes <= 3 && waits_for_a_code).then(|| Finding {
        code: "auth-session-short",
        severity: Severity::Note,
        setting: "AuthSessionValidity",
        value: json!(minutes),
        why: "A code that comes later than that is worth nothing, and the login starts again.",
        fix: "update-user-pool-client --auth-session-validity 5, and at the site \
              AuthBuilder::with_challenge_lifetime"
            .into(),
    })
}

/// `90 minutes`, `30 days`: in the largest unit that leaves no rest.
fn spoken(time: Duration) -> String {
    for (unit, name) in [(DAY, "days"), (HOUR, "hours"), (MINUTE, "minutes")] {
        let (seconds, unit) = (time.as_secs(), unit.as_secs());
        if seconds >= unit && seconds.is_multiple_of(unit) {
            return format!("{} {name}", seconds / unit);
        }
    }
    format!("{} seconds", time.as_secs())
}

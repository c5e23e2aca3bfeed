//! Whether the pool, the app client and the site belong together.

use serde_json::json;

use crate::facts::Facts;
use crate::finding::{Finding, Severity};

pub(super) fn other_user_pool(facts: &Facts) -> Option<Finding> {
    let at_site = facts.site.user_pool_id.as_ref()?;
    let id = facts.pool()?.id.known()?;

    (at_site != id).then(|| Finding {
        code: "pool-other-than-site",
        severity: Severity::Error,
        setting: "Id",
        value: json!(id),
        why: "The site is set up for another user pool, so nothing that is said here is about it.",
        fix: format!("set COGNITO_USER_POOL_ID (now {at_site:?}), or describe that pool").into(),
    })
}

pub(super) fn other_app_client(facts: &Facts) -> Option<Finding> {
    let at_site = facts.site.app_client_id.as_ref()?;
    let id = facts.client()?.client_id.known()?;

    (at_site != id).then(|| Finding {
        code: "client-other-than-site",
        severity: Severity::Error,
        setting: "ClientId",
        value: json!(id),
        why: "The site is set up for another app client, so nothing that is said here is about it.",
        fix: format!("set COGNITO_APP_ID (now {at_site:?}), or describe that app client").into(),
    })
}

pub(super) fn client_of_another_pool(facts: &Facts) -> Option<Finding> {
    let named = facts.client()?.user_pool_id.known()?;
    let id = facts.pool()?.id.known()?;

    (named != id).then(|| Finding {
        code: "client-of-another-pool",
        severity: Severity::Error,
        setting: "UserPoolId",
        value: json!(named),
        why: "An app client logs in users of its own pool alone.",
        fix: format!("take an app client of {id}").into(),
    })
}

pub(super) fn other_region(facts: &Facts) -> Option<Finding> {
    let at_site = facts.site.region.as_deref()?;
    let (region, _) = facts.pool()?.id.known()?.split_once('_')?;

    (at_site != region && !facts.site.has_endpoint).then(|| Finding {
        code: "region-other-than-pool",
        severity: Severity::Error,
        setting: "COGNITO_REGION",
        value: json!(at_site),
        why: "A user pool lives in the region that its id begins with, and in no other.",
        fix: format!("leave COGNITO_REGION out, or set it to {region}").into(),
    })
}

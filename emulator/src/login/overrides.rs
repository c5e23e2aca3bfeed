//! What the trigger before token generation changes.

use serde_json::{Map, Value, json};

use crate::failure::Failure;
use crate::pool::{AppClient, Pool, Question};
use crate::token::Grant;
use crate::trigger::Trigger;

/// What tokens are made for, besides the grant.
#[derive(Clone, Copy)]
pub(crate) struct Occasion<'a> {
    /// After `TokenGeneration_` in the event of the trigger.
    pub(crate) purpose: &'a str,
    pub(crate) metadata: &'a Value,
}

/// The claims of both tokens, before anything is signed.
pub(super) struct Claims {
    pub(super) id: Map<String, Value>,
    pub(super) access: Map<String, Value>,
}

/// Claims that no function can change.
const FIXED: [&str; 15] = [
    "acr",
    "at_hash",
    "auth_time",
    "azp",
    "client_id",
    "cognito:username",
    "event_id",
    "exp",
    "iat",
    "iss",
    "jti",
    "nonce",
    "origin_jti",
    "sub",
    "token_use",
];

/// Asks the newest version of the trigger that the pool has, and writes its answer over the claims.
pub(super) fn override_claims(
    pool: &Pool,
    client: &AppClient,
    grant: &Grant,
    occasion: Occasion<'_>,
    claims: &mut Claims,
) -> Result<(), Failure> {
    let versions = [
        (
            Trigger::PreTokenGenerationV3,
            "claimsAndScopeOverrideDetails",
        ),
        (
            Trigger::PreTokenGenerationV2,
            "claimsAndScopeOverrideDetails",
        ),
        (Trigger::PreTokenGeneration, "claimsOverrideDetails"),
    ];
    let Some((trigger, section)) = versions.into_iter().find(|(it, _)| pool.has_trigger(*it))
    else {
        return Ok(());
    };
    let attributes = {
        let directory = pool.directory();
        directory.user(&grant.username)?.event_attributes()
    };
    let texts = |name: &str| claims.id.get(name).cloned().unwrap_or_else(|| json!([]));
    let mut request = json!({
        "userAttributes": attributes,
        "groupConfiguration": {
            "groupsToOverride": texts("cognito:groups"),
            "iamRolesToOverride": texts("cognito:roles"),
            "preferredRole": claims.id.get("cognito:preferred_role"),
        },
        "clientMetadata": occasion.metadata,
    });
    if trigger != Trigger::PreTokenGeneration {
        request["scopes"] = json!(grant.scopes);
    }
    let response = pool.ask(&Question {
        trigger,
        source: &format!("TokenGeneration_{}", occasion.purpose),
        username: &grant.username,
        client_id: client.id(),
        request,
        response: json!({ section: null }),
    })?;

    let details = &response[section];
    if trigger == Trigger::PreTokenGeneration {
        apply(&mut claims.id, details, true);
    } else {
        apply(&mut claims.id, &details["idTokenGeneration"], false);
        let access = &details["accessTokenGeneration"];
        apply(&mut claims.access, access, false);
        change_scopes(&mut claims.access, access);
    }
    override_groups(claims, &details["groupOverrideDetails"]);
    Ok(())
}

/// The same for tokens without a user, which only version 3 sees.
pub(super) fn override_client_claims(
    pool: &Pool,
    client: &AppClient,
    scopes: &[String],
    metadata: &Value,
    access: &mut Map<String, Value>,
) -> Result<(), Failure> {
    let section = "claimsAndScopeOverrideDetails";
    let response = pool.ask(&Question {
        trigger: Trigger::PreTokenGenerationV3,
        source: "TokenGeneration_ClientCredentials",
        username: "ClientCredentials",
        client_id: client.id(),
        request: json!({
            "userAttributes": {},
            "groupConfiguration": {},
            "scopes": scopes,
            "clientMetadata": metadata,
        }),
        response: json!({ section: null }),
    })?;
    let details = &response[section]["accessTokenGeneration"];
    apply(access, details, false);
    change_scopes(access, details);
    Ok(())
}

/// Adds and takes away claims; version 1 knows only texts.
fn apply(claims: &mut Map<String, Value>, details: &Value, only_texts: bool) {
    let is_free = |name: &str| !FIXED.contains(&name);
    let added = details["claimsToAddOrOverride"].as_object();
    for (name, value) in added.into_iter().flatten() {
        if is_free(name) && (!only_texts || value.is_string()) {
            claims.insert(name.clone(), value.clone());
        }
    }
    let dropped = details["claimsToSuppress"].as_array();
    for name in dropped.into_iter().flatten().filter_map(Value::as_str) {
        if is_free(name) {
            claims.remove(name);
        }
    }
}

fn change_scopes(access: &mut Map<String, Value>, details: &Value) {
    let texts = |name: &str| -> Vec<&str> {
        let list = details[name].as_array();
        list.into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect()
    };
    let (added, dropped) = (texts("scopesToAdd"), texts("scopesToSuppress"));
    if added.is_empty() && dropped.is_empty() {
        return;
    }
    let scope = access.get("scope").and_then(Value::as_str);
    let mut scopes: Vec<_> = scope.unwrap_or_default().split_whitespace().collect();
    scopes.retain(|it| !dropped.contains(it));
    scopes.extend(added);
    let scope = json!(scopes.join(" "));
    access.insert("scope".to_owned(), scope);
}

fn override_groups(claims: &mut Claims, details: &Value) {
    for (name, claim) in [
        ("groupsToOverride", "cognito:groups"),
        ("iamRolesToOverride", "cognito:roles"),
        ("preferredRole", "cognito:preferred_role"),
    ] {
        let Some(value) = details.get(name).filter(|it| !it.is_null()) else {
            continue;
        };
        claims.id.insert(claim.to_owned(), value.clone());
        if claim == "cognito:groups" {
            claims.access.insert(claim.to_owned(), value.clone());
        }
    }
}

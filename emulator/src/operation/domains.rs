//! The domain of a pool: `Create`, `Describe`, `Update`, `Delete`.
//!
//! The login pages are served at the emulator's endpoint whatever the domain is; the app client names the pool.

use serde_json::{Map, Value, json};

use super::contract::Call;
use crate::failure::Failure;
use crate::pool::Pool;

const KIND: &str = "domain";

pub(super) fn create(call: &Call<'_>) -> Result<Value, Failure> {
    let domain = call.text("Domain");
    let pool = call.pool()?;
    if ["aws", "amazon", "cognito"]
        .iter()
        .any(|it| domain.contains(it))
        && !domain.contains('.')
    {
        return Err(Failure::invalid_parameter(format!(
            "Domain cannot contain reserved word: {domain}"
        )));
    }
    if find(call, domain).is_some() {
        return Err(Failure::invalid_parameter(format!(
            "Domain already associated with another user pool: {domain}"
        )));
    }
    // Only a domain of one's own has dots, and that wants its certificate.
    if domain.contains('.') && !call.body["CustomDomainConfig"].is_object() {
        return Err(Failure::invalid_parameter(format!(
            "Domain {domain} needs a CustomDomainConfig"
        )));
    }
    write(call, &pool)
}

/// Shows a domain; nothing in it where nobody has it.
pub(super) fn describe(call: &Call<'_>) -> Result<Value, Failure> {
    let found = find(call, call.text("Domain"));
    let description = found.map_or_else(Map::new, |(_, description)| description);
    Ok(json!({ "DomainDescription": description }))
}

pub(super) fn update(call: &Call<'_>) -> Result<Value, Failure> {
    let pool = call.pool()?;
    let (owner, description) = find(call, call.text("Domain"))
        .ok_or_else(|| Failure::not_found("User pool domain was not found."))?;
    if owner.id() != pool.id() {
        return Err(Failure::invalid_parameter(
            "The domain is not configured for this user pool.",
        ));
    }
    let was_custom = description.contains_key("CustomDomainConfig");
    match (was_custom, call.body["CustomDomainConfig"].is_object()) {
        (true, false) => Err(Failure::invalid_parameter(
            "Cannot convert custom domain to prefix domain.",
        )),
        (false, true) => Err(Failure::invalid_parameter(
            "Cannot convert prefix domain to custom domain.",
        )),
        _ => write(call, &pool),
    }
}

pub(super) fn delete(call: &Call<'_>) -> Result<Value, Failure> {
    let pool = owner(call)?;
    pool.directory().kept.remove(KIND, call.text("Domain"));
    Ok(json!({}))
}

/// The pool of the call, if the domain is its.
fn owner(call: &Call<'_>) -> Result<Pool, Failure> {
    let pool = call.pool()?;
    let is_its = pool
        .directory()
        .kept
        .get(KIND, call.text("Domain"))
        .is_some();
    if is_its {
        Ok(pool)
    } else {
        Err(Failure::not_found(format!(
            "No such domain or user pool exists: {}",
            call.text("Domain")
        )))
    }
}

fn find(call: &Call<'_>, domain: &str) -> Option<(Pool, Map<String, Value>)> {
    call.emulator.pools().into_iter().find_map(|pool| {
        let description = pool.directory().kept.get(KIND, domain).cloned()?;
        Some((pool, description))
    })
}

fn write(call: &Call<'_>, pool: &Pool) -> Result<Value, Failure> {
    let domain = call.text("Domain");
    let version = call.body["ManagedLoginVersion"].as_u64().unwrap_or(1);
    let custom = &call.body["CustomDomainConfig"];
    let mut description = Map::new();
    let mut put = |name: &str, value: Value| {
        description.insert(name.to_owned(), value);
    };
    put("UserPoolId", json!(pool.id()));
    put("AWSAccountId", json!("000000000000"));
    put("Domain", json!(domain));
    put("Version", json!("1"));
    put("Status", json!("ACTIVE"));
    put("ManagedLoginVersion", json!(version));
    let mut answer = json!({ "ManagedLoginVersion": version });
    if custom.is_object() {
        put("CustomDomainConfig", custom.clone());
        put(
            "CloudFrontDistribution",
            json!("d111111abcdef8.cloudfront.net"),
        );
        answer["CloudFrontDomain"] = json!("d111111abcdef8.cloudfront.net");
    }
    pool.directory().kept.put(KIND, domain, description);
    Ok(answer)
}

//! Linking users of identity providers to users of the pool.

use serde_json::{Value, json};

use super::contract::Call;
use crate::failure::Failure;

/// `AdminLinkProviderForUser`.
pub(super) fn link(call: &Call<'_>) -> Result<Value, Failure> {
    let pool = call.pool()?;
    let destination = &call.body["DestinationUser"];
    let source = &call.body["SourceUser"];
    let text = |value: &Value, name: &str| value[name].as_str().unwrap_or_default().to_owned();
    let mut directory = pool.directory();
    let provider = text(destination, "ProviderName");
    let name = text(destination, "ProviderAttributeValue");
    let username = if provider == "Cognito" {
        name
    } else {
        let found = directory.find_identity(&provider, &name);
        found.map_or(name, |account| account.username.clone())
    };
    directory.link(
        &username,
        &text(source, "ProviderName"),
        &text(source, "ProviderAttributeValue"),
    )?;
    Ok(json!({}))
}

/// `AdminDisableProviderForUser`.
pub(super) fn unlink(call: &Call<'_>) -> Result<Value, Failure> {
    let pool = call.pool()?;
    let user = &call.body["User"];
    let text = |name: &str| user[name].as_str().unwrap_or_default();
    pool.directory()
        .unlink(text("ProviderName"), text("ProviderAttributeValue"))?;
    Ok(json!({}))
}

/// `GetIdentityProviderByIdentifier`: mostly by the domain of a mail address.
pub(super) fn provider_by_identifier(call: &Call<'_>) -> Result<Value, Failure> {
    let pool = call.pool()?;
    let directory = pool.directory();
    let identifier = call.text("IdpIdentifier");
    let provider = directory
        .providers
        .values()
        .find(|it| it.has_identifier(identifier))
        .ok_or_else(|| {
            Failure::not_found(format!("Identity provider {identifier} does not exist."))
        })?;
    Ok(json!({ "IdentityProvider": provider }))
}

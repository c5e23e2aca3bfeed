//! `ListUserPools`, `UpdateUserPool`, `AddCustomAttributes`.

use serde::Deserialize;
use serde_json::{Value, json};

use super::contract::Call;
use super::page::Page;
use crate::failure::Failure;
use crate::pool::{PoolSettings, SchemaAttribute};

/// Lists the pools of a region, by pages.
pub(super) fn list(call: &Call<'_>) -> Result<Value, Failure> {
    let mut pools = call.emulator.pools();
    pools.retain(|pool| pool.id().split('_').next() == Some(call.region));
    let page = Page::new(
        call.limit("MaxResults"),
        call.optional("NextToken"),
        pools.len(),
    )?;
    let shown: Vec<_> = pools[page.range.clone()]
        .iter()
        .map(|pool| {
            let pool = pool.directory().describe();
            let mut entry =
                json!({ "LambdaConfig": pool.get("LambdaConfig").cloned().unwrap_or(json!({})) });
            for name in ["Id", "Name", "LastModifiedDate", "CreationDate"] {
                entry[name] = pool[name].clone();
            }
            entry
        })
        .collect();
    Ok(page.answer("UserPools", shown, "NextToken"))
}

/// Changes a pool; what is not given goes back to its default.
pub(super) fn update(call: Call<'_>) -> Result<Value, Failure> {
    let pool = call.pool()?;
    let settings: PoolSettings = call.read()?;
    let mut directory = pool.directory();
    settings.apply(&mut directory.settings)?;
    directory.modified = directory.clock.now();
    Ok(json!({}))
}

/// Adds custom attributes. They stay for good.
pub(super) fn add_custom_attributes(call: Call<'_>) -> Result<Value, Failure> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Request {
        custom_attributes: Vec<SchemaAttribute>,
    }

    let pool = call.pool()?;
    let request: Request = call.read()?;
    let mut directory = pool.directory();
    let mut schema = directory.settings.schema.clone();
    for attribute in request.custom_attributes {
        schema.add_custom(&attribute)?;
    }
    directory.settings.schema = schema;
    Ok(json!({}))
}

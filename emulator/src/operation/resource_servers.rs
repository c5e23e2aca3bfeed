//! Resource servers: `Create`, `Describe`, `Update`, `Delete`, `List`.

use serde_json::{Value, json};

use super::contract::Call;
use super::page::Page;
use crate::failure::Failure;
use crate::pool::ResourceServer;

pub(super) fn create(call: Call<'_>) -> Result<Value, Failure> {
    let pool = call.pool()?;
    let server: ResourceServer = call.read()?;
    pool.directory().resource_servers.add(server.clone())?;
    Ok(json!({ "ResourceServer": server }))
}

pub(super) fn describe(call: &Call<'_>) -> Result<Value, Failure> {
    let pool = call.pool()?;
    let mut directory = pool.directory();
    let server = directory
        .resource_servers
        .get_mut(call.text("Identifier"))?;
    Ok(json!({ "ResourceServer": server }))
}

/// Writes name and scopes anew.
pub(super) fn update(call: Call<'_>) -> Result<Value, Failure> {
    let pool = call.pool()?;
    let server: ResourceServer = call.read()?;
    let mut directory = pool.directory();
    *directory.resource_servers.get_mut(&server.identifier)? = server.clone();
    Ok(json!({ "ResourceServer": server }))
}

pub(super) fn delete(call: &Call<'_>) -> Result<Value, Failure> {
    let pool = call.pool()?;
    pool.directory()
        .resource_servers
        .remove(call.text("Identifier"))?;
    Ok(json!({}))
}

pub(super) fn list(call: &Call<'_>) -> Result<Value, Failure> {
    let pool = call.pool()?;
    let directory = pool.directory();
    let found = directory.resource_servers.list();
    let page = Page::new(
        call.limit("MaxResults"),
        call.optional("NextToken"),
        found.len(),
    )?;
    let shown = found[page.range.clone()].iter().map(|it| json!(it));
    Ok(page.answer("ResourceServers", shown.collect(), "NextToken"))
}

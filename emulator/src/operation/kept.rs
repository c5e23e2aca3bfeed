//! Configuration that is kept and given back: risk, pages, logs, branding, terms.

use serde_json::{Map, Value, json};

use super::contract::Call;
use super::page::Page;
use crate::failure::Failure;
use crate::random;
use crate::wire;

/// Everything given, without what only says where it belongs.
fn given(call: &Call<'_>) -> Map<String, Value> {
    call.body.as_object().cloned().unwrap_or_default()
}

/// A configuration of a pool or of one of its app clients: written by `Set…`.
pub(super) fn set(call: &Call<'_>, kind: &str) -> Result<Value, Failure> {
    let pool = call.pool()?;
    let mut directory = pool.directory();
    if let Some(client) = call.optional("ClientId").filter(|it| *it != "ALL") {
        directory.client(client)?;
    }
    let mut document = given(call);
    let now = json!(wire::timestamp(directory.clock.now()));
    if kind != "LogDeliveryConfiguration" {
        document.insert("LastModifiedDate".to_owned(), now.clone());
    }
    if kind == "UICustomization" {
        document.insert("CreationDate".to_owned(), now);
        document.insert("CSSVersion".to_owned(), json!(random::digits(14)));
        if document.remove("ImageFile").is_some() {
            document.insert("ImageUrl".to_owned(), json!("https://example.com/logo.png"));
        }
    }
    let name = call.optional("ClientId").unwrap_or("ALL");
    directory.kept.put(kind, name, document.clone());
    Ok(json!({ kind: document }))
}

/// The same, read by `Get…` or `Describe…`: of the app client, or else of the pool.
pub(super) fn get(call: &Call<'_>, kind: &str) -> Result<Value, Failure> {
    let pool = call.pool()?;
    let directory = pool.directory();
    let name = call.optional("ClientId").unwrap_or("ALL");
    let found = directory.kept.get(kind, name);
    let found = found.or_else(|| directory.kept.get(kind, "ALL")).cloned();
    let document = found.unwrap_or_else(|| {
        let mut empty = Map::new();
        empty.insert("UserPoolId".to_owned(), json!(pool.id()));
        if kind == "LogDeliveryConfiguration" {
            empty.insert("LogConfigurations".to_owned(), json!([]));
        }
        empty
    });
    Ok(json!({ kind: document }))
}

/// Something with an id of its own, of an app client: made by `Create…`.
pub(super) fn create(call: &Call<'_>, kind: &str) -> Result<Value, Failure> {
    let pool = call.pool()?;
    let mut directory = pool.directory();
    directory.client(call.text("ClientId"))?;
    let is_same = |document: &&Map<String, Value>| {
        document.get("ClientId") == call.body.get("ClientId")
            && document.get("TermsName") == call.body.get("TermsName")
    };
    if directory.kept.list(kind).any(|document| is_same(&document)) {
        return Err(Failure::new(
            format!("{kind}ExistsException"),
            format!("{kind} already exists for the client."),
        ));
    }
    let id = random::uuid();
    let now = json!(wire::timestamp(directory.clock.now()));
    let mut document = given(call);
    document.insert(format!("{kind}Id"), json!(id));
    document.insert("CreationDate".to_owned(), now.clone());
    document.insert("LastModifiedDate".to_owned(), now);
    directory.kept.put(kind, &id, document.clone());
    Ok(json!({ kind: shown(kind, document) }))
}

pub(super) fn describe(call: &Call<'_>, kind: &str) -> Result<Value, Failure> {
    let pool = call.pool()?;
    let directory = pool.directory();
    let id = call.text(&format!("{kind}Id"));
    let document = directory.kept.get(kind, id).cloned();
    let document = document.ok_or_else(|| missing(kind))?;
    Ok(json!({ kind: shown(kind, document) }))
}

pub(super) fn describe_by_client(call: &Call<'_>, kind: &str) -> Result<Value, Failure> {
    let pool = call.pool()?;
    let directory = pool.directory();
    let fits = |document: &&Map<String, Value>| {
        document.get("ClientId") == call.body.get("ClientId")
            && document.get("TermsName") == call.body.get("TermsName")
    };
    let document = directory.kept.list(kind).find(fits).cloned();
    let document = document.ok_or_else(|| missing(kind))?;
    Ok(json!({ kind: shown(kind, document) }))
}

pub(super) fn update(call: &Call<'_>, kind: &str) -> Result<Value, Failure> {
    let pool = call.pool()?;
    let mut directory = pool.directory();
    let id = call.text(&format!("{kind}Id"));
    let document = directory.kept.get(kind, id).cloned();
    let mut document = document.ok_or_else(|| missing(kind))?;
    document.extend(given(call));
    let now = json!(wire::timestamp(directory.clock.now()));
    document.insert("LastModifiedDate".to_owned(), now);
    directory.kept.put(kind, id, document.clone());
    Ok(json!({ kind: shown(kind, document) }))
}

pub(super) fn delete(call: &Call<'_>, kind: &str) -> Result<Value, Failure> {
    let pool = call.pool()?;
    let id = call.text(&format!("{kind}Id"));
    let removed = pool.directory().kept.remove(kind, id);
    removed.map(|_| json!({})).ok_or_else(|| missing(kind))
}

pub(super) fn list_terms(call: &Call<'_>) -> Result<Value, Failure> {
    let pool = call.pool()?;
    let directory = pool.directory();
    let found: Vec<_> = directory.kept.list("Terms").collect();
    let page = Page::new(
        call.limit("MaxResults"),
        call.optional("NextToken"),
        found.len(),
    )?;
    let shown = found[page.range.clone()].iter().map(|document| {
        let names = [
            "TermsId",
            "TermsName",
            "Enforcement",
            "CreationDate",
            "LastModifiedDate",
        ];
        let members = names.map(|name| (name.to_owned(), document[name].clone()));
        Value::Object(Map::from_iter(members))
    });
    Ok(page.answer("Terms", shown.collect(), "NextToken"))
}

/// What AWS shows: the branding of a client does not name the client.
fn shown(kind: &str, mut document: Map<String, Value>) -> Map<String, Value> {
    if kind == "ManagedLoginBranding" {
        document.remove("ClientId");
    }
    document
}

fn missing(kind: &str) -> Failure {
    Failure::not_found(format!("{kind} does not exist."))
}

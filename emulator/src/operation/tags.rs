//! Tags of a pool: `TagResource`, `UntagResource`, `ListTagsForResource`.

use serde_json::{Map, Value, json};

use super::contract::Call;
use crate::failure::Failure;
use crate::pool::Pool;

const FIELD: &str = "UserPoolTags";

pub(super) fn tag(call: &Call<'_>) -> Result<Value, Failure> {
    let given = call.body["Tags"].as_object().cloned().unwrap_or_default();
    change(call, |tags| tags.extend(given))
}

pub(super) fn untag(call: &Call<'_>) -> Result<Value, Failure> {
    let keys = call.body["TagKeys"].as_array().cloned().unwrap_or_default();
    change(call, |tags| {
        tags.retain(|name, _| !keys.iter().any(|key| key == name));
    })
}

pub(super) fn list(call: &Call<'_>) -> Result<Value, Failure> {
    let pool = pool(call)?;
    let tags = pool.directory().settings.other.get(FIELD).cloned();
    Ok(json!({ "Tags": tags.unwrap_or_else(|| json!({})) }))
}

fn change(call: &Call<'_>, change: impl FnOnce(&mut Map<String, Value>)) -> Result<Value, Failure> {
    let pool = pool(call)?;
    let mut directory = pool.directory();
    let tags = directory
        .settings
        .other
        .entry(FIELD)
        .or_insert_with(|| json!({}));
    if let Some(tags) = tags.as_object_mut() {
        change(tags);
    }
    Ok(json!({}))
}

/// The pool of `arn:aws:cognito-idp:<region>:<account>:userpool/<id>`.
fn pool(call: &Call<'_>) -> Result<Pool, Failure> {
    let arn = call.text("ResourceArn");
    let id = arn.split_once(":userpool/").map(|(_, id)| id);
    let id = id.ok_or_else(|| Failure::invalid_parameter(format!("Invalid ARN: {arn}")))?;
    call.emulator.pool(id)
}

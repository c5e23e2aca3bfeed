//! The logins of a user: `AdminListUserAuthEvents`, and what somebody thinks of one.

use serde_json::{Value, json};

use super::contract::Call;
use super::page::Page;
use crate::failure::Failure;
use crate::pool::{Directory, Feedback};

/// Lists logins, newest first.
pub(super) fn list(call: &Call<'_>) -> Result<Value, Failure> {
    let pool = call.pool()?;
    let directory = pool.directory();
    let account = directory.any_user(call.text("Username"))?;
    require_add_on(&directory)?;
    let events: Vec<_> = account.events.iter().rev().collect();
    let page = Page::new(
        call.limit("MaxResults"),
        call.optional("NextToken"),
        events.len(),
    )?;
    let shown = events[page.range.clone()].iter().map(|it| it.describe());
    Ok(page.answer("AuthEvents", shown.collect(), "NextToken"))
}

/// `AdminUpdateAuthEventFeedback` and `UpdateAuthEventFeedback`: whether the login was the user's.
pub(super) fn give_feedback(call: &Call<'_>, provider: &str) -> Result<Value, Failure> {
    let pool = call.pool()?;
    let mut directory = pool.directory();
    require_add_on(&directory)?;
    let now = directory.clock.now();
    let account = directory.any_user_mut(call.text("Username"))?;
    let event = account
        .events
        .iter_mut()
        .find(|it| it.id == call.text("EventId"))
        .ok_or_else(|| Failure::not_found("Event does not exist."))?;
    event.feedback = Some(Feedback {
        value: call.text("FeedbackValue").to_owned(),
        provider: provider.to_owned(),
        given: now,
    });
    Ok(json!({}))
}

fn require_add_on(directory: &Directory) -> Result<(), Failure> {
    let mode = &directory.settings.other.get("UserPoolAddOns");
    let is_on = mode
        .and_then(|it| it["AdvancedSecurityMode"].as_str())
        .is_some_and(|mode| mode != "OFF");
    if is_on {
        return Ok(());
    }
    Err(Failure::new(
        "UserPoolAddOnNotEnabledException",
        "Threat protection is not enabled for this user pool.",
    ))
}

//! An event by HTTP: to a small program of one's own, or to the invoke address of a Lambda runtime.

use serde_json::Value;

use crate::outward::{Request, send};

/// Why there is no answer.
#[derive(Debug)]
pub(super) enum Trouble {
    /// The function said no, in these words.
    Refused(String),
    Unreachable(String),
}

/// Posts an event, and reads the event that comes back.
///
/// A status of 400 and above, the header `X-Amz-Function-Error`, or a body with `errorMessage` is a refusal.
pub(super) fn invoke(url: &str, event: &Value) -> Result<Value, Trouble> {
    let answer = send(&Request {
        method: "POST",
        url,
        headers: &[("Content-Type", "application/json")],
        body: &event.to_string(),
        is_loopback: false, // whoever started the emulator has named it
    });
    let answer = answer.map_err(Trouble::Unreachable)?;

    let value: Value = serde_json::from_str(answer.body.trim()).unwrap_or_default();
    let message = value["errorMessage"].as_str();
    let is_error = answer.head.contains("\nx-amz-function-error:");
    if answer.status >= 400 || is_error || message.is_some() {
        let text = message.unwrap_or_else(|| answer.body.trim());
        return Err(Trouble::Refused(text.to_owned()));
    }
    Ok(value)
}

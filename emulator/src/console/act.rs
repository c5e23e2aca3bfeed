//! What the buttons of the page do: mostly an operation of the API.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};

use crate::fault::{Fault, FaultKind};
use crate::operation::{self, Caller};
use crate::shared::Shared;

/// The fields of a form or a query.
pub(super) type Fields = BTreeMap<String, String>;

/// Does it, and returns the address of the page to show then, with a word on how it went.
pub(super) fn act(shared: &Shared, fields: &Fields) -> String {
    let get = |name: &str| fields.get(name).map(String::as_str).unwrap_or_default();
    let (pool, user) = (get("pool"), get("user"));
    let mut body = json!({ "UserPoolId": pool, "Username": user });
    let operation = match get("do") {
        "advance" => {
            let minutes: u64 = get("minutes").parse().unwrap_or(0);
            shared
                .clock
                .advance(Duration::from_secs(minutes.saturating_mul(60)));
            return back(pool, &format!("The clock is {minutes} minutes further."));
        }
        "fault" => {
            let kind = match get("kind") {
                "drop" => FaultKind::Drop,
                "throttle" => FaultKind::Throttle,
                "503" => FaultKind::Status(503),
                name => FaultKind::error(name),
            };
            let times = get("times").parse().unwrap_or(1);
            shared
                .faults
                .add(Fault::on(get("operation"), kind).times(times));
            return back(pool, "The fault waits for its call.");
        }
        "clear-faults" => {
            shared.faults.clear();
            return back(pool, "No fault waits any more.");
        }
        "create" => {
            let email = get("email");
            if !email.is_empty() {
                body["UserAttributes"] = json!([
                    { "Name": "email", "Value": email },
                    { "Name": "email_verified", "Value": "true" },
                ]);
            }
            "AdminCreateUser"
        }
        "password" => {
            body["Password"] = json!(get("password"));
            body["Permanent"] = json!(true);
            "AdminSetUserPassword"
        }
        "group" => {
            let name = get("group");
            let group = json!({ "UserPoolId": pool, "GroupName": name });
            // It may be there already.
            let _ = run(shared, "CreateGroup", group);
            body["GroupName"] = json!(name);
            "AdminAddUserToGroup"
        }
        "attribute" => {
            body["UserAttributes"] = json!([{ "Name": get("name"), "Value": get("value") }]);
            "AdminUpdateUserAttributes"
        }
        "enable" => "AdminEnableUser",
        "disable" => "AdminDisableUser",
        "confirm" => "AdminConfirmSignUp",
        "reset" => "AdminResetUserPassword",
        "sign-out" => "AdminUserGlobalSignOut",
        "delete" => "AdminDeleteUser",
        _ => return back(pool, "Nothing was done."),
    };
    let notice = match run(shared, operation, body) {
        Ok(()) => format!("{operation}: done."),
        Err(text) => format!("{operation}: {text}"),
    };
    back(pool, &notice)
}

fn run(shared: &Shared, operation: &str, body: Value) -> Result<(), String> {
    let caller = Caller {
        has_credentials: true,
        region: "us-east-1".to_owned(),
    };
    operation::run(shared, operation, &caller, body)
        .map(drop)
        .map_err(|failure| failure.message().to_owned())
}

fn back(pool: &str, notice: &str) -> String {
    let escape = |text: &str| -> String {
        text.bytes()
            .map(|byte| match byte {
                byte if byte.is_ascii_alphanumeric() || b"-_.".contains(&byte) => {
                    char::from(byte).to_string()
                }
                byte => format!("%{byte:02X}"),
            })
            .collect()
    };
    format!("/?pool={}&notice={}", escape(pool), escape(notice))
}

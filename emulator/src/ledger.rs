//! What clients have asked for, so that tests can count it.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use serde_json::{Map, Value};

/// One call, without any secret that was in it.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Call {
    /// The operation, e.g. `InitiateAuth`; `jwks` for a fetch of the key set; `/oauth2/token`, `/oauth2/userInfo` or
    /// `/oauth2/revoke` for a call of the domain.
    pub operation: String,
    /// The name that was sent, which may be an alias.
    pub username: Option<String>,
    /// The app client, where the call names one.
    pub client_id: Option<String>,
    /// `AuthFlow` or `ChallengeName`; `grant_type` of a call of the domain.
    pub kind: Option<String>,
    /// The call was signed with AWS credentials.
    pub has_credentials: bool,
    /// The names of the auth parameters or challenge responses sent, in alphabetical order; `Session` among them. Those
    /// of the form, for a call of the domain.
    pub parameters: Vec<String>,
    /// The visitor's address that the call told: `UserContextData`, or `ContextData` of an administrator's.
    pub ip_address: Option<String>,
    /// The name of the error that was answered, once there is an answer; a status where it has no name. A fault's too.
    pub error: Option<String>,
}

impl Call {
    pub(crate) fn new(operation: &str, has_credentials: bool, body: &Value) -> Self {
        let text = |name: &str| body.get(name).and_then(Value::as_str).map(str::to_owned);
        let sent: Vec<&Map<String, Value>> = ["AuthParameters", "ChallengeResponses"]
            .iter()
            .filter_map(|name| body.get(*name).and_then(Value::as_object))
            .collect();
        let inner = sent.iter().find_map(|map| map.get("USERNAME"));
        let mut parameters: Vec<_> = sent.iter().flat_map(|map| map.keys().cloned()).collect();
        parameters.extend(body.get("Session").map(|_| "Session".to_owned()));
        parameters.sort();

        Self {
            operation: operation.to_owned(),
            username: text("Username").or_else(|| inner.and_then(Value::as_str).map(str::to_owned)),
            client_id: text("ClientId"),
            kind: text("AuthFlow").or_else(|| text("ChallengeName")),
            has_credentials,
            parameters,
            ip_address: ["UserContextData", "ContextData"].iter().find_map(|name| {
                let address = body.get(*name)?.get("IpAddress")?;
                Some(address.as_str()?.to_owned())
            }),
            error: None,
        }
    }

    /// A call of an endpoint of the domain, with the fields of its form.
    pub(crate) fn at_domain(
        path: &str,
        client_id: Option<String>,
        fields: &BTreeMap<String, String>,
    ) -> Self {
        Self {
            operation: path.to_owned(),
            username: None,
            client_id,
            kind: fields.get("grant_type").cloned(),
            has_credentials: false,
            parameters: fields.keys().cloned().collect(),
            ip_address: None,
            error: None,
        }
    }
}

/// All calls, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    calls: Mutex<Calls>,
}

#[derive(Debug, Default)]
struct Calls {
    list: Vec<Call>,
    /// How many came before the list.
    forgotten: usize,
}

impl Ledger {
    /// More than any test counts, and little enough for an emulator that runs for weeks.
    const LIMIT: usize = 100_000;

    /// Notes a call, and returns its number.
    pub(crate) fn push(&self, call: Call) -> usize {
        let mut calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        if calls.list.len() >= Self::LIMIT {
            calls.list.drain(..Self::LIMIT / 2);
            calls.forgotten += Self::LIMIT / 2;
        }
        calls.list.push(call);
        calls.forgotten + calls.list.len() - 1
    }

    /// Notes how a call was refused.
    pub(crate) fn refused(&self, number: usize, error: &str) {
        let mut calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        let index = number.checked_sub(calls.forgotten);
        if let Some(call) = index.and_then(|index| calls.list.get_mut(index)) {
            call.error = Some(error.to_owned());
        }
    }

    pub(crate) fn calls(&self) -> Vec<Call> {
        self.calls
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .list
            .clone()
    }

    pub(crate) fn clear(&self) {
        let mut calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        calls.forgotten += calls.list.len();
        calls.list.clear();
    }
}

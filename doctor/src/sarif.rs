//! Findings as SARIF 2.1.0, which the code scanning of a CI shows beside the lines of a template.
//!
//! <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>

use serde_json::{Value, json};

use crate::finding::Finding;
use crate::report::{Part, Report};
use crate::security_hub::control;

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// One run, with a rule for each code that was found.
pub(crate) fn log(report: &Report) -> Value {
    let found = report.parts.iter().flat_map(|part| &part.findings);
    let mut rules: Vec<&Finding> = found.collect();
    rules.sort_by_key(|finding| finding.code);
    rules.dedup_by_key(|finding| finding.code);

    let results = report.parts.iter().flat_map(|part| {
        let findings = part.findings.iter();
        let rules = &rules;
        findings.map(move |finding| {
            let rule = rules.iter().position(|rule| rule.code == finding.code);
            result(part, finding, rule)
        })
    });
    let results: Vec<_> = results.collect();

    json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": env!("CARGO_PKG_NAME"),
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules.iter().map(|rule| describe(rule)).collect::<Vec<_>>(),
            } },
            "results": results,
        }],
    })
}

fn describe(finding: &Finding) -> Value {
    let tags: Vec<_> = ["security"]
        .into_iter()
        .chain(control(finding.code))
        .collect();

    json!({
        "id": finding.code,
        "shortDescription": { "text": finding.why },
        "help": { "text": finding.fix },
        "defaultConfiguration": { "level": finding.severity.name() },
        "properties": { "tags": tags },
    })
}

fn result(part: &Part, finding: &Finding, rule: Option<usize>) -> Value {
    let value = match &finding.value {
        Value::Null => "not set".to_owned(),
        value => value.to_string(),
    };
    let text = format!(
        "{}: {value}. {} Do: {}.",
        finding.setting, finding.why, finding.fix
    );

    json!({
        "ruleId": finding.code,
        "ruleIndex": rule,
        "level": finding.severity.name(),
        "message": { "text": text },
        "locations": [location(part, finding)],
        // The same finding of the same pool stays the same, wherever its line moves to.
        "partialFingerprints": {
            "finding/v1": format!("{}/{}/{}", part.name(), finding.setting, finding.code),
        },
    })
}

/// The line of the setting, or of the pool that lacks it; a pool that runs has no file.
fn location(part: &Part, finding: &Finding) -> Value {
    let mut location = json!({
        "logicalLocations": [{ "fullyQualifiedName": part.name(), "kind": "resource" }],
    });
    let places = part.places.iter().filter(|place| place.file.is_some());
    let places: Vec<_> = places.collect();

    if let Some(first) = places.first() {
        let exact = places
            .iter()
            .find_map(|place| place.line_of(finding.setting));
        let line = exact.unwrap_or(first.line).max(1);
        location["physicalLocation"] = json!({
            "artifactLocation": { "uri": first.file.as_deref().map(uri) },
            "region": { "startLine": line },
        });
    }
    location
}

/// The path of a file as a relative reference.
fn uri(path: &str) -> String {
    let mut uri = String::new();
    for byte in path.replace('\\', "/").bytes() {
        match byte {
            b'/' | b'.' | b'-' | b'_' | b'~' => uri.push(byte.into()),
            byte if byte.is_ascii_alphanumeric() => uri.push(byte.into()),
            byte => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}

impl Part {
    fn name(&self) -> String {
        match &self.app_client {
            Some(client) => format!("{}/{client}", self.user_pool),
            None => self.user_pool.clone(),
        }
    }
}

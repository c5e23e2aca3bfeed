//! SARIF for the code scanning of a CI.

use std::collections::BTreeSet;
use std::fs;
use std::process::Output;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::bench::{Bench, doctor, stderr};

const TEMPLATE: &str = "\
Resources:
  Pool:
    Type: AWS::Cognito::UserPool
    Properties:
      DeletionProtection: INACTIVE
      Policies:
        PasswordPolicy:
          MinimumLength: 6
  Client:
    Type: AWS::Cognito::UserPoolClient
    Properties:
      UserPoolId: !Ref Pool
      ExplicitAuthFlows:
        - ALLOW_USER_SRP_AUTH
        - ALLOW_USER_PASSWORD_AUTH
";

fn log(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", stderr(output)))
}

fn of_template(text: &str) -> (Value, Output) {
    of_file("pool.yaml", text)
}

fn of_file(name: &str, text: &str) -> (Value, Output) {
    let folder = TempDir::new().expect("a folder");
    fs::write(folder.path().join(name), text).expect("a file");
    let mut doctor = doctor();
    doctor.current_dir(folder.path());
    doctor.args(["template", name, "--format", "sarif"]);
    let output = doctor.output().expect("the doctor");
    (log(&output), output)
}

fn result<'a>(log: &'a Value, code: &str) -> &'a Value {
    let results = log["runs"][0]["results"].as_array().expect("results");
    let mut results = results.iter().filter(|it| it["ruleId"] == code);
    let result = results.next().unwrap_or_else(|| panic!("no {code}"));
    assert!(results.next().is_none(), "two of {code}");
    result
}

#[test]
fn a_finding_points_at_the_line_of_its_setting() {
    let (log, output) = of_template(TEMPLATE);

    assert_eq!(output.status.code(), Some(1));
    assert_eq!(log["version"], "2.1.0");
    for (code, line) in [
        ("deletion-protection-off", 5),
        ("password-short", 8),
        ("flow-user-password", 13),
        // Not there at all: the resource it should be in. The app client comes first.
        ("existence-errors-shown", 9),
    ] {
        let place = &result(&log, code)["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], "pool.yaml", "{code}");
        assert_eq!(place["region"]["startLine"], line, "{code}");
    }
}

#[test]
fn the_name_of_a_file_is_written_as_a_reference() {
    let (log, _) = of_file("our pool.yaml", TEMPLATE);

    let place = &result(&log, "password-short")["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "our%20pool.yaml");
}

#[test]
fn every_result_has_its_rule_and_level() {
    let (log, _) = of_template(TEMPLATE);

    let run = &log["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().expect("rules");
    let ids: BTreeSet<_> = rules.iter().map(|rule| rule["id"].as_str()).collect();
    assert_eq!(ids.len(), rules.len());
    for result in run["results"].as_array().expect("results") {
        let index = result["ruleIndex"].as_u64().expect("an index");
        let rule = &rules[usize::try_from(index).expect("small")];
        assert_eq!(rule["id"], result["ruleId"]);
        assert_eq!(rule["defaultConfiguration"]["level"], result["level"]);
        assert!(["error", "warning", "note"].contains(&result["level"].as_str().expect("a level")));
        assert!(result["message"]["text"].is_string());
    }
    let tags = |code: &str| {
        let rule = rules.iter().find(|rule| rule["id"] == code);
        rule.expect("a rule")["properties"]["tags"].clone()
    };
    assert_eq!(
        tags("deletion-protection-off"),
        json!(["security", "Cognito.6"])
    );
    assert_eq!(tags("flow-user-password"), json!(["security"]));
}

#[test]
fn the_fingerprint_stays_when_lines_move() {
    let (before, _) = of_template(TEMPLATE);
    let (after, _) = of_template(&format!("# A comment.\n\n{TEMPLATE}"));

    let [before, after] = [&before, &after].map(|log| result(log, "password-short"));

    assert_eq!(before["partialFingerprints"], after["partialFingerprints"]);
    assert_ne!(before["locations"], after["locations"]);
}

#[test]
fn a_pool_that_runs_has_a_name_and_no_file() {
    let mut bench = Bench::good();
    bench.set("pool.DeletionProtection", json!("INACTIVE"));
    bench.argument("--format=sarif");

    let log = log(&bench.run());

    let place = &result(&log, "deletion-protection-off")["locations"][0];
    assert_eq!(place["physicalLocation"], Value::Null);
    assert_eq!(
        place["logicalLocations"][0]["fullyQualifiedName"],
        "eu-west-1_Ab12Cd34E/1example23456789"
    );
}

#[test]
fn a_good_pool_has_an_empty_run() {
    let mut bench = Bench::good();
    bench.argument("--format=sarif");

    let output = bench.run();

    assert_eq!(output.status.code(), Some(0));
    assert_eq!(log(&output)["runs"][0]["results"], json!([]));
}

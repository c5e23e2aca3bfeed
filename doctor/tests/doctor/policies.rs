//! The policies of `docs/deployment` against what the programs call.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn actions(policy: &str) -> BTreeSet<String> {
    let path = root().join("docs/deployment/iam").join(policy);
    let text = fs::read_to_string(path).expect("a policy");
    let policy: Value = serde_json::from_str(&text).expect("JSON");
    let statements = policy["Statement"].as_array().expect("statements");

    let lists = statements
        .iter()
        .flat_map(|statement| match &statement["Action"] {
            Value::Array(actions) => actions.clone(),
            action => vec![action.clone()],
        });
    lists
        .map(|action| {
            let action = action.as_str().expect("a name");
            let name = action.strip_prefix("cognito-idp:");
            name.expect("an action of Cognito").to_owned()
        })
        .collect()
}

/// The literals in a source that are the name of an operation which begins like this.
fn operations(source: &str, prefix: &str) -> BTreeSet<String> {
    let literals = source.split('"').skip(1).step_by(2);
    let names = literals.filter(|text| text.chars().all(char::is_alphanumeric));

    names
        .filter(|text| text.starts_with(prefix) && text.len() > prefix.len())
        .map(str::to_owned)
        .collect()
}

#[test]
fn the_policy_of_administrators_has_every_admin_call_of_the_library() {
    let mut called = BTreeSet::new();
    let mut unread = vec![root().join("src/cognito")];
    while let Some(path) = unread.pop() {
        if path.is_dir() {
            let entries = fs::read_dir(path).expect("a folder");
            unread.extend(entries.map(|entry| entry.expect("an entry").path()));
        } else {
            let source = fs::read_to_string(path).expect("a source");
            called.extend(operations(&source, "Admin"));
        }
    }

    let allowed = actions("administration.json");
    let allowed: BTreeSet<_> = allowed
        .into_iter()
        .filter(|name| name.starts_with("Admin"))
        .collect();

    assert!(called.len() > 10, "{called:?}");
    assert_eq!(called, allowed);
}

/// A site that has credentials asks for the rules that its pages show for new passwords.
#[test]
fn the_policies_of_sites_allow_the_rules_for_passwords() {
    for policy in ["site.json", "linking.json", "administration.json"] {
        assert!(actions(policy).contains("DescribeUserPool"), "{policy}");
    }
}

#[test]
fn the_policy_of_the_doctor_has_what_the_doctor_calls_and_no_more() {
    let source = fs::read_to_string(root().join("doctor/src/aws/mod.rs")).expect("a source");
    let called: BTreeSet<_> = ["Describe", "Get", "List"]
        .iter()
        .flat_map(|prefix| operations(&source, prefix))
        .collect();

    assert_eq!(called, actions("doctor.json"));
}

//! The three templates of `deploy/` say the same.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use clap::Parser;
use serde_json::{Map, Value, json};

use super::resource::{Kind, Resource, assemble};
use super::{read_resources, terraform};
use crate::arguments::Arguments;
use crate::finding::Severity;
use crate::rules;
use crate::setting::UNKNOWN;
use crate::site::Site;

/// What CloudFormation decides by a parameter, and the others by an argument.
const BY_PARAMETER: &[(Kind, &str)] = &[
    (Kind::Pool, "AdminCreateUserConfig.AllowAdminCreateUserOnly"),
    (Kind::Pool, "EmailConfiguration.From"),
    (Kind::Pool, "EmailConfiguration.SourceArn"),
    (Kind::Pool, "UserPoolAddOns"),
    (Kind::Pool, "UserPoolName"),
    (Kind::Pool, "UserPoolTier"),
    (Kind::Client, "CallbackURLs.0"),
    (Kind::Client, "ClientName"),
    (Kind::Client, "EnablePropagateAdditionalUserContextData"),
    (Kind::Client, "LogoutURLs.0"),
    (Kind::Client, "SupportedIdentityProviders"),
    (Kind::Domain, "Domain"),
    (Kind::Provider, "ProviderDetails.client_id"),
    (Kind::Provider, "ProviderDetails.client_secret"),
];

/// What names the pool or the app client, or says how the thing is made.
const BESIDES: &[&str] = &["Id", "UserPoolId", "ClientId", "ClientSecret"];

fn deployed(path: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy");
    fs::read_to_string(root.join(path)).expect("a template")
}

pub(super) fn cloudformation(path: &str) -> Vec<Resource> {
    read_resources(&deployed(path)).expect("a template of CloudFormation")
}

/// A plan of the files of Terraform, in which nothing is known but what stands there.
fn plan() -> Value {
    let main: Value = hcl::from_str(&deployed("terraform/main.tf")).expect("HCL");
    let mut planned = Vec::new();
    let mut configured = Vec::new();

    for (kind, named) in main["resource"].as_object().expect("resources") {
        for (name, block) in named.as_object().expect("names") {
            let address = format!("{kind}.{name}");
            let mut values = block.clone();
            let members = values.as_object_mut().expect("arguments");
            for name in ["count", "lifecycle"] {
                members.remove(name);
            }
            if let Some(dynamic) = members.remove("dynamic") {
                for name in dynamic.as_object().expect("blocks").keys() {
                    members.insert(name.clone(), json!(UNKNOWN));
                }
            }
            let references = ["user_pool_id", "client_id"].map(|name| {
                let text = block[name].as_str().unwrap_or_default();
                let text = text.trim_start_matches("${").trim_end_matches('}');
                (name.to_owned(), json!({ "references": [text] }))
            });
            hide(&mut values);
            planned.push(json!({ "address": address, "type": kind, "values": values }));
            let references = Map::from_iter(references);
            configured.push(json!({ "address": address, "expressions": references }));
        }
    }
    json!({
        "planned_values": { "root_module": { "resources": planned } },
        "configuration": { "root_module": { "resources": configured } },
    })
}

/// Hides what is an expression; blocks become lists, as in a plan.
fn hide(value: &mut Value) {
    match value {
        Value::String(text) if text.contains("${") => *value = json!(UNKNOWN),
        Value::Array(items) => items.iter_mut().for_each(hide),
        Value::Object(members) => {
            for (name, member) in members {
                hide(member);
                let is_map = ["attribute_mapping", "provider_details"].contains(&name.as_str());
                if member.is_object() && !is_map {
                    *member = json!([member]);
                }
            }
        }
        _ => {}
    }
}

/// Each setting by its path, under one name for what the two worlds call differently.
pub(super) fn settings(resources: &[Resource], kind: Kind) -> Map<String, Value> {
    let mut found = resources.iter().filter(|it| it.kind == kind);
    let resource = found.next().expect("a resource");
    assert!(found.next().is_none(), "two of {kind:?}");

    let mut settings = Map::new();
    flatten("", &resource.settings, &mut settings);
    flatten("Mfa", &resource.mfa, &mut settings);
    settings.retain(|name, value| {
        let first = name.split('.').next().unwrap_or_default();
        !value.is_null() && !BESIDES.contains(&first)
    });
    settings
}

pub(super) fn flatten(path: &str, value: &Value, settings: &mut Map<String, Value>) {
    let below = |name: &str| match path {
        "" => name.to_owned(),
        path => format!("{path}.{name}"),
    };

    match value {
        Value::Object(members) => {
            for (name, member) in members {
                let name = match name.as_str() {
                    "FromEmailAddress" => "From",
                    "Name" if path.is_empty() => "UserPoolName",
                    name => name,
                };
                flatten(&below(name), member, settings);
            }
        }
        Value::Array(items) => {
            for (number, item) in items.iter().enumerate() {
                flatten(&below(&number.to_string()), item, settings);
            }
        }
        value => {
            settings.insert(path.to_owned(), value.clone());
        }
    }
}

const KINDS: [Kind; 5] = [
    Kind::Pool,
    Kind::Client,
    Kind::Domain,
    Kind::Provider,
    Kind::Style,
];

#[test]
fn all_three_set_the_same() {
    let by_template = cloudformation("cloudformation/user-pool.yaml");
    let by_cdk = cloudformation("cdk/user-pool.template.json");
    let by_terraform = terraform::resources(&plan());
    let mut parameters = BTreeSet::new();
    let mut wrong = Vec::new();

    for kind in KINDS {
        let template = settings(&by_template, kind);
        let terraform = settings(&by_terraform, kind);
        let cdk = settings(&by_cdk, kind);
        let rename = |name: &str| match (kind, name) {
            // The app client and the pool have a name each, which Terraform calls `name` for both.
            (Kind::Client, "UserPoolName") => "ClientName".to_owned(),
            (_, name) => name.to_owned(),
        };
        let terraform: Map<_, _> = terraform
            .into_iter()
            .map(|(name, value)| (rename(&name), value))
            .filter(|(name, _)| {
                // The factors are compared as `Mfa`.
                !name.starts_with("SoftwareTokenMfaConfiguration") && name != "GenerateSecret"
            })
            .collect();

        let names: BTreeSet<_> = template
            .keys()
            .chain(terraform.keys())
            .chain(cdk.keys())
            .filter(|name| *name != "GenerateSecret")
            .collect();
        for name in names {
            let values = [&template, &terraform, &cdk].map(|it| it.get(name));
            let is_parameter = values[0] == Some(&json!(UNKNOWN));
            if is_parameter {
                parameters.insert((format!("{kind:?}"), name.clone()));
            }
            let known: Vec<_> = values
                .iter()
                .filter(|it| **it != Some(&json!(UNKNOWN)))
                .collect();
            let differ = known.windows(2).any(|pair| pair[0] != pair[1]);
            let below = |(of, path): &&(Kind, &str)| {
                *of == kind && (name == path || name.starts_with(&format!("{path}.")))
            };
            let may_differ = BY_PARAMETER.iter().any(|it| below(&it));
            if differ && !may_differ {
                wrong.push(format!("{kind:?} {name}: {values:?}"));
            }
        }
    }

    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let expected: BTreeSet<_> = BY_PARAMETER
        .iter()
        .map(|(kind, name)| (format!("{kind:?}"), (*name).to_owned()))
        .collect();
    assert_eq!(parameters, expected);
}

/// The secret is no setting that the API shows, so that it is looked at here.
#[test]
fn all_three_make_a_client_with_a_secret() {
    for resources in [
        cloudformation("cloudformation/user-pool.yaml"),
        cloudformation("cdk/user-pool.template.json"),
        terraform::resources(&plan()),
    ] {
        let views = assemble("a template", resources).expect("a pool");
        let client = &views[0].clients[0].client;
        let secret = client.client_secret.known().expect("known");
        assert!(secret.is_some());
        assert!(views[0].clients[0].is_styled.known() == Some(&true));
    }
}

/// Whoever changes one of the three hears of the others.
#[test]
fn a_setting_that_differs_is_seen() {
    let text = deployed("cloudformation/user-pool.yaml");
    let changed = text.replace("MinimumLength: 12", "MinimumLength: 8");
    let read = |text: &str| settings(&read_resources(text).expect("read"), Kind::Pool);

    let (before, after) = (read(&text), read(&changed));

    assert_ne!(before, after);
    assert_eq!(after["Policies.PasswordPolicy.MinimumLength"], json!(8));
}

#[test]
fn the_doctor_has_nothing_but_notes_for_all_three() {
    let arguments = Arguments::parse_from(["axum-cognito-doctor"]);
    let site = Site::read(&arguments, |_| None).expect("a site");

    for resources in [
        cloudformation("cloudformation/user-pool.yaml"),
        cloudformation("cdk/user-pool.template.json"),
        terraform::resources(&plan()),
    ] {
        let views = assemble("a template", resources).expect("a pool");
        let facts = views[0].facts(Some(&views[0].clients[0]), &site);
        let findings = rules::check(&facts);
        let bad: Vec<_> = findings
            .iter()
            .filter(|finding| finding.severity != Severity::Note)
            .collect();
        assert!(bad.is_empty(), "{bad:#?}");
    }
}

//! The pools of `single_changes.rs` as templates: what these tell, they tell as a live pool does.

use std::fs;
use std::process::Output;

use serde_json::{Map, Value, json};
use tempfile::TempDir;

use crate::bench::{Bench, doctor};

/// What no template tells: ids, what the site has to do with them, and how deliveries go.
const UNTOLD: &[&str] = &[
    "client-of-another-pool",
    "client-other-than-site",
    "delivery-failure",
    // The domain may come from another template.
    "domain-missing",
    "pool-other-than-site",
    "region-other-than-pool",
    "secret-missing-at-site",
];

/// Checks a template, by the name of its file.
pub(crate) fn look_at(name: &str, text: &str, bench: &Bench) -> Output {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join(name);
    fs::write(&path, text).expect("a file");

    let mut doctor = doctor();
    doctor
        .arg("template")
        .arg(path)
        .arg("--json")
        .args(&bench.arguments)
        .envs(bench.variables.iter().cloned());
    doctor.output().expect("the doctor")
}

/// The codes of all parts.
pub(crate) fn codes(output: &Output) -> Vec<String> {
    let report: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("no JSON: {}", crate::bench::stderr(output)));
    let parts = report["reports"].as_array().expect("reports").iter();
    let findings = parts.flat_map(|part| part["findings"].as_array().expect("findings"));
    let codes = findings.map(|finding| finding["code"].as_str().expect("a code"));
    codes.map(str::to_owned).collect()
}

fn without(value: &Value, names: &[&str]) -> Map<String, Value> {
    let mut members = value.as_object().expect("an object").clone();
    members.retain(|name, _| !names.contains(&name.as_str()));
    members
}

pub(crate) fn cloudformation(bench: &Bench) -> String {
    let api_alone = [
        "Id",
        "Name",
        "Arn",
        "CreationDate",
        "LastModifiedDate",
        "EstimatedNumberOfUsers",
        "SchemaAttributes",
        "Domain",
        "CustomDomain",
        "SmsConfigurationFailure",
        "UserPoolId",
        "ClientId",
        "ClientSecret",
    ];
    let mut pool = without(&bench.pool["UserPool"], &api_alone);
    let mut schema = bench.pool["UserPool"]["SchemaAttributes"].clone();
    for attribute in schema.as_array_mut().expect("a schema") {
        let name = attribute["Name"].as_str().expect("a name");
        attribute["Name"] = json!(name.trim_start_matches("custom:"));
    }
    pool.insert("Schema".to_owned(), schema);

    let mfa = &bench.mfa;
    let factors = [
        ("SMS_MFA", mfa["SmsMfaConfiguration"].is_object()),
        (
            "SOFTWARE_TOKEN_MFA",
            mfa["SoftwareTokenMfaConfiguration"]["Enabled"] == json!(true),
        ),
        ("EMAIL_OTP", mfa["EmailMfaConfiguration"].is_object()),
    ];
    let factors = factors.iter().filter(|(_, on)| *on).map(|(name, _)| *name);
    pool.insert("EnabledMfas".to_owned(), factors.collect());
    let passkeys = &mfa["WebAuthnConfiguration"];
    for (name, member) in [
        ("WebAuthnRelyingPartyID", "RelyingPartyId"),
        ("WebAuthnFactorConfiguration", "FactorConfiguration"),
    ] {
        if passkeys[member].is_string() {
            pool.insert(name.to_owned(), passkeys[member].clone());
        }
    }

    let described = &bench.client["UserPoolClient"];
    let mut client = without(described, &api_alone);
    let has_secret = described["ClientSecret"].is_string();
    client.insert("GenerateSecret".to_owned(), json!(has_secret));
    client.insert("UserPoolId".to_owned(), json!({ "Ref": "Pool" }));

    let owner = json!({ "Ref": "Pool" });
    let mut resources = json!({
        "Pool": { "Type": "AWS::Cognito::UserPool", "Properties": pool },
        "Client": { "Type": "AWS::Cognito::UserPoolClient", "Properties": client },
        "Style": {
            "Type": "AWS::Cognito::ManagedLoginBranding",
            "Properties": { "UserPoolId": owner, "ClientId": { "Ref": "Client" } },
        },
    });
    for (number, domain) in bench.domains.iter().enumerate() {
        let mut properties = domain["DomainDescription"].clone();
        properties["UserPoolId"] = owner.clone();
        resources[format!("Domain{number}")] =
            json!({ "Type": "AWS::Cognito::UserPoolDomain", "Properties": properties });
    }
    for (number, provider) in bench.providers.iter().enumerate() {
        let mut properties = provider["IdentityProvider"].clone();
        properties["UserPoolId"] = owner.clone();
        resources[format!("Provider{number}")] =
            json!({ "Type": "AWS::Cognito::UserPoolIdentityProvider", "Properties": properties });
    }
    format!("{:#}", json!({ "Resources": resources }))
}

/// A plan; nothing if Terraform has no words for this pool.
pub(crate) fn plan(bench: &Bench) -> Option<String> {
    let mfa = &bench.mfa;
    let described = &bench.pool["UserPool"];
    let has_sms_mfa = mfa["SmsMfaConfiguration"].is_object();
    if mfa["WebAuthnConfiguration"]["FactorConfiguration"].is_string()
        || has_sms_mfa && !described["SmsConfiguration"].is_object()
    {
        return None;
    }

    let mut pool = without(
        described,
        &[
            "Id",
            "Policies",
            "Domain",
            "CustomDomain",
            "SmsConfigurationFailure",
        ],
    );
    pool.extend(without(&described["Policies"], &[]));
    pool.extend(without(mfa, &["MfaConfiguration", "SmsMfaConfiguration"]));
    let described = &bench.client["UserPoolClient"];
    let mut client = without(described, &["ClientId", "ClientSecret", "UserPoolId"]);
    let has_secret = described["ClientSecret"].is_string();
    client.insert("GenerateSecret".to_owned(), json!(has_secret));

    let mut planned = vec![
        resource("aws_cognito_user_pool", "main", &pool),
        resource("aws_cognito_user_pool_client", "site", &client),
        resource("aws_cognito_managed_login_branding", "site", &Map::new()),
    ];
    for domain in &bench.domains {
        let mut domain = without(&domain["DomainDescription"], &[]);
        if let Some(custom) = domain.remove("CustomDomainConfig") {
            domain.extend(without(&custom, &[]));
        }
        planned.push(resource("aws_cognito_user_pool_domain", "main", &domain));
    }
    for provider in &bench.providers {
        let provider = without(&provider["IdentityProvider"], &[]);
        planned.push(resource("aws_cognito_identity_provider", "it", &provider));
    }

    let refers = |argument: &str, to: &str| json!({ argument: { "references": [to] } });
    let pool_id = "aws_cognito_user_pool.main.id";
    let client_id = "aws_cognito_user_pool_client.site.id";
    let changes = planned.iter().map(|it| {
        let unknown = json!({ "id": true, "user_pool_id": true, "client_secret": true });
        json!({ "address": it["address"], "change": { "after_unknown": unknown } })
    });
    let plan = json!({
        "format_version": "1.2",
        "resource_changes": changes.collect::<Vec<_>>(),
        "planned_values": { "root_module": { "resources": planned } },
        "configuration": { "root_module": { "resources": [
            {
                "address": "aws_cognito_user_pool_client.site",
                "expressions": refers("user_pool_id", pool_id),
            },
            {
                "address": "aws_cognito_managed_login_branding.site",
                "expressions": refers("client_id", client_id),
            },
        ] } },
    });
    Some(plan.to_string())
}

fn resource(kind: &str, name: &str, settings: &Map<String, Value>) -> Value {
    json!({
        "address": format!("{kind}.{name}"),
        "type": kind,
        "name": name,
        "values": arguments(settings),
    })
}

/// The arguments of a resource: blocks are lists of one.
fn arguments(settings: &Map<String, Value>) -> Value {
    let renamed = settings.iter().map(|(name, value)| {
        let value = match value {
            Value::Object(members) if name == "AttributeMapping" => json!(members),
            Value::Object(members) => json!([arguments(members)]),
            Value::Array(items) if items.iter().any(Value::is_object) => items
                .iter()
                .map(|item| arguments(item.as_object().expect("a block")))
                .collect(),
            value => value.clone(),
        };
        (argument(name), value)
    });
    Value::Object(renamed.collect())
}

fn argument(name: &str) -> String {
    match name {
        "RecoveryMechanisms" => "recovery_mechanism".to_owned(),
        "SchemaAttributes" => "schema".to_owned(),
        _ => {
            let name = name.replace("OAuth", "Oauth").replace("URLs", "Urls");
            let mut snake = String::new();
            for c in name.chars() {
                if c.is_ascii_uppercase() && !snake.is_empty() {
                    snake.push('_');
                }
                snake.push(c.to_ascii_lowercase());
            }
            snake
        }
    }
}

/// The codes that a template of a spoilt pool should have.
pub(crate) fn told(codes: Vec<String>) -> Vec<String> {
    let mut codes = codes;
    codes.retain(|code| !UNTOLD.contains(&code.as_str()));
    codes.sort();
    codes
}

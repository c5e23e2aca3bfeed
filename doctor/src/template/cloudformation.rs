//! Templates of CloudFormation, YAML or JSON.
//!
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_Cognito.html>

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::node::{Data, Node};
use super::resource::{Kind, Owner, Resource, mend};
use crate::setting::UNKNOWN;

/// The resources of Cognito's; nothing if this is no template.
pub(super) fn resources(template: &Node) -> Option<Vec<Resource>> {
    let Data::Map(entries) = &template.get("Resources")?.data else {
        return None;
    };
    let pools: Vec<_> = entries
        .iter()
        .filter(|(.., node)| kind(node) == Some(Kind::Pool))
        .map(|(name, ..)| name.as_str())
        .collect();

    let found = entries.iter().filter_map(|(name, line, node)| {
        let kind = kind(node)?;
        let properties = node.get("Properties");
        let mut lines = BTreeMap::new();
        let mut settings = Value::Object(Map::new());
        if let Some(properties) = properties {
            properties.lines(&mut lines);
            settings = properties.to_json();
        }
        mend(&mut settings);
        let mfa = match kind {
            Kind::Pool => rename_pool(&mut settings),
            _ => json!({}),
        };
        if kind == Kind::Client {
            rename_client(&mut settings);
        }
        remove_ids(&mut settings, kind);

        let owner = |property: &str| properties.and_then(|it| it.get(property));
        Some(Resource {
            kind,
            name: name.clone(),
            key: name.clone(),
            copy: String::new(),
            pool: owner("UserPoolId").map_or(Owner::Unknown, |node| owner_of(node, Some(&pools))),
            client: owner("ClientId").map_or(Owner::Unknown, |node| owner_of(node, None)),
            is_conditional: node.get("Condition").is_some(),
            settings,
            mfa,
            line: *line,
            lines: rename_lines(lines),
        })
    });
    Some(found.collect())
}

fn kind(node: &Node) -> Option<Kind> {
    match node.get("Type")?.text()? {
        "AWS::Cognito::UserPool" => Some(Kind::Pool),
        "AWS::Cognito::UserPoolClient" => Some(Kind::Client),
        "AWS::Cognito::UserPoolDomain" => Some(Kind::Domain),
        "AWS::Cognito::UserPoolIdentityProvider" => Some(Kind::Provider),
        "AWS::Cognito::ManagedLoginBranding" => Some(Kind::Style),
        _ => None,
    }
}

/// A reference to anything but a resource of the template is one to a parameter.
fn owner_of(node: &Node, resources: Option<&[&str]>) -> Owner {
    match (node.target(), &node.data) {
        (Some(name), _) => match resources {
            Some(known) if !known.contains(&name) => Owner::Outside,
            _ => Owner::Named(name.to_owned()),
        },
        (None, Data::Scalar(_)) => Owner::Outside,
        (None, _) => Owner::Unknown,
    }
}

/// Which pool and client it is, only the deployment knows.
fn remove_ids(settings: &mut Value, kind: Kind) {
    match kind {
        Kind::Pool => settings["Id"] = json!(UNKNOWN),
        Kind::Client => {
            settings["UserPoolId"] = json!(UNKNOWN);
            settings["ClientId"] = json!(UNKNOWN);
        }
        Kind::Domain | Kind::Provider | Kind::Style => {}
    }
}

fn rename_client(settings: &mut Value) {
    let secret = match settings.get("GenerateSecret") {
        Some(Value::Bool(true)) => json!("generated"),
        Some(Value::String(text)) if text == UNKNOWN => json!(UNKNOWN),
        _ => json!(null),
    };
    settings["ClientSecret"] = secret;
}

/// Gives what the API has in `GetUserPoolMfaConfig`.
fn rename_pool(settings: &mut Value) -> Value {
    let Value::Object(members) = settings else {
        return json!(UNKNOWN);
    };

    // A domain of the template's is a resource of its own.
    members.remove("Domain");
    if let Some(mut schema) = members.remove("Schema") {
        schema
            .as_array_mut()
            .into_iter()
            .flatten()
            .for_each(name_custom);
        members.insert("SchemaAttributes".to_owned(), schema);
    }

    let factors = members.remove("EnabledMfas");
    let Some(Value::Array(factors)) = factors else {
        // Without a list the API chooses, or a second factor is off for all.
        return match members.get("MfaConfiguration").and_then(Value::as_str) {
            None | Some("OFF") => second_factors(&[], members),
            Some(_) => json!(UNKNOWN),
        };
    };
    match factors.contains(&json!(UNKNOWN)) {
        true => json!(UNKNOWN),
        false => second_factors(&factors, members),
    }
}

fn second_factors(factors: &[Value], members: &Map<String, Value>) -> Value {
    let has = |factor: &str| factors.iter().any(|it| it == factor);
    let given = |name: &str| members.get(name).cloned().unwrap_or_default();
    let sms = json!({ "SmsConfiguration": null });
    let email = json!({ "Message": null });

    json!({
        "SmsMfaConfiguration": has("SMS_MFA").then_some(sms),
        "SoftwareTokenMfaConfiguration": { "Enabled": has("SOFTWARE_TOKEN_MFA") },
        "EmailMfaConfiguration": has("EMAIL_OTP").then_some(email),
        "WebAuthnConfiguration": {
            "RelyingPartyId": given("WebAuthnRelyingPartyID"),
            "FactorConfiguration": given("WebAuthnFactorConfiguration"),
        },
    })
}

/// Templates name custom attributes without what the API puts before them.
pub(super) fn name_custom(attribute: &mut Value) {
    let developer = attribute["DeveloperOnlyAttribute"] == json!(true);
    let Some(name) = attribute["Name"].as_str().filter(|name| *name != UNKNOWN) else {
        return;
    };
    if !crate::facts::is_standard(name) && !name.contains(':') {
        let prefix = if developer { "dev:custom" } else { "custom" };
        attribute["Name"] = json!(format!("{prefix}:{name}"));
    }
}

/// The API's names, by which findings call settings.
fn rename_lines(mut lines: BTreeMap<String, usize>) -> BTreeMap<String, usize> {
    const NAMES: [(&str, &str); 4] = [
        ("Schema", "SchemaAttributes"),
        ("GenerateSecret", "ClientSecret"),
        ("EnabledMfas", "SmsMfaConfiguration"),
        ("WebAuthnRelyingPartyID", "RelyingPartyId"),
    ];

    for (here, api) in NAMES {
        if let Some(line) = lines.get(here) {
            lines.insert(api.to_owned(), *line);
        }
    }
    lines
}

//! The description of the API, made from its types and its table of resources.

use std::mem::take;

use axum::http::StatusCode;
use schemars::generate::{Contract, SchemaSettings};
use serde_json::{Map, Value, json};

use super::operation::{Attributes, BUTTONS, FIELDS, Get, Post, REQUESTED_WITH, Resource};
use super::resources::RESOURCES;
use super::step::{Problem, Step};
use crate::pages::builder::Pages;
use crate::pages::page::Page;
use crate::pages::paths::Paths;
use crate::pages::view::LANGUAGE;
use crate::web::AccountExport;

/// What a `GET` can be answered with besides a step, and what a `POST` can.
const GET_PROBLEMS: &[u16] = &[403, 404, 429, 500, 503];
const POST_PROBLEMS: &[u16] = &[400, 403, 404, 409, 413, 415, 422, 429, 500, 503];

const ABOUT: &str = "Each answer is a step, which `step` names: its fields are sent back with `POST`, \
                     and the answer is the next step. Errors are problem details. All texts are in the \
                     language that was chosen by `?lang=`, where there are several, or else in the one \
                     that `Accept-Language` asks for. The session is a cookie.";

/// Returns the document for the pages that there are.
pub(super) fn document(pages: &Pages, paths: &Paths) -> Value {
    let mut all = Map::new();
    for resource in RESOURCES
        .iter()
        .filter(|resource| is_there(resource, paths))
    {
        let path = (resource.path)(paths);
        let mut methods = Map::new();
        if let Some(get) = &resource.get {
            methods.insert("get".into(), describe_get(resource, get, pages));
        }
        if let Some(post) = &resource.post {
            methods.insert("post".into(), describe_post(resource, post, pages));
        }
        all.insert(path.to_string(), methods.into());
    }

    let requested_with = json!({
        "name": REQUESTED_WITH.as_str(),
        "in": "header",
        "required": true,
        "description": "Any value. No form of another site can send it.",
        "schema": { "type": "string", "minLength": 1, "examples": ["fetch"] },
    });
    let mut parameters = json!({ "RequestedWith": requested_with });
    if is_multilingual(pages) {
        let languages: Vec<_> = pages.languages.iter().map(|it| it.language).collect();
        parameters["Language"] = json!({
            "name": LANGUAGE,
            "in": "query",
            "description": "The language of the texts, from here on: a cookie keeps it.",
            "schema": { "type": "string", "enum": languages },
        });
    }
    let problem = json!({
        "description": "What went wrong.",
        "content": { "application/problem+json": { "schema": schema("Problem") } },
    });
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Logins and accounts",
            "version": env!("CARGO_PKG_VERSION"),
            "description": ABOUT,
        },
        "paths": all,
        "components": {
            "parameters": parameters,
            "responses": { "Problem": problem },
            "schemas": schemas(),
        },
    })
}

fn is_there(resource: &Resource, paths: &Paths) -> bool {
    let is_offered = cfg!(feature = "managed-login") || resource.name != "managed_login";
    is_offered && paths.is_ours(resource.page)
}

fn is_multilingual(pages: &Pages) -> bool {
    pages.languages.len() > 1
}

/// The parameter of every call, where there is a choice.
fn language(pages: &Pages) -> Option<Value> {
    is_multilingual(pages).then(|| json!({ "$ref": "#/components/parameters/Language" }))
}

fn describe_get(resource: &Resource, get: &Get, pages: &Pages) -> Value {
    // Something is typed into the form that is sent with `GET`.
    let problems = match get.query.contains(&"email") {
        true => POST_PROBLEMS,
        false => GET_PROBLEMS,
    };
    let mut parameters: Vec<_> = get
        .query
        .iter()
        .map(|name| {
            json!({
                "name": name,
                "in": "query",
                "description": about(name),
                "schema": { "type": "string" },
            })
        })
        .collect();
    parameters.extend(language(pages));

    json!({
        "operationId": format!("get_{}", resource.name),
        "summary": get.says,
        "parameters": parameters,
        "responses": responses(resource, get.steps, problems),
    })
}

fn describe_post(resource: &Resource, post: &Post, pages: &Pages) -> Value {
    let mut required: Vec<_> = post.required.iter().map(|name| json!(name)).collect();
    let mut properties = Map::new();
    for name in post.required {
        let text = json!({ "type": "string", "description": about(name) });
        properties.insert((*name).into(), text);
    }
    for name in post.optional {
        properties.insert((*name).into(), optional(name));
    }
    let mut attribute = |name: &str| {
        let any = json!({ "type": "string", "description": "An attribute of the user." });
        properties.insert(name.to_owned(), any);
    };
    match post.attributes {
        Attributes::Asked | Attributes::None => {}
        Attributes::OfProfile => pages
            .profile_attributes()
            .for_each(|it| attribute(it.as_str())),
        Attributes::OfSignUp => {
            for name in pages.sign_up_attributes() {
                attribute(name.as_str());
                required.push(json!(name.as_str()));
            }
        }
    }

    let has_more = matches!(post.attributes, Attributes::Asked);
    let mut body = json!({ "type": "object", "properties": properties });
    if has_more {
        body["additionalProperties"] = json!({
            "type": ["string", "boolean", "null"],
            "description": "The attributes that `new_password` asks for.",
        });
    }
    if !required.is_empty() {
        body["required"] = required.into();
    }
    let mut parameters = vec![json!({ "$ref": "#/components/parameters/RequestedWith" })];
    parameters.extend(language(pages));
    json!({
        "operationId": format!("post_{}", resource.name),
        "summary": post.says,
        "parameters": parameters,
        "requestBody": {
            "required": body.get("required").is_some(),
            "content": { "application/json": { "schema": body } },
        },
        "responses": responses(resource, post.steps, POST_PROBLEMS),
    })
}

fn optional(name: &str) -> Value {
    let kind = match name {
        _ if BUTTONS.contains(&name) => json!(["boolean", "string", "null"]),
        "credential" => json!(["object", "string", "null"]),
        _ => json!(["string", "null"]),
    };
    json!({ "type": kind, "description": about(name) })
}

fn about(name: &str) -> &'static str {
    let mut fields = FIELDS.iter();
    fields
        .find(|(known, _)| *known == name)
        .map_or("", |(_, says)| says)
}

fn responses(resource: &Resource, steps: &[&str], problems: &[u16]) -> Value {
    let of_strangers = matches!(
        resource.page,
        Page::Login | Page::Logout | Page::ResetPassword | Page::SignUp
    );
    let mut steps: Vec<_> = steps
        .iter()
        .chain(&["done", "redirect"])
        .map(|step| schema(&type_of(step)))
        .collect();
    if resource.name == "data" {
        steps.push(schema("AccountExport"));
    }

    let mut responses = Map::new();
    let good = json!({
        "description": "The next step.",
        "content": { "application/json": { "schema": { "anyOf": steps } } },
    });
    responses.insert("200".into(), good);
    let unauthorized = StatusCode::UNAUTHORIZED.as_u16();
    for status in problems
        .iter()
        .chain((!of_strangers).then_some(&unauthorized))
    {
        let problem = json!({ "$ref": "#/components/responses/Problem" });
        responses.insert(status.to_string(), problem);
    }
    responses.into()
}

/// All types, and one for each step.
fn schemas() -> Map<String, Value> {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.contract = Contract::Serialize;
        settings.definitions_path = "/components/schemas".into();
        settings.meta_schema = None;
    });
    let mut generator = settings.into_generator();
    generator.subschema_for::<Step<'static>>();
    generator.subschema_for::<Problem<'static>>();
    generator.subschema_for::<AccountExport>();
    let mut schemas = generator.take_definitions(true);

    let mut mapping = Map::new();
    for step in take(&mut schemas["Step"]["oneOf"])
        .as_array()
        .into_iter()
        .flatten()
    {
        let name = step["properties"]["step"]["const"]
            .as_str()
            .unwrap_or_default();
        mapping.insert(name.to_owned(), schema(&type_of(name))["$ref"].clone());
        schemas.insert(type_of(name), step.clone());
    }
    let names: Vec<_> = mapping.keys().map(|name| schema(&type_of(name))).collect();
    schemas["Step"]["oneOf"] = names.into();
    schemas["Step"]["discriminator"] = json!({ "propertyName": "step", "mapping": mapping });
    schemas.values_mut().for_each(without_links);
    schemas
}

fn schema(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

/// `software_token` is a `SoftwareTokenStep`.
fn type_of(step: &str) -> String {
    let words = step.split('_').map(|word| {
        let (first, rest) = word.split_at(1);
        first.to_uppercase() + rest
    });
    words.chain(["Step".to_owned()]).collect()
}

/// Takes the marks of links to Rust items out of descriptions.
fn without_links(value: &mut Value) {
    match value {
        Value::Object(members) => {
            if let Some(Value::String(text)) = members.get_mut("description") {
                *text = text.replace("[`", "`").replace("`]", "`");
            }
            members.values_mut().for_each(without_links);
        }
        Value::Array(values) => values.iter_mut().for_each(without_links),
        _ => {}
    }
}

//! Every parameter that the SDK's model constrains, broken in every way that it can be broken.

use std::collections::{BTreeMap, BTreeSet};

use regex::Regex;
use serde_json::{Map, Value, json};

use crate::client::House;

const BAD_TEXT: &str = "\n\u{0}\n";

/// The model, read anew: what the emulator does with it is under test.
struct Model {
    operations: BTreeMap<String, Value>,
    shapes: BTreeMap<String, Value>,
    /// Of each shape of text: one that it allows, and whether its pattern refuses control characters.
    texts: BTreeMap<String, (String, bool)>,
}

/// A value that the model refuses, and where it stands.
struct Broken {
    path: String,
    body: Value,
}

impl Model {
    fn read() -> Self {
        let json = include_str!("../../src/model/table.json");
        let mut table: Value = serde_json::from_str(json).expect("JSON");
        let mut take = |name: &str| {
            serde_json::from_value::<BTreeMap<String, Value>>(table[name].take()).expect("a map")
        };
        let operations = take("operations");
        let shapes: BTreeMap<String, Value> = take("shapes");
        let strings = shapes.iter().filter(|(_, it)| it["kind"] == "string");
        let texts = strings.map(|(name, shape)| (name.clone(), text(shape)));
        Self {
            texts: texts.collect(),
            operations,
            shapes,
        }
    }

    /// A value that the model allows: of a structure, with what is required.
    fn valid(&self, name: &str) -> Value {
        let shape = &self.shapes[name];
        match shape["kind"].as_str().expect("a kind") {
            "structure" => {
                let members = pairs(&shape["members"]);
                let required = texts(&shape["required"]);
                let given = members.iter().filter(|(name, _)| required.contains(name));
                given
                    .map(|(name, member)| (name.clone(), self.valid(member)))
                    .collect::<Map<_, _>>()
                    .into()
            }
            "list" => {
                let least = shape["min"].as_u64().unwrap_or(0).max(1);
                let item = self.valid(shape["member"].as_str().expect("a shape"));
                (0..least).map(|_| item.clone()).collect()
            }
            "map" => json!({}),
            "string" => self.texts[name].0.clone().into(),
            "integer" => json!(shape["min"].as_u64().unwrap_or(1).max(1)),
            "number" => json!(1),
            "boolean" => json!(true),
            "blob" => json!("YQ=="),
            _ => json!({ "a": "b" }),
        }
    }

    /// Everything that can be broken in a value of a shape, as far as `depth` shapes down.
    fn broken(&self, name: &str, path: &str, depth: usize) -> Vec<Broken> {
        let shape = &self.shapes[name];
        let min = shape["min"].as_u64();
        let max = shape["max"].as_u64().filter(|&max| max <= 200_000);
        let mut found = Vec::new();
        let mut push = |body: Value| {
            let path = path.to_owned();
            found.push(Broken { path, body });
        };
        match shape["kind"].as_str().expect("a kind") {
            "string" => {
                if let Some(max) = max {
                    push("a".repeat(max as usize + 1).into());
                }
                if min.is_some_and(|min| min > 0) {
                    push("".into());
                }
                if shape["enum"].is_array() {
                    push("NO_SUCH_VALUE".into());
                }
                if self.texts[name].1 {
                    push(BAD_TEXT.into());
                }
            }
            "integer" => {
                if let Some(max) = max {
                    push(json!(max + 1));
                }
                if let Some(min) = min {
                    push(json!(i64::try_from(min).expect("small") - 1));
                }
            }
            "list" => {
                let member = shape["member"].as_str().expect("a shape");
                if let Some(max) = max {
                    push((0..=max).map(|_| self.valid(member)).collect());
                }
                if min.is_some_and(|min| min > 0) {
                    push(json!([]));
                }
                let is_text = self.shapes[member]["kind"] == "string";
                let inner = if is_text {
                    path.to_owned()
                } else {
                    format!("{path}.1.member")
                };
                if depth > 0 {
                    for item in self.broken(member, &inner, depth - 1) {
                        let body = json!([item.body]);
                        found.push(Broken {
                            path: item.path,
                            body,
                        });
                    }
                }
            }
            "structure" => {
                let required = texts(&shape["required"]);
                for (member, kind) in pairs(&shape["members"]) {
                    let inner = join(path, &member);
                    if required.contains(&member) {
                        let mut body = self.valid(name);
                        body.as_object_mut().expect("a structure").remove(&member);
                        let path = inner.clone();
                        found.push(Broken { path, body });
                    }
                    if depth > 0 {
                        for item in self.broken(&kind, &inner, depth - 1) {
                            let mut body = self.valid(name);
                            body[&member] = item.body;
                            found.push(Broken {
                                path: item.path,
                                body,
                            });
                        }
                    }
                }
            }
            _ => {}
        }
        found
    }
}

fn pairs(members: &Value) -> Vec<(String, String)> {
    serde_json::from_value(members.clone()).expect("pairs")
}

fn texts(list: &Value) -> Vec<String> {
    serde_json::from_value(list.clone()).unwrap_or_default()
}

fn join(path: &str, name: &str) -> String {
    let name = name[..1].to_lowercase() + &name[1..];
    if path.is_empty() {
        name
    } else {
        format!("{path}.{name}")
    }
}

/// A text that a shape allows, and whether its pattern refuses control characters.
fn text(shape: &Value) -> (String, bool) {
    if let Some(value) = shape["enum"].get(0) {
        return (value.as_str().expect("a text").to_owned(), false);
    }
    let pattern = shape["pattern"].as_str().unwrap_or("(?s).*");
    let pattern = pattern.replace("(?<!\\.)", "").replace("\\b", "");
    let pattern = Regex::new(&format!("^(?:{pattern})$")).expect(&pattern);
    let least = usize::try_from(shape["min"].as_u64().unwrap_or(0)).expect("small");
    let longer = "a1".repeat(least.max(2));
    let digits = "1".repeat(least.max(1));
    let candidate = [
        longer.as_str(),
        &digits,
        "us-east-1_Tested",
        "us-east-1_a1b2c3",
        "arn:aws:iam::123456789012:role/some",
        "arn:aws:secretsmanager:us-east-1:123456789012:secret/x",
        "arn:aws:s3:::bucket",
        "https://example.com/",
        "{####}",
        "{##here##}",
        "someone@example.com",
        "00000000-0000-4000-8000-000000000000",
        "terms-of-use",
        "cognito:default",
        "import-a1b2",
        "Level1",
        "tkna1b2c3d4e5f6a7b8c9d0e1f2a",
    ]
    .into_iter()
    .find(|it| it.len() >= least && pattern.is_match(it))
    // None of them is required anywhere.
    .unwrap_or_default();
    (candidate.to_owned(), !pattern.is_match(BAD_TEXT))
}

#[tokio::test]
async fn every_broken_parameter_is_refused_in_aws_s_form() {
    let house = House::new().await;
    let model = Model::read();
    let mut tries = 0;
    let mut wrong = Vec::new();

    for (operation, entry) in &model.operations {
        let request = entry["request"].as_str().expect("a shape");
        for Broken { path, body } in model.broken(request, "", 4) {
            tries += 1;
            let signature = "Authorization: AWS4-HMAC-SHA256 Credential=none\r\n";
            let answer = house.send(operation, body.to_string(), signature).await;
            let place = format!(" at '{path}' failed to satisfy constraint: ");
            let message = answer.message();
            let is_right = answer.error() == "InvalidParameterException"
                && message.contains(" detected: Value")
                && message
                    .split("; ")
                    .all(|complaint| complaint.contains(&place) && complaint.contains("must "));
            if !is_right {
                wrong.push(format!("{operation} {path}: {} {message}", answer.error()));
            }
        }
    }

    println!("{tries} broken parameters");
    assert!(tries >= 836, "{tries} tries");
    assert!(
        wrong.is_empty(),
        "{} of {tries}:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[tokio::test]
async fn every_operation_of_the_model_is_known() {
    let house = House::new().await;

    for operation in Model::read().operations.keys() {
        let answer = house.send(operation, "{}".to_owned(), "").await;
        assert_ne!(answer.error(), "UnknownOperationException", "{operation}");
    }
}

/// The operations that the README names: those of its table, and those that it says are not imitated.
fn named(known: &BTreeMap<String, Value>) -> [BTreeSet<String>; 2] {
    let text = include_str!("../../README.md");
    let (_, section) = text
        .split_once("\n## What each operation imitates\n")
        .expect("a section");
    let section = section.split("\n## ").next().expect("a section");
    let of = |lines: &mut dyn Iterator<Item = &str>| -> BTreeSet<String> {
        let words = lines.flat_map(|line| line.split('`').skip(1).step_by(2));
        let names = words.filter(|it| known.contains_key(*it));
        names.map(str::to_owned).collect()
    };
    let rows = section.lines().filter(|line| line.starts_with("| "));
    let mut firsts = rows.filter_map(|row| row.split('|').nth(1));
    let imitated = of(&mut firsts);
    let (_, others) = section.split_once("\nNot imitated are ").expect("a list");
    let mut others = others.split("\n\n").take(1);
    [imitated, of(&mut others)]
}

#[tokio::test]
async fn a_right_call_is_imitated_or_says_that_it_is_not() {
    let house = House::new().await;
    let model = Model::read();
    let [imitated, others] = named(&model.operations);
    let mut unsupported = BTreeSet::new();

    for (operation, entry) in &model.operations {
        let request = entry["request"].as_str().expect("a shape");
        let signature = "Authorization: AWS4-HMAC-SHA256 Credential=none\r\n";
        let body = model.valid(request).to_string();
        let answer = house.send(operation, body, signature).await;
        let error = answer.error();
        assert!(
            !answer.text.contains(" validation error"),
            "{operation}: {}",
            answer.text
        );
        assert_ne!(error, "InternalErrorException", "{operation}");
        if error == "UnsupportedOperationException" {
            assert!(answer.message().contains("does not imitate"), "{operation}");
            unsupported.insert(operation.clone());
        }
    }

    assert_eq!(unsupported, others, "what the README says is not imitated");
    let all: BTreeSet<_> = model.operations.keys().cloned().collect();
    let named = &imitated | &others;
    let unnamed: Vec<_> = all.difference(&named).collect();
    assert!(unnamed.is_empty(), "not in the README: {unnamed:?}");
    let both: Vec<_> = imitated.intersection(&others).collect();
    assert!(both.is_empty(), "in the README twice: {both:?}");
}

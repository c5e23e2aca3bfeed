//! Holding the parameters of a call to the model.

use std::collections::HashMap;

use serde_json::Value;

use super::shape::{Kind, Shape};
use crate::failure::Failure;

/// Walks a request along its shapes, and gathers what is wrong.
pub(super) struct Checker<'a> {
    shapes: &'a HashMap<String, Shape>,
    errors: Vec<String>,
}

impl<'a> Checker<'a> {
    pub(super) fn new(shapes: &'a HashMap<String, Shape>) -> Self {
        Self {
            shapes,
            errors: Vec::new(),
        }
    }

    pub(super) fn check(mut self, request: &str, body: &Value) -> Result<(), Failure> {
        self.visit(request, body, "")?;
        let errors = match self.errors.len() {
            0 => return Ok(()),
            1 => "1 validation error".to_owned(),
            many => format!("{many} validation errors"),
        };
        Err(Failure::invalid_parameter(format!(
            "{errors} detected: {}",
            self.errors.join("; ")
        )))
    }

    fn visit(&mut self, shape: &str, value: &Value, path: &str) -> Result<(), Failure> {
        let shape = &self.shapes[shape];
        match (shape.kind, value) {
            (Kind::Structure, Value::Object(members)) => {
                for (name, member) in &shape.members {
                    let path = join(path, name);
                    match members.get(name).filter(|value| !value.is_null()) {
                        Some(value) => self.visit(member, value, &path)?,
                        None if shape.required.contains(name) => self.errors.push(format!(
                            "Value null at '{path}' failed to satisfy constraint: Member must not be null"
                        )),
                        None => {}
                    }
                }
            }
            (Kind::List, Value::Array(items)) => {
                self.note(
                    shape,
                    value,
                    path,
                    shape.judge_size(items.len() as u64, "length"),
                );
                let member = &self.shapes[&shape.member];
                if member.kind == Kind::String {
                    self.note_texts(shape, member, value, path, items.iter(), "Member")?;
                } else {
                    for (index, item) in items.iter().enumerate() {
                        let path = format!("{path}.{}.member", index + 1);
                        self.visit(&shape.member, item, &path)?;
                    }
                }
            }
            (Kind::Map, Value::Object(entries)) => {
                self.note(
                    shape,
                    value,
                    path,
                    shape.judge_size(entries.len() as u64, "length"),
                );
                let (key, member) = (&self.shapes[&shape.key], &self.shapes[&shape.value]);
                let names: Vec<_> = entries.keys().cloned().map(Value::from).collect();
                self.note_texts(shape, key, value, path, names.iter(), "Map keys")?;
                if member.kind == Kind::String {
                    self.note_texts(shape, member, value, path, entries.values(), "Map value")?;
                } else {
                    for (name, item) in entries {
                        self.visit(&shape.value, item, &format!("{path}.{name}.member"))?;
                    }
                }
            }
            (Kind::String, Value::String(text)) => {
                self.note(shape, value, path, shape.judge(text));
            }
            (Kind::Integer, Value::Number(number)) => match number.as_i64() {
                Some(number) => {
                    // A negative number is below every minimum of the model.
                    let size = u64::try_from(number).unwrap_or(0);
                    let mut verdicts = shape.judge_size(size, "value");
                    if number < 0
                        && let Some(minimum) = verdicts.last_mut()
                    {
                        minimum.0 = shape.min.is_none();
                    }
                    self.note(shape, value, path, verdicts);
                }
                None => return Err(mistyped(value, "an Integer")),
            },
            (Kind::Blob, Value::String(_))
            | (Kind::Boolean, Value::Bool(_))
            | (Kind::Document, _)
            | (Kind::Number, Value::Number(_)) => {}
            (Kind::String | Kind::Blob, _) => return Err(mistyped(value, "a String")),
            (Kind::Boolean, _) => return Err(mistyped(value, "a Boolean")),
            (Kind::Integer | Kind::Number, _) => return Err(mistyped(value, "a number")),
            (Kind::List | Kind::Map | Kind::Structure, _) => {
                return Err(Failure::serialization("Unexpected field type"));
            }
        }
        Ok(())
    }

    /// Complains about one value.
    fn note(&mut self, shape: &Shape, value: &Value, path: &str, verdicts: Vec<(bool, String)>) {
        let subject = subject(shape, value);
        let broken = verdicts.into_iter().filter(|(fits, _)| !fits);
        self.errors.extend(broken.map(|(_, constraint)| {
            format!("{subject} at '{path}' failed to satisfy constraint: {constraint}")
        }));
    }

    /// Complains about a list or a map as a whole, where one of its texts is wrong.
    fn note_texts<'v>(
        &mut self,
        whole: &Shape,
        member: &Shape,
        value: &Value,
        path: &str,
        texts: impl Iterator<Item = &'v Value>,
        what: &str,
    ) -> Result<(), Failure> {
        let mut is_broken = false;
        let mut constraints = Vec::new();
        for text in texts {
            let text = text.as_str().ok_or_else(|| mistyped(text, "a String"))?;
            let verdicts = member.judge(text);
            is_broken |= verdicts.iter().any(|(fits, _)| !fits);
            constraints = verdicts.into_iter().map(|(_, text)| text).collect();
        }
        if is_broken {
            let subject = if member.sensitive {
                "Value".to_owned()
            } else {
                subject(whole, value)
            };
            let constraints = constraints.join(", ");
            self.errors.push(format!(
                "{subject} at '{path}' failed to satisfy constraint: {what} must satisfy constraint: [{constraints}]"
            ));
        }
        Ok(())
    }
}

/// `Value 'text'`, or only `Value` where the value may be a secret.
fn subject(shape: &Shape, value: &Value) -> String {
    if shape.sensitive {
        return "Value".to_owned();
    }
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => {
            let items: Vec<_> = items.iter().map(plain).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Object(members) => {
            let members: Vec<_> = members
                .iter()
                .map(|(name, value)| format!("{name}={}", plain(value)))
                .collect();
            format!("{{{}}}", members.join(", "))
        }
        value => value.to_string(),
    };
    format!("Value '{text}'")
}

fn plain(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

fn mistyped(value: &Value, wanted: &str) -> Failure {
    let found = match value {
        Value::Null => "NULL_VALUE",
        Value::Bool(true) => "TRUE_VALUE",
        Value::Bool(false) => "FALSE_VALUE",
        Value::Number(_) => "NUMBER_VALUE",
        Value::String(_) => "STRING_VALUE",
        Value::Array(_) => "START_ARRAY",
        Value::Object(_) => "START_OBJECT",
    };
    Failure::serialization(format!("{found} can not be converted to {wanted}"))
}

/// The path of a member, which begins with a small letter.
fn join(path: &str, name: &str) -> String {
    let mut letters = name.chars();
    let first = letters.next().map(|it| it.to_ascii_lowercase());
    let name: String = first.into_iter().chain(letters).collect();
    if path.is_empty() {
        name
    } else {
        format!("{path}.{name}")
    }
}

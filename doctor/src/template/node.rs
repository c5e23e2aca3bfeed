//! YAML as CloudFormation writes it: with lines, and with short tags for its functions.

use std::collections::HashMap;

use saphyr_parser::{Event, Parser, ScalarStyle, Span, Tag};
use serde_json::{Map, Value};

use crate::setting::UNKNOWN;

/// No template is nested as deeply as this.
const MAX_DEPTH: usize = 64;
/// CloudFormation takes a megabyte of text. Aliases can make much more of it.
const MAX_NODES: usize = 1_000_000;

/// A part of a template, and the line on which it begins.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) line: usize,
    pub(super) data: Data,
}

#[derive(Clone, Debug)]
pub(super) enum Data {
    Scalar(Value),
    List(Vec<Node>),
    /// Each key with its own line.
    Map(Vec<(String, usize, Node)>),
    /// What a function will give: `!Ref`, `!GetAtt` and `!Sub` name something, others do not.
    Function {
        name: String,
        argument: Box<Node>,
    },
}

impl Node {
    pub(super) fn get(&self, key: &str) -> Option<&Self> {
        let Data::Map(entries) = &self.data else {
            return None;
        };
        let entry = entries.iter().find(|(name, ..)| name == key);
        entry.map(|(.., value)| value)
    }

    pub(super) fn text(&self) -> Option<&str> {
        match &self.data {
            Data::Scalar(Value::String(text)) => Some(text),
            _ => None,
        }
    }

    /// Which resource or parameter `!Ref` and `!GetAtt` name.
    pub(super) fn target(&self) -> Option<&str> {
        let Data::Function { name, argument } = &self.data else {
            return None;
        };
        match (name.as_str(), &argument.data) {
            ("Ref", _) => argument.text(),
            ("GetAtt", Data::List(path)) => path.first()?.text(),
            ("GetAtt", _) => argument.text()?.split('.').next(),
            _ => None,
        }
    }

    /// The same as JSON, with a mark for what is not known.
    pub(super) fn to_json(&self) -> Value {
        match &self.data {
            Data::Scalar(value) => value.clone(),
            Data::List(items) => items
                .iter()
                .filter(|item| !item.is_nothing())
                .map(Self::to_json)
                .collect(),
            Data::Map(entries) => {
                let entries = entries.iter().filter(|(.., value)| !value.is_nothing());
                let entries = entries.map(|(name, _, value)| (name.clone(), value.to_json()));
                Value::Object(entries.collect::<Map<_, _>>())
            }
            Data::Function { name, argument } => match argument.text() {
                // Nothing in it is to be replaced.
                Some(text) if name == "Sub" && !text.contains("${") => text.into(),
                _ => UNKNOWN.into(),
            },
        }
    }

    fn nodes(&self) -> usize {
        let below: usize = match &self.data {
            Data::Scalar(_) => 0,
            Data::List(items) => items.iter().map(Self::nodes).sum(),
            Data::Map(entries) => entries.iter().map(|(.., value)| value.nodes()).sum(),
            Data::Function { argument, .. } => argument.nodes(),
        };
        1 + below
    }

    /// `!Ref AWS::NoValue` and `null` take a setting away.
    fn is_nothing(&self) -> bool {
        matches!(self.data, Data::Scalar(Value::Null)) || self.target() == Some("AWS::NoValue")
    }

    /// The lines of all names in it. Of two that are the same, the first counts.
    pub(super) fn lines(&self, found: &mut std::collections::BTreeMap<String, usize>) {
        match &self.data {
            Data::Map(entries) => {
                for (name, line, value) in entries {
                    found.entry(name.clone()).or_insert(*line);
                    value.lines(found);
                }
            }
            Data::List(items) => items.iter().for_each(|item| item.lines(found)),
            Data::Scalar(_) | Data::Function { .. } => {}
        }
    }
}

/// Reads YAML, of which JSON is a part.
pub(super) fn parse(text: &str) -> Result<Node, String> {
    let parser = Parser::new_from_str(text);
    let mut reader = Reader {
        events: parser,
        anchors: HashMap::new(),
        nodes: 0,
    };

    loop {
        match reader.next()? {
            (Event::StreamStart | Event::DocumentStart(_), _) => {}
            (Event::StreamEnd | Event::DocumentEnd, _) => return Err("it is empty".to_owned()),
            (event, span) => return reader.node(event, span, 0),
        }
    }
}

struct Reader<'input, T: saphyr_parser::Input> {
    events: Parser<'input, T>,
    anchors: HashMap<usize, Node>,
    nodes: usize,
}

impl<'input, T: saphyr_parser::Input> Reader<'input, T> {
    /// Problems show where, and nothing of the text: a template may hold a secret.
    fn next(&mut self) -> Result<(Event<'input>, Span), String> {
        let event = self.events.next();
        let event = event.ok_or_else(|| "it ends too early".to_owned())?;
        event.map_err(|error| {
            let (line, column) = (error.marker().line(), error.marker().col() + 1);
            format!("not YAML (line {line}, column {column})")
        })
    }

    fn node(&mut self, event: Event<'input>, span: Span, depth: usize) -> Result<Node, String> {
        let line = span.start.line();
        if depth > MAX_DEPTH {
            return Err(format!("nested too deeply (line {line})"));
        }
        self.count(1, line)?;

        let (anchor, tag, data) = match event {
            Event::Alias(anchor) => {
                let known = self.anchors.get(&anchor);
                let known = known.ok_or_else(|| format!("an alias of nothing (line {line})"))?;
                let nodes = known.nodes();
                self.count(nodes, line)?;
                return Ok(self.anchors[&anchor].clone());
            }
            Event::Scalar(text, style, anchor, tag) => {
                let is_plain = style == ScalarStyle::Plain && tag.is_none();
                (anchor, tag, Data::Scalar(scalar(&text, is_plain)))
            }
            Event::SequenceStart(anchor, tag) => (anchor, tag, self.list(depth)?),
            Event::MappingStart(anchor, tag) => (anchor, tag, self.map(depth)?),
            _ => return Err(format!("nothing where a value should be (line {line})")),
        };
        let node = function(Node { line, data }, tag.as_deref());
        if anchor > 0 {
            self.anchors.insert(anchor, node.clone());
        }
        Ok(node)
    }

    fn count(&mut self, nodes: usize, line: usize) -> Result<(), String> {
        self.nodes = self.nodes.saturating_add(nodes);
        match self.nodes > MAX_NODES {
            true => Err(format!("too large (line {line})")),
            false => Ok(()),
        }
    }

    fn list(&mut self, depth: usize) -> Result<Data, String> {
        let mut items = Vec::new();
        loop {
            match self.next()? {
                (Event::SequenceEnd, _) => return Ok(Data::List(items)),
                (event, span) => items.push(self.node(event, span, depth + 1)?),
            }
        }
    }

    fn map(&mut self, depth: usize) -> Result<Data, String> {
        let mut entries = Vec::new();
        loop {
            let (event, span) = match self.next()? {
                (Event::MappingEnd, _) => return Ok(Data::Map(entries)),
                next => next,
            };
            let key = self.node(event, span, depth + 1)?;
            let line = key.line;
            let name = match key.data {
                Data::Scalar(Value::String(name)) => name,
                Data::Scalar(other) => other.to_string(),
                _ => return Err(format!("a name that is no text (line {line})")),
            };
            let (event, span) = self.next()?;
            entries.push((name, line, self.node(event, span, depth + 1)?));
        }
    }
}

/// A function, by its short tag or its long name.
fn function(node: Node, tag: Option<&Tag>) -> Node {
    let line = node.line;
    let call = |name: &str, argument: Node| Node {
        line,
        data: Data::Function {
            name: name.to_owned(),
            argument: Box::new(argument),
        },
    };

    if let Some(tag) = tag.filter(|tag| tag.handle == "!") {
        return call(&tag.suffix, node);
    }
    match node.data {
        Data::Map(mut entries) if entries.len() == 1 => {
            let (name, key_line, value) = entries.remove(0);
            match name.strip_prefix("Fn::") {
                Some(function) => call(function, value),
                None if name == "Ref" => call("Ref", value),
                None => Node {
                    line,
                    data: Data::Map(vec![(name, key_line, value)]),
                },
            }
        }
        data => Node { line, data },
    }
}

/// `ON`, `yes` and their like stay texts, as in YAML 1.2: it is what their writers mean.
fn scalar(text: &str, is_plain: bool) -> Value {
    if !is_plain {
        return text.into();
    }
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => true.into(),
        "false" | "False" | "FALSE" => false.into(),
        _ => match text.parse::<i64>() {
            Ok(number) => number.into(),
            Err(_) => text.into(),
        },
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(text: &str) -> Value {
        parse(text).expect("YAML").to_json()
    }

    #[test]
    fn short_tags_and_long_names_are_the_same_functions() {
        for (short, long) in [
            ("!Ref Name", "{ Ref: Name }"),
            ("!GetAtt Pool.Arn", "{ \"Fn::GetAtt\": [Pool, Arn] }"),
            ("!Sub plain", "{ \"Fn::Sub\": plain }"),
            ("!Sub \"${Name}\"", "{ \"Fn::Sub\": \"${Name}\" }"),
            ("!If [It, a, b]", "{ \"Fn::If\": [It, a, b] }"),
        ] {
            let (short, long) = (parse(short).expect(short), parse(long).expect(long));
            assert_eq!(short.to_json(), long.to_json());
            assert_eq!(short.target(), long.target());
        }
        assert_eq!(read("!Sub plain"), json!("plain"));
        assert_eq!(read("!Sub \"${Name}\""), json!(UNKNOWN));
        assert_eq!(
            parse("!GetAtt Pool.Arn").expect("YAML").target(),
            Some("Pool")
        );
    }

    #[test]
    fn what_is_taken_away_is_not_there() {
        let text = "a: !Ref AWS::NoValue\nb: null\nc: [1, !Ref AWS::NoValue, ~, x]\nd:";

        assert_eq!(read(text), json!({ "c": [1, "x"] }));
    }

    #[test]
    fn kinds_are_those_of_yaml_1_2() {
        let text = "[true, False, \"true\", 12, 012.5, ON, no, 2010-09-09, '12']";

        let expected = json!([
            true,
            false,
            "true",
            12,
            "012.5",
            "ON",
            "no",
            "2010-09-09",
            "12"
        ]);
        assert_eq!(read(text), expected);
    }

    /// Each alias ten times the one before.
    #[test]
    fn aliases_cannot_make_more_than_fits() {
        let mut text = "a0: &a0 x\n".to_owned();
        for level in 1..10 {
            let items = vec![format!("*a{}", level - 1); 10].join(", ");
            text.push_str(&format!("a{level}: &a{level} [{items}]\n"));
        }

        let problem = parse(&text).expect_err("too large");

        assert!(problem.starts_with("too large"), "{problem}");
    }

    /// Whatever is cut off: an answer, and no panic.
    #[test]
    fn half_a_template_is_an_answer_too() {
        let text = "A: &a !Ref [x, {y: 'z'}]\nB:\n  - !Sub \"${a}\"\n  - >-\n    text\nC: *a\n";
        let ends: Vec<_> = text.char_indices().map(|(at, _)| at).collect();

        let read = ends
            .iter()
            .filter(|end| parse(&text[..**end]).is_ok())
            .count();

        assert!(read > 0 && read < ends.len(), "{read} of {}", ends.len());
    }
}

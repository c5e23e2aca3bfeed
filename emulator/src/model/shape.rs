//! One shape of the model: a type and what its values may be.

use std::sync::OnceLock;

use regex::Regex;
use serde::Deserialize;

/// The type of a value.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "lowercase")]
pub(super) enum Kind {
    Blob,
    Boolean,
    Document,
    Integer,
    List,
    Map,
    Number,
    String,
    Structure,
}

/// A shape of the table; what does not belong to its kind is empty.
#[derive(Debug, Deserialize)]
pub(super) struct Shape {
    pub(super) kind: Kind,
    #[serde(default)]
    pub(super) members: Vec<(String, String)>,
    #[serde(default)]
    pub(super) required: Vec<String>,
    #[serde(default)]
    pub(super) member: String,
    #[serde(default)]
    pub(super) key: String,
    #[serde(default)]
    pub(super) value: String,
    pub(super) min: Option<u64>,
    pub(super) max: Option<u64>,
    pattern: Option<String>,
    #[serde(default, rename = "enum")]
    values: Vec<String>,
    /// Values are kept out of error messages.
    #[serde(default)]
    pub(super) sensitive: bool,
    /// The length is complained about before the pattern.
    #[serde(default)]
    length_first: bool,
    #[serde(skip)]
    regex: OnceLock<Option<Regex>>,
}

impl Shape {
    /// What a string must satisfy, each in AWS's words, and whether this one does.
    pub(super) fn judge(&self, text: &str) -> Vec<(bool, String)> {
        let mut verdicts = Vec::new();
        if let Some(pattern) = &self.pattern {
            let fits = self.regex().is_none_or(|regex| regex.is_match(text));
            verdicts.push((
                fits,
                format!("Member must satisfy regular expression pattern: {pattern}"),
            ));
        }
        let length = self.judge_size(text.encode_utf16().count() as u64, "length");
        if self.length_first {
            verdicts.splice(0..0, length);
        } else {
            verdicts.extend(length);
        }
        if !self.values.is_empty() {
            let fits = self.values.iter().any(|it| it == text);
            let values = self.values.join(", ");
            verdicts.push((
                fits,
                format!("Member must satisfy enum value set: [{values}]"),
            ));
        }
        verdicts
    }

    /// The same for the size of something: its `length`, or its `value` where that is a number.
    pub(super) fn judge_size(&self, size: u64, what: &str) -> Vec<(bool, String)> {
        let max = self.max.map(|max| {
            let text = format!("Member must have {what} less than or equal to {max}");
            (size <= max, text)
        });
        let min = self.min.map(|min| {
            let text = format!("Member must have {what} greater than or equal to {min}");
            (size >= min, text)
        });
        max.into_iter().chain(min).collect()
    }

    /// Whether the pattern, if there is one, could be read.
    #[cfg(test)]
    pub(super) fn pattern_is_read(&self) -> bool {
        self.pattern.is_none() || self.regex().is_some()
    }

    /// The pattern, compiled at its first use.
    fn regex(&self) -> Option<&Regex> {
        let compile = || Regex::new(&translate(self.pattern.as_deref()?)).ok();
        self.regex.get_or_init(compile).as_ref()
    }
}

/// Rewrites a pattern of Java, which must match the whole text, and whose `\w`, `\d`, `\s` are of ASCII.
fn translate(pattern: &str) -> String {
    let pattern = pattern
        .replace(r"[\S]", r"[^ \t\n\x0B\f\r]")
        .replace(r"\s", r" \t\n\x0B\f\r")
        .replace(r"\w", "A-Za-z0-9_")
        .replace(r"\d", "0-9")
        .replace(r"\b", "") // only where it holds anyway
        // A prefix of Amazon's domain. A domain of one's own has several of these, which the model does not say.
        .replace(
            r"^[a-z0-9](?:[a-z0-9\-]{0,61}[a-z0-9])?$",
            r"[a-z0-9](?:[a-z0-9\-.]{0,61}[a-z0-9])?",
        )
        // The one look-behind of the model: the text does not end in a dot.
        .replace(
            r"[0-9A-Za-z\.\-_]*(?<!\.)",
            r"([0-9A-Za-z\.\-_]*[0-9A-Za-z\-_])?",
        );
    format!("^(?:{pattern})$")
}

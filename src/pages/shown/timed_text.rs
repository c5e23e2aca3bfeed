use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;
use time::format_description::well_known::Rfc3339;
use time::{OffsetDateTime, UtcOffset};

use crate::pages::texts::{Texts, fill};

/// A text with times in it. As text, it is HTML: each time is a `<time>` in UTC, which our script shows
/// in the visitor's own zone.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "json", derive(schemars::JsonSchema))]
pub struct TimedText {
    text: String,
    /// By the names of their places in the text.
    times: BTreeMap<&'static str, String>,
    #[serde(skip)]
    html: String,
}

impl TimedText {
    /// Returns the text, with times in UTC. It is no HTML.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// A text without times.
    pub(in crate::pages) fn plain(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            times: BTreeMap::new(),
            html: escape(text),
        }
    }

    /// A time alone.
    pub(in crate::pages) fn time(texts: &Texts, at: OffsetDateTime) -> Self {
        Self::new(texts, "{at}", &[("at", at)])
    }

    /// A text with times in its places.
    pub(in crate::pages) fn new(
        texts: &Texts,
        text: &str,
        times: &[(&'static str, OffsetDateTime)],
    ) -> Self {
        let mut machine = BTreeMap::new();
        let (mut said, mut html) = (Vec::new(), Vec::new());
        for (place, at) in times {
            let words = texts.date(*at);
            // Whole seconds: nobody reads the rest.
            let at = at.to_offset(UtcOffset::UTC).replace_nanosecond(0);
            let at = at.ok().and_then(|at| at.format(&Rfc3339).ok());
            let at = at.unwrap_or_default();
            html.push((
                *place,
                format!("<time datetime=\"{at}\">{}</time>", escape(&words)),
            ));
            said.push((*place, words));
            machine.insert(*place, at);
        }

        Self {
            text: put(text, &said),
            times: machine,
            html: put(&escape(text), &html),
        }
    }
}

fn put(text: &str, values: &[(&str, String)]) -> String {
    let values: Vec<_> = values
        .iter()
        .map(|(place, value)| (*place, value.as_str()))
        .collect();
    fill(text, &values)
}

impl fmt::Display for TimedText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.html)
    }
}

fn escape(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => html.push_str("&#38;"),
            '<' => html.push_str("&#60;"),
            '>' => html.push_str("&#62;"),
            '"' => html.push_str("&#34;"),
            '\'' => html.push_str("&#39;"),
            other => html.push(other),
        }
    }
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_elements_and_the_rest_is_text() {
        let text = TimedText::new(
            &Texts::ENGLISH,
            "<b> & since {date}",
            &[("date", OffsetDateTime::UNIX_EPOCH)],
        );

        assert_eq!(
            text.to_string(),
            "&#60;b&#62; &#38; since <time datetime=\"1970-01-01T00:00:00Z\">\
             1 January 1970, 00:00 UTC</time>"
        );
        assert_eq!(text.text(), "<b> & since 1 January 1970, 00:00 UTC");
        assert_eq!(TimedText::plain("it's").to_string(), "it&#39;s");
    }
}

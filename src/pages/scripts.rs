//! The scripts of a page, and the words that they put on it.

use askama::Template;
use serde_json::{Map, Value};

use super::paths::Paths;
use super::texts::Texts;

/// What a page has for the second script to do.
const STEPS: [&str; 6] = [
    "data-copy",
    "data-left=",
    "data-passkey=",
    "data-rules=",
    "data-wait=",
    "one-time-code",
];

/// `<head>` with what the scripts need, for a site's own layout as for ours.
#[derive(Template)]
#[template(path = "head.html")]
struct Head<'a> {
    head: &'a str,
    paths: &'a Paths,
    words: String,
    has_steps: bool,
}

/// Adds the scripts to what else a page has in `<head>`.
pub(super) fn head(
    head: &str,
    main: &str,
    paths: &Paths,
    texts: &Texts,
) -> Result<String, askama::Error> {
    let has_steps = STEPS.iter().any(|step| main.contains(step));

    Head {
        head,
        paths,
        words: words(main, texts),
        has_steps,
    }
    .render()
}

/// The texts of the scripts, as JSON: those that the page has a use for.
fn words(main: &str, texts: &Texts) -> String {
    let (fields, challenge) = (&texts.fields, &texts.challenge);
    let all: [(&str, &[(&str, &str)]); 5] = [
        (
            "type=\"password\"",
            &[
                ("show", fields.show),
                ("hide", fields.hide),
                ("showPassword", fields.show_password),
                ("hidePassword", fields.hide_password),
                ("caps", fields.caps_lock),
            ],
        ),
        ("data-rules=", &[("met", texts.password.met)]),
        (
            "data-copy",
            &[("copy", fields.copy), ("copied", fields.copied)],
        ),
        (
            "data-left=",
            &[
                ("left", challenge.time_left),
                ("soon", challenge.almost_over),
                ("over", challenge.time_over),
            ],
        ),
        ("data-wait=", &[("wait", fields.wait)]),
    ];

    let words = all.into_iter().filter(|(mark, _)| main.contains(mark));
    let words = words.flat_map(|(_, words)| words);
    let words: Map<_, _> = words
        .map(|(name, text)| ((*name).to_owned(), Value::from(*text)))
        .collect();
    Value::from(words).to_string()
}

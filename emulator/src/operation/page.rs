//! Lists by pages.

use std::ops::Range;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use crate::failure::Failure;

const MOST: usize = 60;

/// Which part of a list goes into one answer.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) range: Range<usize>,
    /// The token that asks for the next page, if there is more.
    pub(super) next: Option<String>,
}

impl Page {
    pub(super) fn new(
        limit: Option<usize>,
        token: Option<&str>,
        length: usize,
    ) -> Result<Self, Failure> {
        let limit = limit.filter(|&limit| limit != 0).unwrap_or(MOST);
        if limit > MOST {
            return Err(Failure::invalid_parameter(format!(
                "1 validation error detected: Value '{limit}' at 'limit' failed to satisfy constraint: Member must \
                 have value less than or equal to {MOST}"
            )));
        }
        let start = match token {
            Some(token) => read(token)
                .ok_or_else(|| Failure::invalid_parameter("Invalid pagination token."))?,
            None => 0,
        };

        let start = start.min(length);
        let end = start.saturating_add(limit).min(length);
        let next = (end < length).then(|| URL_SAFE_NO_PAD.encode(format!("from:{end}")));
        Ok(Self {
            range: start..end,
            next,
        })
    }

    /// The answer with this part of the list under one name, and the token for more under another.
    pub(super) fn answer(self, name: &str, shown: Vec<Value>, token: &str) -> Value {
        let mut answer = Map::from_iter([(name.to_owned(), Value::from(shown))]);
        answer.extend(self.next.map(|next| (token.to_owned(), Value::from(next))));
        Value::Object(answer)
    }
}

fn read(token: &str) -> Option<usize> {
    let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    text.strip_prefix("from:")?.parse().ok()
}

use std::collections::BTreeMap;

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::Response;
use secrecy::SecretString;

use super::view::View;

/// The fields of a form, exactly as they were typed.
///
/// The usual extractor puts U+FFFD where bytes are not UTF-8, so that different passwords
/// become one. This one refuses such a form, and one with a field twice or a NUL in it.
pub(super) struct Form {
    fields: BTreeMap<String, String>,
}

impl Form {
    /// Takes the value of a field; nothing if it was left empty.
    pub(super) fn take(&mut self, name: &str) -> Option<String> {
        self.fields.remove(name).filter(|value| !value.is_empty())
    }

    /// Takes the value of a field that nobody may see.
    pub(super) fn take_secret(&mut self, name: &str) -> Option<SecretString> {
        self.take(name).map(SecretString::from)
    }

    /// Takes a code, without the spaces between its digits: apps and messages show them in
    /// groups, and people type them so.
    pub(super) fn take_code(&mut self) -> Option<String> {
        let code: String = self
            .take("code")?
            .chars()
            .filter(|c| !c.is_whitespace())
            .collect();
        Some(code).filter(|code| !code.is_empty())
    }

    /// All fields, for those who check that they were read right.
    #[cfg(any(test, fuzzing))]
    pub(super) fn fields(&self) -> &BTreeMap<String, String> {
        &self.fields
    }

    pub(super) fn parse(body: &[u8]) -> Option<Self> {
        let mut fields = BTreeMap::new();
        for pair in body
            .split(|byte| *byte == b'&')
            .filter(|pair| !pair.is_empty())
        {
            let at = pair.iter().position(|byte| *byte == b'=');
            let (name, value) = pair.split_at(at.unwrap_or(pair.len()));
            let value = value.strip_prefix(b"=").unwrap_or_default();
            if fields.insert(decode(name)?, decode(value)?).is_some() {
                return None;
            }
        }

        Some(Self { fields })
    }
}

impl<S: Send + Sync> FromRequest<S> for Form {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Self::Rejection> {
        let view = View::of(request.extensions(), request.headers());
        let kind = request.headers().get(CONTENT_TYPE);
        let is_form = kind
            .and_then(|kind| kind.to_str().ok())
            .is_some_and(|kind| {
                let kind = kind.split(';').next().unwrap_or_default().trim();
                kind.eq_ignore_ascii_case("application/x-www-form-urlencoded")
            });
        if !is_form {
            return Err(view.error(StatusCode::UNSUPPORTED_MEDIA_TYPE));
        }

        let body = Bytes::from_request(request, state)
            .await
            .map_err(|rejection| view.error(rejection.status()))?;
        Self::parse(&body).ok_or_else(|| view.error(StatusCode::BAD_REQUEST))
    }
}

/// Decodes one name or value. See "application/x-www-form-urlencoded" in the URL standard;
/// unlike there, what is not UTF-8 is refused.
fn decode(encoded: &[u8]) -> Option<String> {
    let mut decoded = Vec::with_capacity(encoded.len());
    let mut bytes = encoded.iter();
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'+' => b' ',
            b'%' => hex_digit(*bytes.next()?)? << 4 | hex_digit(*bytes.next()?)?,
            other => *other,
        });
    }

    String::from_utf8(decoded)
        .ok()
        .filter(|text| !text.contains('\0'))
}

fn hex_digit(byte: u8) -> Option<u8> {
    char::from(byte)
        .to_digit(16)
        .and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_what_was_typed_to_the_letter() {
        let mut form = Form::parse(b"a=+x%2B%26%3D%C3%A9+&b=&c").expect("a form");

        assert_eq!(form.take("a").as_deref(), Some(" x+&=\u{e9} "));
        assert_eq!(form.take("b"), None);
        assert_eq!(form.take("c"), None);
        assert_eq!(form.take("d"), None);
    }

    #[test]
    fn refuses_what_cannot_be_taken_to_the_letter() {
        for body in [
            &b"a=%ff%fe"[..],
            b"a=\xff",
            b"a=%00",
            b"a=%zz",
            b"a=%4",
            b"a=%",
            b"a=1&a=2",
            b"a=1&%61=2",
        ] {
            assert!(Form::parse(body).is_none(), "{body:?}");
        }
    }
}

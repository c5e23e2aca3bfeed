use std::collections::BTreeMap;

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use secrecy::{ExposeSecret, SecretString};

use super::error::PageError;
#[cfg(feature = "json")]
use super::json::body::{self, BodyError};
use super::mistake::{Mistake, is_well_formed, weak};
use super::texts::Texts;
#[cfg(feature = "json")]
use super::view::View;
use crate::id::trim_username;

/// Cognito's API knows none that are shorter.
const SHORTEST_PASSWORD: usize = 6;

/// The fields of a form, exactly as they were typed.
///
/// The usual extractor puts U+FFFD where bytes are not UTF-8, so that different passwords
/// become one. This one refuses such a form, and one with a field twice or a NUL in it.
#[derive(Default)]
pub(super) struct Form {
    fields: BTreeMap<String, String>,
}

impl Form {
    /// Takes the value of a field; nothing if it was left empty.
    pub(super) fn take(&mut self, name: &str) -> Option<String> {
        self.fields.remove(name).filter(|value| !value.is_empty())
    }

    /// Takes the value of a field without the blanks around it: names, addresses and the like,
    /// which people paste with more than they meant.
    pub(super) fn take_trimmed(&mut self, name: &str) -> Option<String> {
        let value = self.take(name)?;
        Some(trim_username(&value).to_owned()).filter(|value| !value.is_empty())
    }

    /// Whether the form has such a field, be it empty.
    pub(super) fn has(&self, name: &str) -> bool {
        self.fields.contains_key(name)
    }

    /// The value of a field without the blanks around it, which stays for a form that is shown
    /// again.
    pub(super) fn get_trimmed(&self, name: &str) -> Option<&str> {
        let value = trim_username(self.fields.get(name)?);
        (!value.is_empty()).then_some(value)
    }

    /// Takes the value of a field that nobody may see.
    pub(super) fn take_secret(&mut self, name: &str) -> Option<SecretString> {
        self.take(name).map(SecretString::from)
    }

    /// Takes a password that is to be set. One that Cognito could not take is refused here: its
    /// API would call the whole request malformed.
    pub(super) fn take_new_password(&mut self, texts: &Texts) -> Result<SecretString, Mistake> {
        let wrong = |text: &str| Mistake::new("new_password", text);
        let password = self
            .take_secret("new_password")
            .ok_or_else(|| wrong(texts.mistakes.new_password_missing))?;

        let typed = password.expose_secret();
        if !is_well_formed(typed) {
            return Err(wrong(texts.mistakes.password_malformed));
        }
        if typed.chars().count() < SHORTEST_PASSWORD {
            return Err(wrong(&weak("not long enough", texts)));
        }
        Ok(password)
    }

    /// Takes a code, without the blanks and hyphens between its digits: apps and messages show
    /// them in groups, and people type them so.
    pub(super) fn take_code(&mut self, texts: &Texts) -> Result<String, Mistake> {
        let typed = self.take("code").unwrap_or_default();
        let code: String = typed
            .chars()
            .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '\u{2010}'..='\u{2014}'))
            .collect();

        if code.is_empty() {
            return Err(Mistake::new("code", texts.mistakes.code_missing));
        }
        Ok(code)
    }

    /// Takes the name of an account.
    pub(super) fn take_username(&mut self, texts: &Texts) -> Result<String, Mistake> {
        self.take_trimmed("username")
            .ok_or_else(|| Mistake::new("username", texts.mistakes.username_missing))
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

#[cfg(feature = "json")]
impl Form {
    /// Reads the fields of a JSON object. No body is an object without any.
    async fn from_json<S: Send + Sync>(
        view: &View,
        request: Request,
        state: &S,
    ) -> Result<Self, PageError> {
        let is_json = is_of_kind(&request, "application/json");
        let is_said = request.headers().contains_key(CONTENT_TYPE);
        let body = read(request, state).await?;
        if !is_said && body.is_empty() {
            return Ok(Self::default());
        }
        if !is_json {
            return Err(PageError::Refused(StatusCode::UNSUPPORTED_MEDIA_TYPE));
        }

        body::fields(&body)
            .map(|fields| Self { fields })
            .map_err(|wrong| match wrong {
                BodyError::Malformed => PageError::Refused(StatusCode::BAD_REQUEST),
                BodyError::Field(name) => PageError::instead(body::refuse(&name, view.texts)),
            })
    }
}

async fn read<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, PageError> {
    Bytes::from_request(request, state)
        .await
        .map_err(|rejection| PageError::Refused(rejection.status()))
}

/// Whether the body is of this kind, as the request says.
fn is_of_kind(request: &Request, wanted: &str) -> bool {
    let kind = request.headers().get(CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok());
    let essence = kind.and_then(|kind| kind.split(';').next());

    essence.is_some_and(|kind| kind.trim().eq_ignore_ascii_case(wanted))
}

impl<S: Send + Sync> FromRequest<S> for Form {
    type Rejection = PageError;

    async fn from_request(request: Request, state: &S) -> Result<Self, Self::Rejection> {
        #[cfg(feature = "json")]
        {
            let view = View::of(request.extensions(), request.headers(), request.uri());
            if view.paths.is_json() {
                return Self::from_json(&view, request, state).await;
            }
        }
        let is_form = is_of_kind(&request, "application/x-www-form-urlencoded");
        if !is_form {
            return Err(PageError::Refused(StatusCode::UNSUPPORTED_MEDIA_TYPE));
        }

        let body = read(request, state).await?;
        Self::parse(&body).ok_or(PageError::Refused(StatusCode::BAD_REQUEST))
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

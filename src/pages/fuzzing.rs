//! What holds for whatever a form sends.

use std::collections::{BTreeMap, BTreeSet};

use url::form_urlencoded;

use super::form::Form;

/// An accepted form reads as the URL standard says, where that loses nothing: it has no field
/// twice, no NUL, and nothing that is not UTF-8. What was read reads the same when a browser
/// writes it again.
pub fn form(body: &[u8]) {
    let Some(form) = Form::parse(body) else {
        return;
    };

    let standard: Vec<_> = form_urlencoded::parse(body).into_owned().collect();
    let names: BTreeSet<_> = standard.iter().map(|(name, _)| name).collect();
    assert_eq!(names.len(), standard.len(), "no field twice");
    let bytes: Vec<_> = decoded(body);
    assert!(std::str::from_utf8(&bytes).is_ok(), "UTF-8 alone");
    assert!(!bytes.contains(&0), "no NUL");

    let fields: BTreeMap<_, _> = standard.into_iter().collect();
    assert_eq!(*form.fields(), fields, "as the standard reads it");

    let written = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(&fields)
        .finish();
    let again = Form::parse(written.as_bytes()).expect("a form again");
    assert_eq!(*again.fields(), fields, "as a browser writes it");
}

/// Decodes a whole body, by other means than the library's. What it joins to UTF-8 was UTF-8 in
/// each of its parts: `&` and `=` part them, and are no part of a longer character.
fn decoded(body: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = body;
    while let [byte, behind @ ..] = rest {
        let escape = behind
            .get(..2)
            .filter(|_| *byte == b'%')
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes.push(escape.unwrap_or(*byte));
        rest = if escape.is_some() {
            &behind[2..]
        } else {
            behind
        };
    }
    bytes
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn forms_of_browsers(fields in prop::collection::btree_map("\\PC{0,8}", "\\PC{0,40}", 0..4)) {
            let body = form_urlencoded::Serializer::new(String::new())
                .extend_pairs(&fields)
                .finish();

            let read = Form::parse(body.as_bytes()).expect("a form");
            prop_assert_eq!(read.fields(), &fields);
            form(body.as_bytes());
        }

        #[test]
        fn forms_with_anything_in_them(
            pieces in prop::collection::vec(
                prop_oneof![
                    "[a-c]{0,2}".prop_map(String::into_bytes),
                    "[&=+%]".prop_map(String::into_bytes),
                    "%[0-9a-fA-F]{2}".prop_map(String::into_bytes),
                    prop::collection::vec(any::<u8>(), 0..4),
                ],
                0..12,
            )
        ) {
            form(&pieces.concat());
        }

        /// One password, one spelling in bytes: the usual reader makes one password of many.
        #[test]
        fn a_password_that_is_no_text_is_refused(password in prop::collection::vec(any::<u8>(), 0..20)) {
            let escaped: String = form_urlencoded::byte_serialize(&password).collect();

            let read = Form::parse(format!("password={escaped}").as_bytes());
            let read = read.and_then(|form| form.fields().get("password").cloned());

            let text = String::from_utf8(password).ok().filter(|text| !text.contains('\0'));
            prop_assert_eq!(read, text);
        }
    }
}

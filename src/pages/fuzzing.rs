//! What holds for whatever a form sends, and for whatever its session holds.

use std::collections::{BTreeMap, BTreeSet};

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderValue, Method, StatusCode};
use url::form_urlencoded;

use super::form::Form;
use crate::web::fuzzing::{OneSession, good_cookie, is_of_the_user, kept, me, request, run, visit};

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

/// Whatever a session holds, no page fails; and nobody is logged in whose record does not say so.
pub fn session_record(bytes: &[u8]) {
    thread_local! {
        static SITE: Router = super::router().merge(me());
    }

    run(async {
        kept(bytes).await;
        let site = SITE.with(Router::clone);

        let cookie = HeaderValue::try_from(good_cookie()).expect("a header");
        for path in ["/me", "/login", "/login/challenge", "/profile", "/logout"] {
            let store = OneSession::new(bytes);
            let answer = visit(&store, site.clone(), request(path, &cookie)).await;

            assert!(!answer.status().is_server_error(), "{path}");
            if path == "/me" && answer.status() == StatusCode::OK {
                assert!(is_of_the_user(bytes), "the record says who it is");
            }
        }

        let mut post = request("/login/challenge", &cookie);
        *post.method_mut() = Method::POST;
        *post.body_mut() = Body::from("code=123456&password=Correct-horse-1&next=%2Fa");
        let headers = [
            ("content-type", "application/x-www-form-urlencoded"),
            ("sec-fetch-site", "same-origin"),
        ];
        for (name, value) in headers {
            let value = HeaderValue::from_static(value);
            post.headers_mut().insert(name, value);
        }
        let answer = visit(&OneSession::new(bytes), site.clone(), post).await;
        assert!(!answer.status().is_server_error(), "an answer");
        assert_ne!(answer.status(), StatusCode::FORBIDDEN, "it got there");
    });
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
    use serde_json::{Value, json};

    use super::*;

    /// Any JSON value.
    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            any::<String>().prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 12, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::btree_map("[a-z_]{0,8}", inner, 0..4)
                    .prop_map(|object| json!(object)),
            ]
        })
    }

    /// A field as it should be, or anything else.
    fn field(right: impl Strategy<Value = Value>) -> impl Strategy<Value = Value> {
        prop_oneof![9 => right, 1 => any_json()]
    }

    fn time() -> impl Strategy<Value = Value> {
        field(
            prop_oneof![
                1_799_990_000_i64..1_800_010_000,
                Just(-377_705_116_800), // the years -9999 and 9999: the first and the last there are
                Just(253_402_300_799),
                any::<i64>(),
            ]
            .prop_map(Value::from),
        )
    }

    fn login() -> impl Strategy<Value = Value> {
        let id = prop_oneof![
            2 => Just("login".to_owned()),
            1 => Just("other".to_owned()),
            1 => any::<String>(),
        ];
        let backend = prop_oneof![3 => Just("fuzz".to_owned()), 1 => any::<String>()];
        let separator = prop::sample::select(vec![" ", " ", " ", "", "  "]);

        (id, separator, backend).prop_map(|(id, between, backend)| json!(id + between + &backend))
    }

    fn challenge() -> impl Strategy<Value = Value> {
        let name = prop_oneof![
            4 => prop::sample::select(vec![
                "CUSTOM_CHALLENGE", "EMAIL_OTP", "MFA_SETUP", "NEW_PASSWORD_REQUIRED", "PASSWORD",
                "PASSWORD_SRP", "SELECT_CHALLENGE", "SELECT_MFA_TYPE", "SMS_MFA", "SMS_OTP",
                "SOFTWARE_TOKEN_MFA", "WEB_AUTHN", "PASSWORD_VERIFIER",
            ]).prop_map(str::to_owned),
            1 => any::<String>(),
        ];
        let parameter = prop::sample::select(vec![
            "requiredAttributes",
            "userAttributes",
            "MFAS_CAN_SETUP",
            "MFAS_CAN_CHOOSE",
            "CODE_DELIVERY_DESTINATION",
            "CODE_DELIVERY_DELIVERY_MEDIUM",
            "USERNAME",
            "CREDENTIAL_REQUEST_OPTIONS",
            "axum_cognito.attempt",
            "x",
        ]);
        let text = prop_oneof![
            any_json().prop_map(|json| json.to_string()),
            any::<String>()
        ];
        let parameters = prop::collection::btree_map(parameter, text, 0..4);
        (name, field(parameters.prop_map(|map| json!(map))), time()).prop_map(
            |(name, parameters, expires_at)| {
                json!({
                    "id": "c", "backend": "fuzz", "typed": "a", "began": 0, "expires_at": expires_at,
                    "record": { "name": name, "username": "alice", "parameters": parameters },
                })
            },
        )
    }

    fn device() -> impl Strategy<Value = Value> {
        field("[a-c]".prop_map(Value::from)).prop_map(|name| {
            let device = json!({ "key": "k", "group_key": "g", "password": "p" });
            json!({ "backend": "fuzz", "username": name, "typed": ["a@b"], "device": device })
        })
    }

    proptest! {
        #[test]
        fn session_records(
            login in field(login()),
            challenge in field(challenge()),
            devices in field(prop::collection::vec(device(), 0..8).prop_map(Value::from)),
        ) {
            let record = json!({
                "axum_cognito.login": login,
                "axum_cognito.challenge": challenge,
                "axum_cognito.devices": devices,
            });

            session_record(record.to_string().as_bytes());
        }

        #[test]
        fn session_records_of_any_bytes(bytes in any::<Vec<u8>>()) {
            session_record(&bytes);
        }

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
        fn forms_with_names_in_other_spellings(
            pairs in prop::collection::vec(
                (prop::sample::select(vec!["a", "%61", "b", "+", "%20", ""]), "[a-z+]{0,3}"),
                0..5,
            ),
        ) {
            let pairs: Vec<_> = pairs
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect();

            form(pairs.join("&").as_bytes());
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

//! Tokens that Cognito did not make: forged headers, signatures and spellings.

use aws_lc_rs::hmac;
use serde_json::json;

use super::super::TokenErrorKind::{BadSignature, Malformed, UnknownKey};
use super::super::jws;
use super::super::signer::{ONE, OTHER, encode};
use super::{access_claims, kind_of_text};

#[tokio::test]
async fn refuses_headers_that_ask_for_something_else() {
    let id = ONE.key_id;
    for header in [
        json!({ "kid": id }),
        json!({ "alg": null, "kid": id }),
        json!({ "alg": ["RS256"], "kid": id }),
        json!({ "alg": "rs256", "kid": id }),
        json!({ "alg": "RS384", "kid": id }),
        json!({ "alg": "RS512", "kid": id }),
        json!({ "alg": "PS256", "kid": id }),
        json!({ "alg": "ES256", "kid": id }),
        json!({ "alg": "HS256", "kid": id }),
        json!({ "alg": "RS256" }),
        json!({ "alg": "RS256", "kid": 1 }),
        json!({ "alg": "RS256", "kid": id, "crit": ["exp"] }),
        json!({ "alg": "RS256", "kid": id, "b64": false }),
        json!({ "alg": "RS256", "kid": id, "zip": "DEF" }),
        json!(["RS256"]),
        json!(null),
    ] {
        let token = ONE.sign_text(&header.to_string(), &access_claims().to_string());

        assert_eq!(kind_of_text(token).await, Some(Malformed), "{header}");
    }
}

#[tokio::test]
async fn refuses_unsigned_tokens_and_those_signed_with_the_public_key() {
    let claims = encode(access_claims().to_string());
    for alg in ["none", "None", "NONE", "nOnE", ""] {
        let header = encode(json!({ "alg": alg, "kid": ONE.key_id }).to_string());
        for signature in ["", "AA"] {
            let token = format!("{header}.{claims}.{signature}");

            assert_eq!(
                kind_of_text(token).await,
                Some(Malformed),
                "{alg:?} {signature:?}"
            );
        }
    }

    for alg in ["HS256", "RS256"] {
        let header = encode(json!({ "alg": alg, "kid": ONE.key_id }).to_string());
        let signed = format!("{header}.{claims}");
        let key = hmac::Key::new(hmac::HMAC_SHA256, ONE.modulus());
        let token = format!("{signed}.{}", encode(hmac::sign(&key, signed.as_bytes())));

        let kind = if alg == "HS256" {
            Malformed
        } else {
            BadSignature
        };
        assert_eq!(kind_of_text(token).await, Some(kind), "{alg}");
    }
}

#[tokio::test]
async fn ignores_the_keys_that_a_token_brings_along() {
    let claims = access_claims().to_string();
    let header = json!({
        "alg": "RS256", "kid": ONE.key_id, "jwk": OTHER.jwk(), "jku": "https://evil.example/keys",
        "x5u": "https://evil.example/x5u", "x5c": ["AA"],
    });

    let forged = OTHER.sign_text(&header.to_string(), &claims);
    let honest = ONE.sign_text(&header.to_string(), &claims);

    assert_eq!(kind_of_text(forged).await, Some(BadSignature));
    assert_eq!(kind_of_text(honest).await, None);
    let unknown = json!({ "alg": "RS256", "kid": OTHER.key_id }).to_string();
    assert_eq!(
        kind_of_text(OTHER.sign_text(&unknown, &claims)).await,
        Some(UnknownKey)
    );
}

#[tokio::test]
async fn refuses_a_signature_with_a_flipped_bit() {
    let token = ONE.sign(&access_claims());
    let (signed, signature) = token.rsplit_once('.').expect("a signature");
    let signature = jws::decode(signature).expect("base64url");
    for bit in 0..signature.len() * 8 {
        let mut signature = signature.clone();
        signature[bit / 8] ^= 1 << (bit % 8);
        let token = format!("{signed}.{}", encode(signature));

        assert_eq!(kind_of_text(token).await, Some(BadSignature), "bit {bit}");
    }
}

#[tokio::test]
async fn refuses_other_spellings_of_a_token() {
    let header = json!({ "alg": "RS256", "kid": ONE.key_id }).to_string();
    let claims = access_claims().to_string();
    let token = ONE.sign(&access_claims());
    let (signed, signature) = token.rsplit_once('.').expect("a signature");
    // 256 bytes are 342 digits, the last of which has two bits too many.
    let trailing_bits = format!("{}{}", &token[..token.len() - 1], next_digit(&token));

    for (name, token) in [
        ("nothing", String::new()),
        ("dots", "..".to_owned()),
        ("two parts", signed.to_owned()),
        ("four parts", format!("{token}.AA")),
        ("an empty first part", format!(".{token}")),
        ("padding", format!("{token}==")),
        ("a blank before", format!(" {token}")),
        ("a line feed behind", format!("{token}\n")),
        ("standard base64", format!("{signed}.+/{}", &signature[2..])),
        ("trailing bits", trailing_bits),
        (
            "a byte order mark",
            ONE.sign_text(&header, &format!("\u{feff}{claims}")),
        ),
        (
            "text behind the claims",
            ONE.sign_text(&header, &format!("{claims}{{}}")),
        ),
        (
            "claims in a list",
            ONE.sign_text(&header, &format!("[{claims}]")),
        ),
        (
            "a claim twice",
            ONE.sign_text(&header, &claims.replacen('{', r#"{"iss":"x","#, 1)),
        ),
        (
            "a nested key twice",
            ONE.sign_text(&header, &claims.replacen('{', r#"{"a":{"b":1,"b":1},"#, 1)),
        ),
        (
            "a header twice",
            ONE.sign_text(&header.replacen('{', r#"{"alg":"none","#, 1), &claims),
        ),
        ("deep nesting", ONE.sign_text(&header, &"[".repeat(5_000))),
        (
            "a large number",
            ONE.sign_text(&header, &claims.replacen('{', r#"{"a":1e400,"#, 1)),
        ),
        ("great length", format!("{token}{}", "A".repeat(16 * 1024))),
    ] {
        assert_eq!(kind_of_text(token).await, Some(Malformed), "{name}");
    }
}

/// The base64url digit after the last one of the text.
fn next_digit(text: &str) -> char {
    const DIGITS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let last = text
        .chars()
        .next_back()
        .and_then(|digit| DIGITS.find(digit));
    DIGITS
        .chars()
        .nth(last.expect("a digit") + 1)
        .expect("a next digit")
}

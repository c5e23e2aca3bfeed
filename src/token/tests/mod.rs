mod claims;
mod forgeries;
mod principals;
mod rotation;

use std::error::Error as _;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use time::OffsetDateTime;

use super::signer::{ONE, key_set};
use super::*;
use crate::clock::ManualClock;

const ISSUER: &str = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Ab12Cd34E";
const APP_CLIENT: &str = "1h57kf5cpq17m0eml12EXAMPLE";
const NOW: i64 = 1_800_000_000;
const LEEWAY: i64 = 5;

#[tokio::test]
async fn reads_an_id_token() {
    let claims = verifier()
        .verify_id(&id(&id_claims()))
        .await
        .expect("accepted");

    assert_eq!(claims.sub.as_str(), "sub-of-alice");
    assert_eq!(claims.username, "alice");
    assert_eq!(claims.groups, ["admins", "Ü & Co"]);
    assert_eq!(claims.email.as_deref(), Some("alice@example.com"));
    assert_eq!(claims.expires_at.unix_timestamp(), NOW + 3600);
    assert_eq!(claims.issued_at.unix_timestamp(), NOW);
    assert_eq!(
        claims.auth_time.map(OffsetDateTime::unix_timestamp),
        Some(NOW - 60)
    );

    let attributes = claims.attributes();
    let attributes: Vec<_> = attributes
        .iter()
        .map(|(name, value)| (name.as_str(), value))
        .collect();
    let expected = [
        ("address", "1 Main Street"),
        ("custom:level", "7"),
        ("email", "alice@example.com"),
        ("email_verified", "true"),
        ("phone_number_verified", "false"),
        ("sub", "sub-of-alice"),
        ("updated_at", "1799999999"),
    ];
    assert_eq!(attributes, expected);
    assert_eq!(claims.attribute("custom:level"), Some("7"));
    assert_eq!(claims.attribute("website"), None);

    assert_eq!(claims.nonce.as_deref(), Some("nonce"));
    assert_eq!(claims.methods, ["pwd", "mfa"]);
    let [linked, own] = claims.identities.as_slice() else {
        panic!("two can be read: {:?}", claims.identities);
    };
    assert_eq!((&*linked.provider, &*linked.user_id), ("Google", "123"));
    assert!(!linked.is_primary);
    assert_eq!(claims.external_identity(), Some(own));
}

/// The hash of the access token in the ID token of a code flow, by the algorithm of OpenID Connect.
#[tokio::test]
async fn an_id_token_goes_with_its_own_access_token_alone() {
    use aws_lc_rs::digest::{SHA256, digest};
    use base64::Engine;
    use base64::prelude::BASE64_URL_SAFE_NO_PAD;

    let access = AccessToken::from("an.access.token");
    let hash = digest(&SHA256, b"an.access.token");
    let half = &hash.as_ref()[..16];
    let read = async |at_hash: Option<String>| {
        let mut claims = id_claims();
        let members = claims.as_object_mut().expect("an object");
        members.remove("at_hash");
        members.extend(at_hash.map(|hash| ("at_hash".to_owned(), hash.into())));
        verifier().verify_id(&id(&claims)).await.expect("accepted")
    };

    let claims = read(Some(BASE64_URL_SAFE_NO_PAD.encode(half))).await;
    assert!(claims.goes_with(&access));
    assert!(!claims.goes_with(&AccessToken::from("another.access.token")));
    let claims = read(None).await;
    assert!(claims.goes_with(&access), "tokens of the API have none");
}

#[tokio::test]
async fn reads_an_access_token() {
    let claims = verifier().verify_access(&access(&access_claims())).await;
    let claims = claims.expect("accepted");

    assert_eq!(claims.sub.as_str(), "sub-of-alice");
    assert_eq!(claims.username, "alice");
    assert_eq!(claims.client_id, APP_CLIENT);
    assert_eq!(claims.groups, ["admins"]);
    assert_eq!(claims.scopes, ["aws.cognito.signin.user.admin", "openid"]);
    assert_eq!(claims.jti.as_deref(), Some("id-of-token"));
    assert_eq!(claims.origin_jti.as_deref(), Some("id-of-login"));
    assert_eq!(claims.device_key.as_deref(), Some("eu-west-1_device"));
}

#[tokio::test]
async fn tells_nothing_of_a_token_in_an_error() {
    let mut claims = access_claims();
    claims["exp"] = json!("canary");
    let token = ONE.sign(&claims);

    let error = verifier().verify_access(&token.clone().into()).await;
    let error = error.expect_err("a wrong type");
    let source = error.source().expect("a cause");
    let shown = format!("{error} {error:?} {source} {source:?}");

    assert_eq!(error.to_string(), "token not accepted: malformed");
    for canary in ["canary", "alice", &token[..20], ISSUER] {
        assert!(!shown.contains(canary), "{canary}");
    }
}

#[tokio::test]
async fn keeps_tokens_in_storage_and_out_of_logs() {
    let tokens = tokens(&id_claims(), &access_claims());
    let stored = serde_json::to_string(&tokens).expect("JSON");
    let loaded: Tokens = serde_json::from_str(&stored).expect("tokens");

    assert_eq!(loaded.id.expose(), tokens.id.expose());
    assert_eq!(loaded.access.expose(), tokens.access.expose());
    assert_eq!(
        loaded.refresh.as_ref().map(RefreshToken::expose),
        Some("canary")
    );
    assert_eq!(loaded.expires_at, tokens.expires_at);

    let verified = verifier().verify(&tokens).await.expect("accepted");
    let shown = format!("{tokens:?} {tokens:#?} {verified:?}");
    for canary in [
        "canary",
        tokens.id.expose(),
        tokens.access.expose(),
        "alice@example.com",
    ] {
        assert!(!shown.contains(canary), "{canary}");
    }
}

#[tokio::test]
async fn shows_in_debug_whose_a_token_is_and_what_is_accepted() {
    let tokens = tokens(&id_claims(), &access_claims());
    let verified = verifier().verify(&tokens).await.expect("accepted");

    for (shown, words) in [
        (format!("{:?}", verified.id), ["IdClaims", "sub-of-alice"]),
        (
            format!("{:?}", verified.access),
            ["AccessClaims", APP_CLIENT],
        ),
        (
            format!("{:?}", verified.id.identities),
            ["Google", "is_primary: false"],
        ),
        (format!("{:?}", verifier()), [ISSUER, APP_CLIENT]),
        (format!("{:?}", key_set(&[&ONE])), ["KeySet", "len: 1"]),
    ] {
        assert!(words.iter().all(|word| shown.contains(word)), "{shown}");
    }
}

fn verifier() -> TokenVerifier {
    let keys = Arc::new(key_set(&[&ONE]));
    let clock = Arc::new(ManualClock::new(at(NOW)));
    TokenVerifier::new(ISSUER, APP_CLIENT.parse().expect("an id"), keys)
        .with_leeway(Duration::from_secs(LEEWAY.unsigned_abs()))
        .with_clock(clock)
}

async fn kind_of(claims: &Value, is_id: bool) -> Option<TokenErrorKind> {
    let error = if is_id {
        verifier().verify_id(&id(claims)).await.err()
    } else {
        verifier().verify_access(&access(claims)).await.err()
    };
    error.map(|error| error.kind())
}

async fn kind_of_text(token: String) -> Option<TokenErrorKind> {
    let error = verifier().verify_access(&token.into()).await.err();
    error.map(|error| error.kind())
}

fn id_claims() -> Value {
    json!({
        "iss": ISSUER, "token_use": "id", "aud": APP_CLIENT, "sub": "sub-of-alice",
        "exp": NOW + 3600, "iat": NOW, "auth_time": NOW - 60, "jti": "id-of-token",
        "origin_jti": "id-of-login", "event_id": "event", "at_hash": "hash", "nonce": "nonce",
        "cognito:username": "alice", "cognito:groups": ["admins", "Ü & Co"],
        "cognito:roles": ["arn:aws:iam::1:role/x"], "email": "alice@example.com",
        "email_verified": true, "phone_number_verified": "false", "custom:level": "7",
        "address": { "formatted": "1 Main Street" }, "updated_at": 1_799_999_999,
        "amr": ["pwd", "mfa"], "website": null,
        "identities": [
            { "providerName": "Google", "userId": "123", "primary": "false" },
            { "providerName": "Corp", "userId": "4711", "primary": "true" },
            { "providerName": "half of one" },
        ],
        "https://example.com/a-claim-too-long-to-be-an-attribute": "x",
    })
}

fn access_claims() -> Value {
    json!({
        "iss": ISSUER, "token_use": "access", "client_id": APP_CLIENT, "sub": "sub-of-alice",
        "exp": NOW + 3600, "iat": NOW, "auth_time": NOW - 60, "jti": "id-of-token",
        "origin_jti": "id-of-login", "username": "alice", "cognito:groups": ["admins"],
        "scope": "aws.cognito.signin.user.admin openid", "device_key": "eu-west-1_device",
    })
}

/// The claims of an app client's own token, as AWS describes them.
fn machine_claims() -> Value {
    json!({
        "iss": ISSUER, "token_use": "access", "client_id": APP_CLIENT, "sub": APP_CLIENT,
        "exp": NOW + 3600, "iat": NOW, "auth_time": NOW, "jti": "id-of-token", "version": 2,
        "scope": "orders/read orders/write",
    })
}

fn tokens(id_claims: &Value, access_claims: &Value) -> Tokens {
    Tokens::new(
        id(id_claims),
        access(access_claims),
        Some(RefreshToken::new("canary")),
    )
}

fn id(claims: &Value) -> IdToken {
    ONE.sign(claims).into()
}

fn access(claims: &Value) -> AccessToken {
    ONE.sign(claims).into()
}

fn at(seconds: i64) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(seconds).expect("a time")
}

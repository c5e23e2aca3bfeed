//! Tokens that Cognito made, but not for us, not now, or not as we want them.

use std::time::Duration;

use serde_json::json;

use super::super::TokenErrorKind::{
    Expired, Malformed, NotYetValid, SubjectMismatch, WrongAudience, WrongIssuer, WrongUse,
};
use super::{
    APP_CLIENT, ISSUER, LEEWAY, NOW, access, access_claims, id_claims, kind_of, tokens, verifier,
};

#[tokio::test]
async fn refuses_wrong_claims() {
    let prefix = &ISSUER[..ISSUER.len() - 1];
    let (suffix, slash) = (format!("{ISSUER}1"), format!("{ISSUER}/"));
    let http = ISSUER.replace("https", "http");
    let region = ISSUER.replace("eu-west-1.", "eu-west-2.");
    for (name, value, kind) in [
        ("iss", json!(prefix), WrongIssuer),
        ("iss", json!(suffix), WrongIssuer),
        ("iss", json!(slash), WrongIssuer),
        ("iss", json!(http), WrongIssuer),
        ("iss", json!(region), WrongIssuer),
        ("iss", json!(ISSUER.to_uppercase()), WrongIssuer),
        ("iss", json!([ISSUER]), Malformed),
        ("token_use", json!("refresh"), WrongUse),
        ("exp", json!(NOW - 3600), Expired),
        ("nbf", json!(NOW + 3600), NotYetValid),
        ("nbf", json!("1"), Malformed),
        ("cognito:groups", json!("admins"), Malformed),
        ("cognito:groups", json!(["admins", 1]), Malformed),
        ("cognito:groups", json!(null), Malformed),
        ("auth_time", json!("yesterday"), Malformed),
    ] {
        for (mut claims, is_id) in [(id_claims(), true), (access_claims(), false)] {
            claims[name] = value.clone();

            assert_eq!(
                kind_of(&claims, is_id).await,
                Some(kind),
                "{name} = {value}, id: {is_id}"
            );
        }
    }
}

#[tokio::test]
async fn refuses_the_tokens_of_another_app_client() {
    let (mut id, mut access) = (id_claims(), access_claims());
    for other in ["", " ", "other", &APP_CLIENT[1..]] {
        id["aud"] = json!(other);
        access["client_id"] = json!(other);
        let kind = if other.is_empty() {
            Malformed
        } else {
            WrongAudience
        };

        assert_eq!(kind_of(&id, true).await, Some(kind), "{other:?}");
        assert_eq!(kind_of(&access, false).await, Some(kind), "{other:?}");
    }

    // What would do in an ID token does not do in an access token.
    access["aud"] = json!(APP_CLIENT);
    assert_eq!(kind_of(&access, false).await, Some(WrongAudience));
    id["aud"] = json!([APP_CLIENT, "other"]);
    assert_eq!(kind_of(&id, true).await, Some(Malformed));
}

#[tokio::test]
async fn refuses_a_token_in_the_place_of_the_other() {
    assert_eq!(kind_of(&access_claims(), true).await, Some(WrongUse));
    assert_eq!(kind_of(&id_claims(), false).await, Some(WrongUse));
}

#[tokio::test]
async fn refuses_a_token_without_a_claim_or_with_one_of_another_type() {
    let both = ["iss", "token_use", "sub", "exp", "iat"];
    let for_id = both
        .iter()
        .chain(&["aud", "cognito:username"])
        .map(|name| (name, true));
    let for_access = both
        .iter()
        .chain(&["client_id", "username"])
        .map(|name| (name, false));

    for (name, is_id) in for_id.chain(for_access) {
        let original = if is_id { id_claims() } else { access_claims() };
        let mut without = original.clone();
        without.as_object_mut().expect("an object").remove(*name);
        assert_eq!(
            kind_of(&without, is_id).await,
            Some(Malformed),
            "without {name}"
        );

        let of_number = original[*name].is_number();
        let wrong = if of_number {
            let beyond = json!(u64::MAX / 2 + 1);
            [
                json!("1900000000"),
                json!(1.9e9),
                json!(-1),
                json!(i64::MAX),
                beyond,
                json!(null),
            ]
        } else {
            [
                json!(""),
                json!(1),
                json!(true),
                json!([original[*name]]),
                json!({}),
                json!(null),
            ]
        };
        for value in wrong {
            let mut claims = original.clone();
            claims[*name] = value.clone();

            assert_eq!(
                kind_of(&claims, is_id).await,
                Some(Malformed),
                "{name} = {value}"
            );
        }
    }
}

#[tokio::test]
async fn counts_the_leeway_to_the_second() {
    for (name, value, kind) in [
        ("exp", NOW - LEEWAY - 1, Some(Expired)),
        ("exp", NOW - LEEWAY, Some(Expired)),
        ("exp", NOW - LEEWAY + 1, None),
        ("exp", NOW, None),
        ("exp", 0, Some(Expired)),
        ("exp", 253_402_300_799, None),
        ("nbf", NOW + LEEWAY + 1, Some(NotYetValid)),
        ("nbf", NOW + LEEWAY, None),
        ("nbf", NOW, None),
        ("nbf", 0, None),
        ("iat", NOW + 600, None),
    ] {
        let mut claims = access_claims();
        claims[name] = json!(value);

        assert_eq!(kind_of(&claims, false).await, kind, "{name} = {value}");
    }
}

#[tokio::test]
async fn takes_any_leeway_without_a_panic() {
    let mut claims = access_claims();
    claims["exp"] = json!(1);
    let verifier = verifier().with_leeway(Duration::MAX);

    assert!(verifier.verify_access(&access(&claims)).await.is_ok());
}

#[tokio::test]
async fn accepts_a_second_issuer_only_when_told() {
    let mut claims = access_claims();
    claims["iss"] = json!("http://127.0.0.1:9229/eu-west-1_Ab12Cd34E");
    let token = access(&claims);

    let told = verifier().with_issuer("http://127.0.0.1:9229/eu-west-1_Ab12Cd34E");

    assert!(told.verify_access(&token).await.is_ok());
    assert!(told.verify_access(&access(&access_claims())).await.is_ok());
    assert!(verifier().verify_access(&token).await.is_err());
}

#[tokio::test]
async fn refuses_the_tokens_of_two_users() {
    let honest = tokens(&id_claims(), &access_claims());
    assert!(verifier().verify(&honest).await.is_ok());

    for (name, in_id) in [("sub", "sub"), ("username", "cognito:username")] {
        let (mut id, mut access) = (id_claims(), access_claims());
        id[in_id] = json!("bob");
        access[name] = json!("Bob");
        for tokens in [
            tokens(&id, &access_claims()),
            tokens(&id_claims(), &access),
            tokens(&id, &access),
        ] {
            let error = verifier().verify(&tokens).await.expect_err(name);

            assert_eq!(error.kind(), SubjectMismatch, "{name}");
        }
    }
}

/// AWS's quotas: 100 groups of 128 characters, 50 attributes of 2,048 characters that a site
/// defines, and 20 standard ones.
#[tokio::test]
async fn takes_the_largest_tokens_that_cognito_makes_and_none_so_large_from_strangers() {
    let groups: Vec<_> = (0..100)
        .map(|it| format!("{it:0>3}{}", "ü".repeat(125)))
        .collect();
    let (mut id, mut access) = (id_claims(), access_claims());
    id["cognito:groups"] = json!(groups);
    access["cognito:groups"] = json!(groups);
    for number in 0..70 {
        id[format!("custom:a{number}")] = json!("€".repeat(2048));
    }
    let tokens = tokens(&id, &access);
    assert!(tokens.id.expose().len() > 500_000);

    let verified = verifier().verify(&tokens).await.expect("accepted");
    assert_eq!(verified.access.groups.len(), 100);
    assert!(verifier().verify_id(&tokens.id).await.is_ok());

    let error = verifier().verify_access(&tokens.access).await;
    assert_eq!(error.expect_err("too long").kind(), Malformed);
    let patient = verifier().with_max_bearer_length(64 * 1024);
    assert!(patient.verify_access(&tokens.access).await.is_ok());
}

#[tokio::test]
async fn bounds_the_length_of_a_strangers_token_to_the_byte() {
    let token = access(&access_claims());
    let length = token.expose().len();

    for (most, kind) in [(length, None), (length - 1, Some(Malformed))] {
        let verifier = verifier().with_max_bearer_length(most);

        let error = verifier.verify_access(&token).await.err();
        assert_eq!(error.map(|error| error.kind()), kind, "{most}");
    }
}

/// What a client of ours takes from the service has an end too.
#[tokio::test]
async fn refuses_what_is_longer_than_any_token() {
    let mut id = id_claims();
    id["custom:a"] = json!("a".repeat(1024 * 1024));

    let error = verifier().verify_id(&super::id(&id)).await;

    assert_eq!(error.expect_err("too long").kind(), Malformed);
}

//! Whose an access token is that a stranger sends, which app clients may get one, and for what.

use serde_json::{Value, json};

use super::super::TokenErrorKind::{Malformed, NoUser, WrongAudience, WrongResource, WrongUse};
use super::super::{Principal, TokenErrorKind, TokenVerifier};
use super::{
    APP_CLIENT, access, access_claims, id, id_claims, kind_of, machine_claims, tokens, verifier,
};

const OTHER_CLIENT: &str = "2h57kf5cpq17m0eml12EXAMPLE";
const RESOURCE: &str = "https://api.example.com/orders";

async fn outcome(verifier: &TokenVerifier, claims: &Value) -> Result<Principal, TokenErrorKind> {
    let principal = verifier.verify_principal(&access(claims)).await;
    principal.map_err(|error| error.kind())
}

async fn kind(verifier: &TokenVerifier, claims: &Value) -> Option<TokenErrorKind> {
    outcome(verifier, claims).await.err()
}

#[tokio::test]
async fn a_users_token_is_a_persons_and_a_clients_own_is_a_machines() {
    let person = outcome(&verifier(), &access_claims()).await;
    let machine = outcome(&verifier(), &machine_claims()).await;
    for principal in [&person, &machine].into_iter().flatten() {
        assert_eq!(principal.client_id(), APP_CLIENT);
    }
    match person {
        Ok(Principal::Person(claims)) => {
            assert_eq!(claims.username, "alice");
            assert_eq!(Principal::Person(claims.clone()).scopes(), claims.scopes);
        }
        other => panic!("{other:?}"),
    }
    match machine {
        Ok(Principal::Machine(claims)) => {
            let shown = format!("{claims:?}");
            assert!(shown.contains("MachineClaims") && !shown.contains("id-of-token"));
            assert_eq!(Principal::Machine(claims.clone()).scopes(), claims.scopes);
            assert_eq!(claims.client_id, APP_CLIENT);
            assert_eq!(claims.sub.as_str(), APP_CLIENT);
            assert_eq!(claims.scopes, ["orders/read", "orders/write"]);
            assert_eq!(claims.jti.as_deref(), Some("id-of-token"));
        }
        other => panic!("{other:?}"),
    }

    let token = access(&machine_claims());
    let error = verifier().verify_access(&token).await.expect_err("no user");
    assert_eq!(error.kind(), NoUser);
}

#[tokio::test]
async fn nothing_of_a_users_token_passes_for_a_machines() {
    let mut without = access_claims();
    without
        .as_object_mut()
        .expect("an object")
        .remove("username");
    assert_eq!(kind(&verifier(), &without).await, Some(Malformed));

    for (name, value) in [
        ("username", json!("")),
        ("username", json!(null)),
        ("username", json!(["alice"])),
        ("cognito:username", json!("alice")),
        ("origin_jti", json!("id-of-login")),
        ("device_key", json!("eu-west-1_device")),
        ("scope", json!(["orders/read"])),
    ] {
        let mut claims = machine_claims();
        claims[name] = value.clone();
        assert_eq!(
            kind(&verifier(), &claims).await,
            Some(Malformed),
            "{name} = {value}"
        );
    }
}

/// `sub` of a machine is its app client, as far as is known, and that of a user never is.
#[tokio::test]
async fn a_name_does_not_make_a_person_of_a_machine() {
    let mut claims = machine_claims();
    claims["username"] = json!("alice");
    assert_eq!(kind(&verifier(), &claims).await, Some(Malformed));

    claims["origin_jti"] = json!("id-of-login");
    assert_eq!(kind(&verifier(), &claims).await, Some(Malformed));
}

/// A machine is in no group, whatever a trigger writes into its token.
#[tokio::test]
async fn claims_of_a_trigger_do_not_make_a_machine_a_person() {
    let mut claims = machine_claims();
    claims["cognito:groups"] = json!(["admins"]);
    claims["tenant"] = json!({ "id": 7 });

    let machine = outcome(&verifier(), &claims).await;

    assert!(matches!(machine, Ok(Principal::Machine(_))));
}

#[tokio::test]
async fn an_id_token_is_nobodys_access_token() {
    assert_eq!(kind(&verifier(), &id_claims()).await, Some(WrongUse));

    let mut claims = id_claims();
    claims["client_id"] = json!(APP_CLIENT);
    claims["username"] = json!("alice");
    assert_eq!(kind(&verifier(), &claims).await, Some(WrongUse));
}

#[tokio::test]
async fn app_clients_that_are_listed_may_call_and_may_not_log_in() {
    let listed = verifier().with_api_clients([OTHER_CLIENT.parse().expect("an id")]);
    for own in [access_claims(), machine_claims()] {
        let mut others = own.clone();
        others["client_id"] = json!(OTHER_CLIENT);

        assert_eq!(kind(&verifier(), &others).await, Some(WrongAudience));
        assert_eq!(kind(&listed, &others).await, None);
        assert_eq!(kind(&listed, &own).await, None, "the own one always is");
        others["client_id"] = json!(format!("{APP_CLIENT},{OTHER_CLIENT}"));
        assert_eq!(kind(&listed, &others).await, Some(WrongAudience));
    }

    let (mut id, mut access) = (id_claims(), access_claims());
    id["aud"] = json!(OTHER_CLIENT);
    access["client_id"] = json!(OTHER_CLIENT);
    let error = listed.verify_id(&super::id(&id)).await.expect_err("id");
    assert_eq!(error.kind(), WrongAudience);
    for tokens in [tokens(&id_claims(), &access), tokens(&id, &access)] {
        let error = listed.verify(&tokens).await.expect_err("a login");
        assert_eq!(error.kind(), WrongAudience);
    }
}

#[tokio::test]
async fn a_resource_that_is_configured_is_what_a_users_token_must_be_bound_to() {
    let bound = verifier().with_resource(RESOURCE);
    for (aud, expected) in [
        (json!(RESOURCE), None),
        (json!(format!("{RESOURCE}/")), Some(WrongResource)),
        (json!(RESOURCE.to_uppercase()), Some(WrongResource)),
        (json!("https://other.example.com"), Some(WrongResource)),
        (json!(APP_CLIENT), Some(WrongResource)),
        (json!(""), Some(WrongResource)),
        (json!([RESOURCE]), Some(Malformed)),
        (json!(null), Some(Malformed)),
    ] {
        let mut claims = access_claims();
        claims["aud"] = aud.clone();
        assert_eq!(kind(&bound, &claims).await, expected, "{aud}");
    }

    assert_eq!(kind(&bound, &access_claims()).await, Some(WrongResource));
}

/// Cognito binds the tokens of users alone.
#[tokio::test]
async fn a_machines_token_need_not_be_bound_and_must_not_be_to_another_resource() {
    let bound = verifier().with_resource(RESOURCE);
    let mut claims = machine_claims();
    assert_eq!(kind(&bound, &claims).await, None);

    for (aud, expected) in [
        (APP_CLIENT, None),
        (RESOURCE, None),
        (OTHER_CLIENT, Some(WrongResource)),
        ("https://other.example.com", Some(WrongResource)),
    ] {
        claims["aud"] = json!(aud);
        assert_eq!(kind(&bound, &claims).await, expected, "{aud}");
    }
}

#[tokio::test]
async fn without_a_resource_a_token_for_one_is_somebody_elses() {
    for original in [access_claims(), machine_claims()] {
        for (aud, expected) in [
            (json!(APP_CLIENT), None),
            (json!(RESOURCE), Some(WrongResource)),
            (json!(OTHER_CLIENT), Some(WrongResource)),
            (json!([APP_CLIENT]), Some(Malformed)),
        ] {
            let mut claims = original.clone();
            claims["aud"] = aud.clone();
            assert_eq!(kind(&verifier(), &claims).await, expected, "{aud}");
        }
    }
}

/// The site's own login may well ask for a token that calls another API in the user's name.
#[tokio::test]
async fn a_login_does_not_mind_what_its_access_token_is_bound_to() {
    let mut claims = access_claims();
    claims["aud"] = json!("https://other.example.com");
    let bound = tokens(&id_claims(), &claims);

    assert!(verifier().verify(&bound).await.is_ok());
    let resource = verifier().with_resource(RESOURCE);
    assert!(resource.verify(&bound).await.is_ok());
    assert_eq!(kind_of(&claims, false).await, Some(WrongResource));
    assert!(resource.verify_id(&id(&id_claims())).await.is_ok());
}

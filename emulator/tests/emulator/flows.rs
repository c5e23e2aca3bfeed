//! The flows beside the plain one: questions of one's own, a choice of first factors, passkeys.

use cognito_emulator::{AppClient, Pool, User};
use serde_json::{Value, json};

use crate::authenticator::Authenticator;
use crate::client::{ALL_FLOWS, House};
use crate::state::restart;

async fn house(pool: Pool) -> House {
    let house = House::with(pool, AppClient::new("web").with_flows(ALL_FLOWS)).await;
    house.pool.add_user(
        User::new("alice")
            .with_password("Correct-horse-1")
            .with_attribute("email", "alice@example.com")
            .with_attribute("phone_number", "+15550100"),
    );
    house
}

fn pool() -> Pool {
    Pool::new("us-east-1_Tested")
}

#[tokio::test]
async fn custom_questions_are_asked_one_after_the_other() {
    let house = house(
        pool()
            .with_custom_question([("question", "colour?")], "blue")
            .with_custom_question([("question", "name?")], "Arthur"),
    )
    .await;
    let start = json!({ "USERNAME": "alice" });
    let first = house.begin("CUSTOM_AUTH", start.clone()).await.json();
    assert_eq!(first["ChallengeName"], "CUSTOM_CHALLENGE");
    assert_eq!(first["ChallengeParameters"]["question"], "colour?");
    let answer = |text: &str| json!({ "USERNAME": "alice", "ANSWER": text });

    let second = house
        .respond("CUSTOM_CHALLENGE", &first["Session"], answer("blue"))
        .await
        .json();
    assert_eq!(second["ChallengeParameters"]["question"], "name?");
    let done = house
        .respond("CUSTOM_CHALLENGE", &second["Session"], answer("Arthur"))
        .await
        .json();
    assert!(done["AuthenticationResult"]["IdToken"].is_string());
    let other = house.begin("CUSTOM_AUTH", start).await.json();
    let wrong = house
        .respond("CUSTOM_CHALLENGE", &other["Session"], answer("red"))
        .await;
    assert_eq!(wrong.error(), "NotAuthorizedException");
    let with_srp = json!({ "USERNAME": "alice", "CHALLENGE_NAME": "SRP_A", "SRP_A": "abcdef" });
    let proof = house.begin("CUSTOM_AUTH", with_srp).await.json();
    assert_eq!(proof["ChallengeName"], "PASSWORD_VERIFIER");
}

#[tokio::test]
async fn the_user_chooses_among_first_factors() {
    let house = house(pool().with_first_factors(["PASSWORD", "EMAIL_OTP", "SMS_OTP"])).await;
    let choose = async |more: Value| {
        let asked = house
            .begin("USER_AUTH", json!({ "USERNAME": "alice" }))
            .await
            .json();
        assert_eq!(asked["ChallengeName"], "SELECT_CHALLENGE");
        assert_eq!(
            asked["AvailableChallenges"],
            json!(["PASSWORD", "PASSWORD_SRP", "EMAIL_OTP", "SMS_OTP"])
        );
        let mut responses = more;
        responses["USERNAME"] = json!("alice");
        house
            .respond("SELECT_CHALLENGE", &asked["Session"], responses)
            .await
            .json()
    };

    let password = json!({ "ANSWER": "PASSWORD", "PASSWORD": "Correct-horse-1" });
    assert!(choose(password).await["AuthenticationResult"].is_object());
    let later = choose(json!({ "ANSWER": "PASSWORD" })).await;
    assert_eq!(later["ChallengeName"], "PASSWORD");
    let responses = json!({ "USERNAME": "alice", "PASSWORD": "Correct-horse-1" });
    assert_eq!(
        house
            .respond("PASSWORD", &later["Session"], responses)
            .await
            .status,
        200
    );
    let proof = choose(json!({ "ANSWER": "PASSWORD_SRP", "SRP_A": "abcdef" })).await;
    assert_eq!(proof["ChallengeName"], "PASSWORD_VERIFIER");
    for name in ["EMAIL_OTP", "SMS_OTP"] {
        let sent = choose(json!({ "ANSWER": name })).await;
        assert_eq!(sent["ChallengeName"], name);
        let code = house.emulator.outbox().pop().expect("a message").code;
        assert_eq!(code.len(), 8);
        let field = format!("{name}_CODE");
        let wrong = json!({ "USERNAME": "alice", &field: "abcdefgh" });
        let refusal = house.respond(name, &sent["Session"], wrong).await;
        assert_eq!(refusal.error(), "CodeMismatchException");
        let right = json!({ "USERNAME": "alice", &field: code });
        assert_eq!(
            house.respond(name, &sent["Session"], right).await.status,
            200
        );
    }
    let preferred = json!({ "USERNAME": "alice", "PREFERRED_CHALLENGE": "EMAIL_OTP" });
    assert_eq!(
        house.begin("USER_AUTH", preferred).await.json()["ChallengeName"],
        "EMAIL_OTP"
    );
}

#[tokio::test]
async fn a_passkey_is_registered_used_and_deleted() {
    let house = house(pool().with_passkeys("localhost")).await;
    let token = house.access_token("alice", "Correct-horse-1").await;
    let authenticator = Authenticator::new("localhost", "http://localhost:3000");

    let body = json!({ "AccessToken": token });
    let options = house
        .call("StartWebAuthnRegistration", body.clone())
        .await
        .json();
    let challenge = &options["CredentialCreationOptions"]["challenge"];
    for (credential, error) in [
        (
            authenticator.create(&json!("other")),
            "WebAuthnClientMismatchException",
        ),
        (
            Authenticator::new("localhost", "http://evil.example").create(challenge),
            "WebAuthnOriginNotAllowedException",
        ),
        (
            Authenticator::new("other", "http://localhost").create(challenge),
            "WebAuthnRelyingPartyMismatchException",
        ),
    ] {
        let body = json!({ "AccessToken": token, "Credential": credential });
        let refusal = house.call("CompleteWebAuthnRegistration", body).await;
        assert_eq!(refusal.error(), error);
    }
    let made = json!({ "AccessToken": token, "Credential": authenticator.create(challenge) });
    assert_eq!(
        house
            .call("CompleteWebAuthnRegistration", made)
            .await
            .status,
        200
    );
    let listed = house.call("ListWebAuthnCredentials", body).await.json();
    assert_eq!(listed["Credentials"][0]["RelyingPartyId"], "localhost");

    let house = restart(house).await;
    let token = house.access_token("alice", "Correct-horse-1").await;

    let start = json!({ "USERNAME": "alice", "PREFERRED_CHALLENGE": "WEB_AUTHN" });
    let asked = house.begin("USER_AUTH", start).await.json();
    assert_eq!(asked["ChallengeName"], "WEB_AUTHN");
    let options = asked["ChallengeParameters"]["CREDENTIAL_REQUEST_OPTIONS"].as_str();
    let options: Value = serde_json::from_str(options.expect("options")).expect("JSON");
    let stranger = Authenticator::new("localhost", "http://localhost:3000");
    for (credential, status) in [
        (stranger.get(&options["challenge"]), 400),
        (authenticator.get(&json!("other")), 400),
        (authenticator.get(&options["challenge"]), 200),
    ] {
        let responses = json!({ "USERNAME": "alice", "CREDENTIAL": credential.to_string() });
        let answer = house
            .respond("WEB_AUTHN", &asked["Session"], responses)
            .await;
        assert_eq!(answer.status, status);
    }
    let id = &listed["Credentials"][0]["CredentialId"];
    let body = json!({ "AccessToken": token, "CredentialId": id });
    assert_eq!(
        house
            .call("DeleteWebAuthnCredential", body.clone())
            .await
            .status,
        200
    );
    assert_eq!(
        house.call("DeleteWebAuthnCredential", body).await.status,
        400
    );
}

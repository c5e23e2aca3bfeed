//! Answers that emulators commonly get wrong: each with the value that AWS gives.

use cognito_emulator::{AppClient, MfaMode, Pool, User};
use serde_json::{Value, json};

use crate::client::{ALL_FLOWS, House, claims};

async fn house(pool: Pool) -> House {
    House::with(pool, AppClient::new("web").with_flows(ALL_FLOWS)).await
}

fn alice() -> User {
    User::new("alice")
        .with_password("Correct-horse-1")
        .with_attribute("email", "alice@example.com")
}

fn attributes<const N: usize>(pairs: [(&str, &str); N]) -> Value {
    pairs
        .iter()
        .map(|(name, value)| json!({ "Name": name, "Value": value }))
        .collect()
}

fn attribute<'a>(user: &'a Value, name: &str) -> Option<&'a str> {
    user["UserAttributes"]
        .as_array()?
        .iter()
        .find(|it| it["Name"] == name)?["Value"]
        .as_str()
}

#[tokio::test]
async fn a_blank_inside_a_password_is_a_symbol_and_at_its_ends_refused() {
    let house = House::new().await;
    house.pool.add_user(alice());
    let change = async |old: &str, new: &str| {
        let token = house.access_token("alice", old).await;
        let body =
            json!({ "AccessToken": token, "PreviousPassword": old, "ProposedPassword": new });
        house.call("ChangePassword", body).await
    };

    let answer = change("Correct-horse-1", "Correct horse 2").await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    for password in [" Correct-horse-3", "Correct-horse-3 "] {
        let answer = change("Correct horse 2", password).await;
        assert_eq!(answer.error(), "InvalidParameterException");
        assert_eq!(
            answer.message(),
            "1 validation error detected: Value at 'proposedPassword' failed to satisfy constraint: Member must \
             satisfy regular expression pattern: ^[\\S]+.*[\\S]+$"
        );
    }
}

#[tokio::test]
async fn authenticator_codes_are_taken_once() {
    let house = House::new().await;
    house
        .pool
        .add_user(alice().with_totp_secret("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"));
    let answer = async |code: &str| {
        let asked = house.log_in("alice", "Correct-horse-1").await.json();
        assert_eq!(asked["ChallengeName"], "SOFTWARE_TOKEN_MFA");
        let responses = json!({ "USERNAME": "alice", "SOFTWARE_TOKEN_MFA_CODE": code });
        house
            .respond("SOFTWARE_TOKEN_MFA", &asked["Session"], responses)
            .await
    };
    let code = house.pool.totp_code("alice").expect("a code");

    let wrong = answer(if code == "000000" { "111111" } else { "000000" }).await;
    assert_eq!(wrong.error(), "CodeMismatchException");
    assert_eq!(wrong.message(), "Invalid code received for user");
    assert_eq!(answer(&code).await.status, 200);
    let again = answer(&code).await;
    assert_eq!(again.error(), "ExpiredCodeException");
    assert_eq!(
        again.message(),
        "Your software token has already been used once."
    );
    let next = house.pool.totp_code("alice").expect("a code");
    assert_ne!(next, code, "a code that is still to be used");
    assert_eq!(answer(&next).await.status, 200);
}

#[tokio::test]
async fn an_app_that_is_gone_is_named() {
    let house = House::new().await;
    house
        .pool
        .add_user(alice().with_totp_secret("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"));
    house
        .pool
        .add_user(User::new("bare").with_password("Correct-horse-1"));
    let asked = house.log_in("alice", "Correct-horse-1").await.json();
    house.pool.remove_totp("alice");
    let responses = json!({ "USERNAME": "alice", "SOFTWARE_TOKEN_MFA_CODE": "000000" });

    let answer = house
        .respond("SOFTWARE_TOKEN_MFA", &asked["Session"], responses)
        .await;
    assert_eq!(answer.error(), "SoftwareTokenMFANotFoundException");
    assert_eq!(
        answer.message(),
        "Software Token MFA does not exist for the user."
    );

    let body = json!({
        "AccessToken": house.access_token("bare", "Correct-horse-1").await,
        "SoftwareTokenMfaSettings": { "Enabled": true },
    });
    let answer = house.call("SetUserMFAPreference", body).await;
    assert_eq!(answer.error(), "InvalidParameterException");
    assert_eq!(answer.message(), "User has not set up software token mfa");
}

#[tokio::test]
async fn an_app_that_was_verified_in_a_login_is_the_factor_of_the_next() {
    let house = house(Pool::new("us-east-1_Tested").with_mfa(MfaMode::On)).await;
    house
        .pool
        .add_user(User::new("bare").with_password("Correct-horse-1"));
    let asked = house.log_in("bare", "Correct-horse-1").await.json();
    assert_eq!(asked["ChallengeName"], "MFA_SETUP");

    let begun = house
        .call(
            "AssociateSoftwareToken",
            json!({ "Session": asked["Session"] }),
        )
        .await
        .json();
    let body = json!({ "Session": begun["Session"], "UserCode": house.pool.totp_code("bare") });
    assert_eq!(house.call("VerifySoftwareToken", body).await.status, 200);

    let asked = house.log_in("bare", "Correct-horse-1").await.json();
    assert_eq!(asked["ChallengeName"], "SOFTWARE_TOKEN_MFA");
}

#[tokio::test]
async fn a_pool_that_tracks_no_devices_refuses_to_speak_of_them() {
    let house = House::new().await;
    house.pool.add_user(alice());
    let token = house.access_token("alice", "Correct-horse-1").await;

    for (operation, mut body) in [
        ("ListDevices", json!({})),
        ("GetDevice", json!({ "DeviceKey": "us-east-1_aaaa" })),
        ("ForgetDevice", json!({ "DeviceKey": "us-east-1_aaaa" })),
        (
            "UpdateDeviceStatus",
            json!({ "DeviceKey": "us-east-1_aaaa" }),
        ),
    ] {
        body["AccessToken"] = token.clone();
        let answer = house.call(operation, body).await;
        assert_eq!(
            answer.error(),
            "InvalidUserPoolConfigurationException",
            "{operation}"
        );
    }
}

#[tokio::test]
async fn flags_are_read_in_any_case_and_written_in_one() {
    let house = House::new().await;
    let given = attributes([("email", "bob@example.com"), ("email_verified", "True")]);
    let body = json!({ "Username": "bob", "UserAttributes": given });

    assert_eq!(house.admin("AdminCreateUser", body).await.status, 200);
    let user = house
        .admin("AdminGetUser", json!({ "Username": "bob" }))
        .await
        .json();
    assert_eq!(attribute(&user, "email_verified"), Some("true"));
}

#[tokio::test]
async fn an_admin_makes_a_user_of_what_is_given_and_finds_it_by_sub() {
    let house = House::new().await;
    let given = attributes([("email", "bob@example.com")]);
    let body = json!({
        "Username": "bob", "UserAttributes": given, "TemporaryPassword": "Temporary-1!",
    });

    let made = house.admin("AdminCreateUser", body).await.json();
    let names: Vec<_> = made["User"]["Attributes"]
        .as_array()
        .expect("attributes")
        .iter()
        .map(|it| it["Name"].as_str().expect("a name"))
        .collect();
    assert_eq!(names, ["email", "sub"]);
    let asked = house.log_in("bob", "Temporary-1!").await.json();
    assert_eq!(
        asked["ChallengeParameters"]["userAttributes"],
        json!({ "email": "bob@example.com" }).to_string()
    );

    let sub = house.pool.user_sub("bob").expect("a sub");
    for (operation, mut body) in [
        ("AdminGetUser", json!({})),
        (
            "AdminSetUserPassword",
            json!({ "Password": "Correct-horse-1", "Permanent": true }),
        ),
        ("AdminListGroupsForUser", json!({})),
        ("AdminDisableUser", json!({})),
        ("AdminEnableUser", json!({})),
        ("AdminUserGlobalSignOut", json!({})),
    ] {
        body["Username"] = json!(sub);
        let answer = house.admin(operation, body).await;
        assert_eq!(answer.status, 200, "{operation} {}", answer.text);
    }
    let login = house.log_in(&sub, "Correct-horse-1").await;
    assert_eq!(login.error(), "UserNotFoundException", "not for a login");
}

#[tokio::test]
async fn a_verified_alias_moves_to_whom_an_admin_gives_it() {
    let house = house(Pool::new("us-east-1_Tested").with_alias_attributes(["email"])).await;
    house.pool.add_user(alice());
    house
        .pool
        .add_user(User::new("bob").with_password("Correct-horse-2"));

    let given = attributes([("email", "alice@example.com"), ("email_verified", "true")]);
    let body = json!({ "Username": "bob", "UserAttributes": given });
    assert_eq!(
        house.admin("AdminUpdateUserAttributes", body).await.status,
        200
    );

    let verified = |name: &str| house.pool.attribute(name, "email_verified");
    assert_eq!(verified("bob").as_deref(), Some("true"));
    assert_eq!(verified("alice").as_deref(), Some("false"));
    let login = house.log_in("alice@example.com", "Correct-horse-2").await;
    assert_eq!(login.status, 200);
}

#[tokio::test]
async fn an_address_that_is_somebody_s_username_is_taken() {
    let house = house(Pool::new("us-east-1_Tested").with_username_attributes(["email"])).await;
    let add = |name: &str| {
        house
            .pool
            .add_user(User::new(name).with_password("Correct-horse-1"))
    };
    add("alice@example.com");
    add("bob@example.com");

    let given = attributes([("email", "alice@example.com")]);
    let body = json!({ "Username": "bob@example.com", "UserAttributes": given });
    let answer = house.admin("AdminUpdateUserAttributes", body).await;
    assert_eq!(answer.error(), "AliasExistsException");
    assert_eq!(
        answer.message(),
        "An account with the given email already exists."
    );
    let token = house
        .access_token("bob@example.com", "Correct-horse-1")
        .await;
    let body = json!({ "AccessToken": token, "UserAttributes": given });
    let answer = house.call("UpdateUserAttributes", body).await;
    assert_eq!(answer.error(), "AliasExistsException");

    let body = json!({
        "ClientId": house.client.id(), "Username": "alice@example.com", "Password": "Correct-horse-2",
    });
    let answer = house.call("SignUp", body).await;
    assert_eq!(answer.error(), "UsernameExistsException");
    assert_eq!(
        answer.message(),
        "An account with the given email already exists."
    );
}

#[tokio::test]
async fn a_registration_leads_to_a_login_without_a_password() {
    let house = House::new().await;
    let body = json!({
        "ClientId": house.client.id(), "Username": "carol", "Password": "Correct-horse-1",
        "UserAttributes": attributes([("email", "carol@example.com")]),
    });
    let signed_up = house.call("SignUp", body).await.json();
    let parameters = json!({ "USERNAME": "carol" });
    let begin = async |session: &Value| {
        let body = json!({
            "ClientId": house.client.id(), "AuthFlow": "USER_AUTH", "AuthParameters": parameters,
            "Session": session,
        });
        house.call("InitiateAuth", body).await
    };
    let early = begin(&signed_up["Session"]).await;
    assert_eq!(early.error(), "NotAuthorizedException", "not confirmed");

    let body = json!({
        "ClientId": house.client.id(), "Username": "carol", "Session": signed_up["Session"],
        "ConfirmationCode": house.emulator.outbox()[0].code,
    });
    let confirmed = house.call("ConfirmSignUp", body).await.json();
    let login = begin(&confirmed["Session"]).await.json();
    let tokens = &login["AuthenticationResult"];
    assert_eq!(claims(&tokens["AccessToken"])["username"], "carol");
    let again = begin(&confirmed["Session"]).await;
    assert_eq!(again.error(), "NotAuthorizedException", "once");
}

#[tokio::test]
async fn a_forgotten_password_goes_where_the_pool_says() {
    let house = House::new().await;
    house
        .pool
        .add_user(alice().with_attribute("phone_number", "+15550001111"));
    let forgot = async || {
        let body = json!({ "ClientId": house.client.id(), "Username": "alice" });
        house.call("ForgotPassword", body).await
    };
    let medium = |answer: Value| answer["CodeDeliveryDetails"]["DeliveryMedium"].clone();
    let recover = async |mechanisms: Value| {
        let body = json!({
            "AutoVerifiedAttributes": ["email"],
            "AccountRecoverySetting": { "RecoveryMechanisms": mechanisms },
        });
        let answer = house.admin("UpdateUserPool", body).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
    };

    assert_eq!(medium(forgot().await.json()), "SMS", "without a setting");
    recover(json!([
        { "Priority": 2, "Name": "verified_phone_number" },
        { "Priority": 1, "Name": "verified_email" },
    ]))
    .await;
    assert_eq!(medium(forgot().await.json()), "EMAIL");
    recover(json!([{ "Priority": 1, "Name": "verified_phone_number" }])).await;
    assert_eq!(medium(forgot().await.json()), "SMS");
    let sent = house.emulator.outbox().len();
    recover(json!([{ "Priority": 1, "Name": "admin_only" }])).await;
    assert_eq!(forgot().await.error(), "NotAuthorizedException");
    assert_eq!(house.emulator.outbox().len(), sent);
}

#[tokio::test]
async fn flows_that_the_call_does_not_have_are_refused_in_aws_s_words() {
    let house = House::new().await;
    house.pool.add_user(alice());
    let parameters = json!({ "USERNAME": "alice", "PASSWORD": "Correct-horse-1" });

    let custom = house
        .begin("CUSTOM_AUTH", json!({ "USERNAME": "alice" }))
        .await;
    assert_eq!(custom.error(), "InvalidParameterException");
    assert_eq!(
        custom.message(),
        "Custom auth lambda trigger is not configured for the user pool."
    );
    let admin_flow = house
        .begin("ADMIN_USER_PASSWORD_AUTH", parameters.clone())
        .await;
    let body = json!({
        "ClientId": house.client.id(), "AuthFlow": "USER_PASSWORD_AUTH",
        "AuthParameters": parameters,
    });
    let by_admin = house.admin("AdminInitiateAuth", body).await;
    for answer in [admin_flow, by_admin] {
        assert_eq!(answer.error(), "InvalidParameterException");
        assert_eq!(answer.message(), "Initiate Auth method not supported");
    }
}

#[tokio::test]
async fn who_was_made_by_an_admin_is_not_confirmed_by_a_code() {
    let house = House::new().await;
    house
        .pool
        .add_user(User::new("bob").with_temporary_password("Temporary-1!"));

    let body = json!({
        "ClientId": house.client.id(), "Username": "bob", "ConfirmationCode": "123456",
    });
    assert_eq!(
        house.call("ConfirmSignUp", body).await.message(),
        "User cannot be confirmed. Current status is FORCE_CHANGE_PASSWORD"
    );
}

#[tokio::test]
async fn the_schema_is_shown_and_held() {
    let house = House::new().await;
    let schema = json!([
        { "Name": "email", "Required": true },
        { "Name": "level", "AttributeDataType": "Number",
          "NumberAttributeConstraints": { "MinValue": "1", "MaxValue": "9" } },
        { "Name": "tag", "AttributeDataType": "String",
          "StringAttributeConstraints": { "MinLength": "2", "MaxLength": "3" } },
        { "Name": "once", "AttributeDataType": "String", "Mutable": false },
    ]);
    let body = json!({ "PoolName": "other", "Schema": schema });
    let pool = house.admin("CreateUserPool", body).await.json()["UserPool"].clone();
    let shown = pool["SchemaAttributes"].as_array().expect("a schema");
    assert_eq!(shown.len(), 23, "twenty that every pool has, and three");
    let find = |name: &str| shown.iter().find(|it| it["Name"] == name).expect("known");
    assert_eq!(find("sub")["Mutable"], false);
    assert_eq!(find("email")["Required"], true);
    assert_eq!(find("email_verified")["AttributeDataType"], "Boolean");
    assert_eq!(
        find("birthdate")["StringAttributeConstraints"]["MaxLength"],
        "10"
    );
    assert_eq!(
        find("custom:level")["NumberAttributeConstraints"],
        json!({ "MinValue": "1", "MaxValue": "9" })
    );

    let create = async |name: &str, extra: (&str, &str)| {
        let given = attributes([("email", "x@example.com"), extra]);
        let body = json!({ "UserPoolId": pool["Id"], "Username": name, "UserAttributes": given });
        let signature = "Authorization: AWS4-HMAC-SHA256 Credential=none\r\n";
        house
            .send("AdminCreateUser", body.to_string(), signature)
            .await
    };
    for (name, value, complaint) in [
        ("custom:level", "10", "Number must be no greater than 9"),
        ("custom:level", "high", "Value must be a number"),
        (
            "custom:tag",
            "a",
            "String must be no shorter than 2 characters",
        ),
        (
            "custom:tag",
            "abcd",
            "String must be no longer than 3 characters",
        ),
        (
            "birthdate",
            "1.1.2000",
            "String must be no shorter than 10 characters",
        ),
    ] {
        let answer = create("x", (name, value)).await;
        assert_eq!(
            answer.error(),
            "InvalidParameterException",
            "{name} {value}"
        );
        assert_eq!(
            answer.message(),
            format!("Attributes did not conform to the schema: {name}: {complaint}\n")
        );
    }
    assert_eq!(create("y", ("custom:once", "for all")).await.status, 200);
    let update = async |given: Value| {
        let body = json!({ "UserPoolId": pool["Id"], "Username": "y", "UserAttributes": given });
        let signature = "Authorization: AWS4-HMAC-SHA256 Credential=none\r\n";
        house
            .send("AdminUpdateUserAttributes", body.to_string(), signature)
            .await
            .message()
    };
    assert_eq!(
        update(attributes([("custom:once", "again")])).await,
        "user.custom:once: Attribute cannot be updated.\n"
    );
    assert_eq!(
        update(attributes([("custom:unknown", "x")])).await,
        "user.custom:unknown: Attribute does not exist in the schema.\n"
    );
    assert_eq!(
        update(attributes([("email", "")])).await,
        "Attributes did not conform to the schema: email: The attribute is required\n"
    );
}

#[tokio::test]
async fn a_schema_that_contradicts_itself_is_refused() {
    let house = House::new().await;
    let refused = async |attribute: Value| {
        let body = json!({ "PoolName": "other", "Schema": [attribute] });
        let answer = house.admin("CreateUserPool", body).await;
        assert_eq!(answer.error(), "InvalidParameterException", "{attribute}");
        answer.message()
    };
    let text = |name: &str, bounds: Value| json!({ "Name": name, "AttributeDataType": "String", "StringAttributeConstraints": bounds });
    let number = |name: &str, bounds: Value| json!({ "Name": name, "AttributeDataType": "Number", "NumberAttributeConstraints": bounds });

    let changed = "You can not change AttributeDataType or set developerOnlyAttribute for standard schema attribute \
                   email";

    for (attribute, message) in [
        (
            json!({ "Name": "tag" }),
            "Invalid AttributeDataType input, consider using the provided AttributeDataType enum.",
        ),
        (
            json!({ "Name": "email", "AttributeDataType": "Number" }),
            changed,
        ),
        (
            json!({ "Name": "email", "DeveloperOnlyAttribute": true }),
            changed,
        ),
        (
            text("email", json!({ "MinLength": "few" })),
            "Invalid StringAttributeConstraints for schema attribute email",
        ),
        (
            number("updated_at", json!({ "MaxValue": "many" })),
            "Invalid NumberAttributeConstraints for schema attribute updated_at",
        ),
        (
            text("email", json!({ "MaxLength": "2049" })),
            "user.email: String attributes cannot have a length of more than 2048",
        ),
        (
            text("email", json!({ "MinLength": "2", "MaxLength": "1" })),
            "user.email: Max length cannot be less than min length.",
        ),
        (
            number("updated_at", json!({ "MinValue": "2", "MaxValue": "1" })),
            "user.updated_at: Max value cannot be less than min value.",
        ),
    ] {
        assert_eq!(refused(attribute).await, message);
    }
}

#[tokio::test]
async fn a_custom_attribute_is_added_once() {
    let house = House::new().await;
    let twice = async |attribute: Value| {
        let body = json!({ "CustomAttributes": [attribute] });
        let first = house.admin("AddCustomAttributes", body.clone()).await;
        assert_eq!(first.status, 200, "{}", first.text);
        house.admin("AddCustomAttributes", body).await.message()
    };

    assert_eq!(
        twice(json!({ "Name": "tag", "AttributeDataType": "String" })).await,
        "custom:tag: Existing attribute already has name custom:tag."
    );
    let hidden =
        json!({ "Name": "note", "AttributeDataType": "String", "DeveloperOnlyAttribute": true });
    assert_eq!(
        twice(hidden).await,
        "custom:note: Existing attribute already has name dev:custom:note."
    );
}

#[tokio::test]
async fn attributes_that_are_not_known_are_all_named_when_they_are_deleted() {
    let house = House::new().await;
    house.pool.add_user(alice());

    let body =
        json!({ "Username": "alice", "UserAttributeNames": ["email", "custom:a", "custom:b"] });
    let answer = house.admin("AdminDeleteUserAttributes", body).await;

    assert_eq!(answer.error(), "InvalidParameterException");
    assert_eq!(
        answer.message(),
        "Invalid user attributes: user.custom:a: Attribute does not exist in the schema.\n\
         user.custom:b: Attribute does not exist in the schema.\n"
    );
    let user = house
        .admin("AdminGetUser", json!({ "Username": "alice" }))
        .await
        .json();
    assert_eq!(attribute(&user, "email"), Some("alice@example.com"));
}

#[tokio::test]
async fn texts_of_a_pool_are_shown_under_both_of_their_names() {
    let house = House::new().await;
    let template = json!({
        "EmailMessage": "Your code is {####}.",
        "EmailSubject": "Your code",
        "SmsMessage": "{####} is your code",
    });
    let body = json!({ "PoolName": "other", "VerificationMessageTemplate": template });

    let pool = house.admin("CreateUserPool", body).await.json()["UserPool"].clone();

    assert_eq!(pool["EmailVerificationMessage"], "Your code is {####}.");
    assert_eq!(pool["EmailVerificationSubject"], "Your code");
    assert_eq!(pool["SmsVerificationMessage"], "{####} is your code");
}

#[tokio::test]
async fn a_second_factor_is_wanted_only_where_there_is_one() {
    let house = House::new().await;
    let body = json!({ "PoolName": "other", "MfaConfiguration": "ON" });
    assert_eq!(
        house.admin("CreateUserPool", body).await.message(),
        "SMS configuration and Auto verification for phone_number are required when MFA is required/optional"
    );

    let made = house
        .admin("CreateUserPool", json!({ "PoolName": "other" }))
        .await;
    let id = made.json()["UserPool"]["Id"].clone();
    let set = async |mut body: Value| {
        body["UserPoolId"] = id.clone();
        let signature = "Authorization: AWS4-HMAC-SHA256 Credential=none\r\n";
        house
            .send("SetUserPoolMfaConfig", body.to_string(), signature)
            .await
    };
    let answer = set(json!({ "MfaConfiguration": "ON" })).await;
    assert_eq!(answer.error(), "InvalidParameterException");
    assert_eq!(
        answer.message(),
        "Invalid MFA Configuration given. SMS MFA, Email MFA, or Software Token MFA must be enabled."
    );
    let factor = json!({ "Enabled": true });
    let answer =
        set(json!({ "MfaConfiguration": "OFF", "SoftwareTokenMfaConfiguration": factor })).await;
    assert_eq!(
        answer.message(),
        "Invalid MFA configuration given, can't turn off MFA and configure an MFA together."
    );
    let answer =
        set(json!({ "MfaConfiguration": "ON", "SoftwareTokenMfaConfiguration": factor })).await;
    assert_eq!(answer.json()["MfaConfiguration"], "ON");
}

#[tokio::test]
async fn a_protected_pool_stays() {
    let house = House::new().await;
    let body = json!({ "AutoVerifiedAttributes": [], "DeletionProtection": "ACTIVE" });
    assert_eq!(house.admin("UpdateUserPool", body).await.status, 200);

    let answer = house.admin("DeleteUserPool", json!({})).await;
    assert_eq!(answer.error(), "InvalidParameterException");
    assert_eq!(
        answer.message(),
        "The user pool cannot be deleted because deletion protection is activated. Deletion protection must be \
         inactivated first."
    );
    // What is not given goes back to its default.
    assert_eq!(house.admin("UpdateUserPool", json!({})).await.status, 200);
    let shown = house.admin("DescribeUserPool", json!({})).await.json();
    assert_eq!(shown["UserPool"]["DeletionProtection"], "INACTIVE");
    assert_eq!(shown["UserPool"]["MfaConfiguration"], "OFF");
    assert_eq!(house.admin("DeleteUserPool", json!({})).await.status, 200);
}

#[tokio::test]
async fn an_app_client_comes_back_as_it_was_given() {
    let house = House::new().await;
    let given = json!({
        "ClientName": "site",
        "RefreshTokenValidity": 10,
        "AccessTokenValidity": 20,
        "IdTokenValidity": 30,
        "TokenValidityUnits": { "AccessToken": "minutes", "IdToken": "minutes", "RefreshToken": "hours" },
        "CallbackURLs": ["https://example.com/callback", "http://localhost:3000/"],
        "LogoutURLs": ["https://example.com/"],
        "DefaultRedirectURI": "https://example.com/callback",
        "AllowedOAuthFlows": ["code"],
        "AllowedOAuthScopes": ["email", "openid"],
        "AllowedOAuthFlowsUserPoolClient": true,
        "SupportedIdentityProviders": ["COGNITO"],
        "EnablePropagateAdditionalUserContextData": true,
    });

    let made = house.admin("CreateUserPoolClient", given.clone()).await;
    let made = made.json()["UserPoolClient"].clone();
    let body = json!({ "ClientId": made["ClientId"] });
    let shown = house.admin("DescribeUserPoolClient", body).await.json()["UserPoolClient"].clone();
    for (name, value) in given.as_object().expect("members") {
        assert_eq!(&shown[name], value, "{name}");
    }
    for (member, value) in [
        ("CallbackURLs", json!(["http://example.com/"])),
        ("CallbackURLs", json!(["https://example.com/#fragment"])),
        ("SupportedIdentityProviders", json!(["Google"])),
        ("AllowedOAuthFlows", json!(["client_credentials"])),
    ] {
        let mut broken = given.clone();
        broken[member] = value;
        let answer = house.admin("CreateUserPoolClient", broken).await;
        assert_eq!(answer.error(), "InvalidParameterException", "{member}");
    }
    let mut broken = given;
    broken["AllowedOAuthScopes"] = json!(["api/read"]);
    let answer = house.admin("CreateUserPoolClient", broken).await;
    assert_eq!(answer.error(), "ScopeDoesNotExistException");
}

#[tokio::test]
async fn a_search_minds_the_case_of_usernames_alone() {
    let house = House::new().await;
    house.pool.add_user(alice());

    for (filter, count) in [
        ("email = \"ALICE@example.com\"", 1),
        ("email ^= \"Ali\"", 1),
        ("username = \"Alice\"", 0),
        ("username = \"alice\"", 1),
        ("status = \"enabled\"", 0),
    ] {
        let found = house
            .admin("ListUsers", json!({ "Filter": filter }))
            .await
            .json();
        let users = found["Users"].as_array().expect("users");
        assert_eq!(users.len(), count, "{filter}");
    }
    for filter in ["username = alice", "username=", "alice"] {
        let refused = house.admin("ListUsers", json!({ "Filter": filter })).await;
        assert_eq!(refused.error(), "InvalidParameterException", "{filter}");
        assert_eq!(refused.message(), "Error while parsing filter.", "{filter}");
    }
}

#[tokio::test]
async fn a_pool_is_of_the_region_that_the_call_was_signed_for() {
    let house = House::new().await;
    let signature = "Authorization: AWS4-HMAC-SHA256 \
                     Credential=AKIDEXAMPLE/20260101/eu-central-1/cognito-idp/aws4_request, \
                     SignedHeaders=host, Signature=00\r\n";
    let body = json!({ "PoolName": "berlin" }).to_string();

    let pool = house.send("CreateUserPool", body, signature).await.json()["UserPool"].clone();
    let id = pool["Id"].as_str().expect("an id");
    assert!(id.starts_with("eu-central-1_"), "{id}");
    let arn = format!("arn:aws:cognito-idp:eu-central-1:000000000000:userpool/{id}");
    assert_eq!(pool["Arn"], arn.as_str());
}

#[tokio::test]
async fn an_address_can_wait_until_it_is_proved() {
    let house = House::new().await;
    house.pool.add_user(alice());
    let settings = json!({ "AttributesRequireVerificationBeforeUpdate": ["email"] });
    let body = json!({
        "AutoVerifiedAttributes": ["email"], "UserAttributeUpdateSettings": settings,
    });
    assert_eq!(house.admin("UpdateUserPool", body).await.status, 200);
    let token = house.access_token("alice", "Correct-horse-1").await;
    let given = attributes([("email", "new@example.com")]);
    let body = json!({ "AccessToken": token, "UserAttributes": given });

    let answer = house.call("UpdateUserAttributes", body).await.json();
    assert_eq!(
        answer["CodeDeliveryDetailsList"][0]["Destination"],
        "n***@e***"
    );
    let email = || house.pool.attribute("alice", "email");
    assert_eq!(email().as_deref(), Some("alice@example.com"));
    let code = house.emulator.outbox().pop().expect("a mail");
    assert_eq!(code.destination, "new@example.com");
    let body = json!({ "AccessToken": token, "AttributeName": "email", "Code": code.code });
    assert_eq!(house.call("VerifyUserAttribute", body).await.status, 200);
    assert_eq!(email().as_deref(), Some("new@example.com"));
}

//! Groups, app clients, providers, pools: what an administrator keeps.

use cognito_emulator::User;
use serde_json::{Value, json};

use crate::client::House;

#[tokio::test]
async fn groups_are_made_changed_listed_and_deleted() {
    let house = House::new().await;
    house.pool.add_user(User::new("alice"));
    for (name, precedence) in [("staff", 5), ("admins", 1), ("last", 9)] {
        let body = json!({ "GroupName": name, "Precedence": precedence });
        assert_eq!(house.admin("CreateGroup", body.clone()).await.status, 200);
        let again = house.admin("CreateGroup", body).await;
        assert_eq!(again.error(), "GroupExistsException");
        let member = json!({ "GroupName": name, "Username": "alice" });
        assert_eq!(house.admin("AdminAddUserToGroup", member).await.status, 200);
    }

    let of_alice = house
        .admin("AdminListGroupsForUser", json!({ "Username": "alice" }))
        .await;
    assert_eq!(
        names(&of_alice.json()["Groups"]),
        ["admins", "staff", "last"]
    );
    let page = house
        .admin("ListGroups", json!({ "Limit": 2 }))
        .await
        .json();
    assert_eq!(names(&page["Groups"]), ["admins", "last"]);
    let next = json!({ "Limit": 2, "NextToken": page["NextToken"] });
    assert_eq!(
        names(&house.admin("ListGroups", next).await.json()["Groups"]),
        ["staff"]
    );
    let update = json!({ "GroupName": "last", "Precedence": 0 });
    assert_eq!(
        house.admin("UpdateGroup", update).await.json()["Group"]["Precedence"],
        0
    );
    let out = json!({ "GroupName": "staff", "Username": "alice" });
    house.admin("AdminRemoveUserFromGroup", out).await;
    let members = house
        .admin("ListUsersInGroup", json!({ "GroupName": "staff" }))
        .await
        .json();
    assert_eq!(members["Users"], json!([]));
    assert_eq!(
        house
            .admin("DeleteGroup", json!({ "GroupName": "staff" }))
            .await
            .status,
        200
    );
    let gone = house
        .admin("GetGroup", json!({ "GroupName": "staff" }))
        .await;
    assert_eq!(gone.error(), "ResourceNotFoundException");
}

fn names(groups: &Value) -> Vec<&str> {
    let groups = groups.as_array().expect("groups");
    groups
        .iter()
        .filter_map(|it| it["GroupName"].as_str())
        .collect()
}

#[tokio::test]
async fn app_clients_keep_their_settings_and_refuse_wrong_ones() {
    let house = House::new().await;
    let settings = json!({
        "ClientName": "site",
        "GenerateSecret": true,
        "AccessTokenValidity": 10,
        "TokenValidityUnits": { "AccessToken": "minutes" },
        "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH"],
        "PreventUserExistenceErrors": "ENABLED",
        "RefreshTokenRotation": { "Feature": "ENABLED", "RetryGracePeriodSeconds": 60 },
    });

    let made = house.admin("CreateUserPoolClient", settings).await.json()["UserPoolClient"].clone();
    let body = json!({ "ClientId": made["ClientId"] });
    let shown = house
        .admin("DescribeUserPoolClient", body.clone())
        .await
        .json();
    assert_eq!(shown["UserPoolClient"], made);
    assert_eq!(made["AccessTokenValidity"], 10);
    assert_eq!(made["TokenValidityUnits"]["AccessToken"], "minutes");
    assert_eq!(made["ClientId"].as_str().map(str::len), Some(26));
    assert_eq!(made["PreventUserExistenceErrors"], "ENABLED");
    assert_eq!(made["RefreshTokenRotation"]["RetryGracePeriodSeconds"], 60);
    for wrong in [
        json!({ "AccessTokenValidity": 25 }),
        json!({ "RefreshTokenValidity": 3651 }),
        json!({ "ExplicitAuthFlows": ["ALLOW_EVERYTHING"] }),
        json!({ "RefreshTokenRotation": { "Feature": "ENABLED", "RetryGracePeriodSeconds": 61 } }),
    ] {
        let refusal = house.admin("CreateUserPoolClient", wrong.clone()).await;
        assert_eq!(refusal.error(), "InvalidParameterException", "{wrong}");
    }
    assert_eq!(
        house
            .admin("DeleteUserPoolClient", body.clone())
            .await
            .status,
        200
    );
    assert_eq!(
        house.admin("DescribeUserPoolClient", body).await.status,
        400
    );
}

#[tokio::test]
async fn a_pool_of_the_api_starts_without_second_factors() {
    let house = House::new().await;
    let signature = "Authorization: AWS4-HMAC-SHA256 Credential=none\r\n";
    let body = json!({ "PoolName": "made", "UsernameConfiguration": { "CaseSensitive": false } });

    let made = house
        .send("CreateUserPool", body.to_string(), signature)
        .await
        .json();

    assert_eq!(made["UserPool"]["MfaConfiguration"], "OFF");
    assert_eq!(
        made["UserPool"]["UsernameConfiguration"]["CaseSensitive"],
        false
    );
    let id = made["UserPool"]["Id"].as_str().expect("an id");
    assert!(house.emulator.pool(id).is_some());
    let body = json!({ "UserPoolId": id }).to_string();
    assert_eq!(
        house.send("DeleteUserPool", body, signature).await.status,
        200
    );
    assert!(house.emulator.pool(id).is_none());
}

#[tokio::test]
async fn invitations_carry_the_temporary_password() {
    let house = House::new().await;
    let body = json!({
        "Username": "carol",
        "UserAttributes": [{ "Name": "email", "Value": "carol@example.com" }],
        "DesiredDeliveryMediums": ["EMAIL"],
    });
    let made = house.admin("AdminCreateUser", body.clone()).await.json();
    assert_eq!(made["User"]["UserStatus"], "FORCE_CHANGE_PASSWORD");
    assert_eq!(
        house.admin("AdminCreateUser", body.clone()).await.error(),
        "UsernameExistsException"
    );

    let mut again = body;
    again["MessageAction"] = json!("RESEND");
    assert_eq!(house.admin("AdminCreateUser", again).await.status, 200);

    let sent = house.emulator.outbox();
    assert_eq!(sent.len(), 2);
    assert_eq!(house.log_in("carol", &sent[0].code).await.status, 400);
    let asked = house.log_in("carol", &sent[1].code).await.json();
    assert_eq!(asked["ChallengeName"], "NEW_PASSWORD_REQUIRED");
}

//! Operations that tools and other suites need: what is written is read again, and held where it means something.

use cognito_emulator::{AppClient, Pool, User};
use serde_json::{Value, json};

use crate::client::{ALL_FLOWS, House};

impl House {
    /// An admin call that has to succeed.
    async fn done(&self, operation: &str, body: Value) -> Value {
        let answer = self.admin(operation, body).await;
        assert_eq!(answer.status, 200, "{operation}: {}", answer.text);
        answer.json()
    }

    /// The error name of an admin call that has to fail.
    async fn refused(&self, operation: &str, body: Value) -> String {
        self.admin(operation, body).await.error()
    }
}

#[tokio::test]
async fn pools_are_listed_and_updated() {
    let house = House::new().await;
    for name in ["a", "b", "c"] {
        house
            .done("CreateUserPool", json!({ "PoolName": name }))
            .await;
    }

    let first = house
        .done("ListUserPools", json!({ "MaxResults": 3 }))
        .await;
    assert_eq!(first["UserPools"].as_array().expect("pools").len(), 3);
    let more = json!({ "MaxResults": 3, "NextToken": first["NextToken"] });
    let second = house.done("ListUserPools", more).await;
    assert_eq!(second["UserPools"].as_array().expect("pools").len(), 1);
    assert!(second["NextToken"].is_null());

    let policy = json!({ "PasswordPolicy": { "MinimumLength": 12 } });
    house
        .done("UpdateUserPool", json!({ "Policies": policy }))
        .await;
    let shown = house.done("DescribeUserPool", json!({})).await;
    assert_eq!(
        shown["UserPool"]["Policies"]["PasswordPolicy"]["MinimumLength"],
        12
    );
    house.done("UpdateUserPool", json!({})).await;
    let shown = house.done("DescribeUserPool", json!({})).await;
    assert_eq!(
        shown["UserPool"]["Policies"]["PasswordPolicy"]["MinimumLength"],
        8
    );
}

#[tokio::test]
async fn custom_attributes_are_added_once() {
    let house = House::new().await;
    let body = json!({ "CustomAttributes": [{ "Name": "team", "AttributeDataType": "String" }] });

    house.done("AddCustomAttributes", body.clone()).await;
    assert_eq!(
        house.refused("AddCustomAttributes", body).await,
        "InvalidParameterException"
    );
    let given = json!([{ "Name": "custom:team", "Value": "red" }]);
    let body = json!({ "Username": "alice", "UserAttributes": given });
    house.done("AdminCreateUser", body).await;
}

#[tokio::test]
async fn resource_servers_give_scopes_to_app_clients() {
    let house = House::new().await;
    let server = json!({
        "Identifier": "https://api.example.com", "Name": "API",
        "Scopes": [{ "ScopeName": "read", "ScopeDescription": "Read" }],
    });
    let identifier = json!({ "Identifier": "https://api.example.com" });

    let made = house.done("CreateResourceServer", server.clone()).await;
    assert_eq!(made["ResourceServer"]["UserPoolId"], house.pool.id());
    assert_eq!(
        house.refused("CreateResourceServer", server.clone()).await,
        "InvalidParameterException"
    );
    let client = json!({
        "ClientName": "machine", "GenerateSecret": true, "AllowedOAuthFlows": ["client_credentials"],
        "AllowedOAuthScopes": ["https://api.example.com/read"], "AllowedOAuthFlowsUserPoolClient": true,
    });
    house.done("CreateUserPoolClient", client).await;
    let listed = house
        .done("ListResourceServers", json!({ "MaxResults": 5 }))
        .await;
    assert_eq!(listed["ResourceServers"][0]["Scopes"], server["Scopes"]);
    let mut renamed = server;
    renamed["Name"] = json!("API 2");
    house.done("UpdateResourceServer", renamed).await;
    let shown = house
        .done("DescribeResourceServer", identifier.clone())
        .await;
    assert_eq!(shown["ResourceServer"]["Name"], "API 2");
    house.done("DeleteResourceServer", identifier.clone()).await;
    assert_eq!(
        house.refused("DescribeResourceServer", identifier).await,
        "ResourceNotFoundException"
    );
}

#[tokio::test]
async fn a_domain_belongs_to_one_pool() {
    let house = House::new().await;
    let domain = json!({ "Domain": "shop", "ManagedLoginVersion": 2 });

    house.done("CreateUserPoolDomain", domain.clone()).await;
    for name in ["shop", "my-aws-shop"] {
        assert_eq!(
            house
                .refused("CreateUserPoolDomain", json!({ "Domain": name }))
                .await,
            "InvalidParameterException"
        );
    }
    let shown = house.done("DescribeUserPoolDomain", domain.clone()).await;
    assert_eq!(shown["DomainDescription"]["UserPoolId"], house.pool.id());
    assert_eq!(shown["DomainDescription"]["ManagedLoginVersion"], 2);
    house
        .done("UpdateUserPoolDomain", json!({ "Domain": "shop" }))
        .await;
    house.done("DeleteUserPoolDomain", domain.clone()).await;
    let shown = house.done("DescribeUserPoolDomain", domain.clone()).await;
    assert_eq!(shown["DomainDescription"], json!({}));
    assert_eq!(
        house.refused("DeleteUserPoolDomain", domain).await,
        "ResourceNotFoundException"
    );
}

#[tokio::test]
async fn a_domain_of_ones_own_stands_beside_the_prefix() {
    let house = House::new().await;
    let arn = "arn:aws:acm:us-east-1:123456789012:certificate/a1b2";
    let own =
        json!({ "Domain": "auth.example.com", "CustomDomainConfig": { "CertificateArn": arn } });
    let bare = json!({ "Domain": "auth.example.com" });

    house
        .done("CreateUserPoolDomain", json!({ "Domain": "shop" }))
        .await;
    let refused = house.refused("CreateUserPoolDomain", bare.clone()).await;
    assert_eq!(refused, "InvalidParameterException", "no certificate");
    let made = house.done("CreateUserPoolDomain", own.clone()).await;
    let target = made["CloudFrontDomain"].as_str().expect("a target");
    assert!(target.ends_with(".cloudfront.net"), "{target}");
    let shown = house.done("DescribeUserPoolDomain", bare.clone()).await;
    assert_eq!(
        shown["DomainDescription"]["CustomDomainConfig"],
        own["CustomDomainConfig"]
    );
    let pool = house.done("DescribeUserPool", json!({})).await;
    assert_eq!(pool["UserPool"]["CustomDomain"], "auth.example.com");
    assert_eq!(pool["UserPool"]["Domain"], "shop");
    house.done("UpdateUserPoolDomain", own.clone()).await;
    let mut prefix = own.clone();
    prefix["Domain"] = json!("shop");
    let other = house.emulator.add_pool(Pool::new("us-east-1_Other"));
    for (pool, body, error, message) in [
        (
            house.pool.id(),
            &bare,
            "InvalidParameterException",
            "Cannot convert custom domain to prefix domain.",
        ),
        (
            house.pool.id(),
            &prefix,
            "InvalidParameterException",
            "Cannot convert prefix domain to custom domain.",
        ),
        (
            other.id(),
            &own,
            "InvalidParameterException",
            "The domain is not configured for this user pool.",
        ),
        (
            other.id(),
            &json!({ "Domain": "nobodys" }),
            "ResourceNotFoundException",
            "User pool domain was not found.",
        ),
    ] {
        let mut body = body.clone();
        body["UserPoolId"] = json!(pool);
        let signature = "Authorization: AWS4-HMAC-SHA256 Credential=none\r\n";
        let text = body.to_string();
        let answer = house.send("UpdateUserPoolDomain", text, signature).await;
        assert_eq!(answer.error(), error, "{body}");
        assert_eq!(answer.message(), message);
    }
    house.done("DeleteUserPoolDomain", bare).await;
    let pool = house.done("DescribeUserPool", json!({})).await;
    assert!(pool["UserPool"]["CustomDomain"].is_null());
    assert_eq!(pool["UserPool"]["Domain"], "shop");
    for domain in [
        "Auth.example.com",
        ".example.com",
        "auth.example.com.",
        "auth_example",
    ] {
        let body = json!({ "Domain": domain, "CustomDomainConfig": { "CertificateArn": arn } });
        let answer = house.admin("CreateUserPoolDomain", body).await;
        assert!(answer.message().contains("regular expression"), "{domain}");
    }
}

#[tokio::test]
async fn tags_hang_on_the_arn() {
    let house = House::new().await;
    let shown = house.done("DescribeUserPool", json!({})).await;
    let arn = shown["UserPool"]["Arn"].clone();

    let tags = json!({ "team": "red", "stage": "test" });
    house
        .done("TagResource", json!({ "ResourceArn": arn, "Tags": tags }))
        .await;
    house
        .done(
            "UntagResource",
            json!({ "ResourceArn": arn, "TagKeys": ["stage"] }),
        )
        .await;
    let listed = house
        .done("ListTagsForResource", json!({ "ResourceArn": arn }))
        .await;
    assert_eq!(listed["Tags"], json!({ "team": "red" }));
}

#[tokio::test]
async fn an_app_client_changes_its_secret_without_a_gap() {
    let pool = Pool::new("us-east-1_Tested");
    let client = AppClient::new("web")
        .with_flows(ALL_FLOWS)
        .with_secret("thefirstsecretofthisclientoftests");
    let house = House::with(pool, client).await;
    let client = json!({ "ClientId": house.client.id() });
    let works = async |secret: &str| {
        let body = json!({
            "ClientId": house.client.id(), "ClientSecret": secret, "Token": "unknown",
        });
        house.call("RevokeToken", body).await.status == 200
    };

    let added = house.done("AddUserPoolClientSecret", client.clone()).await;
    let descriptor = &added["ClientSecretDescriptor"];
    let second = descriptor["ClientSecretValue"]
        .as_str()
        .expect("shown once");
    assert!(works("thefirstsecretofthisclientoftests").await && works(second).await);
    assert_eq!(
        house
            .refused("AddUserPoolClientSecret", client.clone())
            .await,
        "LimitExceededException"
    );
    let listed = house
        .done("ListUserPoolClientSecrets", client.clone())
        .await;
    let first = listed["ClientSecrets"][0]["ClientSecretId"].clone();
    assert!(!listed.to_string().contains(second));
    let delete = |id: &Value| {
        let mut body = client.clone();
        body["ClientSecretId"] = id.clone();
        body
    };
    house
        .done("DeleteUserPoolClientSecret", delete(&first))
        .await;
    assert!(!works("thefirstsecretofthisclientoftests").await && works(second).await);
    let last = delete(&descriptor["ClientSecretId"]);
    assert_eq!(
        house.refused("DeleteUserPoolClientSecret", last).await,
        "InvalidParameterException"
    );
}

#[tokio::test]
async fn an_identity_is_linked_once_and_to_one_user() {
    let house = House::new().await;
    house
        .pool
        .add_user(User::new("alice").with_password("Correct-horse-1"));
    house
        .pool
        .add_user(User::new("bob").with_password("Correct-horse-1"));
    let provider = json!({
        "ProviderName": "Corp", "ProviderType": "OIDC", "IdpIdentifiers": ["corp.example"],
        "ProviderDetails": { "client_id": "x", "oidc_issuer": "https://idp.example" },
    });
    house.done("CreateIdentityProvider", provider).await;
    let found = house
        .done(
            "GetIdentityProviderByIdentifier",
            json!({ "IdpIdentifier": "corp.example" }),
        )
        .await;
    assert_eq!(found["IdentityProvider"]["ProviderName"], "Corp");
    let link = |user: &str, provider: &str| {
        json!({
            "DestinationUser": { "ProviderName": "Cognito", "ProviderAttributeValue": user },
            "SourceUser": {
                "ProviderName": provider, "ProviderAttributeName": "Cognito_Subject",
                "ProviderAttributeValue": "42",
            },
        })
    };

    house
        .done("AdminLinkProviderForUser", link("alice", "Corp"))
        .await;
    for (body, text) in [
        (
            link("alice", "Corp"),
            "SourceUser is already linked to DestinationUser",
        ),
        (link("bob", "Corp"), "Merging is not currently supported"),
        (link("bob", "Cognito"), "Invalid SourceUser"),
        (
            link("nobody", "Corp"),
            "Invalid ProviderName/Username combination",
        ),
    ] {
        let answer = house.admin("AdminLinkProviderForUser", body).await;
        assert_eq!(answer.error(), "InvalidParameterException");
        assert!(answer.message().starts_with(text), "{}", answer.message());
    }
    let user = house
        .done("AdminGetUser", json!({ "Username": "alice" }))
        .await;
    let identities = user["UserAttributes"]
        .as_array()
        .and_then(|all| all.iter().find(|it| it["Name"] == "identities"))
        .expect("identities");
    assert!(
        identities["Value"]
            .as_str()
            .expect("a text")
            .contains("\"userId\":\"42\"")
    );
    let source = link("alice", "Corp")["SourceUser"].clone();
    house
        .done("AdminDisableProviderForUser", json!({ "User": source }))
        .await;
    house
        .done("AdminLinkProviderForUser", link("bob", "Corp"))
        .await;
}

#[tokio::test]
async fn admins_see_and_forget_devices() {
    let pool = Pool::new("us-east-1_Tested").with_device_tracking();
    let house = House::with(pool, AppClient::new("web").with_flows(ALL_FLOWS)).await;
    house
        .pool
        .add_user(User::new("alice").with_password("Correct-horse-1"));
    let tokens = house.log_in("alice", "Correct-horse-1").await.json();
    let key = &tokens["AuthenticationResult"]["NewDeviceMetadata"]["DeviceKey"];
    let user = json!({ "Username": "alice" });
    let device = json!({ "Username": "alice", "DeviceKey": key });

    let listed = house.done("AdminListDevices", user.clone()).await;
    assert_eq!(&listed["Devices"][0]["DeviceKey"], key);
    let mut status = device.clone();
    status["DeviceRememberedStatus"] = json!("remembered");
    house.done("AdminUpdateDeviceStatus", status).await;
    let shown = house.done("AdminGetDevice", device.clone()).await;
    assert!(shown.to_string().contains("\"remembered\""));
    house.done("AdminForgetDevice", device.clone()).await;
    assert_eq!(
        house.refused("AdminGetDevice", device).await,
        "ResourceNotFoundException"
    );
}

#[tokio::test]
async fn a_lost_phone_is_taken_off_an_account() {
    let house = House::new().await;
    house.pool.add_user(
        User::new("alice")
            .with_password("Correct-horse-1")
            .with_totp_secret("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"),
    );
    let user = json!({ "Username": "alice" });

    let factors = house.done("AdminGetUserAuthFactors", user.clone()).await;
    assert_eq!(factors["PreferredMfaSetting"], "SOFTWARE_TOKEN_MFA");
    assert_eq!(
        factors["ConfiguredUserAuthFactors"],
        json!(["PASSWORD", "PASSWORD_SRP"])
    );
    house.done("AdminDeleteSoftwareToken", user).await;
    let token = house.access_token("alice", "Correct-horse-1").await;
    let factors = house
        .call("GetUserAuthFactors", json!({ "AccessToken": token }))
        .await
        .json();
    assert_eq!(factors["UserMFASettingList"], json!([]));
}

#[tokio::test]
async fn logins_are_remembered_where_threats_are_watched() {
    let house = House::new().await;
    house
        .pool
        .add_user(User::new("alice").with_password("Correct-horse-1"));
    let user = json!({ "Username": "alice" });
    assert_eq!(
        house.refused("AdminListUserAuthEvents", user.clone()).await,
        "UserPoolAddOnNotEnabledException"
    );
    let add_ons = json!({ "UserPoolAddOns": { "AdvancedSecurityMode": "AUDIT" } });
    house.done("UpdateUserPool", add_ons).await;

    house.log_in("alice", "wrong-Password-1").await;
    house.log_in("alice", "Correct-horse-1").await;
    let events = house.done("AdminListUserAuthEvents", user.clone()).await;
    let responses: Vec<_> = events["AuthEvents"]
        .as_array()
        .expect("events")
        .iter()
        .map(|it| it["EventResponse"].as_str().expect("a response"))
        .collect();
    assert_eq!(responses, ["Pass", "Fail"]);
    let mut feedback = user.clone();
    feedback["EventId"] = events["AuthEvents"][1]["EventId"].clone();
    feedback["FeedbackValue"] = json!("Invalid");
    house
        .done("AdminUpdateAuthEventFeedback", feedback.clone())
        .await;
    let events = house.done("AdminListUserAuthEvents", user.clone()).await;
    let given = &events["AuthEvents"][1]["EventFeedback"];
    assert_eq!(given["FeedbackValue"], "Invalid");
    assert_eq!(given["Provider"], "Admin");

    // The way of a user, from a mail: without credentials.
    feedback["UserPoolId"] = json!(house.pool.id());
    feedback["FeedbackToken"] = json!("of-a-mail");
    feedback["FeedbackValue"] = json!("Valid");
    let answer = house
        .call("UpdateAuthEventFeedback", feedback.clone())
        .await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let events = house.done("AdminListUserAuthEvents", user).await;
    let given = &events["AuthEvents"][1]["EventFeedback"];
    assert_eq!(given["FeedbackValue"], "Valid");
    assert_eq!(given["Provider"], "User");
    feedback["EventId"] = json!("another");
    let answer = house.call("UpdateAuthEventFeedback", feedback).await;
    assert_eq!(answer.error(), "ResourceNotFoundException");
}

#[tokio::test]
async fn users_are_imported_from_a_file() {
    let house = House::new().await;
    house.pool.add_user(User::new("old"));
    let header = house.done("GetCSVHeader", json!({})).await;
    let columns: Vec<_> = header["CSVHeader"]
        .as_array()
        .expect("columns")
        .iter()
        .map(|it| it.as_str().expect("a name"))
        .collect();
    let row = |name: &str, verified: &str| {
        let cells = columns.iter().map(|&column| match column {
            "cognito:username" => name,
            "email" => "\"a@example.com\"",
            "email_verified" => verified,
            "cognito:mfa_enabled" => "false",
            _ => "",
        });
        cells.collect::<Vec<_>>().join(",")
    };
    let file = [
        columns.join(","),
        row("new", "true"),
        row("old", "true"),
        row("unreachable", "false"),
    ]
    .join("\n");

    let role = "arn:aws:iam::123456789012:role/logs";
    let job = json!({ "JobName": "first", "CloudWatchLogsRoleArn": role });
    let job = house.done("CreateUserImportJob", job).await["UserImportJob"].clone();
    let id = json!({ "JobId": job["JobId"] });
    assert_eq!(
        house.refused("StartUserImportJob", id.clone()).await,
        "PreconditionNotMetException"
    );
    let url = job["PreSignedUrl"].as_str().expect("an address");
    let path = url.strip_prefix(house.emulator.endpoint()).expect("here");
    let request = format!(
        "PUT {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{file}",
        file.len()
    );
    assert_eq!(house.raw(request).await.expect("an answer").status, 200);
    let done = house.done("StartUserImportJob", id.clone()).await["UserImportJob"].clone();
    let counts = ["ImportedUsers", "SkippedUsers", "FailedUsers"].map(|name| done[name].clone());
    assert_eq!(counts, [1, 1, 1].map(Value::from));
    for operation in ["StartUserImportJob", "StopUserImportJob"] {
        let refused = house.refused(operation, id.clone()).await;
        assert_eq!(refused, "PreconditionNotMetException", "{operation}");
    }
    assert_eq!(
        house.pool.user_status("new").as_deref(),
        Some("RESET_REQUIRED")
    );
}

#[tokio::test]
async fn import_jobs_are_described_listed_and_stopped() {
    let house = House::new().await;
    let role = "arn:aws:iam::123456789012:role/logs";
    let mut ids = Vec::new();
    for name in ["first", "second", "third"] {
        let job = json!({ "JobName": name, "CloudWatchLogsRoleArn": role });
        let made = house.done("CreateUserImportJob", job).await;
        ids.push(made["UserImportJob"]["JobId"].clone());
    }
    let job = json!({ "JobId": ids[0] });

    let shown = house.done("DescribeUserImportJob", job.clone()).await["UserImportJob"].clone();
    assert_eq!(shown["JobName"], "first");
    assert_eq!(shown["Status"], "Created");
    assert_eq!(shown["CloudWatchLogsRoleArn"], role);
    assert_eq!(shown["UserPoolId"], house.pool.id());
    let limit = json!({ "MaxResults": 2 });
    let mut listed = house.done("ListUserImportJobs", limit).await;
    let mut found = listed["UserImportJobs"].as_array().expect("jobs").clone();
    assert_eq!(found.len(), 2);
    let more = json!({ "MaxResults": 2, "PaginationToken": listed["PaginationToken"] });
    listed = house.done("ListUserImportJobs", more).await;
    assert!(listed["PaginationToken"].is_null());
    found.extend(listed["UserImportJobs"].as_array().expect("jobs").clone());
    let names: Vec<_> = found.iter().map(|it| it["JobName"].clone()).collect();
    // The newest first.
    assert_eq!(names, ["third", "second", "first"]);

    let stopped = house.done("StopUserImportJob", job.clone()).await;
    assert_eq!(stopped["UserImportJob"]["Status"], "Stopped");
    assert!(stopped["UserImportJob"]["CompletionDate"].is_number());
    for operation in ["StartUserImportJob", "StopUserImportJob"] {
        let refused = house.refused(operation, job.clone()).await;
        assert_eq!(refused, "PreconditionNotMetException", "{operation}");
    }
    let unknown = json!({ "JobId": "import-0000000000" });
    for operation in ["DescribeUserImportJob", "StopUserImportJob"] {
        let refused = house.refused(operation, unknown.clone()).await;
        assert_eq!(refused, "ResourceNotFoundException", "{operation}");
    }
}

#[tokio::test]
async fn configuration_is_kept_and_given_back() {
    let house = House::new().await;
    let client = house.client.id();
    let logs = json!([{
        "LogLevel": "ERROR", "EventSource": "userNotification",
        "CloudWatchLogsConfiguration": {
            "LogGroupArn": "arn:aws:logs:us-east-1:123456789012:log-group:x",
        },
    }]);
    let blocked = json!({ "BlockedIPRangeList": ["192.0.2.0/24"] });

    house
        .done(
            "SetRiskConfiguration",
            json!({ "RiskExceptionConfiguration": blocked }),
        )
        .await;
    let shown = house
        .done("DescribeRiskConfiguration", json!({ "ClientId": client }))
        .await;
    assert_eq!(
        shown["RiskConfiguration"]["RiskExceptionConfiguration"],
        blocked
    );
    house
        .done("SetUICustomization", json!({ "CSS": ".x{}" }))
        .await;
    let shown = house.done("GetUICustomization", json!({})).await;
    assert_eq!(shown["UICustomization"]["CSS"], ".x{}");
    house
        .done(
            "SetLogDeliveryConfiguration",
            json!({ "LogConfigurations": logs }),
        )
        .await;
    let shown = house.done("GetLogDeliveryConfiguration", json!({})).await;
    assert_eq!(shown["LogDeliveryConfiguration"]["LogConfigurations"], logs);

    let branding = json!({ "ClientId": client, "UseCognitoProvidedValues": true });
    let made = house
        .done("CreateManagedLoginBranding", branding.clone())
        .await;
    assert_eq!(
        house.refused("CreateManagedLoginBranding", branding).await,
        "ManagedLoginBrandingExistsException"
    );
    let id = json!({
        "ManagedLoginBrandingId": made["ManagedLoginBranding"]["ManagedLoginBrandingId"],
    });
    house.done("DescribeManagedLoginBranding", id.clone()).await;
    let by_client = house
        .done(
            "DescribeManagedLoginBrandingByClient",
            json!({ "ClientId": client }),
        )
        .await;
    assert_eq!(
        by_client["ManagedLoginBranding"]["UseCognitoProvidedValues"],
        true
    );
    let mut change = id.clone();
    change["UseCognitoProvidedValues"] = json!(false);
    change["Settings"] = json!({ "categories": { "global": { "colorSchemeMode": "DARK" } } });
    house
        .done("UpdateManagedLoginBranding", change.clone())
        .await;
    let shown = house.done("DescribeManagedLoginBranding", id.clone()).await;
    let shown = &shown["ManagedLoginBranding"];
    assert_eq!(shown["Settings"], change["Settings"]);
    assert_eq!(shown["UseCognitoProvidedValues"], false);
    house.done("DeleteManagedLoginBranding", id.clone()).await;
    assert_eq!(
        house.refused("UpdateManagedLoginBranding", change).await,
        "ResourceNotFoundException"
    );
    assert_eq!(
        house.refused("DescribeManagedLoginBranding", id).await,
        "ResourceNotFoundException"
    );

    let terms = json!({
        "ClientId": client, "TermsName": "terms-of-use", "TermsSource": "LINK",
        "Enforcement": "NONE", "Links": { "cognito:default": "https://example.com/terms" },
    });
    let made = house.done("CreateTerms", terms).await;
    let listed = house.done("ListTerms", json!({ "MaxResults": 5 })).await;
    assert_eq!(listed["Terms"][0]["TermsId"], made["Terms"]["TermsId"]);
    let id = json!({ "TermsId": made["Terms"]["TermsId"] });
    let by_client = json!({ "ClientId": client, "TermsName": "terms-of-use" });
    let mut change = id.clone();
    change["Links"] = json!({ "cognito:default": "https://example.com/new-terms" });
    house.done("UpdateTerms", change.clone()).await;
    let by_id = house.done("DescribeTerms", id.clone()).await;
    let found = house.done("DescribeTermsByClient", by_client.clone()).await;
    assert_eq!(by_id, found);
    let shown = &by_id["Terms"];
    assert_eq!(shown["Links"], change["Links"]);
    assert_eq!(shown["TermsName"], "terms-of-use");
    assert_eq!(shown["Enforcement"], "NONE");
    house.done("DeleteTerms", id.clone()).await;
    for (operation, body) in [("DescribeTerms", id), ("DescribeTermsByClient", by_client)] {
        let refused = house.refused(operation, body).await;
        assert_eq!(refused, "ResourceNotFoundException", "{operation}");
    }
}

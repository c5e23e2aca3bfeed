//! What `Debug` shows of the values that hold what is nobody's business: which of them it is, and no more.

use std::collections::BTreeMap;
use std::fmt::Debug;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use axum::http::request::Parts;
use axum::routing::get;
use axum_cognito::attribute::Attributes;
use axum_cognito::backend::Error;
use axum_cognito::cognito::{
    AuthEvent, CallContext, IdentityProvider, LinkedIdentity, LoadBalancer, LoginRequest,
    LoginStep, ManagedLoginAttempt, ManagedLoginRequest, RememberedDevice, SignUp, UserProfile,
};
use axum_cognito::id::{AppClientId, AppClientSecret, UserPoolId};
use axum_cognito::token::{AccessToken, IdToken, RefreshToken};
use axum_cognito::users::{LoginRecord, MemoryLogins, SqlLogins, StoredLogin, User, UserSync};
use axum_cognito::web::{
    ConnectRefusal, ManagedLoginOutcome, ManagedLoginRefusal, TenantLayer, Tenants, json_errors,
};
use axum_cognito::{
    AttributeMapping, Auth, AuthSession, Cognito, Credentials, Settings, SqliteUsers, UserPool,
    async_trait, login_required,
};
use cognito_emulator::{Fault, FaultKind};
use serde_json::json;
use time::OffsetDateTime;
use tower::{Layer, Service};

use crate::site::{ALICE, Browser, Cloud};

/// Each begins with its name.
fn assert_shows_no_canary(values: &[(&dyn Debug, &str)]) {
    for (value, name) in values {
        for shown in [format!("{value:?}"), format!("{value:#?}")] {
            assert!(shown.starts_with(name), "{name}: {shown}");
            assert!(!shown.contains("canary"), "{name}: {shown}");
        }
    }
}

#[tokio::test]
async fn debug_names_the_type_and_shows_nothing_secret() {
    let users = SqliteUsers::connect("sqlite::memory:").await;
    let users = users.expect("a database");
    let mut record = LoginRecord::new("canary-id".into(), "pool", 7, OffsetDateTime::UNIX_EPOCH);
    record.user_agent = "canary-agent".to_owned();
    let stored = StoredLogin::new(record.clone(), Some(b"canary-tokens".to_vec()));
    let mut user = User::new(7, "canary-name");
    let extra = [("notes".to_owned(), Some("canary-notes".to_owned()))];
    user.extra = BTreeMap::from(extra);
    assert_eq!(user.text("notes"), Some("canary-notes"));
    assert_eq!(user.text("none"), None);
    let mut sync = UserSync::new("canary-name", OffsetDateTime::UNIX_EPOCH);
    let attributes = Attributes::try_from([("given_name", "canary-given")]);
    let attributes = attributes.expect("a name");
    sync.columns = AttributeMapping::standard().columns_for(&attributes);

    assert_shows_no_canary(&[
        (&users, "SqlUsers"),
        (&users.sessions(), "SqlSessions"),
        (&SqlLogins::from(users.pool().clone()), "SqlLogins"),
        (&MemoryLogins::default(), "MemoryLogins"),
        (&record, "LoginRecord"),
        (&stored, "StoredLogin"),
        (&user, "User"),
        (&sync, "UserSync"),
    ]);
}

#[tokio::test]
async fn debug_of_a_request_s_login_shows_nothing_secret() {
    let show = async |auth: AuthSession| format!("{auth:?}");
    let site = Auth::builder().build_for_tenants();
    let router = Router::new().route("/canary", get(show));
    let mut browser = Browser::new(router.layer(site.login_layer()));
    browser.cookie = Some("id=canary".to_owned());
    let headers = [("user-agent", "canary"), ("authorization", "canary")];

    let page = browser.get_with("/canary", &headers).await;

    assert!(page.body.starts_with("AuthSession"), "{}", page.body);
    assert!(!page.body.contains("canary"), "{}", page.body);
}

/// A site without a tenant.
struct Nobody;

#[async_trait]
impl Tenants for Nobody {
    async fn tenant(&self, _: &Parts) -> Result<Option<Auth>, Error> {
        Ok(None)
    }
}

#[tokio::test]
async fn debug_of_a_site_and_its_parts_shows_nothing_secret() {
    let pool: UserPoolId = "eu-west-1_AbCdEfGhI".parse().expect("an id");
    let client: AppClientId = "3n4b5urk1ft4fl3mg5e62d9ado".parse().expect("an id");
    let mut settings = Settings::new(pool.clone(), client.clone());
    settings.app_client_secret = Some("canary-secret".into());
    let builder = || {
        Cognito::builder(pool.clone(), client.clone())
            .with_app_client_secret("canary-secret")
            .with_access_key("AKIDEXAMPLE", "canary-key")
    };
    let cognito = builder().build().expect("a client");
    let users = SqliteUsers::connect("sqlite::memory:").await;
    let users = users.expect("a database");
    let site = || Auth::builder().with_tokens_of(cognito.clone());
    let auth = site().build_for_tenants();
    let routes = Router::<()>::new;
    let mut service = auth.login_layer().layer(routes());
    let future = service.call(Request::new(Body::empty()));
    let tenants = TenantLayer::new(Nobody);
    let admin = cognito.admin().expect("credentials");
    let balancer = LoadBalancer::new(
        "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/shop/50dc6c495c0c9188",
    );
    let balancer = balancer.expect("an ARN");

    assert_shows_no_canary(&[
        (&settings, "Settings"),
        (&builder(), "CognitoBuilder"),
        (&cognito, "Cognito"),
        (cognito.token_verifier(), "TokenVerifier"),
        (&admin.list_users_in_group("canary-group"), "Listing"),
        (&balancer, "LoadBalancer"),
        (&UserPool::with_client(cognito.clone(), users), "UserPool"),
        (&site(), "AuthBuilder"),
        (&auth, "Auth"),
        (&auth.login_layer(), "AuthLayer"),
        (&service, "AuthService"),
        (&future, "AuthFuture"),
        (&tenants, "TenantLayer"),
        (&tenants.layer(routes()), "TenantService"),
        (&login_required(), "GuardLayer"),
        (&login_required().layer(routes()), "GuardService"),
        (&json_errors().layer(routes()), "JsonErrorsService"),
    ]);
}

#[test]
fn debug_of_what_is_sent_to_cognito_shows_nothing_secret() {
    let attributes = Attributes::try_from([("email", "canary@example.com")]);
    let attributes = attributes.expect("a name");
    let (name, password) = ("canary-name", "canary-password");
    let sign_up = SignUp::new(name, password).with_attributes(&attributes);
    let context = CallContext::new().with_device_name("canary-device");
    let mut managed = ManagedLoginRequest::default();
    managed.login_hint = Some("canary@example.com".to_owned());
    let mut event = AuthEvent::default();
    event.ip_address = Some("canary-address".to_owned());
    event.device_name = Some("canary-device".to_owned());
    event.city = Some("canary-city".to_owned());
    let provider = IdentityProvider::new("Partner", "OIDC");
    let provider = provider.with_detail("client_secret", "canary-secret");
    let domain = "https://login.example.com/?state=canary".parse();
    let restarted = ManagedLoginOutcome::Restarted(domain.expect("an address"));
    let refused = ManagedLoginOutcome::Refused {
        why: ManagedLoginRefusal::Cancelled,
        next: None,
        again: false,
    };
    let not_connected = ManagedLoginOutcome::NotConnected(ConnectRefusal::InUse);

    assert_shows_no_canary(&[
        (&AccessToken::from("canary"), "AccessToken"),
        (&IdToken::from("canary"), "IdToken"),
        (&RefreshToken::from("canary"), "RefreshToken"),
        (&AppClientSecret::from("canary"), "AppClientSecret"),
        (&provider, "IdentityProvider"),
        (
            &LinkedIdentity::new("Partner", "canary-id"),
            "LinkedIdentity",
        ),
        (&Credentials::new(name, password), "Credentials"),
        (&LoginRequest::new(name, password), "LoginRequest"),
        (&managed, "ManagedLoginRequest"),
        (&restarted, "Restarted"),
        (&refused, "Refused"),
        (&not_connected, "NotConnected"),
        (&sign_up, "SignUp"),
        (&context, "CallContext"),
        (&event, "AuthEvent"),
        (&UserProfile::new(name, attributes), "UserProfile"),
        (
            &RememberedDevice::new("canary-key", "canary-group", password),
            "RememberedDevice",
        ),
    ]);
}

#[tokio::test]
async fn debug_of_a_user_and_of_what_they_log_in_with_shows_nothing_secret() {
    let cloud = Cloud::start().await;
    let user = cognito_emulator::User::new("canary-name").with_password(ALICE.1);
    let user = user.with_attribute("email", "canary@example.com");
    cloud.pool.add_user(user);
    let passkey = json!({
        "CredentialId": "canary-id",
        "FriendlyCredentialName": "a phone",
        "RelyingPartyId": "shop.example",
        "AuthenticatorTransports": ["internal"],
        "CreatedAt": 1_700_000_000,
    });
    for (operation, answer) in [
        (
            "AssociateSoftwareToken",
            json!({ "SecretCode": "canary-seed" }),
        ),
        (
            "ListWebAuthnCredentials",
            json!({ "Credentials": [passkey] }),
        ),
    ] {
        let answer = FaultKind::Answer(answer.to_string());
        cloud.emulator.inject(Fault::on(operation, answer));
    }
    let cognito = cloud.cognito();
    let password = ALICE.1.to_owned().into();
    let login = cognito.authenticate("canary-name", &password).await;
    let Ok(LoginStep::Complete(user)) = login else {
        panic!("no login: {login:?}");
    };
    let mut loaded = user.load().await.expect("loaded");
    loaded.set("given_name".parse().expect("a name"), "canary-changed");
    let seed = user.associate_software_token().await.expect("a seed");
    let passkeys = user.list_web_authn_credentials().await.expect("a list");
    let attempt: ManagedLoginAttempt = serde_json::from_value(json!({
        "state": "canary-state",
        "nonce": "canary-nonce",
        "verifier": "canary-verifier",
        "provider": "Corp",
    }))
    .expect("an attempt");

    assert_eq!(seed.expose(), "canary-seed");
    assert_shows_no_canary(&[
        (&user, "CognitoUser"),
        (&loaded, "LoadedUser"),
        (&seed, "TotpSecret"),
        (&passkeys[0], "Passkey"),
        (&attempt, "ManagedLoginAttempt"),
    ]);
}

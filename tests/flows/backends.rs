use async_trait::async_trait;
use axum::http::StatusCode;
use axum_cognito::backend::{
    AuthBackend, CognitoBackend, CompletedLogin, Error, LoginSettings, ProfileSource, Refusal,
    SetupError,
};
use axum_cognito::cognito::{UserProfile, UserStatus};
use axum_cognito::tower_sessions::MemoryStore;
use axum_cognito::users::{UserId, UserStore};
use axum_cognito::{
    AttributeMapping, Auth, Credentials, LoginOutcome, Settings, SqliteUsers, User, UserPool,
};
use cognito_emulator::{Fault, FaultKind};
use secrecy::ExposeSecret;
use serde_json::json;

use crate::site::{ALICE, Browser, Cloud, NEWBIE, Site, Users, router, site_with};

fn credentials((name, password): (&str, &str)) -> Credentials {
    Credentials::new(name, password)
}

async fn refusal(backend: &dyn CognitoBackend, user: (&str, &str)) -> Option<Refusal> {
    match backend.authenticate(&credentials(user)).await {
        Ok(LoginOutcome::Refused(refusal)) => Some(refusal),
        Ok(_) => None,
        Err(error) => panic!("an error: {error}"),
    }
}

#[tokio::test]
async fn creates_the_row_at_the_first_login_and_updates_it_at_the_next() {
    let site = Site::start().await;
    site.logged_in(ALICE).await;
    let users = &site.users.store;
    let first = users.find_by_username("alice").await.expect("a query");
    let first = first.expect("a row");
    assert_eq!(first.email, "alice@example.com");
    assert_eq!(first.first_name, "ALICE");
    assert_eq!(
        first.sub.as_ref().map(|sub| sub.as_str().to_owned()),
        site.cloud.pool.user_sub("alice")
    );

    site.cloud
        .pool
        .set_attribute("alice", "given_name", "Alicia");
    site.logged_in(ALICE).await;

    let second = users.find_by_username("alice").await.expect("a query");
    let second = second.expect("a row");
    assert_eq!(second.id, first.id);
    assert_eq!(second.first_name, "Alicia");
    assert_eq!(second.date_joined, first.date_joined);
}

#[tokio::test]
async fn an_alias_leads_to_the_same_row() {
    let site = Site::start().await;

    site.logged_in(ALICE).await;
    site.logged_in(("alice@example.com", ALICE.1)).await;

    let rows: i64 = sqlx::query_scalar("select count(*) from users")
        .fetch_one(site.users.store.pool())
        .await
        .expect("a query");
    assert_eq!(rows, 1);
}

#[tokio::test]
async fn only_updates_when_it_may_not_create() {
    let cloud = Cloud::start().await;
    let users = Users::create().await;
    let backend = UserPool::with_client(cloud.cognito(), users.store.clone()).configure(|login| {
        login.create_unknown_user = false;
        login.adopts_rows = true; // the row below has no subject
    });
    assert_eq!(refusal(&backend, ALICE).await, Some(Refusal::Unknown));

    sqlx::query(
        "insert into users (username, date_joined) values ('alice', '2026-01-01T00:00:00Z')",
    )
    .execute(users.store.pool())
    .await
    .expect("a row made beforehand");

    assert_eq!(refusal(&backend, ALICE).await, None);
    let row = users
        .store
        .find_by_username("alice")
        .await
        .expect("a query");
    assert_eq!(row.expect("the row").email, "alice@example.com");
}

#[tokio::test]
async fn a_stranger_with_a_name_that_was_given_anew_is_refused() {
    let cloud = Cloud::start().await;
    let users = Users::create().await;
    let backend = UserPool::with_client(cloud.cognito(), users.store.clone());
    assert_eq!(refusal(&backend, ALICE).await, None);
    let before = users
        .store
        .find_by_username("alice")
        .await
        .expect("a query");

    cloud.pool.delete_user("alice");
    cloud.pool.add_user(
        cognito_emulator::User::new("alice")
            .with_password("Strangers-pass-1")
            .with_attribute("email", "stranger@example.com"),
    );

    let stranger = ("alice", "Strangers-pass-1");
    assert_eq!(
        refusal(&backend, stranger).await,
        Some(Refusal::DifferentSubject)
    );
    let after = users
        .store
        .find_by_username("alice")
        .await
        .expect("a query");
    assert_eq!(after, before);
}

#[tokio::test]
async fn an_inactive_row_is_refused_and_its_tokens_are_revoked() {
    let cloud = Cloud::start().await;
    let users = Users::create().await;
    let backend = UserPool::with_client(cloud.cognito(), users.store.clone());
    assert_eq!(refusal(&backend, ALICE).await, None);
    sqlx::query("update users set is_active = false")
        .execute(users.store.pool())
        .await
        .expect("an update");

    assert_eq!(refusal(&backend, ALICE).await, Some(Refusal::Inactive));
    assert_eq!(cloud.calls("RevokeToken"), 1);
}

#[tokio::test]
async fn inactive_statuses_are_refused_unless_they_are_supported() {
    let cloud = Cloud::start().await;
    let users = Users::create().await;
    let admin = || {
        cloud
            .builder()
            .with_access_key("AKIDEXAMPLE", "emulated")
            .build()
            .expect("a client")
    };
    cloud.pool.set_user_status("alice", "ARCHIVED");

    let asking = || {
        UserPool::with_client(admin(), users.store.clone())
            .configure(|login| login.profile_source = ProfileSource::AdminGetUser)
    };
    let strict = asking();
    let lenient = asking().configure(|login| login.supports_inactive_user = true);

    assert_eq!(refusal(&strict, ALICE).await, Some(Refusal::Inactive));
    assert!(cloud.calls("AdminGetUser") > 0);
    assert_eq!(refusal(&lenient, ALICE).await, None);
}

#[tokio::test]
async fn refuses_at_start_up_what_it_could_not_keep() {
    let cloud = Cloud::start().await;
    let users = Users::create().await;
    let refused = async |configure: fn(&mut LoginSettings)| {
        let pool = UserPool::with_client(cloud.cognito(), users.store.clone());
        let auth = Auth::builder().with_pool(pool.configure(configure));
        auth.build().await.expect_err("a mistake")
    };

    let error = refused(|login| {
        login.profile_source = ProfileSource::AdminGetUser;
    });
    assert!(matches!(
        error.await,
        Error::Setup(SetupError::StatusWithoutCredentials)
    ));
    let error = refused(|login| {
        login.inactive_user_status = vec![UserStatus::ResetRequired];
    });
    assert!(matches!(
        error.await,
        Error::Setup(SetupError::StatusUnknown { .. })
    ));
    let error = refused(|login| {
        let mapping = AttributeMapping::from_json(r#"{"custom:team": "team"}"#);
        login.attribute_mapping = mapping.expect("a mapping");
    });
    let error = error.await;
    assert!(error.to_string().contains("team"), "{error}");
    let error = Auth::builder().build().await.expect_err("no backend");
    assert!(matches!(error, Error::Setup(SetupError::NoBackend)));
}

#[tokio::test]
async fn a_column_of_the_sites_own_can_be_mapped() {
    let cloud = Cloud::start().await;
    let users = Users::create().await;
    sqlx::query("alter table users add column team text")
        .execute(users.store.pool())
        .await
        .expect("the site's own migration");
    cloud.pool.set_attribute("alice", "custom:team", "blue");
    let mapping = AttributeMapping::from_json(r#"{"email": "email", "custom:team": "team"}"#);
    let mapping = mapping.expect("a mapping");
    let backend = || {
        UserPool::with_client(cloud.cognito(), users.store.clone())
            .configure(|login| login.attribute_mapping = mapping.clone())
    };
    let auth = Auth::builder().with_pool(backend()).build().await;
    auth.expect("the column is there");
    let backend = backend();

    assert_eq!(refusal(&backend, ALICE).await, None);

    let row = users
        .store
        .find_by_username("alice")
        .await
        .expect("a query");
    let team = row.expect("a row").extra.get("team").cloned().flatten();
    assert_eq!(team.as_deref(), Some("blue"));
}

#[tokio::test]
async fn the_id_token_can_give_the_attributes_with_one_call_less() {
    let cloud = Cloud::start().await;
    let users = Users::create().await;
    let backend = UserPool::with_client(cloud.cognito(), users.store.clone())
        .configure(|login| login.profile_source = ProfileSource::IdToken);

    assert_eq!(refusal(&backend, ALICE).await, None);

    assert_eq!(cloud.calls("GetUser"), 0);
    let row = users
        .store
        .find_by_username("alice")
        .await
        .expect("a query");
    assert_eq!(row.expect("a row").email, "alice@example.com");
}

#[tokio::test]
async fn aws_credentials_are_looked_for_where_they_are_needed() {
    let users = Users::create().await;

    for (wanted, source, found) in [
        (false, ProfileSource::GetUser, false),
        (false, ProfileSource::AdminGetUser, true),
        (true, ProfileSource::GetUser, true),
    ] {
        let id = "us-east-1_FlowTests".parse().expect("a pool id");
        let mut settings = Settings::new(id, "client".parse().expect("an app client id"));
        settings.aws_credentials = wanted;
        settings.login.profile_source = source;
        let pool = UserPool::new(settings, users.store.clone()).await;
        let cognito = pool.expect("a user pool").cognito().clone();
        assert_eq!(cognito.has_credentials(), found, "{wanted} {source:?}");
    }
}

/// Cognito answers them with what would read as an outage.
#[tokio::test]
async fn what_cannot_be_a_name_or_a_password_is_refused_without_a_call() {
    let cloud = Cloud::start().await;
    let users = Users::create().await;
    let backend = UserPool::with_client(cloud.cognito(), users.store.clone());
    let (name, password) = ("n".repeat(128), "p".repeat(256));
    let (long_name, long_password) = (format!("{name}n"), format!("{password}p"));

    for (user, calls) in [
        ((name.as_str(), "x"), 1),
        (("alice", password.as_str()), 1),
        ((long_name.as_str(), "x"), 0),
        (("alice", long_password.as_str()), 0),
        (("", "x"), 0),
        (("alice smith", "x"), 0),
        (("alice\u{7}", "x"), 0),
        (("alice", ""), 0),
        (("alice", "nul\0"), 0),
    ] {
        cloud.emulator.clear_calls();

        let refused = refusal(&backend, user).await;

        assert!(refused.is_some(), "{user:?}");
        assert_eq!(cloud.calls("InitiateAuth"), calls, "{user:?}");
    }
}

/// It says nothing about the user. The tokens are of no use to anybody.
#[tokio::test]
async fn without_keys_nobody_is_refused_or_let_in() {
    let cloud = Cloud::start().await;
    let users = Users::create().await;
    let backend = UserPool::with_client(cloud.cognito(), users.store.clone());
    let down = Fault::on("jwks", FaultKind::Status(500)).forever();
    cloud.emulator.inject(down);

    let login = backend.authenticate(&credentials(ALICE)).await;

    assert!(login.is_err(), "{login:?}");
    assert_eq!(cloud.calls("RevokeToken"), 1);
}

/// A user pool of a site's own making, which does one step its own way.
struct Staff(UserPool);

#[async_trait]
impl CognitoBackend for Staff {
    fn pool(&self) -> &UserPool {
        &self.0
    }

    async fn user_can_authenticate(&self, profile: &UserProfile) -> Result<bool, Error> {
        let email = profile.attributes.get("email");
        Ok(email.is_some_and(|email| email.starts_with("admin@")))
    }
}

/// Not Cognito at all: one user, whose password is in the program.
struct OneUser {
    users: SqliteUsers,
}

#[async_trait]
impl AuthBackend for OneUser {
    fn name(&self) -> &str {
        "one-user"
    }

    async fn authenticate(
        &self,
        credentials: &Credentials,
    ) -> Result<LoginOutcome<CompletedLogin>, Error> {
        let password = credentials.password.as_ref();
        let right = credentials.username == "root"
            && password.is_some_and(|password| password.expose_secret() == "local-password");
        if !right {
            return Ok(LoginOutcome::Refused(Refusal::NotAuthorized));
        }

        let user = self.users.find_by_username("root").await?;
        Ok(
            user.map_or(LoginOutcome::Refused(Refusal::Unknown), |user| {
                LoginOutcome::Complete(CompletedLogin::new(user).with_groups(["admins"]))
            }),
        )
    }

    async fn user(&self, id: &UserId) -> Result<Option<User>, Error> {
        Ok(self.users.find(id).await?)
    }
}

#[tokio::test]
async fn a_type_of_the_sites_own_is_a_backend() {
    let cloud = Cloud::start().await;
    let users = Users::create().await;
    let pool = UserPool::with_client(cloud.cognito(), users.store.clone());
    let router = site_with(Staff(pool)).await;

    let mut alice = Browser::new(router.clone());
    let mut admin = Browser::new(router);

    assert!(alice.log_in(ALICE, "/").await.status.is_client_error());
    let page = admin.log_in(crate::site::ADMIN, "/").await;
    assert_eq!(page.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn backends_are_asked_in_order_and_an_outage_ends_it() {
    let cloud = Cloud::start().await;
    let users = Users::create().await;
    sqlx::query(
        "insert into users (username, date_joined) values ('root', '2026-01-01T00:00:00Z')",
    )
    .execute(users.store.pool())
    .await
    .expect("a local user");
    let pool = UserPool::with_client(cloud.cognito(), users.store.clone());
    let local = OneUser {
        users: users.store.clone(),
    };
    let auth = Auth::builder().with_pool(pool).with_backend(local);
    let router = router(auth, MemoryStore::default()).await;
    let root = ("root", "local-password");

    let mut browser = Browser::new(router.clone());
    assert_eq!(
        browser.log_in(root, "/").await.status,
        StatusCode::SEE_OTHER
    );
    assert_eq!(browser.get("/admins").await.status, StatusCode::OK);
    assert_eq!(
        browser.post("/logout", &[]).await.status,
        StatusCode::SEE_OTHER
    );

    cloud
        .emulator
        .inject(Fault::on("InitiateAuth", FaultKind::Status(500)).times(1));
    let page = Browser::new(router).log_in(root, "/").await;
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test]
async fn two_backends_with_one_name_are_a_mistake() {
    let users = Users::create().await;
    let one = || OneUser {
        users: users.store.clone(),
    };

    let error = Auth::builder()
        .with_backend(one())
        .with_backend(one())
        .build()
        .await
        .expect_err("one name");

    assert!(error.to_string().contains("one-user"), "{error}");
}

#[tokio::test]
async fn twenty_first_logins_at_once_make_one_row() {
    let site = Site::start().await;

    let logins: Vec<_> = (0..20)
        .map(|_| {
            let mut browser = site.browser();
            tokio::spawn(async move { browser.log_in(ALICE, "/").await.status })
        })
        .collect();
    for login in logins {
        assert_eq!(login.await.expect("a login"), StatusCode::SEE_OTHER);
    }

    let rows: i64 = sqlx::query_scalar("select count(*) from users")
        .fetch_one(site.users.store.pool())
        .await
        .expect("a query");
    assert_eq!(rows, 1);
}

#[tokio::test]
async fn a_challenge_is_no_refusal() {
    let cloud = Cloud::start().await;
    let users = Users::create().await;
    let backend = UserPool::with_client(cloud.cognito(), users.store.clone());

    let login = backend.authenticate(&credentials(NEWBIE)).await;

    assert!(
        matches!(login, Ok(LoginOutcome::Challenge(challenge)) if challenge.name() == "NEW_PASSWORD_REQUIRED")
    );
}

/// Of a name that was given anew since, or from whoever stands in the user pool's place.
#[tokio::test]
async fn a_profile_of_another_user_lets_nobody_in() {
    let cloud = Cloud::start().await;
    let users = Users::create().await;
    let backend = UserPool::with_client(cloud.cognito(), users.store.clone());

    for profile in [
        json!({ "Username": "admin" }),
        json!({ "UserAttributes": [{ "Name": "sub", "Value": "of-another" }] }),
        json!({ "UserAttributes": [] }),
    ] {
        let patch = FaultKind::Patch(profile.to_string());
        cloud.emulator.inject(Fault::on("GetUser", patch));
        cloud.emulator.clear_calls();

        let login = backend.authenticate(&credentials(ALICE)).await;

        assert!(login.is_err(), "{profile}: {login:?}");
        assert_eq!(cloud.calls("RevokeToken"), 1, "{profile}");
    }
    let rows = users.store.list(None, 10).await.expect("rows");
    assert!(rows.is_empty(), "{rows:?}");
}

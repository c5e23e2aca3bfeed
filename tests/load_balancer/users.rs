//! From what a load balancer signs to the user of a request.

use std::time::{Duration, Instant};

use axum::http::StatusCode;
use axum_cognito::AttributeMapping;
use axum_cognito::backend::ProfileSource;
use axum_cognito::cognito::{LoadBalancer, UserStatus};
use axum_cognito::users::UserStore;
use axum_cognito::web::Hooks;
use axum_cognito::{CurrentUser, Settings, async_trait};

use crate::balancer::{ARN, BalancedSite};
use crate::diary::Diary;
use crate::site::{ADMIN, Browser};

#[allow(dead_code, reason = "its `main` listens on a port")]
#[path = "../../examples/load_balancer.rs"]
mod example;

#[async_trait]
impl Hooks for Diary {
    async fn logged_in(&self, user: &CurrentUser) {
        self.write(format!("logged in: {}", user.username));
    }

    async fn user_created(&self, user: &CurrentUser) {
        self.write(format!("created: {}", user.username));
    }
}

#[tokio::test]
async fn a_user_of_the_load_balancer_has_a_row_and_passes_guards() {
    let diary = Diary::default();
    let site = BalancedSite::with(|auth| auth.with_hooks(diary.clone())).await;

    for _ in 0..3 {
        let page = site.get_as("/members", &site.token()).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.body);
        assert!(
            page.body.starts_with("Hello Alice <alice>"),
            "{}",
            page.body
        );
        assert_eq!(page.header("set-cookie"), "", "there is no session");
    }
    let row = site.users.store.find_by_username("alice").await;
    let row = row.expect("a database").expect("a row");
    assert_eq!(row.email, "alice@example.com");
    assert!(row.last_login.is_some());
    let lines = diary.read(2).await;
    assert_eq!(lines, ["created: alice", "logged in: alice"], "once");
}

#[tokio::test]
async fn without_the_header_there_is_nobody_and_no_session_is_needed() {
    let site = BalancedSite::start().await;

    let page = site.get("/maybe", &[]).await;
    assert_eq!(page.body, "Hello stranger");
    let page = site.get("/members", &[]).await;
    assert_eq!(page.status, StatusCode::UNAUTHORIZED, "{}", page.body);
}

/// It is not signed, and anybody can write it.
#[tokio::test]
async fn the_identity_header_alone_is_nobody() {
    let site = BalancedSite::start().await;
    let sub = site.cloud.pool.attribute("alice", "sub").expect("a sub");

    let page = site.get("/maybe", &[("x-amzn-oidc-identity", &sub)]).await;

    assert_eq!(page.body, "Hello stranger");
}

#[tokio::test]
async fn what_changes_at_the_user_pool_changes_in_the_row() {
    let site = BalancedSite::start().await;
    site.get_as("/me", &site.token()).await;

    let mut claims = site.claims();
    claims["given_name"] = "Alicia".into();
    let token = site.signer.sign(&site.header(), &claims);
    let page = site.get_as("/me", &token).await;

    assert!(page.body.starts_with("Hello Alicia"), "{}", page.body);
}

#[tokio::test]
async fn a_user_who_is_deactivated_is_nobody_at_once() {
    let site = BalancedSite::start().await;
    let page = site.get_as("/members", &site.token()).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    let row = site.users.store.find_by_username("alice").await;
    let row = row.expect("a database").expect("a row");

    let changed = site.users.store.set_active(&row.id, false).await;
    assert!(changed.expect("a database"));

    let page = site.get_as("/members", &site.token()).await;
    assert_eq!(page.status, StatusCode::UNAUTHORIZED, "{}", page.body);
}

/// What the site itself has written stays, until something changes at the user pool.
#[tokio::test]
async fn a_row_that_is_up_to_date_is_read_and_not_written() {
    let site = BalancedSite::start().await;
    site.get_as("/me", &site.token()).await;
    let (of_admin, _) = site.proof_of(ADMIN).await;
    site.get_as("/me", &of_admin).await;
    let sql = "update users set first_name = 'Al' where username = 'alice'";
    let written = sqlx::query(sql).execute(site.users.store.pool()).await;
    written.expect("written");

    for (name, shown) in [("Alice", "Hello Al <"), ("Alicia", "Hello Alicia <")] {
        let mut claims = site.claims();
        claims["given_name"] = name.into();
        let token = site.signer.sign(&site.header(), &claims);
        let page = site.get_as("/me", &token).await;
        assert!(page.body.starts_with(shown), "{}", page.body);
    }
}

/// The load balancer goes on letting in whoever had the name.
#[tokio::test]
async fn the_row_of_a_name_that_was_given_anew_is_closed_to_whoever_had_it() {
    let site = BalancedSite::start().await;
    let page = site.get_as("/members", &site.token()).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    let sql = "update users set sub = 'ffffffff-0000-4000-8000-000000000000'";
    let written = sqlx::query(sql).execute(site.users.store.pool()).await;
    written.expect("written");

    let page = site.get_as("/members", &site.token()).await;

    assert_eq!(page.status, StatusCode::UNAUTHORIZED, "{}", page.body);
}

/// The load balancer has brought the user before, in vain.
#[tokio::test]
async fn who_is_activated_comes_in_and_is_told_to_the_hooks() {
    let diary = Diary::default();
    let site = BalancedSite::with(|auth| auth.with_hooks(diary.clone())).await;
    let sub = site.cloud.pool.user_sub("alice").expect("a sub");
    let sql = "insert into users (username, sub, date_joined, is_active) \
        values ('alice', ?, '2026-01-01T00:00:00Z', false)";
    let written = sqlx::query(sql).bind(sub);
    written
        .execute(site.users.store.pool())
        .await
        .expect("a row");

    let page = site.get_as("/members", &site.token()).await;
    assert_eq!(page.status, StatusCode::UNAUTHORIZED, "{}", page.body);
    let row = site.users.store.find_by_username("alice").await;
    let row = row.expect("a database").expect("a row");
    let changed = site.users.store.set_active(&row.id, true).await;
    assert!(changed.expect("a database"));
    let page = site.get_as("/members", &site.token()).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);

    assert_eq!(diary.read(1).await, ["logged in: alice"]);
}

/// There is no login that could end before.
#[tokio::test]
async fn a_stream_goes_on_until_the_load_balancer_does_not_stand_by_its_user_any_more() {
    let site = BalancedSite::start().await;
    let mut header = site.header();
    header["exp"] = (site.now().unix_timestamp() + 2).into();
    let token = site.signer.sign(&header, &site.claims());

    let began = Instant::now();
    let stream = site.get_as("/stream", &token);
    let page = tokio::time::timeout(Duration::from_secs(30), stream).await;

    assert_eq!(page.expect("an end").status, StatusCode::OK);
    let took = began.elapsed();
    assert!(took >= Duration::from_secs(1), "{took:?}");
}

/// A name that was deleted and given anew does not open the row of whoever had it.
#[tokio::test]
async fn another_subject_of_the_same_name_is_nobody() {
    let site = BalancedSite::start().await;
    site.get_as("/me", &site.token()).await;

    let mut claims = site.claims();
    claims["sub"] = "ffffffff-0000-4000-8000-000000000000".into();
    let token = site.signer.sign(&site.header(), &claims);
    let page = site.get_as("/members", &token).await;

    assert_eq!(page.status, StatusCode::UNAUTHORIZED, "{}", page.body);
}

#[tokio::test]
async fn groups_come_from_the_access_token_beside() {
    let site = BalancedSite::start().await;
    let (of_admin, access) = site.proof_of(ADMIN).await;
    let access = access.as_str();

    for (data, access, status) in [
        (of_admin.as_str(), Some(access), StatusCode::OK),
        (&of_admin, None, StatusCode::FORBIDDEN),
        (&of_admin, Some("garbage"), StatusCode::FORBIDDEN),
        // Somebody else's.
        (&site.token(), Some(access), StatusCode::FORBIDDEN),
    ] {
        let mut headers = vec![("x-amzn-oidc-data", data)];
        headers.extend(access.map(|access| ("x-amzn-oidc-accesstoken", access)));
        let page = site.get("/admins", &headers).await;
        assert_eq!(page.status, status, "{access:?}: {}", page.body);
    }
}

/// A column that follows a group does so when nothing else has changed.
#[tokio::test]
async fn a_flag_follows_its_group() {
    let site = BalancedSite::with_login(|login| {
        let mapping = AttributeMapping::default().with_group_flag("admins", "is_staff");
        login.attribute_mapping = mapping.expect("a flag");
    })
    .await;
    let is_staff = async || {
        let row = site.users.store.find_by_username(ADMIN.0).await;
        row.expect("a database").expect("a row").flag("is_staff")
    };
    let (data, access) = site.proof_of(ADMIN).await;
    let headers = [
        ("x-amzn-oidc-data", data.as_str()),
        ("x-amzn-oidc-accesstoken", &access),
    ];
    site.get("/me", &headers).await;
    assert_eq!(is_staff().await, Some(true));

    site.cloud.pool.remove_user_from_group(ADMIN.0, "admins");
    let (_, access) = site.proof_of(ADMIN).await;
    let headers = [
        ("x-amzn-oidc-data", data.as_str()),
        ("x-amzn-oidc-accesstoken", &access),
    ];
    site.get("/me", &headers).await;
    assert_eq!(is_staff().await, Some(false));
}

/// What the login page refuses does not come in by the load balancer.
#[tokio::test]
async fn the_status_counts_where_it_is_asked_for() {
    let site = BalancedSite::with_login(|login| {
        login.profile_source = ProfileSource::AdminGetUser;
        login.inactive_user_status = vec![UserStatus::ResetRequired];
    })
    .await;
    let page = site.get_as("/members", &site.token()).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);

    site.cloud.pool.set_user_status("alice", "RESET_REQUIRED");
    let mut claims = site.claims();
    claims["given_name"] = "Alicia".into();
    let token = site.signer.sign(&site.header(), &claims);
    let page = site.get_as("/members", &token).await;
    assert_eq!(page.status, StatusCode::UNAUTHORIZED, "{}", page.body);
}

#[tokio::test]
async fn the_example_lets_in_whom_the_load_balancer_lets_in() {
    let site = BalancedSite::start().await;
    let id = site.cloud.pool.id().parse().expect("an id");
    let mut settings = Settings::new(id, site.cloud.client.id().parse().expect("an id"));
    settings.app_client_secret = site.cloud.client.secret().map(|it| it.to_owned().into());
    settings.endpoint = Some(site.cloud.emulator.endpoint().to_owned());
    let balancer = LoadBalancer::new(ARN).expect("an ARN");
    settings.login.load_balancer = Some(balancer.with_keys_at(&site.keys.url).expect("a URL"));
    let router = example::site(settings, site.users.store.clone()).await;

    let mut browser = Browser::new(router.expect("a site"));
    let token = site.token();
    let headers = [("x-amzn-oidc-data", token.as_str()), ("accept", "*/*")];
    assert_eq!(browser.get_with("/", &headers).await.body, "Hello Alice");
    let page = browser.get_with("/", &[("accept", "*/*")]).await;
    assert_eq!(page.status, StatusCode::UNAUTHORIZED, "{}", page.body);
    let page = browser.post("/logout", &[]).await;
    assert_eq!(page.headers.get_all("set-cookie").iter().count(), 4);
}

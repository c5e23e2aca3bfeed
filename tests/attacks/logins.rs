//! Sessions that are planted, taken over, half-way, or of several users at once.

use std::time::Duration;

use axum::http::StatusCode;
use axum_cognito::backend::LoginFlow;
use axum_cognito::tower_sessions::MemoryStore;
use axum_cognito::{Auth, UserPool};
use cognito_emulator::{AppClient, AuthFlow, Pool, User};
use tokio::task::JoinSet;

use crate::site::{ADMIN, ALICE, Browser, Cloud, NEWBIE, Site, TOTP, Users, router};

#[tokio::test]
async fn a_planted_session_id_is_never_taken_up() {
    let site = Site::start().await;
    let mut made_up = site.browser();
    made_up.cookie = Some("id=AAAAAAAAAAAAAAAAAAAAAA".to_owned());
    let mut real = site.browser();
    // A challenge makes a session that is nobody's yet.
    real.log_in(NEWBIE, "/").await;

    for mut victim in [made_up, real] {
        let planted = victim.cookie.clone();
        let page = victim.log_in(ALICE, "/").await;
        assert_eq!(page.status, StatusCode::SEE_OTHER);
        assert_ne!(victim.cookie, planted);
        let mut attacker = site.browser();
        attacker.cookie = planted;
        assert_eq!(attacker.get("/maybe").await.body, "Hello stranger");
        assert_eq!(victim.get("/maybe").await.body, "Hello alice");
    }
}

/// Whoever was logged in before, and whatever has become of them: the next user finds nothing.
#[tokio::test]
async fn the_next_user_of_a_browser_gets_a_session_of_their_own() {
    let site = Site::start().await;

    for before in ["there", "row deleted", "inactive", "the same"] {
        let mut browser = site.logged_in(ALICE).await;
        let old = browser.cookie.clone();
        let change = match before {
            "row deleted" => Some("delete from users where username = 'alice'"),
            "inactive" => Some("update users set is_active = false where username = 'alice'"),
            _ => None,
        };
        if let Some(sql) = change {
            sqlx::query(sql)
                .execute(site.users.store.pool())
                .await
                .expect("written");
        }
        let next = if before == "the same" { ALICE } else { ADMIN };
        browser.log_in(next, "/").await;

        assert_eq!(
            browser.get("/maybe").await.body,
            format!("Hello {}", next.0),
            "{before}"
        );
        assert_ne!(browser.cookie, old, "{before}");
        let mut thief = site.browser();
        thief.cookie = old;
        assert_eq!(thief.get("/maybe").await.body, "Hello stranger", "{before}");
        sqlx::query("update users set is_active = true")
            .execute(site.users.store.pool())
            .await
            .expect("written");
    }
}

#[tokio::test]
async fn requests_without_a_login_make_no_session() {
    let site = Site::start().await;
    let long = "a".repeat(5000);
    let mut tried = 0;

    for _ in 0..100 {
        for cookie in [
            "",
            "id=",
            "id=AAAAAAAAAAAAAAAAAAAAAA",
            "id=%00",
            "id=\"",
            "id=a; id=b; id=c",
            "=;=;",
            "id=../../../etc/passwd",
            "id=AAAAAAAAAAAAAAAAAAAAA\u{e9}",
            long.as_str(),
        ] {
            for path in ["/", "/maybe", "/members", "/login", "/profile"] {
                let mut browser = site.browser();
                let headers = [("accept", "text/html"), ("cookie", cookie)];
                let page = browser.get_with(path, &headers).await;
                tried += 1;
                assert!(
                    !page.status.is_server_error(),
                    "{path} {cookie}: {}",
                    page.status
                );
                assert!(
                    page.header("set-cookie").is_empty()
                        || page.header("set-cookie").contains("Max-Age=0"),
                    "{path} {cookie}: {}",
                    page.header("set-cookie"),
                );
            }
        }
    }
    println!("{tried} requests");
    assert!(
        !format!("{:?}", site.store).contains("Record"),
        "{:?}",
        site.store
    );
}

/// The answers to a challenge belong to the browser that was asked, each once and in time.
#[tokio::test]
async fn no_order_of_steps_skips_the_second_factor() {
    let site = Site::start().await;
    let mut tried = 0;

    for user in [TOTP, NEWBIE] {
        let mut asked = site.browser();
        asked.log_in(user, "/members").await;
        let stolen = asked.cookie.clone();
        for path in [
            "/members",
            "/admins",
            "/me",
            "/profile",
            "/profile/password",
            "/profile/logins",
        ] {
            let page = asked
                .get_with(path, &[("accept", "application/json")])
                .await;
            assert_eq!(page.status, StatusCode::UNAUTHORIZED, "{path}");
            tried += 1;
        }
        // Another browser, without the session and with a session of its own.
        for mut other in [site.browser(), site.logged_in(ALICE).await] {
            let who = other.get("/maybe").await.body;
            for form in [
                &[("code", "123456")][..],
                &[("new_password", "Correct-horse-7")],
                &[("code", ""), ("new_password", "")],
                &[("action", "skip")],
            ] {
                other.post("/login/challenge", form).await;
                other.post("/login/challenge?next=/members", form).await;
                assert_eq!(other.get("/maybe").await.body, who);
                tried += 2;
            }
        }
        // Starting again drops the challenge; what is answered then is nobody's.
        asked.post("/login/restart", &[]).await;
        asked.cookie = asked.cookie.or(stolen);
        asked
            .post(
                "/login/challenge",
                &[("code", "000000"), ("new_password", "Correct-horse-7")],
            )
            .await;
        assert_eq!(asked.get("/maybe").await.body, "Hello stranger");
        tried += 1;
        // Too late.
        let mut late = site.browser();
        late.log_in(user, "/").await;
        site.cloud.advance(Duration::from_secs(3 * 60 + 1));
        late.post(
            "/login/challenge",
            &[("code", "000000"), ("new_password", "Correct-horse-7")],
        )
        .await;
        assert_eq!(late.get("/maybe").await.body, "Hello stranger");
        tried += 1;
    }
    println!("{tried} steps tried");
}

/// Each session has its own refresh, and nobody gets what another one was given.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_sessions_refresh_at_once_and_each_for_itself() {
    let site = Site::start().await;
    let mut browsers = Vec::new();
    for number in 0..100 {
        let name = format!("user-{number:03}");
        site.cloud
            .pool
            .add_user(User::new(&name).with_password("Correct-horse-6"));
        let mut browser = site.browser();
        browser.log_in((&name, "Correct-horse-6"), "/").await;
        browsers.push((name, browser));
    }
    site.cloud.advance(Duration::from_secs(60 * 60));

    let mut requests = JoinSet::new();
    for _ in 0..20 {
        for (name, browser) in &browsers {
            let (name, mut browser): (String, Browser) = (name.clone(), browser.clone());
            requests.spawn(async move { (name, browser.get("/maybe").await.body) });
        }
    }
    let answers = requests.join_all().await;

    let wrong = answers
        .iter()
        .filter(|(name, body)| *body != format!("Hello {name}"));
    assert_eq!(wrong.count(), 0);
    assert_eq!(answers.len(), 2000);
    assert_eq!(site.cloud.calls("GetTokensFromRefreshToken"), 100);
}

/// Whoever knew the old password is out: everywhere after a reset, elsewhere after a change.
#[tokio::test]
async fn a_new_password_ends_the_logins_that_the_old_one_began() {
    let site = Site::start().await;
    let mut thief = site.logged_in(ALICE).await;
    let mut alice = site.logged_in(ALICE).await;
    let form = [("password", ALICE.1), ("new_password", "Correct-horse-4")];
    let page = alice.post("/profile/password", &form).await;
    assert_eq!(page.location(), "/profile?saved=password", "{}", page.body);
    assert_eq!(thief.get("/maybe").await.body, "Hello stranger");
    assert_eq!(alice.get("/maybe").await.body, "Hello alice");

    site.cloud
        .pool
        .set_attribute("alice", "email_verified", "true");
    let mut robbed = site.browser();
    robbed
        .post("/password/forgot", &[("username", "alice")])
        .await;
    let sent = site.cloud.emulator.outbox();
    let code = sent.last().expect("a message").code.clone();
    let form = [
        ("username", "alice"),
        ("code", code.as_str()),
        ("new_password", "Correct-horse-5"),
    ];
    let page = robbed.post("/password/reset", &form).await;
    assert_eq!(page.location(), "/login?reset=1", "{}", page.body);
    assert_eq!(alice.get("/maybe").await.body, "Hello stranger");
}

/// The name that is typed at a reset need not be that of the row, which Cognito alone knows.
#[tokio::test]
async fn a_reset_by_any_name_ends_the_logins_that_the_old_password_began() {
    let aliases: fn() -> Pool = || Pool::new("us-east-1_Aliases").with_alias_attributes(["email"]);
    let by_mail: fn() -> Pool =
        || Pool::new("us-east-1_ByMail").with_username_attributes(["email"]);
    let email = "carol@example.com";

    for (pool, username, flow) in [
        (aliases, "carol", LoginFlow::Password),
        (aliases, "carol", LoginFlow::Choice),
        (by_mail, email, LoginFlow::Password),
        (by_mail, email, LoginFlow::Choice),
        (by_mail, email, LoginFlow::Custom),
    ] {
        for has_second_factor in [false, true] {
            let what = format!("{username}, {flow:?}, second factor: {has_second_factor}");
            let mut cloud = Cloud::start().await;
            cloud.pool = cloud.emulator.add_pool(pool());
            let flows = match flow {
                LoginFlow::Custom => vec![AuthFlow::Custom, AuthFlow::RefreshToken],
                _ => vec![AuthFlow::UserSrp, AuthFlow::User, AuthFlow::RefreshToken],
            };
            if flow == LoginFlow::Custom {
                let pool = cloud.pool.clone();
                pool.with_custom_question([("question", "What is the colour?")], "blue");
            }
            let client = AppClient::new("site").with_flows(flows);
            cloud.client = cloud.pool.add_client(client);
            let carol = User::new(username)
                .with_password(ALICE.1)
                .with_attribute("email", email)
                .with_attribute("email_verified", "true");
            cloud.pool.add_user(match has_second_factor {
                true => carol.with_totp_secret("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"),
                false => carol,
            });
            let users = Users::create().await;
            let backend = UserPool::with_client(cloud.cognito(), users.store.clone())
                .configure(|login| login.login_flow = flow);
            let auth = Auth::builder()
                .with_pool(backend)
                .with_clock(cloud.clock.clone());
            let router = router(auth, MemoryStore::default()).await;

            let mut thief = Browser::new(router.clone());
            let page = thief.log_in((email, ALICE.1), "/").await;
            assert_eq!(page.status, StatusCode::SEE_OTHER, "{what}: {}", page.body);
            if flow == LoginFlow::Custom {
                let form = [("answer", "blue")];
                thief.post("/login/challenge", &form).await;
            } else if has_second_factor {
                let code = cloud.pool.totp_code(username).expect("an app");
                thief.post("/login/challenge", &[("code", &code)]).await;
            }
            assert_ne!(thief.get("/maybe").await.body, "Hello stranger", "{what}");
            let mut owner = Browser::new(router);
            owner.post("/password/forgot", &[("username", email)]).await;
            let sent = cloud.emulator.outbox();
            let form = [
                ("username", email),
                ("code", &sent.last().expect("a message").code),
                ("new_password", "Correct-horse-5"),
            ];
            let page = owner.post("/password/reset", &form).await;
            assert_eq!(page.location(), "/login?reset=1", "{what}: {}", page.body);

            assert_eq!(thief.get("/maybe").await.body, "Hello stranger", "{what}");
        }
    }
}

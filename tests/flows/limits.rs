//! Limits that hold before Cognito is asked.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{ConnectInfo, Request};
use axum::http::StatusCode;
use axum::middleware::{self, Next};
use axum_cognito::pages::{JsonApi, Pages};
use axum_cognito::tower_sessions::MemoryStore;
use axum_cognito::web::{AuthBuilder, ClientAddress, Limit, Limits};
use axum_cognito::{Auth, UserPool};
use cognito_emulator::{AppClient, Emulator, User};

use crate::site::{ADMIN, ALICE, Browser, Cloud, FACES, Face, Page, TOTP, Users, with_layers};

/// A site behind a server that tells the address of its visitors: the one in `x-test-peer`.
async fn site(
    cloud: &Cloud,
    configure: impl FnOnce(AuthBuilder) -> AuthBuilder,
) -> (Router, Users) {
    let users = Users::create().await;
    let backend = UserPool::with_client(cloud.cognito(), users.store.clone());
    let auth = Auth::builder()
        .with_pool(backend)
        .with_clock(cloud.clock.clone());
    let tell_address = async |mut request: Request, next: Next| {
        let told = request.headers().get("x-test-peer");
        let told = told.and_then(|told| told.to_str().ok()?.parse::<IpAddr>().ok());
        if let Some(address) = told {
            let peer = SocketAddr::new(address, 1);
            request.extensions_mut().insert(ConnectInfo(peer));
        }
        next.run(request).await
    };
    let pages = Pages::new().with_sign_up(["email"]).expect("an attribute");
    let routes = pages.clone().router().merge(JsonApi::new(pages).router());
    let router = with_layers(routes, configure(auth), MemoryStore::default())
        .await
        .layer(middleware::from_fn(tell_address));
    (router, users)
}

async fn try_password(router: &Router, name: &str, headers: &[(&str, &str)]) -> StatusCode {
    try_password_by(Face::Forms, router, name, headers).await
}

async fn try_password_by(
    face: Face,
    router: &Router,
    name: &str,
    headers: &[(&str, &str)],
) -> StatusCode {
    let mut browser = Browser::new(router.clone()).by(face);
    let form = [("username", name), ("password", "a guess")];
    let page = browser.post_with("/login", &form, headers).await;
    if page.status == StatusCode::TOO_MANY_REQUESTS {
        let wait: u64 = page.header("retry-after").parse().expect("seconds");
        assert!(wait > 0, "{wait}");
        assert!(page.body.contains("Too many attempts"), "{}", page.body);
        assert!(page.body.contains(name), "the name is still there");
        assert!(!page.body.contains("a guess"));
    }
    page.status
}

#[tokio::test]
async fn guesses_beyond_the_limit_do_not_reach_cognito() {
    let cloud = Cloud::start().await;
    let limits =
        Limits::default().with_per_account_and_address(Limit::new(3, Duration::from_secs(60)));
    let (router, _users) = site(&cloud, |auth| auth.with_limits(limits)).await;
    let from = |address: &'static str| [("x-test-peer", address)];

    for name in [ALICE.0, "nobody-at-all"] {
        cloud.emulator.clear_calls();
        let mut refused = 0;
        for number in 0..500 {
            // Both are ways to the same limit.
            let face = FACES[number % 2];
            let status = try_password_by(face, &router, name, &from("10.0.0.1")).await;
            if number < 3 {
                assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
            }
            refused += usize::from(status == StatusCode::TOO_MANY_REQUESTS);
        }
        assert!(cloud.calls("InitiateAuth") <= 3, "{name}");
        assert!(refused >= 497 - 100, "{name}: {refused}");
        cloud.advance(Duration::from_secs(120));
    }

    // Its owner, elsewhere, comes in at once.
    let mut owner = Browser::new(router.clone());
    let form = [("username", ALICE.0), ("password", ALICE.1)];
    let page = owner.post_with("/login", &form, &from("10.0.0.3")).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
}

#[tokio::test]
async fn no_forged_header_makes_another_visitor() {
    let cloud = Cloud::start().await;
    let limits =
        Limits::none().with_per_account_and_address(Limit::new(2, Duration::from_secs(60)));
    for (source, honest) in [
        (ClientAddress::Connection, None),
        (ClientAddress::behind(1), Some("10.0.0.9")),
    ] {
        let configure = |auth: AuthBuilder| auth.with_limits(limits).with_client_address(source);
        let (router, _users) = site(&cloud, configure).await;
        let mut admitted = 0;
        for number in 0..50 {
            let forged = format!("192.0.2.{number}");
            let through_proxy = match honest {
                Some(address) => format!("{forged}, {address}"),
                None => forged.clone(),
            };
            let headers = [
                ("x-test-peer", "10.0.0.1"),
                ("x-forwarded-for", through_proxy.as_str()),
                ("x-real-ip", &forged),
                ("cf-connecting-ip", &forged),
                ("forwarded", &forged),
            ];
            let status = try_password(&router, ALICE.0, &headers).await;
            admitted += u32::from(status != StatusCode::TOO_MANY_REQUESTS);
        }
        assert_eq!(admitted, 2, "{source:?}");
        cloud.advance(Duration::from_secs(600));
    }
}

#[tokio::test]
async fn codes_and_messages_are_limited_too() {
    for face in FACES {
        codes_and_messages_are_limited_by(face).await;
    }
}

async fn codes_and_messages_are_limited_by(face: Face) {
    let cloud = Cloud::start().await;
    let limits = Limits::none().with_per_account(Limit::new(4, Duration::from_secs(600)));
    let (router, _users) = site(&cloud, |auth| auth.with_limits(limits)).await;

    let mut browser = Browser::new(router.clone()).by(face);
    browser.log_in(TOTP, "/").await;
    let mut last = StatusCode::OK;
    for _ in 0..20 {
        let page = browser
            .post("/login/challenge", &[("code", "000000")])
            .await;
        last = page.status;
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(
        cloud.calls("RespondToAuthChallenge"),
        1 + 3,
        "the proof, and three codes"
    );

    for (path, form, operation) in [
        (
            "/password/forgot",
            &[("username", "a")][..],
            "ForgotPassword",
        ),
        (
            "/password/reset",
            &[
                ("username", "b"),
                ("code", "000000"),
                ("new_password", "Correct-horse-9"),
            ],
            "ConfirmForgotPassword",
        ),
        (
            "/signup/confirm",
            &[("username", "c"), ("code", "000000")],
            "ConfirmSignUp",
        ),
        (
            "/signup",
            &[
                ("username", "d"),
                ("new_password", "Correct-horse-9"),
                ("email", "d@example.com"),
            ],
            "SignUp",
        ),
    ] {
        let mut refused = 0;
        for _ in 0..12 {
            let mut browser = Browser::new(router.clone()).by(face);
            let page = browser.post(path, form).await;
            refused += usize::from(page.status == StatusCode::TOO_MANY_REQUESTS);
        }
        assert_eq!((cloud.calls(operation), refused), (4, 8), "{face:?} {path}");
    }
}

/// A visitor behind a proxy that says no usable address shares the limits of all such.
#[tokio::test]
async fn an_address_that_cannot_be_read_is_no_way_around_the_limits() {
    let cloud = Cloud::start().await;
    let limits = Limits::none().with_per_address(Limit::new(5, Duration::from_secs(600)));
    let behind = |auth: AuthBuilder| {
        auth.with_limits(limits)
            .with_client_address(ClientAddress::behind(1))
    };
    let (router, _users) = site(&cloud, behind).await;

    let mut admitted = 0;
    for number in 0..40 {
        let name = format!("somebody-{number}");
        let headers: &[(&str, &str)] = match number % 4 {
            0 => &[],
            1 => &[("x-forwarded-for", "unknown")],
            2 => &[("x-forwarded-for", "10.0.0.1,")],
            _ => &[("x-forwarded-for", "10.0.0.1, _hidden")],
        };
        let status = try_password(&router, &name, headers).await;
        admitted += u32::from(status != StatusCode::TOO_MANY_REQUESTS);
    }

    assert_eq!(admitted, 5);
    let known = [("x-forwarded-for", "192.0.2.9")];
    let status = try_password(&router, ALICE.0, &known).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
}

/// An account has one budget, whichever of its names is typed.
#[tokio::test]
async fn all_names_of_an_account_share_one_budget() {
    let cloud = Cloud::start().await;
    let limits = Limits::none().with_per_account(Limit::new(4, Duration::from_secs(600)));
    let (router, _users) = site(&cloud, |auth| auth.with_limits(limits)).await;

    let [name, alias] = ["alice", "alice@example.com"];
    for number in 0..4 {
        let name = if number % 2 == 0 { name } else { alias };
        let status = try_password(&router, name, &[]).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
    }

    // Beyond it, the right password lets nobody in either. It reads as of a name that nobody has: a limit
    // would tell whose a name is.
    let log_in = async |name: &str| {
        let mut browser = Browser::new(router.clone());
        browser.log_in((name, ALICE.1), "/").await
    };
    let of_nobody = log_in("nobody@example.com").await;
    for name in [name, alias] {
        let of_hers = log_in(name).await;
        assert_eq!(of_hers.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
        let without = |page: &Page, name: &str| page.body.replace(name, "");
        let nobody = without(&of_nobody, "nobody@example.com");
        assert_eq!(without(&of_hers, name), nobody);
    }
    let page = Browser::new(router.clone()).log_in(ADMIN, "/").await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "another account");
    cloud.advance(Duration::from_secs(3600));
    let page = log_in(alias).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
}

/// A site on two user pools. The first hides who is in it; alice is in the second alone.
async fn site_of_two_pools(limits: Limits) -> (Router, [Cloud; 2], [Users; 2]) {
    let hides = AppClient::new("site").with_prevent_user_existence_errors(true);
    let first = Cloud::with_client(hides).await;
    first.pool.delete_user(ALICE.0);
    let emulator = Emulator::start().await.expect("the emulator starts");
    let second = Cloud::of("us-east-1_FlowOther", emulator, AppClient::new("site"));
    let users = [Users::create().await, Users::create().await];

    let pool =
        |cloud: &Cloud, users: &Users| UserPool::with_client(cloud.cognito(), users.store.clone());
    let auth = Auth::builder()
        .with_pool(pool(&first, &users[0]))
        .with_pool(pool(&second, &users[1]))
        .with_clock(first.clock.clone())
        .with_limits(limits);
    let router = with_layers(Pages::new().router(), auth, MemoryStore::default()).await;
    (router, [first, second], users)
}

/// The first pool has a name of its own for whatever is typed.
#[tokio::test]
async fn all_names_of_an_account_in_the_second_pool_share_one_budget() {
    let limits = Limits::none().with_per_account(Limit::new(4, Duration::from_secs(600)));
    let (router, _clouds, _users) = site_of_two_pools(limits).await;

    for _ in 0..4 {
        let status = try_password(&router, "alice", &[]).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    }

    let alias = ("alice@example.com", ALICE.1);
    let page = Browser::new(router).log_in(alias, "/").await;
    let status = page.status;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{}", page.body);
}

#[tokio::test]
async fn a_login_for_which_two_pools_are_asked_is_one_try() {
    let limits = Limits::none().with_per_account(Limit::new(4, Duration::from_secs(600)));
    let (router, _clouds, _users) = site_of_two_pools(limits).await;

    for _ in 0..3 {
        let status = try_password(&router, "alice", &[]).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    }

    let page = Browser::new(router).log_in(ALICE, "/").await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
}

/// Cognito takes them for one name, and so do the limits.
#[tokio::test]
async fn characters_that_take_no_room_make_no_other_account() {
    let cloud = Cloud::start().await;
    let limits = Limits::none().with_per_account(Limit::new(4, Duration::from_secs(600)));
    let (router, _users) = site(&cloud, |auth| auth.with_limits(limits)).await;

    for (path, operation) in [
        ("/password/forgot", "ForgotPassword"),
        ("/password/reset", "ConfirmForgotPassword"),
        ("/signup/confirm", "ConfirmSignUp"),
        ("/signup/resend", "ResendConfirmationCode"),
    ] {
        for number in 0..16 {
            let bits = (0..4).map(|bit| ['\u{200b}', '\u{2060}'][number >> bit & 1]);
            let name: String = "alice".chars().chain(bits).collect();
            let form = [
                ("username", name.as_str()),
                ("code", "000000"),
                ("new_password", "Correct-horse-9"),
            ];
            Browser::new(router.clone()).post(path, &form).await;
        }
        assert!(
            cloud.calls(operation) <= 4,
            "{path}: {}",
            cloud.calls(operation)
        );
        cloud.advance(Duration::from_secs(3600));
    }
}

/// All users of an AWS account share its quota of calls.
#[tokio::test]
async fn a_user_asks_cognito_for_so_many_pages_alone() {
    let cloud = Cloud::start().await;
    let (router, _users) = site(&cloud, |auth| auth).await;
    let mut alice = Browser::new(router);
    alice.log_in(ALICE, "/").await;

    let mut refused = 0;
    for number in 0..300 {
        let path = ["/profile/security", "/profile/edit", "/profile/mfa"][number % 3];
        let page = alice.get(path).await;
        if page.status == StatusCode::TOO_MANY_REQUESTS {
            assert!(!page.header("retry-after").is_empty());
            refused += 1;
        }
    }

    assert_eq!(refused, 240);
    cloud.advance(Duration::from_secs(5));
    assert_eq!(alice.get("/profile/edit").await.status, StatusCode::OK);
}

/// A second factor is guessed by all names of its account together.
#[tokio::test]
async fn all_names_of_an_account_share_the_budget_of_a_challenge_too() {
    let cloud = Cloud::start().await;
    let limits = Limits::none().with_per_account(Limit::new(6, Duration::from_secs(600)));
    let (router, _users) = site(&cloud, |auth| auth.with_limits(limits)).await;
    let mut browsers = Vec::new();
    for name in ["totp", "totp@example.com"] {
        let mut browser = Browser::new(router.clone());
        let page = browser.log_in((name, TOTP.1), "/").await;
        assert_eq!(page.location(), "/login/challenge?next=%2F", "{name}");
        browsers.push(browser);
    }

    for number in 0..20 {
        let code = format!("{number:06}");
        let browser = &mut browsers[number % 2];
        browser.post("/login/challenge", &[("code", &code)]).await;
    }

    let calls = cloud.emulator.calls();
    let codes = calls
        .iter()
        .filter(|call| call.kind.as_deref() == Some("SOFTWARE_TOKEN_MFA"));
    assert_eq!(codes.count(), 6 - 2, "the two logins aside");
}

/// Whoever gets the messages is not to be flooded, whatever accounts they are sent for.
#[tokio::test]
async fn messages_are_counted_by_who_gets_them() {
    let cloud = Cloud::start().await;
    let limits = Limits::none().with_per_account(Limit::new(4, Duration::from_secs(600)));
    let (router, _users) = site(&cloud, |auth| auth.with_limits(limits)).await;

    for number in 0..12 {
        let form = [
            ("username", &*format!("new-{number}")),
            ("new_password", "Correct-horse-9"),
            ("email", "victim@example.com"),
        ];
        Browser::new(router.clone()).post("/signup", &form).await;
    }

    assert_eq!(cloud.calls("SignUp"), 4);
}

/// Users who are logged in send messages too: to themselves, and to whatever address they claim.
#[tokio::test]
async fn what_an_account_has_sent_is_limited_too() {
    for (path, operation) in [
        ("/profile/edit", "UpdateUserAttributes"),
        ("/profile/verify/send", "GetUserAttributeVerificationCode"),
    ] {
        let cloud = Cloud::start().await;
        let limits = Limits::none().with_per_account(Limit::new(5, Duration::from_secs(600)));
        let (router, _users) = site(&cloud, |auth| auth.with_limits(limits)).await;
        let mut alice = Browser::new(router);
        alice.log_in(ALICE, "/").await;
        let mut refused = 0;
        for number in 0..20 {
            let email = format!("stranger-{number}@example.com");
            let form = [("attribute", "email"), ("email", &email)];
            let page = alice.post(path, &form).await;
            refused += usize::from(page.status == StatusCode::TOO_MANY_REQUESTS);
        }

        assert_eq!(
            (cloud.calls(operation), refused),
            (4, 16),
            "{path}: the login, and four messages"
        );
    }
}

/// Neither many accounts nor many addresses of theirs are a way around.
#[tokio::test]
async fn what_accounts_have_sent_is_counted_by_who_gets_it_and_by_who_asks() {
    let many = Limit::new(5, Duration::from_secs(600));
    for (limits, to, admitted) in [
        // Each account logs in and sends one: that is below its limit.
        (Limits::none().with_per_account(many), "victim", 5),
        // Each takes one for the login, one for the account and one for whoever gets the message.
        (Limits::none().with_per_address(many), "", 1),
    ] {
        let cloud = Cloud::start().await;
        let (router, _users) = site(&cloud, |auth| auth.with_limits(limits)).await;
        let peer = [("x-test-peer", "10.0.0.1")];
        for number in 0..8 {
            let name = format!("sender-{number}");
            cloud.pool.add_user(User::new(&name).with_password(ALICE.1));
            let mut sender = Browser::new(router.clone());
            let form = [("username", name.as_str()), ("password", ALICE.1)];
            sender.post_with("/login", &form, &peer).await;
            let to = if to.is_empty() { &name } else { to };
            let email = format!("{to}@example.com");
            let form = [("email", email.as_str())];
            sender.post_with("/profile/edit", &form, &peer).await;
        }

        assert_eq!(cloud.calls("UpdateUserAttributes"), admitted, "{limits:?}");
    }
}

/// Cognito is told where a visitor comes from, if the settings say so.
#[tokio::test]
async fn the_visitor_s_address_goes_along() {
    for is_told in [true, false] {
        let cloud = Cloud::start().await;
        let users = Users::create().await;
        let backend = UserPool::with_client(cloud.cognito(), users.store.clone())
            .configure(|login| login.sends_client_address = is_told);
        let auth = Auth::builder()
            .with_pool(backend)
            .with_client_address(ClientAddress::behind(1))
            .with_clock(cloud.clock.clone());
        let routes = Pages::new().router();
        let router = with_layers(routes, auth, MemoryStore::default()).await;
        let from = [("x-forwarded-for", "192.0.2.9")];
        let mut browser = Browser::new(router);

        let form = [("username", TOTP.0), ("password", TOTP.1)];
        browser.post_with("/login", &form, &from).await;
        let code = cloud.pool.totp_code(TOTP.0).expect("an app");
        let form = [("code", code.as_str())];
        let page = browser.post_with("/login/challenge", &form, &from).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
        let form = [("username", "anybody")];
        browser.post_with("/password/forgot", &form, &from).await;

        let operations = ["InitiateAuth", "RespondToAuthChallenge", "ForgotPassword"];
        let told: Vec<_> = cloud
            .emulator
            .calls()
            .into_iter()
            .filter(|call| operations.contains(&call.operation.as_str()))
            .map(|call| call.ip_address)
            .collect();
        let expected = is_told.then(|| "192.0.2.9".to_owned());
        assert_eq!(told, vec![expected; 4]);
    }
}

/// Clocks and limits are part of a layer: what is set later counts.
#[tokio::test]
async fn the_order_of_settings_does_not_matter() {
    let cloud = Cloud::start().await;
    let limits = Limits::none().with_per_account(Limit::new(1, Duration::from_secs(60)));
    let clock: Arc<_> = cloud.clock.clone();
    let (router, _users) = site(&cloud, |auth| auth.with_limits(limits).with_clock(clock)).await;

    assert_eq!(
        try_password(&router, "x", &[]).await,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    assert_eq!(
        try_password(&router, "x", &[]).await,
        StatusCode::TOO_MANY_REQUESTS
    );
    cloud.advance(Duration::from_secs(60));
    assert_eq!(
        try_password(&router, "x", &[]).await,
        StatusCode::UNPROCESSABLE_ENTITY
    );
}

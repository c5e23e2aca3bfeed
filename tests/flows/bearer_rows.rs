//! From a token to the user's row, and routes that sessions and tokens share.

use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::routing::{get, post};
use axum_cognito::clock::Clock;
use axum_cognito::tower_sessions::MemoryStore;
use axum_cognito::users::{UserStore, UserSync};
use axum_cognito::web::{
    AnyUser, ApiUser, BearerRejection, Permissions, json_errors, recent_login,
};
use axum_cognito::{
    Auth, BearerUser, SqliteUsers, UserPool, group_required, login_required, pages,
    permission_required,
};
use cognito_emulator::User;

use crate::bearer_tokens::{Caller, add_machine, machine_token, tokens};
use crate::site::{ADMIN, ALICE, Browser, Cloud, Page, Users};

struct Shop {
    cloud: Cloud,
    users: Users,
    auth: Auth,
    router: Router,
}

impl Shop {
    async fn open() -> Self {
        let cloud = Cloud::start().await;
        let users = Users::create().await;
        let pool = UserPool::with_client(cloud.cognito(), users.store.clone());
        let permissions = Permissions::new().grant("admins", ["prices.change"]);
        let auth = Auth::builder()
            .with_pool(pool)
            .with_permissions(permissions)
            .with_clock(cloud.clock.clone());
        let auth = auth.build().await.expect("a site");

        let who = async |user: AnyUser| match &user {
            AnyUser::Session(_) => format!("session of {}", user.username),
            AnyUser::Token(_) => format!("token of {}", user.username),
        };
        let maybe = async |user: Option<AnyUser>| {
            user.map_or("nobody".to_owned(), |it| it.username.clone())
        };
        let guarded = |path: &str, guard| {
            let handler = get(who).post(who);
            Router::new().route(path, handler).route_layer(guard)
        };
        let api = Router::new()
            .route("/api/any", get(who))
            .layer(json_errors());
        let router = Router::new()
            .route(
                "/row",
                get(async |it: ApiUser| format!("{} <{}>", it.id, it.email)),
            )
            .route(
                "/row/maybe",
                get(async |it: Option<ApiUser>| {
                    it.map_or("nobody".to_owned(), |it| it.id.to_string())
                }),
            )
            .route("/any", get(who).post(who).delete(who))
            .route("/any/maybe", post(maybe))
            .merge(guarded("/login-or-token", login_required().or_token()))
            .merge(guarded("/admins", group_required("admins").or_token()))
            .merge(guarded(
                "/prices",
                permission_required("prices.change").or_token(),
            ))
            .merge(guarded(
                "/recent",
                recent_login(Duration::from_secs(600)).or_token(),
            ))
            .merge(guarded("/session-only", login_required()))
            .merge(api)
            .merge(pages::router())
            .layer(auth.layer(MemoryStore::default()));
        Self {
            cloud,
            users,
            auth,
            router,
        }
    }

    async fn token(&self, user: (&str, &str)) -> String {
        let tokens = tokens(&self.cloud.cognito(), user).await;
        tokens.access.expose().to_owned()
    }

    async fn logged_in(&self, user: (&str, &str)) -> Browser {
        let mut browser = Browser::new(self.router.clone());
        let page = browser.log_in(user, "/").await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
        browser
    }

    fn caller(&self) -> Caller {
        Caller::of(self.router.clone())
    }
}

async fn send(browser: &mut Browser, method: Method, path: &str, headers: &[(&str, &str)]) -> Page {
    browser.send(method, path, headers, Body::empty()).await
}

#[tokio::test]
async fn a_token_leads_to_the_row_that_a_login_has_made() {
    let shop = Shop::open().await;
    let token = shop.token(ALICE).await;
    let mut caller = shop.caller();

    let before = caller.get("/row", &token).await;
    assert_eq!(before.status, StatusCode::FORBIDDEN);
    assert_eq!(
        before.problem()["detail"],
        "this user has no account on this site"
    );

    shop.logged_in(ALICE).await;
    let after = caller.get("/row", &token).await;
    assert_eq!(after.body, "1 <alice@example.com>");
    assert_eq!(caller.get("/row/maybe", &token).await.body, "1");
    assert_eq!(caller.get_without("/row/maybe").await.body, "nobody");
    let without = caller.get_without("/row").await;
    assert_eq!(without.status, StatusCode::UNAUTHORIZED);
    let bad = caller.get("/row/maybe", "garbage").await;
    assert_eq!(bad.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn what_a_token_says_of_its_user_is_at_hand() {
    let shop = Shop::open().await;
    let facts = async |it: ApiUser| {
        let groups = ["admins", "admin"].map(|group| it.is_in_group(group));
        let scopes = ["aws.cognito.signin.user.admin", "orders/read"];
        let scopes = scopes.map(|scope| it.has_scope(scope));
        format!("{} {groups:?} {scopes:?}", it.backend())
    };
    let debug = async |row: ApiUser, bearer: BearerUser| format!("{bearer:?} {row:?}");
    let router = Router::new()
        .route("/facts", get(facts))
        .route("/debug", get(debug))
        .route("/any", get(async |it: AnyUser| it.backend().to_owned()))
        .merge(pages::router())
        .layer(shop.auth.layer(MemoryStore::default()));
    let mut browser = Browser::new(router.clone());
    browser.log_in(ADMIN, "/").await;
    let token = shop.token(ADMIN).await;
    let mut caller = Caller::of(router);

    let pool = shop.cloud.pool.id();
    assert_eq!(browser.get("/any").await.body, pool);
    assert_eq!(caller.get("/any", &token).await.body, pool);
    let facts = caller.get("/facts", &token).await.body;
    assert_eq!(facts, format!("{pool} [true, false] [true, false]"));
    let shown = caller.get("/debug", &token).await.body;
    assert!(shown.starts_with("BearerUser { .. } ApiUser {"), "{shown}");
    assert!(!shown.contains("admin"), "{shown}");
}

/// Something between a guard and the handler may put another token in the place of the first.
#[tokio::test]
async fn a_row_is_that_of_the_token_that_is_there_and_is_read_once() {
    let shop = Shop::open().await;
    for user in [ALICE, ADMIN] {
        shop.logged_in(user).await;
    }
    let between =
        async |State(users): State<SqliteUsers>, _: ApiUser, mut request: Request, next: Next| {
            let other = request.headers_mut().remove("x-other");
            match other {
                Some(other) => drop(request.headers_mut().insert("authorization", other)),
                None => users.pool().close().await,
            }
            next.run(request).await
        };
    let why = async |it: Result<ApiUser, BearerRejection>| {
        let rejection = it.expect_err("no database");
        let cause = std::error::Error::source(&rejection);
        cause.map(ToString::to_string).unwrap_or_default()
    };
    let router = Router::new()
        .route("/row", get(async |it: ApiUser| it.username.clone()))
        .route_layer(from_fn_with_state(shop.users.store.clone(), between))
        .route("/why", get(why))
        .layer(shop.auth.login_layer());
    let alice = format!("Bearer {}", shop.token(ALICE).await);
    let admin = format!("Bearer {}", shop.token(ADMIN).await);
    let mut api = Browser::new(router);

    for (first, then, name) in [
        (&alice, &alice, "alice"),
        (&alice, &admin, "admin"),
        (&admin, &alice, "alice"),
    ] {
        let headers = [
            ("authorization", first.as_str()),
            ("x-other", then.as_str()),
        ];
        let page = api.get_with("/row", &headers).await;
        assert_eq!(page.body, name);
    }

    // Without another token, the database goes away in between.
    let headers = [("authorization", alice.as_str())];
    assert_eq!(api.get_with("/row", &headers).await.body, "alice");
    let why = api.get_with("/why", &headers).await;
    assert_eq!(why.status, StatusCode::OK, "{}", why.body);
    assert_ne!(why.body, "", "the cause is told");
}

#[tokio::test]
async fn a_user_who_is_not_active_may_not_call() {
    let shop = Shop::open().await;
    let token = shop.token(ALICE).await;
    let mut browser = shop.logged_in(ALICE).await;
    let mut caller = shop.caller();
    let id = 1.into();
    let backend = shop.cloud.pool.id();
    shop.auth
        .set_active(backend, &id, false)
        .await
        .expect("written");

    for path in ["/row", "/row/maybe", "/any", "/login-or-token", "/api/any"] {
        let page = caller.get(path, &token).await;

        assert_eq!(page.status, StatusCode::FORBIDDEN, "{path}");
        assert_eq!(page.problem()["detail"], "this user may not use this site");
    }
    assert_eq!(browser.get("/any").await.status, StatusCode::SEE_OTHER);
    shop.auth
        .set_active(backend, &id, true)
        .await
        .expect("written");
    assert_eq!(caller.get("/row", &token).await.status, StatusCode::OK);
}

/// A name that was deleted and registered anew is another user's.
#[tokio::test]
async fn the_row_of_another_user_of_that_name_is_not_the_callers() {
    let shop = Shop::open().await;
    shop.logged_in(ALICE).await;
    shop.cloud.pool.delete_user("alice");
    shop.cloud
        .pool
        .add_user(User::new("alice").with_password(ALICE.1));
    let token = shop.token(ALICE).await;

    for path in ["/row", "/any", "/login-or-token"] {
        let page = shop.caller().get(path, &token).await;

        assert_eq!(page.status, StatusCode::FORBIDDEN, "{path}");
    }
}

/// Anybody may have registered the name of a row that nobody has logged in to.
#[tokio::test]
async fn a_row_without_a_subject_is_nobodys() {
    let shop = Shop::open().await;
    let row = UserSync::new("alice", shop.cloud.clock.now()).without_login();
    shop.users.store.sync(&row).await.expect("written");
    let token = shop.token(ALICE).await;

    let page = shop.caller().get("/row", &token).await;

    assert_eq!(page.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn without_a_store_of_users_a_row_is_a_mistake_of_the_site() {
    let cloud = Cloud::start().await;
    let auth = Auth::builder().with_tokens_of(cloud.cognito());
    let auth = auth.build().await.expect("a site");
    let router = Router::new()
        .route("/row", get(async |_: ApiUser| "unreachable"))
        .layer(auth.login_layer());
    let tokens = tokens(&cloud.cognito(), ALICE).await;

    let page = Caller::of(router).get("/row", tokens.access.expose()).await;

    assert_eq!(page.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(page.problem()["title"], "Internal Server Error");
}

#[tokio::test]
async fn sessions_and_tokens_share_a_route() {
    let shop = Shop::open().await;
    let mut browser = shop.logged_in(ALICE).await;
    let token = shop.token(ALICE).await;
    let mut caller = shop.caller();

    for path in ["/any", "/login-or-token", "/api/any"] {
        assert_eq!(browser.get(path).await.body, "session of alice", "{path}");
        let page = caller.get(path, &token).await;
        assert_eq!(page.body, "token of alice", "{path}");
    }
    let by_token = caller.get("/session-only", &token).await;
    assert_eq!(by_token.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_bad_token_is_not_mended_by_a_session() {
    let shop = Shop::open().await;
    let mut browser = shop.logged_in(ALICE).await;
    let headers = [("authorization", "Bearer garbage")];

    for path in ["/any", "/login-or-token", "/api/any"] {
        let page = browser.get_with(path, &headers).await;

        assert_eq!(page.status, StatusCode::UNAUTHORIZED, "{path}");
    }
    let page = send(&mut browser, Method::POST, "/any/maybe", &headers).await;
    assert_eq!(page.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn another_site_cannot_use_a_session_and_a_token_is_not_its_to_use() {
    let shop = Shop::open().await;
    let mut browser = shop.logged_in(ALICE).await;
    let token = format!("Bearer {}", shop.token(ALICE).await);

    for (headers, forged) in [
        (&[][..], false),
        (&[("sec-fetch-site", "same-origin")], false),
        (&[("origin", "http://site.example")], false),
        (&[("sec-fetch-site", "cross-site")], true),
        (&[("sec-fetch-site", "same-site")], true),
        (&[("origin", "https://evil.example")], true),
        (&[("origin", "null")], true),
        (&[("referer", "https://evil.example/")], true),
    ] {
        for path in ["/any", "/any/maybe", "/login-or-token"] {
            let page = send(&mut browser, Method::POST, path, headers).await;
            let expected = match forged {
                true => StatusCode::FORBIDDEN,
                false => StatusCode::OK,
            };
            assert_eq!(page.status, expected, "{path} {headers:?}");

            let with_token = [headers, &[("authorization", &token)]].concat();
            let page = send(&mut browser, Method::POST, path, &with_token).await;
            assert_eq!(page.status, StatusCode::OK, "{path} {headers:?}");
        }
        let page = send(&mut browser, Method::DELETE, "/any", headers).await;
        assert_eq!(page.status == StatusCode::FORBIDDEN, forged, "{headers:?}");
        let page = browser.get_with("/any", headers).await;
        assert_eq!(page.status, StatusCode::OK, "it only reads: {headers:?}");
    }

    // Nobody's request can be forged.
    let mut stranger = Browser::new(shop.router.clone());
    let headers = [("sec-fetch-site", "cross-site")];
    let page = send(&mut stranger, Method::POST, "/any/maybe", &headers).await;
    assert_eq!(page.body, "nobody");
}

#[tokio::test]
async fn nobody_is_told_both_ways_in() {
    let shop = Shop::open().await;
    let mut stranger = Browser::new(shop.router.clone());
    let program = [("accept", "application/json")];

    for path in ["/any", "/login-or-token"] {
        let page = stranger.get(path).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{path}");
        let page = stranger.get_with(path, &program).await;
        assert_eq!(page.status, StatusCode::UNAUTHORIZED, "{path}");
        let challenges: Vec<_> = page.headers.get_all("www-authenticate").iter().collect();
        assert_eq!(challenges, ["Session", "Bearer"]);
    }
    // Where errors are JSON, a browser is a program too.
    let page = stranger.get("/api/any").await;
    assert_eq!(page.status, StatusCode::UNAUTHORIZED);
    assert_eq!(page.problem()["detail"], "Not logged in.");
}

#[tokio::test]
async fn guards_of_groups_and_permissions_take_a_token_where_told() {
    let shop = Shop::open().await;
    shop.logged_in(ALICE).await;
    let mut admin = shop.logged_in(ADMIN).await;
    let (alices, admins) = (shop.token(ALICE).await, shop.token(ADMIN).await);
    let mut caller = shop.caller();

    for path in ["/admins", "/prices"] {
        assert_eq!(admin.get(path).await.body, "session of admin", "{path}");
        let page = caller.get(path, &admins).await;
        assert_eq!(page.body, "token of admin", "{path}");
        let page = caller.get(path, &alices).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{path}");
        assert_eq!(page.problem()["detail"], "this user may not do this");
    }
}

/// Cognito may count a refresh as a login, so a token does not tell.
#[tokio::test]
async fn no_token_stands_for_a_recent_login() {
    let shop = Shop::open().await;
    let mut browser = shop.logged_in(ALICE).await;
    let token = shop.token(ALICE).await;

    assert_eq!(browser.get("/recent").await.status, StatusCode::OK);
    let page = shop.caller().get("/recent", &token).await;
    assert_eq!(page.status, StatusCode::UNAUTHORIZED);
    let challenge = page.header("www-authenticate");
    assert!(challenge.contains("insufficient_user_authentication"));
}

#[tokio::test]
async fn a_machine_has_no_row() {
    let cloud = Cloud::start().await;
    let users = Users::create().await;
    let machine = add_machine(&cloud, ["orders/read"]);
    let cognito = cloud.builder();
    let cognito = cognito.with_api_clients([machine.id().parse().expect("an id")]);
    let pool = UserPool::with_client(cognito.build().expect("a client"), users.store.clone());
    let auth = Auth::builder()
        .with_pool(pool)
        .build()
        .await
        .expect("a site");
    let router = Router::new()
        .route("/row", get(async |_: ApiUser| "unreachable"))
        .route("/any", get(async |_: Option<AnyUser>| "unreachable"))
        .layer(auth.layer(MemoryStore::default()));
    let token = machine_token(&cloud, &machine).await;

    for path in ["/row", "/any"] {
        let page = Caller::of(router.clone()).get(path, &token).await;

        assert_eq!(page.status, StatusCode::FORBIDDEN, "{path}");
        assert_eq!(page.problem()["detail"], "this is for the tokens of users");
    }
}

//! Answers that go on for long, and end when the login ends.

#[allow(dead_code, reason = "the flows use the rest")]
#[path = "../flows/site.rs"]
mod site;

use std::convert::Infallible;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use axum::response::sse::{Event, Sse};
use axum::routing::get;
use axum_cognito::tower_sessions::MemoryStore;
use axum_cognito::users::{LoginId, UserStore};
use axum_cognito::web::AuthBuilder;
use axum_cognito::{Auth, AuthSession, CurrentUser, UserPool, login_required, pages};
use cognito_emulator::{Fault, FaultKind};
use futures_util::stream::{self, Stream, StreamExt};
use http_body_util::BodyExt;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tower::ServiceExt;

use self::site::{ALICE, Browser, Cloud, Users};

#[allow(dead_code, reason = "its `main` listens on a port")]
#[path = "../../examples/streams.rs"]
mod example;

/// How soon the site notices what happens elsewhere.
const WITHIN: Duration = Duration::from_millis(200);
const HOUR: Duration = Duration::from_secs(60 * 60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// A site with a stream that says one thing and then nothing.
struct Streams {
    cloud: Cloud,
    users: Users,
    auth: Auth,
    router: Router,
}

impl Streams {
    async fn start() -> Self {
        Self::with(|auth| auth).await
    }

    async fn with(change: impl FnOnce(AuthBuilder) -> AuthBuilder) -> Self {
        let cloud = Cloud::start().await;
        let users = Users::create().await;
        let auth = Auth::builder()
            .with_pool(UserPool::with_client(cloud.cognito(), users.store.clone()))
            .with_clock(cloud.clock.clone());
        let auth = change(auth).build().await.expect("a site");
        let router = Router::new()
            .route("/news", get(news))
            .route("/login-id", get(login_id))
            .route_layer(login_required())
            .route("/open-news", get(news))
            .merge(pages::router())
            .layer(auth.layer(MemoryStore::default()));

        Self {
            cloud,
            users,
            auth,
            router,
        }
    }

    async fn logged_in(&self) -> Browser {
        let mut browser = Browser::new(self.router.clone());
        let page = browser.log_in(ALICE, "/").await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
        browser
    }
}

async fn news(auth: AuthSession) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let first = stream::once(async { Ok(Event::default().data("first")) });
    let news = first.chain(stream::pending());
    Sse::new(news.take_until(async move { auth.ended(WITHIN).await }))
}

async fn login_id(user: CurrentUser) -> String {
    user.login_id().to_string()
}

/// Opens a stream, and reads the first thing that it says.
async fn open(browser: &Browser, path: &str) -> Body {
    let request = Request::get(path)
        .header("host", "site.example")
        .header("cookie", browser.cookie.as_deref().unwrap_or_default())
        .body(Body::empty());
    let answer = browser.router().oneshot(request.expect("a request")).await;
    let answer = answer.expect("infallible");
    assert_eq!(answer.status(), StatusCode::OK);

    let mut body = answer.into_body();
    let first = tokio::time::timeout(Duration::from_secs(5), body.frame()).await;
    let first = first.expect("in time").expect("a frame").expect("no error");
    assert!(first.is_data());
    body
}

/// How long it takes a stream to end; `None`: it goes on.
async fn ends_after(mut body: Body, patience: Duration) -> Option<Duration> {
    let began = Instant::now();
    let end = async { while body.frame().await.is_some() {} };
    tokio::time::timeout(patience, end).await.ok()?;
    Some(began.elapsed())
}

#[tokio::test]
async fn a_stream_goes_on_while_the_login_does() {
    let site = Streams::start().await;
    let browser = site.logged_in().await;

    let stream = open(&browser, "/news").await;

    assert_eq!(ends_after(stream, 5 * WITHIN).await, None);
}

#[tokio::test]
async fn nobody_has_a_stream_that_ends_at_once() {
    let site = Streams::start().await;
    let browser = Browser::new(site.router.clone());

    let request = Request::get("/open-news").body(Body::empty());
    let answer = browser.router().oneshot(request.expect("a request")).await;
    let body = answer.expect("infallible").into_body();

    assert!(ends_after(body, 5 * WITHIN).await.is_some());
}

/// Without waiting for the next look: the example looks every ten seconds.
#[tokio::test]
async fn a_logout_ends_the_streams_of_the_login_at_once() {
    let cloud = Cloud::start().await;
    let users = Users::create().await;
    let router = example::site(cloud.cognito(), users.store.clone()).await;
    let mut browser = Browser::new(router.expect("a site"));
    browser.log_in(ALICE, "/").await;
    let stream = open(&browser, "/ticks").await;

    let page = browser.clone().post("/logout", &[]).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);

    let time = ends_after(stream, Duration::from_secs(5)).await;
    assert!(
        time.is_some_and(|time| time < Duration::from_secs(2)),
        "{time:?}"
    );
    let page = browser
        .get_with("/ticks", &[("accept", "text/event-stream")])
        .await;
    assert_eq!(page.status, StatusCode::UNAUTHORIZED, "{}", page.body);
}

/// The socket of the example, spoken as RFC 6455 writes it down (sections 1.2 and 5.7).
#[tokio::test]
async fn a_logout_closes_the_sockets_of_the_login_at_once() {
    let cloud = Cloud::start().await;
    let users = Users::create().await;
    let router = example::site(cloud.cognito(), users.store.clone()).await;
    let router = router.expect("a site");
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(axum::serve(listener, router.clone()).into_future());
    let mut browser = Browser::new(router);

    let (answer, _) = upgrade(address, "").await;
    assert!(answer.starts_with("HTTP/1.1 401 "), "{answer}");
    browser.log_in(ALICE, "/").await;
    let cookie = browser.cookie.clone().expect("a cookie");
    let (answer, mut socket) = upgrade(address, &cookie).await;
    assert!(answer.starts_with("HTTP/1.1 101 "), "{answer}");
    // "Hello", masked, and as it comes back.
    let said = [
        0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58,
    ];
    socket.write_all(&said).await.expect("a socket");
    let mut heard = [0; 7];
    socket.read_exact(&mut heard).await.expect("an answer");
    assert_eq!(&heard, b"\x81\x05Hello");

    let page = browser.clone().post("/logout", &[]).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);

    let mut rest = Vec::new();
    let end = socket.read_to_end(&mut rest);
    let end = tokio::time::timeout(Duration::from_secs(2), end).await;
    end.expect("in time").expect("an end");
}

/// Asks for a WebSocket. Returns the head of the answer, and the connection.
async fn upgrade(address: SocketAddr, cookie: &str) -> (String, TcpStream) {
    let mut socket = TcpStream::connect(address).await.expect("a site");
    let request = format!(
        "GET /echo HTTP/1.1\r\nhost: site.example\r\ncookie: {cookie}\r\nconnection: upgrade\r\n\
         upgrade: websocket\r\nsec-websocket-version: 13\r\n\
         sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    );
    socket
        .write_all(request.as_bytes())
        .await
        .expect("a socket");
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(socket.read_u8().await.expect("an answer"));
    }
    (String::from_utf8(head).expect("text"), socket)
}

#[tokio::test]
async fn a_user_whom_the_site_deactivates_has_no_stream() {
    let site = Streams::start().await;
    let browser = site.logged_in().await;
    let other = site.logged_in().await;
    let (one, two) = (open(&browser, "/news").await, open(&other, "/news").await);
    let row = site.users.store.find_by_username(ALICE.0).await;
    let row = row.expect("a database").expect("a row");

    let backend = site.cloud.pool.id().to_owned();
    let changed = site.auth.set_active(&backend, &row.id, false).await;
    assert!(changed.expect("a database"));

    for stream in [one, two] {
        assert!(ends_after(stream, 5 * WITHIN).await.is_some());
    }
}

/// In the database, by another process: the next look sees it.
#[tokio::test]
async fn an_end_elsewhere_is_noticed_within_the_time_that_was_asked_for() {
    let site = Streams::start().await;
    let mut browser = site.logged_in().await;
    let stream = open(&browser, "/news").await;
    let id = LoginId::from(browser.get("/login-id").await.body);

    let logins = site.users.store.logins().expect("a registry");
    let ended = logins.end(&id).await.expect("a database");
    assert!(ended.is_some());

    let time = ends_after(stream, 10 * WITHIN).await;
    assert!(time.is_some(), "the stream goes on");
}

/// What requests may take for alive a little longer, a stream looks up.
#[tokio::test]
async fn warm_logins_keep_no_stream() {
    let site = Streams::with(|auth| auth.with_warm_logins(DAY)).await;
    let mut browser = site.logged_in().await;
    let stream = open(&browser, "/news").await;
    let id = LoginId::from(browser.get("/login-id").await.body);

    let logins = site.users.store.logins().expect("a registry");
    let ended = logins.end(&id).await.expect("a database");
    assert!(ended.is_some());
    assert_eq!(browser.get("/login-id").await.body, id.to_string(), "warm");

    let time = ends_after(stream, 10 * WITHIN).await;
    assert!(time.is_some(), "the stream goes on");
    let page = browser.get("/login-id").await;
    assert_eq!(
        page.status,
        StatusCode::SEE_OTHER,
        "known to be over by now"
    );
}

#[tokio::test]
async fn waiting_is_no_use_of_a_login() {
    let site = Streams::start().await;
    let browser = site.logged_in().await;
    let stream = open(&browser, "/news").await;

    // Some looks later, and again and again: the login is as idle as it was.
    for _ in 0..8 {
        tokio::time::sleep(2 * WITHIN).await;
        site.cloud.advance(DAY);
    }

    assert!(ends_after(stream, 10 * WITHIN).await.is_some());
}

#[tokio::test]
async fn a_user_whom_cognito_refuses_has_no_stream_when_the_tokens_expire() {
    let site = Streams::start().await;
    let browser = site.logged_in().await;
    let stream = open(&browser, "/news").await;
    site.cloud.pool.disable_user(ALICE.0);

    site.cloud.advance(Duration::from_secs(2 * 60 * 60));

    assert!(ends_after(stream, 20 * WITHIN).await.is_some());
}

/// As a page does, which is 503 from then on.
#[tokio::test]
async fn a_stream_ends_with_tokens_that_cannot_be_renewed() {
    let site = Streams::start().await;
    let mut browser = site.logged_in().await;
    let mut stream = open(&browser, "/news").await;
    let down = FaultKind::Status(500);
    let renewal = "GetTokensFromRefreshToken";
    site.cloud
        .emulator
        .inject(Fault::on(renewal, down).forever());

    // They are due, and good for half a minute.
    site.cloud.advance(HOUR - Duration::from_secs(30));
    let goes_on = tokio::time::timeout(8 * WITHIN, stream.frame()).await;
    assert!(goes_on.is_err(), "{goes_on:?}");
    assert_eq!(browser.get("/login-id").await.status, StatusCode::OK);

    site.cloud.advance(Duration::from_secs(60));
    assert!(ends_after(stream, 50 * WITHIN).await.is_some());
    let page = browser.get("/login-id").await;
    assert_eq!(
        page.status,
        StatusCode::SERVICE_UNAVAILABLE,
        "{}",
        page.body
    );
}

/// An outage is no end.
#[tokio::test]
async fn a_stream_goes_on_while_the_database_does_not_answer() {
    let site = Streams::start().await;
    let browser = site.logged_in().await;
    let stream = open(&browser, "/news").await;

    let store = site.users.store.clone();
    tokio::spawn(async move { store.pool().close().await });

    assert_eq!(ends_after(stream, 5 * WITHIN).await, None);
}

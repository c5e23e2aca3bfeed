//! What holds for whatever a browser sends.

use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use async_trait::async_trait;
use axum::body::Body;
use axum::http::header::{AUTHORIZATION, COOKIE, SET_COOKIE, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, Request, StatusCode, Uri};
use axum::response::Response;
use axum::routing::get;
use axum::{Extension, Router};
use serde::Serialize;
use serde_json::{Value, json};
use time::OffsetDateTime;
use tower_service::Service;
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::{self, Error as StoreError};
use tower_sessions::{Session, SessionStore};
use url::Url;

use super::login::{KeptChallenge, KeptDevices, KeptLogin, follow_device};
use super::store::hashed;
use super::{Auth, Bearer, CurrentUser, LocalPath};
use crate::backend::{
    AuthBackend, CompletedLogin, Credentials, DeviceChange, Error, LoginOutcome, Refusal,
};
use crate::clock::ManualClock;
use crate::cognito::{Cognito, RememberedDevice};
use crate::token::fuzzing::{APP_CLIENT, GOOD, NOW, keys};
use crate::users::{LoginRecord, User, UserId};

/// The id of the only session, and what stands in its cookie.
const ID: Id = Id(0x0123_4567_89ab_cdef_0123_4567_89ab_cdef);
const COOKIE_VALUE: &str = "782riWdFIwHvzauJZ0UjAQ";

/// A cookie logs in if it holds the id of a session where somebody is logged in. No other does,
/// and none is taken for the id of a session to come.
pub fn cookie(bytes: &[u8]) {
    let Ok(cookie) = HeaderValue::from_bytes(bytes) else {
        return;
    };

    let store = OneSession::new(logged_in().to_string().as_bytes());
    let answer = run(visit(&store, me(), request("/me", &cookie)));

    let text = String::from_utf8_lossy(bytes);
    let names_it = url::form_urlencoded::parse(bytes)
        .any(|(name, value)| name.contains(COOKIE_VALUE) || value.contains(COOKIE_VALUE));
    match answer.status() {
        StatusCode::OK => assert!(names_it, "the id of a session: {text:?}"),
        StatusCode::SEE_OTHER => assert_ne!(text, good_cookie(), "a good id"),
        status => panic!("{status} for {text:?}"),
    }
    let set = answer.headers().get(SET_COOKIE);
    assert_eq!(set, None, "a cookie that is not ours is left alone");
}

/// Whatever a session holds is read as what it is or as nothing; it never is an error, which the
/// visitor could do nothing about.
pub(crate) async fn kept(bytes: &[u8]) {
    let session = || Session::new(Some(ID), Arc::new(OneSession::new(bytes)), None);

    let one = session();
    if let Some(login) = KeptLogin::read(&one).await.expect("no error") {
        login.write(&one).await.expect("written");
        let again = KeptLogin::read(&one).await.expect("no error");
        assert_eq!(value(&again), value(&Some(login)), "read as written");
    } else {
        assert_eq!(one.get_value("axum_cognito.login").await.ok(), Some(None));
    }

    if let Some(challenge) = KeptChallenge::read(&one).await.expect("no error") {
        challenge.write(&one).await.expect("written");
        let again = KeptChallenge::read(&one).await.expect("no error");
        assert_eq!(value(&again), value(&Some(challenge)), "read as written");
    } else {
        let left = one.get_value("axum_cognito.challenge").await.ok();
        assert_eq!(left, Some(None));
    }

    let one = session();
    let device = RememberedDevice::new("key", "group", "password".to_owned());
    let change = DeviceChange::New(device);
    let kept = follow_device(&one, ("fuzz", "alice"), "a@b", change).await;
    kept.expect("no error");
    let devices = KeptDevices::read(&one).await.expect("no error");
    assert!(devices.len() <= KeptDevices::MAX, "not more and more");
    assert!(
        devices.of("fuzz", "alice").is_some(),
        "the new one is there"
    );
    KeptDevices::rescue(&session()).await;
}

/// Visits a site of these routes, in a session that holds these bytes.
pub(crate) async fn visit(store: &OneSession, routes: Router, request: Request<Body>) -> Response {
    let clock = Arc::new(ManualClock::new(time(NOW)));
    let auth = Auth::builder().with_backend(OneUser).with_clock(clock);
    let auth = auth.build().await.expect("a site");
    for user in 1..=4 {
        let id = if user == 1 { "login" } else { "other" };
        let login = LoginRecord::new(id.into(), "fuzz", user, time(NOW));
        auth.add_login(login).await;
    }
    let mut site = routes.layer(auth.layer(store.clone()));

    match site.call(request).await {
        Ok(answer) => answer,
        Err(never) => match never {},
    }
}

/// A page for users alone, which says who they are.
pub(crate) fn me() -> Router {
    Router::new().route("/me", get(async |user: CurrentUser| user.username.clone()))
}

/// Whether the record of a session says that the user is logged in.
pub(crate) fn is_of_the_user(bytes: &[u8]) -> bool {
    let Ok(record) = serde_json::from_slice::<Value>(bytes) else {
        return false;
    };
    record["axum_cognito.login"] == "login fuzz"
}

pub(crate) fn request(path: &str, cookie: &HeaderValue) -> Request<Body> {
    let mut request = Request::new(Body::empty());
    *request.uri_mut() = path.parse().expect("a path");
    request.headers_mut().insert(COOKIE, cookie.clone());
    request
}

pub(crate) fn good_cookie() -> String {
    format!("id={COOKIE_VALUE}")
}

/// Runs one visit, and drops whatever it left running.
pub(crate) fn run<T>(visit: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .expect("a runtime")
        .block_on(visit)
}

fn time(seconds: i64) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(seconds).expect("a time")
}

fn logged_in() -> Value {
    json!({ "axum_cognito.login": "login fuzz" })
}

fn value(kept: &impl Serialize) -> Value {
    serde_json::to_value(kept).expect("JSON")
}

/// A store with one session. Its record is whatever the bytes are.
#[derive(Clone, Debug)]
pub(crate) struct OneSession {
    bytes: Arc<[u8]>,
    saved: Arc<Mutex<Option<Record>>>,
}

impl OneSession {
    pub(crate) fn new(bytes: &[u8]) -> Self {
        Self {
            bytes: bytes.into(),
            saved: Arc::default(),
        }
    }

    fn saved(&self) -> std::sync::MutexGuard<'_, Option<Record>> {
        self.saved.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl SessionStore for OneSession {
    async fn create(&self, record: &mut Record) -> session_store::Result<()> {
        self.save(record).await
    }

    async fn save(&self, record: &Record) -> session_store::Result<()> {
        *self.saved() = Some(record.clone());
        Ok(())
    }

    async fn load(&self, id: &Id) -> session_store::Result<Option<Record>> {
        let saved = self.saved().clone().filter(|record| record.id == *id);
        if saved.is_some() || ![ID, hashed(&ID)].contains(id) {
            return Ok(saved);
        }

        let data: HashMap<String, Value> = serde_json::from_slice(&self.bytes)
            .map_err(|error| StoreError::Decode(error.to_string()))?;
        Ok(Some(Record {
            id: *id,
            data,
            expiry_date: time(4_102_444_800), // in the year 2100
        }))
    }

    async fn delete(&self, _: &Id) -> session_store::Result<()> {
        *self.saved() = None;
        Ok(())
    }
}

/// A backend that knows one user who may log in, and no password.
struct OneUser;

#[async_trait]
impl AuthBackend for OneUser {
    fn name(&self) -> &str {
        "fuzz"
    }

    async fn authenticate(&self, _: &Credentials) -> Result<LoginOutcome<CompletedLogin>, Error> {
        Ok(LoginOutcome::Refused(Refusal::NotAuthorized))
    }

    async fn user(&self, id: &UserId) -> Result<Option<User>, Error> {
        let mut user = match id.as_number() {
            // The one who is asked for, another one, and one who may not log in.
            Some(1 | 2) => User::new(1, "alice"),
            Some(3) => User::new(3, "mallory"),
            _ => return Ok(None),
        };
        user.is_active = user.id == UserId::from(1);
        Ok(Some(user))
    }
}

/// Stands for the good token, which only this process knows.
const TOKEN: char = '$';

/// A caller is let in by one header with the good token, and by nothing else; whoever sends another bearer
/// token, or two headers, is 401 and never taken for nobody.
///
/// Each line is a header, in which a dollar sign stands for the good token.
pub fn authorization(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes).replace(TOKEN, &GOOD);
    let lines = text.split('\n').filter(|line| !line.is_empty());
    let Ok(values) = lines
        .map(HeaderValue::from_str)
        .collect::<Result<Vec<_>, _>>()
    else {
        return;
    };
    let mut request = Request::new(Body::empty());
    for value in &values {
        request.headers_mut().append(AUTHORIZATION, value.clone());
    }

    let answer = run(api().call(request)).unwrap_or_else(|never| match never {});

    let caller = answer.extensions().get::<Caller>();
    let challenge = answer.headers().get(WWW_AUTHENTICATE);
    let is_unauthorized = answer.status() == StatusCode::UNAUTHORIZED;
    assert_eq!(is_unauthorized, caller.is_none(), "{answer:?}");
    if is_unauthorized {
        let challenge = challenge.and_then(|challenge| challenge.to_str().ok());
        assert_eq!(challenge, Some(r#"Bearer error="invalid_token""#));
    }
    let [value] = &values[..] else {
        let nobody = values.is_empty().then_some(Caller::Nobody);
        return assert_eq!(caller.copied(), nobody, "{values:?}");
    };
    // Bytes beyond ASCII are in no token, and nobody knows which scheme would have them.
    let Ok(text) = value.to_str() else {
        return assert_eq!(caller, None, "{values:?}");
    };
    let scheme = text.split(' ').next().unwrap_or_default();
    let is_bearer = scheme.eq_ignore_ascii_case("bearer");
    let wanted = match text[scheme.len()..].trim() == *GOOD {
        _ if !is_bearer => Some(Caller::Nobody),
        true => Some(Caller::Alice),
        false => None,
    };
    assert_eq!(caller.copied(), wanted, "{text:?}");
}

/// Whom the API takes a caller for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Caller {
    Alice,
    Nobody,
}

/// An API whose callers are verified without a network.
fn api() -> Router {
    static API: LazyLock<Router> = LazyLock::new(|| {
        let pool = "eu-west-1_Ab12Cd34E".parse().expect("a pool");
        let client = APP_CLIENT.parse().expect("an app client");
        let cognito = Cognito::builder(pool, client)
            .with_key_set(keys())
            .with_clock(Arc::new(ManualClock::new(time(NOW))));
        let cognito = cognito.build().expect("a client");
        let auth = run(Auth::builder().with_tokens_of(cognito).build());

        Router::new()
            .route("/", get(whoami))
            .layer(auth.expect("a site").login_layer())
    });

    API.clone()
}

async fn whoami(caller: Option<Bearer>) -> Extension<Caller> {
    Extension(match caller {
        None => Caller::Nobody,
        Some(Bearer::User(user)) if user.username() == "alice" => Caller::Alice,
        Some(other) => panic!("somebody else: {other:?}"),
    })
}

/// Pages of sites that somebody is sent on from.
const PAGES: [&str; 3] = [
    "https://site.example/login",
    "http://localhost:3000/a/b/login?next=/x",
    "https://user:word@site.example:8443/login/",
];

/// Whatever is accepted as a path on this site is one to a browser, both as it was given and as
/// it stands in `Location`.
pub fn next(bytes: &[u8]) {
    let given = String::from_utf8_lossy(bytes);
    if let Ok(path) = given.parse::<LocalPath>() {
        stays_here(&given, &path);
    }
    if let Ok(uri) = Uri::try_from(bytes)
        && let Some(path) = LocalPath::of_request(&uri)
    {
        stays_here(path.as_str(), &path);
    }
}

fn stays_here(given: &str, path: &LocalPath) {
    let location = path.to_header();
    let location = location.to_str().expect("visible ASCII");
    let again: LocalPath = location.parse().expect("a path again");
    assert_eq!(again, *path, "reading it twice changes nothing");

    let login = LocalPath::from_static("/login?a=b").with_next(path);
    for page in PAGES {
        let page = Url::parse(page).expect("a literal address");
        let target = page.join(location).expect("an address");
        assert_eq!(target.origin(), page.origin(), "as emitted");
        let mut as_given = page.join(given).expect("an address");
        as_given.set_fragment(None); // never in `Location`: only a browser knows it
        assert_eq!(as_given, target, "as given");

        let login = page.join(login.as_str()).expect("an address");
        assert_eq!(login.origin(), page.origin(), "the login page");
        let next = login.query_pairs().find(|(name, _)| name == "next");
        let next = next.expect("it is there").1;
        assert_eq!(next, location, "the login page gets it unchanged");
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_cookie_of_the_session_logs_in() {
        assert_eq!(ID.to_string(), COOKIE_VALUE);

        let store = OneSession::new(logged_in().to_string().as_bytes());
        let cookie = good_cookie().parse().expect("a header");
        let answer = run(visit(&store, me(), request("/me", &cookie)));

        assert_eq!(answer.status(), StatusCode::OK);
    }

    proptest! {
        #[test]
        fn cookies(
            pairs in prop::collection::vec(
                (
                    prop::sample::select(vec!["id", "ID", " id", "i%64", "x", "", "id "]),
                    prop::sample::select(vec!["=", "==", "", "%3D", " = "]),
                    prop_oneof![
                        Just(COOKIE_VALUE.to_owned()),
                        Just(format!("\"{COOKIE_VALUE}\"")),
                        Just(COOKIE_VALUE.replace('Q', "%51")),
                        "[A-Za-z0-9_-]{21}[AQgw]",
                        "[ -~]{0,30}",
                    ],
                ),
                0..4,
            ),
        ) {
            let pairs: Vec<_> = pairs.iter().map(|(name, is, value)| format!("{name}{is}{value}")).collect();

            super::cookie(pairs.join(";").as_bytes());
        }

        #[test]
        fn authorizations(
            headers in prop::collection::vec(
                (
                    prop::sample::select(vec![
                        "Bearer", "bearer", "BEARER", "Basic", "Bearer:", "\"Bearer\"", "", " Bearer",
                        "DPoP", "Bearer,",
                    ]),
                    prop::sample::select(vec![" ", " ", "  ", "\t", "", " \t ", "=", " token="]),
                    prop_oneof![
                        4 => Just("$".to_owned()),
                        1 => Just("$ ".to_owned()),
                        1 => Just("$,".to_owned()),
                        1 => Just("$ $".to_owned()),
                        1 => Just("$=".to_owned()),
                        1 => "[A-Za-z0-9_.-]{0,30}",
                        1 => "[ -~\u{80}-\u{ff}]{0,20}",
                    ],
                ),
                0..3,
            ),
        ) {
            let lines: Vec<_> = headers.iter().map(|(scheme, gap, token)| format!("{scheme}{gap}{token}")).collect();

            super::authorization(lines.join("\n").as_bytes());
        }

        #[test]
        fn authorizations_of_any_bytes(bytes in any::<Vec<u8>>()) {
            super::authorization(&bytes);
        }

        #[test]
        fn cookies_of_any_bytes(bytes in any::<Vec<u8>>()) {
            super::cookie(&bytes);
        }

        /// Whatever has led browsers elsewhere, in any order.
        #[test]
        fn next_of_tricks(
            pieces in prop::collection::vec(
                prop_oneof![
                    2 => prop::sample::select(vec!["/", "//", ".", "..", "%2e", "%2E%2e"]),
                    1 => prop::sample::select(vec!["evil.example", "this-site.invalid", "a"]),
                    1 => prop::sample::select(vec![
                        "\\", "%5c", "%2f", "?", "#", "@", ":", "https:", "\t", "\r\n", " ",
                    ]),
                ],
                0..6,
            ),
        ) {
            super::next(format!("/{}", pieces.concat()).as_bytes());
        }

        #[test]
        fn next(path in "[/\\\\.%a-z2eEfF:@?#&=\t\n ]{0,24}") {
            super::next(path.as_bytes());
        }

        #[test]
        fn next_with_a_query(path in "/[a-z/.%0-9]{0,9}", query in "\\?[ -~]{0,20}") {
            super::next(format!("{path}{query}").as_bytes());
        }

        #[test]
        fn next_of_any_text(start in "/?", rest in any::<String>()) {
            super::next(format!("{start}{rest}").as_bytes());
        }
    }
}

//! A site on a user pool of its own, and a browser that keeps its cookies.

#[path = "html_judge.rs"]
pub(crate) mod html_judge;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, Method, Request, StatusCode};
use axum::routing::get;
use axum_cognito::clock::{Clock, ManualClock, SystemClock};
use axum_cognito::cognito::Cognito;
use axum_cognito::pages::{JsonApi, Pages};
use axum_cognito::tower_sessions::{MemoryStore, SessionStore};
use axum_cognito::web::AuthBuilder;
use axum_cognito::{
    Auth, CognitoBackend, CurrentUser, SqliteUsers, UserPool, group_required, login_required,
    pages, permission_required,
};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use cognito_emulator::{AppClient, AuthFlow, Emulator, Pool, User};
use http_body_util::BodyExt;
use serde_json::Value;
use tower::ServiceExt;

pub(crate) const ALICE: (&str, &str) = ("alice", "Correct-horse-1");
pub(crate) const ADMIN: (&str, &str) = ("admin", "Correct-horse-2");
pub(crate) const NEWBIE: (&str, &str) = ("newbie", "Temporary-1!");
pub(crate) const TOTP: (&str, &str) = ("totp", "Correct-horse-3");

/// A user pool with the users of the demo.
pub(crate) struct Cloud {
    pub(crate) emulator: Emulator,
    pub(crate) pool: Pool,
    pub(crate) client: AppClient,
    pub(crate) clock: Arc<ManualClock>,
}

impl Cloud {
    pub(crate) async fn start() -> Self {
        Self::with_client(AppClient::new("site").with_secret("emulated_secret_of_the_tests")).await
    }

    pub(crate) async fn with_client(client: AppClient) -> Self {
        let emulator = Emulator::start().await.expect("the emulator starts");
        Self::on(emulator, client)
    }

    pub(crate) fn on(emulator: Emulator, client: AppClient) -> Self {
        Self::of("us-east-1_FlowTests", emulator, client)
    }

    pub(crate) fn of(pool: &str, emulator: Emulator, client: AppClient) -> Self {
        let pool = emulator.add_pool(
            Pool::new(pool)
                .with_alias_attributes(["email"])
                .with_custom_attributes(["team"]),
        );
        let client = pool.add_client(client.with_flows([
            AuthFlow::UserSrp,
            AuthFlow::UserPassword,
            AuthFlow::RefreshToken,
        ]));
        let user = |(name, password): (&str, &str)| {
            User::new(name)
                .with_password(password)
                .with_attribute("email", format!("{name}@example.com"))
                .with_attribute("given_name", name.to_uppercase())
                .with_attribute("family_name", "Example")
        };
        pool.add_user(user(ALICE));
        pool.add_user(user(ADMIN).with_group("admins"));
        pool.add_user(
            User::new(NEWBIE.0)
                .with_temporary_password(NEWBIE.1)
                .with_attribute("email", "newbie@example.com"),
        );
        pool.add_user(user(TOTP).with_totp_secret("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"));

        Self {
            emulator,
            pool,
            client,
            clock: Arc::new(ManualClock::new(SystemClock.now())),
        }
    }

    /// The client of this pool, without AWS credentials.
    pub(crate) fn cognito(&self) -> Cognito {
        self.builder().build().expect("a client")
    }

    pub(crate) fn builder(&self) -> axum_cognito::cognito::CognitoBuilder {
        let pool = self.pool.id().parse().expect("a pool id");
        let client = self.client.id().parse().expect("an app client id");
        let builder = Cognito::builder(pool, client)
            .with_endpoint(self.emulator.endpoint())
            .with_clock(self.clock.clone());

        match self.client.secret() {
            Some(secret) => builder.with_app_client_secret(secret.to_owned()),
            None => builder,
        }
    }

    /// Lets time pass, for the site and for the user pool.
    pub(crate) fn advance(&self, time: Duration) {
        self.clock.advance(time);
        self.emulator.advance(time);
    }

    /// How often the site called an operation.
    pub(crate) fn calls(&self, operation: &str) -> usize {
        let calls = self.emulator.calls();
        calls
            .iter()
            .filter(|call| call.operation == operation)
            .count()
    }
}

/// A users table in a file that goes away with it.
pub(crate) struct Users {
    pub(crate) store: SqliteUsers,
    _folder: tempfile::TempDir,
}

impl Users {
    pub(crate) async fn create() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let url = format!("sqlite://{}", folder.path().join("app.db").display());

        Self {
            store: SqliteUsers::connect(&url).await.expect("a database"),
            _folder: folder,
        }
    }
}

/// A user pool, a users table, and a site on both.
pub(crate) struct Site {
    pub(crate) cloud: Cloud,
    pub(crate) users: Users,
    #[allow(dead_code, reason = "the tests of secrecy look into it")]
    pub(crate) store: MemoryStore,
    pub(crate) router: Router,
}

impl Site {
    pub(crate) async fn start() -> Self {
        Self::on(Cloud::start().await).await
    }

    pub(crate) async fn on(cloud: Cloud) -> Self {
        let users = Users::create().await;
        let backend = UserPool::with_client(cloud.cognito(), users.store.clone());
        let store = MemoryStore::default();
        let auth = Auth::builder()
            .with_pool(backend)
            .with_clock(cloud.clock.clone());
        let router = router(auth, store.clone()).await;

        Self {
            cloud,
            users,
            store,
            router,
        }
    }

    pub(crate) fn browser(&self) -> Browser {
        Browser::new(self.router.clone())
    }

    /// A browser in which somebody is logged in.
    pub(crate) async fn logged_in(&self, user: (&str, &str)) -> Browser {
        let mut browser = self.browser();
        let page = browser.log_in(user, "/").await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
        browser
    }
}

/// The site that the tests visit, with one backend.
#[allow(dead_code, reason = "the flows use it")]
pub(crate) async fn site_with(backend: impl CognitoBackend) -> Router {
    router(Auth::builder().with_pool(backend), MemoryStore::default()).await
}

/// Puts a site's layers around its routes.
#[allow(dead_code, reason = "the flows use it")]
pub(crate) async fn with_layers(
    routes: Router,
    auth: AuthBuilder,
    store: impl SessionStore + Clone,
) -> Router {
    let auth = auth.build().await.expect("a site");
    routes.layer(auth.layer(store))
}

/// The site that the tests visit.
pub(crate) async fn router(auth: AuthBuilder, store: MemoryStore) -> Router {
    with_layers(routes(), auth, store).await
}

pub(crate) fn routes() -> Router {
    let members = Router::new()
        .route("/members", get(greet).post(greet))
        .route_layer(login_required());
    let admins = Router::new()
        .route("/admins", get(greet))
        .route_layer(group_required("admins"));
    let readers = Router::new()
        .route("/reports", get(greet))
        .route_layer(permission_required("reports.view"));

    Router::new()
        .route("/", get(async || "public"))
        .route("/me", get(greet))
        .route("/maybe", get(greet_anybody))
        .merge(members)
        .merge(admins)
        .merge(readers)
        .merge(pages::router())
        .merge(JsonApi::new(Pages::new()).router())
}

async fn greet(user: CurrentUser) -> String {
    format!("Hello {} <{}> #{}", user.first_name, user.username, user.id)
}

async fn greet_anybody(user: Option<CurrentUser>) -> String {
    user.map_or_else(
        || "Hello stranger".to_owned(),
        |user| format!("Hello {}", user.username),
    )
}

fn is_of_the_pages(path: &str) -> bool {
    let pages = ["/login", "/logout", "/password", "/profile", "/signup"];
    pages.iter().any(|page| path.starts_with(page))
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Page {
    pub(crate) fn location(&self) -> &str {
        self.header(LOCATION.as_str())
    }

    #[allow(dead_code, reason = "not every test has both")]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }

    /// What those can compare who try `name` and others: all but what differs each time, which is the id of a
    /// challenge, and seconds.
    #[allow(dead_code, reason = "not every test has strangers")]
    pub(crate) fn tells_of(&self, name: &str) -> (StatusCode, String, String) {
        let mut body = self.body.replace(name, "NAME");
        for mark in ["name=\"challenge\" value=\"", "\"challenge\":\""] {
            if let Some((start, rest)) = body.split_once(mark) {
                let (_, end) = rest.split_once('"').expect("its end");
                body = format!("{start}{mark}{end}");
            }
        }
        let body = body.replace(|c: char| c.is_ascii_digit(), "0");
        (self.status, self.location().to_owned(), body)
    }

    /// The answer to a form in place of the one to JSON: where a browser goes on.
    fn into_answer_to_a_form(mut self) -> Self {
        if self.status != StatusCode::OK {
            return self;
        }
        let step = self.json();
        let to = match step["step"].as_str().expect("a step") {
            "done" => step["next"].as_str().expect("a path"),
            "redirect" => step["to"].as_str().expect("a URL"),
            "login" => "/login",
            "profile" => "/profile",
            "reset_password" => "/password/reset",
            "confirm_sign_up" => "/signup/confirm",
            "second_factor" => "/profile/mfa",
            "verify" => "/profile/verify",
            _ if step["challenge"].is_string() => "/login/challenge",
            _ => return self,
        };
        let to = HeaderValue::from_str(to).expect("a path");
        self.headers.insert(LOCATION, to);
        self.status = StatusCode::SEE_OTHER;
        self
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }
}

/// Follows no redirect by itself, and keeps its cookies.
#[derive(Clone)]
pub(crate) struct Browser {
    router: Router,
    pub(crate) cookie: Option<String>,
    /// What a callback leaves in browsers that keep cookies.
    pub(crate) kept: Option<String>,
    face: Face,
}

/// How a browser speaks with the site: by the forms of the pages, or as a front end that speaks JSON
/// below `/auth`. Both are the same flows.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Face {
    Forms,
    Json,
}

#[allow(dead_code, reason = "not every test has both")]
pub(crate) const FACES: [Face; 2] = [Face::Forms, Face::Json];

impl Browser {
    #[allow(dead_code, reason = "the attacks use it")]
    pub(crate) fn router(&self) -> Router {
        self.router.clone()
    }

    pub(crate) fn new(router: Router) -> Self {
        Self {
            router,
            cookie: None,
            kept: None,
            face: Face::Forms,
        }
    }

    /// The same browser, which speaks otherwise.
    #[allow(dead_code, reason = "not every test has both")]
    pub(crate) fn by(mut self, face: Face) -> Self {
        self.face = face;
        self
    }

    pub(crate) async fn get(&mut self, path: &str) -> Page {
        self.get_with(path, &[("accept", "text/html")]).await
    }

    /// Waits until the login is over, which happens without a request of its own.
    #[allow(dead_code, reason = "not every test waits for it")]
    pub(crate) async fn is_logged_out_within(&mut self, patience: Duration) {
        let ended = async {
            while self.get("/maybe").await.body != "Hello stranger" {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        let ended = tokio::time::timeout(patience, ended).await;
        ended.expect("the end of the login");
    }

    pub(crate) async fn get_with(&mut self, path: &str, headers: &[(&str, &str)]) -> Page {
        if self.face == Face::Json && is_of_the_pages(path) {
            return self.get_json(path, headers).await;
        }
        self.send(Method::GET, path, headers, Body::empty()).await
    }

    pub(crate) async fn post(&mut self, path: &str, form: &[(&str, &str)]) -> Page {
        self.post_with(path, form, &[]).await
    }

    pub(crate) async fn post_with(
        &mut self,
        path: &str,
        form: &[(&str, &str)],
        headers: &[(&str, &str)],
    ) -> Page {
        if self.face == Face::Json && is_of_the_pages(path) {
            let fields = form.iter().map(|(name, value)| (*name, (*value).into()));
            let fields: serde_json::Map<String, Value> = fields
                .map(|(name, value)| (name.to_owned(), value))
                .collect();
            return self
                .post_json(path, &fields.into(), headers)
                .await
                .into_answer_to_a_form();
        }
        let body: String = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(form)
            .finish();
        let mut all = vec![
            ("accept", "text/html"),
            (CONTENT_TYPE.as_str(), "application/x-www-form-urlencoded"),
        ];
        all.extend(headers);

        self.send(Method::POST, path, &all, Body::from(body)).await
    }

    /// Asks for a step, by the path of its page.
    pub(crate) async fn get_json(&mut self, path: &str, headers: &[(&str, &str)]) -> Page {
        self.send(Method::GET, &format!("/auth{path}"), headers, Body::empty())
            .await
    }

    /// Sends a step.
    pub(crate) async fn post_json(
        &mut self,
        path: &str,
        body: &Value,
        headers: &[(&str, &str)],
    ) -> Page {
        let mut all = vec![
            ("x-requested-with", "fetch"),
            (CONTENT_TYPE.as_str(), "application/json"),
        ];
        all.extend(headers);
        let body = Body::from(body.to_string());

        self.send(Method::POST, &format!("/auth{path}"), &all, body)
            .await
    }

    pub(crate) async fn log_in(&mut self, (name, password): (&str, &str), next: &str) -> Page {
        let form = [("username", name), ("password", password), ("next", next)];
        self.post("/login", &form).await
    }

    pub(crate) async fn send(
        &mut self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Body,
    ) -> Page {
        let mut request = Request::builder().method(method).uri(path);
        if headers.iter().all(|(name, _)| *name != "host") {
            request = request.header("host", "site.example");
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let cookies = self.cookie.iter().chain(&self.kept);
        let cookies: Vec<_> = cookies.map(String::as_str).collect();
        if !cookies.is_empty() {
            request = request.header(COOKIE, cookies.join("; "));
        }

        let request = request.body(body).expect("a request");
        let answer = self
            .router
            .clone()
            .oneshot(request)
            .await
            .expect("infallible");
        let (parts, body) = answer.into_parts();
        let bytes = body.collect().await.expect("a body").to_bytes();
        if let Some(cookie) = parts.headers.get(SET_COOKIE) {
            let cookie = cookie.to_str().expect("visible ASCII");
            let pair = cookie.split(';').next().expect("a pair").to_owned();
            match pair.starts_with("axum-cognito-kept=") {
                true => self.kept = Some(pair),
                false => self.cookie = (!cookie.contains("Max-Age=0")).then_some(pair),
            }
        }

        let page = Page {
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8_lossy(&bytes).into_owned(),
        };
        // Every page of ours that a flow reaches: those of a site's own making have not our style.
        let is_ours = page.body.starts_with("<!doctype") && page.body.contains("/axum-cognito.css");
        if env!("CARGO_CRATE_NAME") == "flows" && is_ours {
            let faults = html_judge::faults(&page.body);
            assert!(faults.is_empty(), "{path}: {faults:#?}\n{}", page.body);
        }
        page
    }
}

/// The ID, the access and the refresh token of a row of the registry that is not encrypted.
pub(crate) fn tokens_of(packed: &[u8]) -> Vec<String> {
    let mut rest = &packed[8..];
    let number = |rest: &mut &[u8]| {
        let (number, after) = rest.split_first_chunk().expect("a number");
        *rest = after;
        u32::from_be_bytes(*number) as usize
    };
    let mut text = || {
        let parts = (0..number(&mut rest)).map(|_| {
            let length = number(&mut rest);
            let (bytes, after) = rest.split_at(length / 2);
            rest = after;
            match length % 2 {
                0 => BASE64_URL_SAFE_NO_PAD.encode(bytes),
                _ => String::from_utf8_lossy(bytes).into_owned(),
            }
        });
        parts.collect::<Vec<_>>().join(".")
    };
    vec![text(), text(), text()]
}

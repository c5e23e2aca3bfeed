//! A site in this process, on a user pool whose clock the test holds.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use axum::routing::get;
use axum_cognito::backend::LoginFlow;
use axum_cognito::clock::{Clock, SystemClock};
use axum_cognito::cognito::{LoginProvider, ManagedLogin};
use axum_cognito::pages::{Pages, Texts};
use axum_cognito::tower_sessions::{MemoryStore, SessionStore};
use axum_cognito::users::UserStore;
use axum_cognito::{Auth, Cognito, CurrentUser, SqliteUsers, UserPool};
use cognito_emulator::{AppClient, AuthFlow, Emulator, Pool, User};
use time::OffsetDateTime;
use tokio::net::TcpListener;

use crate::driver::{Driver, Visitor};
use crate::servers::Servers;

pub(crate) const PASSWORD: &str = "Correct-horse-1";

/// The widths at which each journey is walked, in CSS pixels. Others are in `settings`.
pub(crate) const WIDTHS: [u32; 2] = [1000, 320];

/// A language of the other direction, to see the pages in it.
static RIGHT_TO_LEFT: Texts = Texts {
    language: "ar",
    name: "العربية",
    direction: "rtl",
    ..Texts::ENGLISH
};

/// The machine's clock, so many seconds ahead. It goes on as the emulator's does: between two clocks
/// of which one stands still, a long journey finds proofs younger than they are.
#[derive(Debug, Default)]
struct ClockAhead(AtomicU64);

impl Clock for ClockAhead {
    fn now(&self) -> OffsetDateTime {
        SystemClock.now() + Duration::from_secs(self.0.load(Ordering::Relaxed))
    }
}

pub(crate) struct Site {
    pub(crate) emulator: Emulator,
    pub(crate) pool: Pool,
    clock: Arc<ClockAhead>,
    address: String,
    answers: Arc<Mutex<Vec<String>>>,
    _servers: Option<Servers>,
}

impl Site {
    /// A site with its users in SQLite, and its sessions in memory.
    pub(crate) async fn start(flow: LoginFlow) -> Self {
        let folder = tempfile::tempdir().expect("a folder").keep();
        let database = format!("sqlite://{}", folder.join("site.db").display());
        let users = SqliteUsers::connect(&database).await.expect("a database");
        Self::start_on(flow, users, MemoryStore::default()).await
    }

    /// A site on PostgreSQL and Redis, if they are there.
    pub(crate) async fn start_on_servers(flow: LoginFlow) -> Option<Self> {
        let (servers, users, sessions) = Servers::connect().await?;
        let site = Self::start_on(flow, users, sessions).await;
        Some(Self {
            _servers: Some(servers),
            ..site
        })
    }

    async fn start_on<S>(flow: LoginFlow, users: impl UserStore, sessions: S) -> Self
    where
        S: SessionStore + Clone,
    {
        // Passkeys belong to a name, never to an IP address; and the emulator, which has one, is
        // another site to a browser.
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let address = format!("http://localhost:{port}");
        let (callback, sign_out) = (format!("{address}/login/callback"), format!("{address}/"));
        let emulator = Emulator::start().await.expect("the emulator starts");
        let pool = emulator.add_pool(
            Pool::new("us-east-1_Journeys")
                .with_alias_attributes(["email"])
                .with_first_factors(["PASSWORD", "EMAIL_OTP", "SMS_OTP"])
                .with_passkeys("localhost")
                .with_custom_question([("question", "What is the colour?")], "blue"),
        );
        pool.add_identity_provider("Corp", [("email", "email"), ("given_name", "name")]);
        let client = pool.add_client(
            AppClient::new("site")
                .with_secret("emulated_secret_of_the_tests")
                .with_prevent_user_existence_errors(true)
                .with_callback_urls([&callback])
                .with_sign_out_urls([&sign_out])
                .with_identity_providers(["COGNITO", "Corp"])
                .with_flows([
                    AuthFlow::Custom,
                    AuthFlow::RefreshToken,
                    AuthFlow::User,
                    AuthFlow::UserSrp,
                ]),
        );
        let clock = Arc::new(ClockAhead::default());
        let cognito = Cognito::builder(
            pool.id().parse().expect("a pool id"),
            client.id().parse().expect("an app client id"),
        )
        .with_app_client_secret("emulated_secret_of_the_tests".to_owned())
        .with_endpoint(emulator.endpoint())
        .with_access_key("AKIDEXAMPLE", "of-the-tests")
        .with_clock(clock.clone())
        .build()
        .expect("a client");

        let managed = ManagedLogin::new(emulator.endpoint(), &callback)
            .and_then(|managed| managed.with_sign_out_url(&sign_out))
            .expect("addresses")
            .with_providers([
                LoginProvider::new("Corp").with_label("Corp Inc."),
                LoginProvider::new(LoginProvider::COGNITO).with_label("Shop ID"),
            ]);
        let user_pool = UserPool::with_client(cognito, users).configure(|login| {
            login.login_flow = flow;
            login.first_factors = ["WEB_AUTHN", "EMAIL_OTP", "SMS_OTP"]
                .map(str::to_owned)
                .into();
            login.managed_login = Some(managed);
        });
        let auth = Auth::builder()
            .with_pool(user_pool)
            .with_clock(clock.clone())
            .with_insecure_cookie()
            .build();
        let auth = auth.await.expect("a site that is set up");
        let pages = Pages::new()
            .with_languages([
                &Texts::ENGLISH,
                &Texts::FRENCH,
                &Texts::GERMAN,
                &Texts::SPANISH,
                &RIGHT_TO_LEFT,
            ])
            .with_sent_codes(true)
            .with_user_list("admins")
            .with_sign_up(["email"])
            .expect("a name of Cognito's");
        let site = Router::new()
            .route("/", get(home))
            .merge(pages.router())
            .layer(auth.layer(sessions));
        let answers = Arc::<Mutex<Vec<String>>>::default();
        let noted = answers.clone();
        let site = site.layer(from_fn(move |request: Request, next: Next| {
            if request.uri().path() == "/login/callback" {
                let mut noted = noted.lock().unwrap_or_else(PoisonError::into_inner);
                noted.push(request.uri().to_string());
            }
            next.run(request)
        }));

        tokio::spawn(async move { axum::serve(listener, site).await });
        Self {
            emulator,
            pool,
            clock,
            address,
            answers,
            _servers: None,
        }
    }

    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// Adds a user with an address of each kind.
    pub(crate) fn add(&self, name: &str, change: impl FnOnce(User) -> User) {
        let user = User::new(name)
            .with_password(PASSWORD)
            .with_attribute("email", format!("{name}@example.com"))
            .with_attribute("phone_number", "+442079460000");
        self.pool.add_user(change(user));
    }

    /// Advances the clocks of the site and of the user pool.
    pub(crate) fn advance(&self, time: Duration) {
        self.clock.0.fetch_add(time.as_secs(), Ordering::Relaxed);
        self.emulator.advance(time);
    }

    /// The last answer of the domain: the address to which it sent a browser, with code and state.
    pub(crate) fn answer(&self) -> String {
        let answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        let mut by_the_domain = answers.iter().rev().filter(|it| !it.contains("&resumed="));
        by_the_domain.next().expect("an answer").clone()
    }

    /// The last code that was sent to a user.
    pub(crate) fn code(&self, name: &str) -> String {
        let outbox = self.emulator.outbox();
        let sent = outbox.iter().rev().find(|sent| sent.username == name);
        sent.expect("a message").code.clone()
    }

    /// How often a code of a user's authenticator app came to the user pool.
    pub(crate) fn codes_tried(&self, name: &str) -> usize {
        let calls = self.emulator.calls();
        let of_app = calls.iter().filter(|call| {
            call.kind.as_deref() == Some("SOFTWARE_TOKEN_MFA")
                && call.username.as_deref() == Some(name)
        });
        of_app.count()
    }

    /// The code that the authenticator app of a user shows.
    pub(crate) fn totp(&self, name: &str) -> String {
        self.pool.totp_code(name).expect("an app")
    }
}

async fn home(user: Option<CurrentUser>) -> String {
    user.map_or_else(
        || "Hello stranger".to_owned(),
        |user| format!("Hello {}", user.username),
    )
}

/// Walks a journey on each screen, with a fresh browser and a user's name of its own.
pub(crate) async fn walk(flow: LoginFlow, journey: impl AsyncFn(&Site, &Visitor, &str)) {
    let Some(driver) = Driver::start() else {
        return;
    };
    walk_at(&driver, &Site::start(flow).await, &WIDTHS, &journey).await;
}

/// Walks it on PostgreSQL and Redis, too.
pub(crate) async fn walk_everywhere(flow: LoginFlow, journey: impl AsyncFn(&Site, &Visitor, &str)) {
    let Some(driver) = Driver::start() else {
        return;
    };
    walk_at(&driver, &Site::start(flow).await, &WIDTHS, &journey).await;
    if let Some(site) = Site::start_on_servers(flow).await {
        walk_at(&driver, &site, &WIDTHS[..1], &journey).await;
    }
}

async fn walk_at(
    driver: &Driver,
    site: &Site,
    widths: &[u32],
    journey: &impl AsyncFn(&Site, &Visitor, &str),
) {
    for width in widths {
        let visitor = driver.visitor(&site.address, true).await;
        visitor.resize(*width).await;
        journey(site, &visitor, &format!("user{width}")).await;
        visitor.leave().await;
    }
}

impl Visitor {
    pub(crate) async fn log_in(&self, name: &str) {
        self.open("/login").await;
        self.send(&[("username", name), ("password", PASSWORD)])
            .await;
    }

    pub(crate) async fn log_out(&self) {
        self.open("/logout").await;
        self.sees("Log out?").await;
        self.press("form[action='/logout'] button").await;
        self.reads("Hello stranger").await;
    }

    pub(crate) async fn is_logged_in(&self, name: &str) {
        self.reads(&format!("Hello {name}")).await;
    }
}

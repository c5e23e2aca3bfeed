//! Visitors who do this and that, and a user pool that fails at times.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::time::{Duration, Instant};

use axum::Router;
use axum_cognito::seal::SealingKeys;
use axum_cognito::tower_sessions::{ExpiredDeletion, Expiry, SessionManagerLayer};
use axum_cognito::web::SealedStore;
use axum_cognito::{AuthLayer, CurrentUser, UserPoolBackend, pages};
use cognito_emulator::{Fault, FaultKind, User};
use tokio::task::JoinSet;
use tower_sessions_sqlx_store::SqliteStore;

use crate::site::{Browser, Cloud, Users};

const VISITORS: u64 = 16;
const PEOPLE: u64 = 20;
const PASSWORD: &str = "Correct-horse-7";

/// Longer than the client waits for Cognito.
const PATIENCE: Duration = Duration::from_secs(40);

/// What came of it.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    pub(crate) requests: u64,
    pub(crate) logged_in: u64,
    pub(crate) refused: u64,
    pub(crate) own_page: u64,
    pub(crate) stranger: u64,
    pub(crate) limited: u64,
    pub(crate) unavailable: u64,
    pub(crate) broken: u64,
    pub(crate) wrong_user: u64,
    pub(crate) hung: u64,
}

impl Counts {
    pub(crate) fn add(&mut self, other: &Self) {
        self.requests += other.requests;
        self.logged_in += other.logged_in;
        self.refused += other.refused;
        self.own_page += other.own_page;
        self.stranger += other.stranger;
        self.limited += other.limited;
        self.unavailable += other.unavailable;
        self.broken += other.broken;
        self.wrong_user += other.wrong_user;
        self.hung += other.hung;
    }
}

/// Chance that can be told apart from luck: xorshift64.
struct Dice(u64);

impl Dice {
    fn new() -> Self {
        Self(RandomState::new().build_hasher().finish() | 1)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }
}

pub(crate) struct Place {
    cloud: Cloud,
    router: Router,
    sessions: SqliteStore,
    _users: Users,
}

impl Place {
    pub(crate) async fn start() -> Self {
        let cloud = Cloud::start().await;
        for number in 0..PEOPLE {
            let user = User::new(&format!("person{number}")).with_password(PASSWORD);
            cloud.pool.add_user(user);
        }
        let users = Users::create().await;
        let key = SealingKeys::generate().expect("random bytes");
        let keys: SealingKeys = secrecy::ExposeSecret::expose_secret(&key)
            .parse()
            .expect("a key");
        let store = users.store.clone().with_sealing_keys(keys.clone());
        let backend = UserPoolBackend::with_client(cloud.cognito(), store);
        let sessions = SqliteStore::new(users.store.pool().clone());
        sessions.migrate().await.expect("a table");
        let layer = AuthLayer::new(backend).with_clock(cloud.clock.clone());
        let router = Router::new()
            .route("/me", axum::routing::get(me))
            .merge(pages::router())
            .layer(layer)
            .layer(
                SessionManagerLayer::new(SealedStore::new(sessions.clone(), keys))
                    .with_expiry(Expiry::OnInactivity(time::Duration::seconds(20))),
            );

        Self {
            cloud,
            router,
            sessions,
            _users: users,
        }
    }

    /// Lets everybody do something until the end.
    pub(crate) fn work(self, until: Instant) -> JoinSet<Counts> {
        let mut workers = JoinSet::new();
        for _ in 0..VISITORS {
            workers.spawn(visit(self.router.clone(), until));
        }
        workers.spawn(async move {
            let mut dice = Dice::new();
            while Instant::now() < until {
                tokio::time::sleep(Duration::from_millis(200)).await;
                self.trouble(&mut dice).await;
            }
            self.cloud.emulator.clear_faults();
            Counts::default()
        });
        workers
    }

    /// A fault, some time that passes, or a clean-up.
    async fn trouble(&self, dice: &mut Dice) {
        let kind = match dice.below(16) {
            0 => FaultKind::Throttle,
            1 => FaultKind::Status(500),
            2 => FaultKind::Drop,
            3 => FaultKind::Garbage,
            4 => FaultKind::Truncate,
            5 => FaultKind::Delay(Duration::from_millis(300)),
            6 | 7 => return self.cloud.advance(Duration::from_secs(60 * dice.below(70))),
            8 => {
                self.cloud.emulator.clear_calls();
                self.sessions.delete_expired().await.expect("deleted");
                return;
            }
            _ => return,
        };
        let times = 1 + dice.below(4) as usize;
        self.cloud
            .emulator
            .inject(Fault::on("*", kind).times(times));
    }
}

async fn me(user: CurrentUser) -> String {
    format!("I am {}.", user.username)
}

async fn visit(router: Router, until: Instant) -> Counts {
    let mut dice = Dice::new();
    let mut counts = Counts::default();
    let mut browser = Browser::new(router.clone());
    let mut who = String::new();

    while Instant::now() < until {
        counts.requests += 1;
        let name = format!("person{}", dice.below(PEOPLE));
        let password = if dice.below(5) == 0 {
            "a guess"
        } else {
            PASSWORD
        };
        let action = dice.below(20);
        let request = async {
            match action {
                0 | 1 => browser.log_in((&name, password), "/me").await,
                2 => browser.post("/logout", &[]).await,
                3 => browser.get("/profile").await,
                4 => browser.get("/login?next=/me").await,
                5 => {
                    browser
                        .post("/login", &[("username", "\u{0}"), ("x", "%")])
                        .await
                }
                6 => browser.get("/profile/logins").await,
                _ => browser.get("/me").await,
            }
        };
        let Ok(page) = tokio::time::timeout(PATIENCE, request).await else {
            counts.hung += 1;
            continue;
        };
        match page.status.as_u16() {
            200 if action > 6 => {
                let is_own = page.body == format!("I am {who}.");
                counts.own_page += u64::from(is_own);
                counts.wrong_user += u64::from(!is_own);
            }
            303 if action < 2 => {
                who = name;
                counts.logged_in += 1;
            }
            303 if action == 2 => who.clear(),
            303 => counts.stranger += 1,
            422 => counts.refused += 1,
            429 => counts.limited += 1,
            503 => counts.unavailable += 1,
            500 => counts.broken += 1,
            _ => {}
        }
        if dice.below(200) == 0 {
            browser = Browser::new(router.clone());
            who.clear();
        }
    }
    counts
}

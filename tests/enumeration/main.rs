//! A stranger cannot find out who has an account: neither from what the pages answer nor from how
//! long they take. `ENUMERATION_TRIES` sets how often each is asked.
//!
//! A test target of its own: what it measures, other tests must not disturb.

#[allow(dead_code, reason = "the flows use the rest")]
#[path = "../flows/site.rs"]
mod site;

use std::time::{Duration, Instant};

use axum_cognito::backend::LoginFlow;
use axum_cognito::pages::{JsonApi, Pages};
use axum_cognito::tower_sessions::MemoryStore;
use axum_cognito::web::Limits;
use axum_cognito::{Auth, UserPool};
use cognito_emulator::{AppClient, AuthFlow, User};

use crate::site::{Browser, Cloud, FACES, Face, Page, Users, with_layers};

const PASSWORD: &str = "Correct-horse-1";

/// The accounts that must look alike.
/// None of these is a word on a page.
const STATES: [&str; 4] = ["x-confirmed", "x-disabled", "x-unconfirmed", "x-unknown"];

/// A busy machine may spoil a round. A page that tells something tells it in each.
const ROUNDS: usize = 3;

/// Medians may differ by a fifth, and by what a busy machine adds to the fastest pages.
const SLACK: Duration = Duration::from_millis(1);

struct Stranger {
    cloud: Cloud,
    _users: Users,
    router: axum::Router,
    face: Face,
}

impl Stranger {
    async fn arrive(face: Face, flow: LoginFlow) -> Self {
        let client = AppClient::new("site")
            .with_secret("emulated_secret_of_the_tests")
            .with_prevent_user_existence_errors(true);
        let cloud = Cloud::with_client(client.clone()).await;
        if flow == LoginFlow::Choice {
            let pool = cloud.pool.clone();
            pool.with_first_factors(["PASSWORD", "EMAIL_OTP"]);
            let client = client.with_id(cloud.client.id());
            cloud
                .pool
                .add_client(client.with_flows([AuthFlow::User, AuthFlow::UserSrp]));
        }
        let user = |name: &str| {
            User::new(name)
                .with_password(PASSWORD)
                .with_attribute("email", format!("{name}@example.com"))
        };
        cloud.pool.add_user(user("x-confirmed"));
        cloud.pool.add_user(user("x-disabled"));
        cloud.pool.disable_user("x-disabled");
        let unconfirmed = user("x-unconfirmed").with_status("UNCONFIRMED");
        cloud.pool.add_user(unconfirmed);

        let users = Users::create().await;
        let backend = UserPool::with_client(cloud.cognito(), users.store.clone())
            .configure(|login| login.login_flow = flow);
        let pages = Pages::new()
            .with_sign_up(["email"])
            .expect("a name of Cognito's");
        let routes = pages.clone().router().merge(JsonApi::new(pages).router());
        let router = with_layers(
            routes,
            Auth::builder()
                .with_pool(backend)
                .with_limits(Limits::none()),
            MemoryStore::default(),
        )
        .await;
        Self {
            cloud,
            _users: users,
            router,
            face,
        }
    }

    /// Asks about each account in turn, and compares the answers and the times.
    async fn compare(&self, what: &str, ask: impl AsyncFn(&mut Browser, &str) -> Vec<Page>) {
        self.compare_these(&STATES, what, ask).await;
    }

    async fn compare_these(
        &self,
        states: &[&str],
        what: &str,
        ask: impl AsyncFn(&mut Browser, &str) -> Vec<Page>,
    ) {
        for round in 0..ROUNDS {
            // Cognito counts wrong codes of an account for an hour.
            self.cloud.advance(Duration::from_secs(2 * 60 * 60));
            if self.takes_as_long(states, what, round, &ask).await {
                return;
            }
        }
        panic!("{what}: the time tells accounts apart");
    }

    async fn takes_as_long(
        &self,
        states: &[&str],
        what: &str,
        round: usize,
        ask: &impl AsyncFn(&mut Browser, &str) -> Vec<Page>,
    ) -> bool {
        let tries = std::env::var("ENUMERATION_TRIES").ok();
        let tries = tries.and_then(|tries| tries.parse().ok()).unwrap_or(15);
        let mut times = vec![Vec::new(); states.len()];
        let mut first = None;

        for number in 0..tries {
            for (index, state) in states.iter().enumerate() {
                // A name that is free is free once.
                let name = match *state {
                    "x-unknown" => format!("x-unknown{round}x{number}"),
                    state => state.to_owned(),
                };
                let mut browser = Browser::new(self.router.clone()).by(self.face);
                let started = Instant::now();
                let answers = ask(&mut browser, &name).await;
                times[index].push(started.elapsed());

                let answers: Vec<_> = answers.iter().map(|page| page.tells_of(&name)).collect();
                let first = first.get_or_insert_with(|| answers.clone());
                assert_eq!(*first, answers, "{what}: {state}");
            }
        }

        let medians: Vec<Duration> = times
            .iter_mut()
            .map(|times| {
                times.sort();
                times[times.len() / 2]
            })
            .collect();
        println!("{what}: {states:?} {medians:?}");
        let (fastest, slowest) = (medians.iter().min(), medians.iter().max());
        let (fastest, slowest) = (*fastest.expect("some"), *slowest.expect("some"));
        slowest <= fastest * 6 / 5 + SLACK
    }
}

#[tokio::test]
async fn accounts_look_alike_on_every_page_for_strangers() {
    for face in FACES {
        look_alike(&Stranger::arrive(face, LoginFlow::Password).await).await;
        look_alike_by_other_ways(&Stranger::arrive(face, LoginFlow::Choice).await).await;
    }
}

/// What takes the place of the password says as little.
async fn look_alike_by_other_ways(stranger: &Stranger) {
    stranger
        .compare("no passkey", async |browser, name| {
            let form = [("username", name), ("other_ways", "WEB_AUTHN")];
            vec![browser.post("/login", &form).await]
        })
        .await;
    // To whoever has not confirmed a sign-up, Cognito sends no code to log in with.
    let states = STATES.into_iter().filter(|state| *state != "x-unconfirmed");
    let states: Vec<_> = states.collect();
    stranger
        .compare_these(&states, "a guessed code", async |browser, name| {
            let form = [("username", name), ("other_ways", "EMAIL_OTP")];
            let sent = browser.post("/login", &form).await;
            assert!(sent.location().starts_with("/login/challenge"), "{sent:?}");
            let asked = browser.get("/login/challenge").await;
            let guess = [("code", "00000000")];
            vec![sent, asked, browser.post("/login/challenge", &guess).await]
        })
        .await;
}

async fn look_alike(stranger: &Stranger) {
    stranger
        .compare("login", async |browser, name| {
            vec![browser.log_in((name, "Wrong-horse-1"), "/").await]
        })
        .await;
    stranger
        .compare("forgotten password", async |browser, name| {
            let sent = browser
                .post("/password/forgot", &[("username", name)])
                .await;
            vec![sent, browser.get("/password/reset").await]
        })
        .await;
    stranger
        .compare("a guessed reset code", async |browser, name| {
            let form = [
                ("username", name),
                ("code", "000000"),
                ("new_password", "Brand-new-pass-1"),
            ];
            vec![browser.post("/password/reset", &form).await]
        })
        .await;
    // Only who has an account could hear of the rules for passwords.
    stranger
        .compare(
            "a guessed reset code and a weak password",
            async |browser, name| {
                let form = [
                    ("username", name),
                    ("code", "000000"),
                    ("new_password", "weakweak"),
                ];
                vec![browser.post("/password/reset", &form).await]
            },
        )
        .await;
    stranger
        .compare("a guessed confirmation code", async |browser, name| {
            let form = [("username", name), ("code", "000000")];
            vec![browser.post("/signup/confirm", &form).await]
        })
        .await;
    stranger
        .compare("another confirmation code", async |browser, name| {
            // The page sends a code to the name that the browser gave before.
            browser
                .post("/password/forgot", &[("username", name)])
                .await;
            vec![browser.post("/signup/resend", &[]).await]
        })
        .await;
    stranger
        .compare("sign-up", async |browser, name| {
            let email = format!("{name}@example.com");
            let form = [
                ("username", name),
                ("email", &email),
                ("new_password", PASSWORD),
            ];
            let signed_up = browser.post("/signup", &form).await;
            vec![signed_up, browser.get("/signup/confirm").await]
        })
        .await;
}

//! Visitors who do this and that, and a user pool that fails at times.

use std::collections::hash_map::RandomState;
use std::fs::File;
use std::hash::{BuildHasher, Hasher};
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use cognito_emulator::{AppClient, Emulator, Fault, FaultKind, Pool, User};
use tempfile::TempDir;
use tokio::task::JoinSet;

use crate::http::Browser;

const VISITORS: u64 = 16;
const PEOPLE: u64 = 1000;
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

/// A demo in a process of its own, on a user pool in this one.
pub(crate) struct Place {
    emulator: Arc<Emulator>,
    demo: Child,
    port: u16,
    folder: TempDir,
}

impl Place {
    pub(crate) async fn start() -> Self {
        let emulator = Emulator::start().await.expect("the emulator starts");
        let pool = emulator.add_pool(Pool::new("us-east-1_SoakTests"));
        // Renewed a minute before their end: every half a minute of use.
        let validity = Duration::from_secs(90);
        let client = AppClient::new("site")
            .with_access_token_validity(validity)
            .with_id_token_validity(validity);
        let client = pool.add_client(client);
        for number in 0..PEOPLE {
            pool.add_user(User::new(name(number)).with_password(PASSWORD));
        }

        let folder = tempfile::tempdir().expect("a folder");
        let log = File::create(folder.path().join("log")).expect("a file");
        let mut demo = Command::new(env!("CARGO_BIN_EXE_demo"))
            .current_dir(folder.path())
            .env("DEMO_LISTEN", "127.0.0.1:0")
            .env("COGNITO_USER_POOL_ID", pool.id())
            .env("COGNITO_APP_ID", client.id())
            .env("COGNITO_ENDPOINT", emulator.endpoint())
            .env("DEMO_PROXIES", "1")
            .env("RUST_LOG", "axum_cognito=error")
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .expect("the demo starts");
        let greeting = BufReader::new(demo.stdout.take().expect("its output is piped"));
        let mut lines = greeting.lines().map_while(Result::ok);
        let port = lines.find_map(|line| line.rsplit_once("http://127.0.0.1:")?.1.parse().ok());
        std::thread::spawn(move || lines.for_each(drop));

        Self {
            emulator: Arc::new(emulator),
            demo,
            port: port.expect("the demo says its address"),
            folder,
        }
    }

    pub(crate) fn pid(&self) -> u32 {
        self.demo.id()
    }

    /// What the demo has complained of.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).expect("a log")
    }

    /// Starts all visitors, who stay until the end.
    pub(crate) fn work(&self, until: Instant) -> JoinSet<Counts> {
        let mut workers = JoinSet::new();
        for _ in 0..VISITORS {
            workers.spawn(visit(self.port, until));
        }
        let emulator = self.emulator.clone();
        workers.spawn(async move {
            let mut dice = Dice::new();
            while Instant::now() < until {
                tokio::time::sleep(Duration::from_millis(200)).await;
                trouble(&emulator, &mut dice);
            }
            Counts::default()
        });
        workers
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = self.demo.kill();
        let _ = self.demo.wait();
    }
}

fn name(number: u64) -> String {
    format!("person-{number:04}")
}

/// A fault of the user pool, mostly none.
fn trouble(emulator: &Emulator, dice: &mut Dice) {
    let kind = match dice.below(16) {
        0 => FaultKind::Throttle,
        1 => FaultKind::Status(500),
        2 => FaultKind::Drop,
        3 => FaultKind::Garbage,
        4 => FaultKind::Truncate,
        5 => FaultKind::Delay(Duration::from_millis(300)),
        _ => return,
    };
    let times = 1 + usize::try_from(dice.below(4)).unwrap_or_default();
    emulator.inject(Fault::on("*", kind).times(times));
}

/// A browser at an address of its own.
fn new_browser(port: u16, dice: &mut Dice) -> Browser {
    let address = [10, dice.below(256), dice.below(256), dice.below(256)];
    Browser {
        address: Some(address.map(|part| part.to_string()).join(".")),
        ..Browser::at(port)
    }
}

async fn visit(port: u16, until: Instant) -> Counts {
    let mut dice = Dice::new();
    let mut counts = Counts::default();
    let mut browser = new_browser(port, &mut dice);
    let mut who = String::new();

    while Instant::now() < until {
        counts.requests += 1;
        let name = name(dice.below(PEOPLE));
        let password = if dice.below(5) == 0 {
            "a-guess"
        } else {
            PASSWORD
        };
        let action = dice.below(20);
        let request = async {
            match action {
                0 | 1 => browser.log_in(&name, password).await,
                2 => browser.post("/logout", "").await,
                3 => browser.get("/members").await,
                4 => browser.get("/login?next=/members").await,
                5 => browser.post("/login", "username=%00&x=%").await,
                6 => browser.get("/profile/logins").await,
                7 => browser.get("/").await,
                _ => browser.get("/profile").await,
            }
        };
        let Ok(answer) = tokio::time::timeout(PATIENCE, request).await else {
            counts.hung += 1;
            continue;
        };
        match answer.status {
            200 if action > 7 => {
                let is_own = !who.is_empty() && answer.body.contains(&who);
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
            browser = new_browser(port, &mut dice);
            who.clear();
        }
    }
    counts
}

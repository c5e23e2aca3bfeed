use std::future::pending;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use axum_cognito::Cognito;
use axum_cognito::cognito::{CognitoUser, LoginStep};
use cognito_emulator::{AppClient, AuthFlow, Emulator, Pool, User};
use cpu_time::ThreadTime;
use tokio::runtime::{Builder, Handle};

use super::{ALICE, CALLBACK};

thread_local! {
    static START: ThreadTime = ThreadTime::now();
}

/// An emulator with one user pool and one user. It has two threads, so that its share of the CPU
/// time can be told from the site's.
pub struct Cloud {
    pub emulator: Emulator,
    pub pool: Pool,
    pub client: AppClient,
    handle: Handle,
}

impl Cloud {
    pub fn start() -> Self {
        let (sender, receiver) = mpsc::channel();
        thread::spawn(move || {
            let runtime = Builder::new_current_thread()
                .enable_all()
                .max_blocking_threads(1)
                .thread_keep_alive(Duration::MAX)
                .build()
                .expect("a runtime");
            let emulator = runtime.block_on(Emulator::start()).expect("an emulator");
            let sent = sender.send((emulator, runtime.handle().clone()));
            sent.expect("somebody waits for the emulator");
            runtime.block_on(pending::<()>());
        });
        let (emulator, handle) = receiver.recv().expect("an emulator");

        let (name, password) = ALICE;
        let pool = emulator.add_pool(Pool::new("us-east-1_Benchmark"));
        let client = AppClient::new("site")
            .with_secret("emulated_secret_of_the_tests")
            .with_callback_urls([CALLBACK]);
        let client =
            pool.add_client(client.with_flows([AuthFlow::UserSrp, AuthFlow::RefreshToken]));
        pool.add_user(
            User::new(name)
                .with_password(password)
                .with_attribute("email", "alice@example.com")
                .with_attribute("given_name", "Alice")
                .with_attribute("family_name", "Example"),
        );

        let cloud = Self {
            emulator,
            pool,
            client,
            handle,
        };
        cloud.cpu_time(); // starts the clocks of both threads
        cloud
    }

    /// A client of the user pool.
    pub fn cognito(&self) -> Cognito {
        cognito_at(&self.place())
    }

    /// What another process has to know: endpoint, user pool, app client and its secret.
    pub fn place(&self) -> [&str; 4] {
        [
            self.emulator.endpoint(),
            self.pool.id(),
            self.client.id(),
            self.client.secret().expect("a secret"),
        ]
    }

    /// The CPU time that the emulator has used.
    pub fn cpu_time(&self) -> Duration {
        let (sender, receiver) = mpsc::channel();
        self.handle.spawn(async move {
            let blocking = tokio::task::spawn_blocking(|| START.with(ThreadTime::elapsed));
            let blocking = blocking.await.expect("the emulator's second thread");
            let sum = START.with(ThreadTime::elapsed) + blocking;
            sender.send(sum).expect("somebody asked for the time");
        });
        receiver.recv().expect("the emulator's time")
    }
}

/// Logs Alice in to the user pool itself, without a site.
pub async fn authenticate(cognito: &Cognito) -> CognitoUser {
    let (name, password) = ALICE;
    let login = cognito.authenticate(name, &password.into()).await;
    match login.expect("an answer") {
        LoginStep::Complete(user) => user,
        other => panic!("not logged in: {other:?}"),
    }
}

/// A client of the user pool at a [`place`](Cloud::place).
pub fn cognito_at(place: &[impl AsRef<str>]) -> Cognito {
    let [endpoint, pool, client, secret] = place else {
        panic!("a place has four parts");
    };
    let pool = pool.as_ref().parse().expect("a pool id");
    let client = client.as_ref().parse().expect("an app client id");

    Cognito::builder(pool, client)
        .with_endpoint(endpoint.as_ref())
        .with_app_client_secret(secret.as_ref().to_owned())
        .build()
        .expect("a client")
}

//! `examples/lambda.rs`, as Lambda runs it: each environment is a process that asks the runtime API for
//! events.

mod events;
#[path = "../../examples/lambda.rs"]
mod example;
#[path = "../stores/pg_server.rs"]
mod pg_server;
mod runtime;
#[path = "../stores/server.rs"]
mod server;

use std::time::Duration;

use cognito_emulator::{AppClient, Emulator, Pool, User};

use self::events::{Browser, FRONTS, Front, HOST};
use self::pg_server::empty_schema;
use self::runtime::Function;
use self::server::Fresh;

/// A user pool and a database.
struct Around {
    emulator: Emulator,
    pool: String,
    client: String,
    database: String,
    _schema: Fresh,
}

impl Around {
    async fn start() -> Option<Self> {
        let (database, schema) = empty_schema().await?;
        let emulator = Emulator::start().await.expect("the emulator starts");
        let pool = emulator.add_pool(Pool::new("us-east-1_Lambda"));
        pool.add_user(
            User::new("alice")
                .with_password("Correct-horse-1")
                .with_attribute("given_name", "Alice"),
        );
        let client = pool.add_client(AppClient::new("site"));
        Some(Self {
            pool: pool.id().to_owned(),
            client: client.id().to_owned(),
            database,
            emulator,
            _schema: schema,
        })
    }

    /// Starts an environment of the function.
    async fn function(&self) -> Function {
        let function = self.function_with(&self.database).await;
        function.expect("a function that starts")
    }

    async fn function_with(&self, database: &str) -> Option<Function> {
        Function::start(&[
            ("COGNITO_USER_POOL_ID", &self.pool),
            ("COGNITO_APP_ID", &self.client),
            ("COGNITO_ENDPOINT", self.emulator.endpoint()),
            ("DATABASE_URL", database),
            ("AWS_LAMBDA_HTTP_IGNORE_STAGE_IN_PATH", "true"),
        ])
        .await
    }
}

const PASSWORD: [(&str, &str); 2] = [("username", "alice"), ("password", "Correct-horse-1")];

fn here() -> String {
    format!("https://{HOST}")
}

/// The program that the other tests start.
#[test]
#[ignore = "started by the other tests, as the function"]
fn function() {
    example::main().expect("Lambda ends it");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_logs_in_and_out_behind_each_front() {
    let Some(around) = Around::start().await else {
        return;
    };
    let function = around.function().await;

    for front in FRONTS {
        let mut browser = Browser::new(front, &function);
        let page = browser.get("/?from=mail").await;
        let login = "/login?next=%2F%3Ffrom%3Dmail";
        assert_eq!((page.status, &*page.location), (303, login), "{front:?}");
        let page = browser.get(&page.location).await;
        assert_eq!(page.status, 200, "{front:?}: {page:?}");
        assert!(page.body.contains("name=\"password\""), "{}", page.body);
        let next = "name=\"next\" value=\"/?from=mail\"";
        assert!(page.body.contains(next), "{front:?}: {}", page.body);

        let page = browser
            .post("/login", &PASSWORD, "https://evil.example")
            .await;
        assert_eq!(page.status, 403, "{front:?}: {page:?}");
        let wrong = [("username", "alice"), ("password", "Wrong-horse-1")];
        let page = browser.post("/login", &wrong, &here()).await;
        assert_eq!(page.status, 422, "{front:?}: {page:?}");
        let form = [&PASSWORD[..], &[("next", "/?a=%2F&b=+")]].concat();
        let page = browser.post("/login", &form, &here()).await;
        assert_eq!((page.status, &*page.location), (303, "/?a=%2F&b=+"));

        let page = browser.get("/").await;
        assert_eq!((page.status, &*page.body), (200, "Hello Alice"));
        let mut stranger = Browser::new(front, &function);
        assert_eq!(stranger.get("/").await.status, 303);

        let page = browser.post("/logout", &[], &here()).await;
        assert_eq!(page.status, 303, "{front:?}: {page:?}");
        assert_eq!(browser.get("/").await.status, 303, "{front:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn environments_share_logins_and_outlive_each_other() {
    let Some(around) = Around::start().await else {
        return;
    };
    let (first, second) = tokio::join!(around.function(), around.function());
    let mut browser = Browser::new(Front::HttpApi, &first);
    let page = browser.post("/login", &PASSWORD, &here()).await;
    assert_eq!(page.status, 303, "{page:?}");
    let cookies = browser.cookies.clone();

    let mut elsewhere = Browser::new(Front::HttpApi, &second);
    elsewhere.cookies.clone_from(&cookies);
    assert_eq!(elsewhere.get("/").await.body, "Hello Alice");
    first.kill().await;
    assert_eq!(elsewhere.get("/").await.body, "Hello Alice");

    let third = around.function().await;
    let mut later = Browser::new(Front::HttpApi, &third);
    later.cookies.clone_from(&cookies);
    let page = later.post("/logout", &[], &here()).await;
    assert_eq!(page.status, 303, "{page:?}");
    elsewhere.cookies = cookies; // the browser's are gone, a thief's are not
    assert_eq!(elsewhere.get("/").await.status, 303);
}

/// Rather than answer each request with an error, for as long as the environment lives.
#[tokio::test(flavor = "multi_thread")]
async fn a_function_without_its_database_does_not_start() {
    let Some(around) = Around::start().await else {
        return;
    };
    let nobody = "postgres://postgres@127.0.0.1:9/postgres";

    assert!(around.function_with(nobody).await.is_none());
}

/// `LAMBDA_FUNCTION=target/release/examples/lambda` for a build that counts.
#[tokio::test(flavor = "multi_thread")]
async fn it_starts_fast() {
    let Some(around) = Around::start().await else {
        return;
    };
    around.function().await.kill().await; // creates the tables

    let mut inits = Vec::new();
    for _ in 0..5 {
        let function = around.function().await;
        inits.push(function.init);
        function.kill().await;
    }
    println!("init: {inits:?}");
    let fastest = inits.into_iter().min().expect("five");
    let limit = match std::env::var_os("LAMBDA_FUNCTION") {
        Some(_) => Duration::from_millis(60),
        None => Duration::from_secs(2),
    };
    assert!(fastest < limit, "{fastest:?}");
}

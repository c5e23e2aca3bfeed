//! What it costs to let a machine in: its token is verified, and a guard asks for a scope.

use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::header::AUTHORIZATION;
use axum::http::{Request, StatusCode};
use axum::routing::get;
use axum_cognito::token::AccessToken;
use axum_cognito::web::scope_required;
use axum_cognito::{Auth, Cognito};
use axum_cognito_benches::measure::Contest;
use axum_cognito_benches::site::Cloud;
use axum_cognito_benches::token::{Jwk, Reference};
use cognito_emulator::{AppClient, AuthFlow};
use cpu_time::ThreadTime;
use tokio::runtime::{Builder, Runtime};
use tower::ServiceExt;

const ROUNDS: usize = 60;
const RUNS: u32 = 200;
const SCOPE: &str = "orders/read";
const SECRET: &str = "emulated_secret_of_the_machine";

fn main() {
    let cloud = Cloud::start();
    let runtime = Builder::new_current_thread().enable_all().build();
    let runtime = runtime.expect("a runtime");
    let machine = cloud.pool.add_client(
        AppClient::new("machine")
            .with_secret(SECRET)
            .with_flows([AuthFlow::ClientToken])
            .with_oauth_flows(["client_credentials"])
            .with_scopes([SCOPE]),
    );
    let cognito = client(&cloud, &machine);
    let token = runtime.block_on(cognito.get_client_token(&[]));
    let token = token.expect("a token").access;
    let jwk = Jwk::fetch(&cloud, &token);
    let issuer = format!("{}/{}", cloud.emulator.endpoint(), cloud.pool.id());
    let reference = Reference::new(&jwk, &issuer, machine.id());
    let open = Router::new().route("/orders", get(async || "orders"));
    let guarded = runtime.block_on(guard(open.clone(), cognito));

    let ours = "axum-cognito, verified and guarded";
    let theirs = "aws-lc-rs, base64 and serde claims, the bare route";
    let bare = "the bare route";
    let mut contest = Contest::new("A machine's token, one thread", ROUNDS);
    contest.add(ours, RUNS, || timed(&runtime, &guarded, &token, || {}));
    contest.add(theirs, RUNS, || {
        timed(&runtime, &open, &token, || {
            assert!(reference.verify(token.expose()));
        })
    });
    contest.add(bare, RUNS, || timed(&runtime, &open, &token, || {}));

    let results = contest.run();
    results.ratio(ours, theirs, 1.15);
}

fn client(cloud: &Cloud, machine: &AppClient) -> Cognito {
    let pool = cloud.pool.id().parse().expect("a pool id");
    let id = machine.id().parse().expect("an app client id");
    let client = Cognito::builder(pool, id)
        .with_endpoint(cloud.emulator.endpoint())
        .with_app_client_secret(SECRET.to_owned());
    client.build().expect("a client")
}

async fn guard(routes: Router, cognito: Cognito) -> Router {
    let auth = Auth::builder().with_tokens_of(cognito).build().await;
    let auth = auth.expect("a site that is set up");
    routes
        .route_layer(scope_required(SCOPE))
        .layer(auth.login_layer())
}

/// Sends requests with the token, each after whatever else has to be done for it.
fn timed(
    runtime: &Runtime,
    router: &Router,
    token: &AccessToken,
    mut before: impl FnMut(),
) -> Duration {
    let header = format!("Bearer {}", token.expose());
    runtime.block_on(async {
        let start = ThreadTime::now();
        for _ in 0..RUNS {
            before();
            let request = Request::get("/orders").header(AUTHORIZATION, &header);
            let request = request.body(Body::empty()).expect("a request");
            let answer = router.clone().oneshot(request).await.expect("infallible");
            assert_eq!(answer.status(), StatusCode::OK);
        }
        start.elapsed()
    })
}

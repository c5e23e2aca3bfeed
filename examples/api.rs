//! An API for people and machines, without users of its own. It prints a token of each to try it
//! with.

use std::time::Duration;

use axum::{Router, routing::get};
use axum_cognito::cognito::LoginStep;
use axum_cognito::web::{Bearer, json_errors, revocation_checked, scope_required};
use axum_cognito::{Auth, BearerUser, Cognito, backend::Error};
use cognito_emulator::{AppClient, AuthFlow, Emulator, Pool, User};

pub(crate) async fn api(cognito: Cognito) -> Result<Router, Error> {
    let auth = Auth::builder().with_tokens_of(cognito).build().await?;
    let orders = Router::new()
        .route("/orders", get(async || r#"["order 1"]"#))
        .route_layer(scope_required("orders/read")); // 401, or 403 insufficient_scope
    let keys = Router::new()
        .route(
            "/keys",
            get(async |user: BearerUser| user.username().to_owned()),
        )
        .route_layer(revocation_checked(Duration::from_secs(30))); // asks Cognito

    // No browser logs in, so there are no sessions.
    Ok(Router::new()
        .route("/whoami", get(whoami))
        .merge(orders)
        .merge(keys)
        .layer(json_errors())
        .layer(auth.login_layer()))
}

async fn whoami(caller: Option<Bearer>) -> String {
    match caller {
        None => "nobody\n".to_owned(), // a bad token is 401 all the same
        Some(Bearer::Machine(machine)) => format!("the machine {}\n", machine.client_id()),
        Some(Bearer::User(user)) => format!("{}, in {:?}\n", user.username(), user.groups()),
    }
}

/// Returns a client for people's app client, which takes the machine's tokens too, and one for the
/// machine's.
pub(crate) fn clients(emulator: &Emulator) -> Result<[Cognito; 2], Box<dyn std::error::Error>> {
    let pool = emulator.add_pool(Pool::new("us-east-1_Example"));
    pool.add_user(User::new("alice").with_password("Correct-horse-1"));
    let people = pool.add_client(AppClient::new("people"));
    let machine = pool.add_client(
        AppClient::new("machine")
            .with_secret("emulated_secret_of_the_machine")
            .with_flows([AuthFlow::ClientToken])
            .with_oauth_flows(["client_credentials"])
            .with_scopes(["orders/read"]),
    );

    let client = |id: &str| -> Result<_, Box<dyn std::error::Error>> {
        Ok(Cognito::builder(pool.id().parse()?, id.parse()?).with_endpoint(emulator.endpoint()))
    };
    let people = client(people.id())?.with_api_clients([machine.id().parse()?]);
    let machine =
        client(machine.id())?.with_app_client_secret("emulated_secret_of_the_machine".to_owned());
    Ok([people.build()?, machine.build()?])
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let emulator = Emulator::start().await?;
    let [people, machine] = clients(&emulator)?;

    let password = "Correct-horse-1".to_owned().into();
    if let LoginStep::Complete(alice) = people.authenticate("alice", &password).await? {
        println!("alice:   {}", alice.tokens().access.expose());
    }
    let token = machine.get_client_token(&[]).await?;
    println!("machine: {}", token.access.expose());
    println!("curl -H 'Authorization: Bearer <token>' http://127.0.0.1:3000/whoami");

    let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
    Ok(axum::serve(listener, api(people).await?).await?)
}

//! The three steps of a login that sites do another way: who may log in, where attributes come
//! from, and how the user's row is made. What is not written here is as usual.

use axum::{Router, routing::get};
use axum_cognito::attribute::ColumnChange;
use axum_cognito::backend::Error;
use axum_cognito::cognito::{CognitoUser, UserProfile};
use axum_cognito::token::IdClaims;
use axum_cognito::users::UserSync;
use axum_cognito::{
    AttributeMapping, Auth, Cognito, CognitoBackend, CurrentUser, SqliteUsers, UserPool,
    async_trait, login_required, pages,
};
use cognito_emulator::{AppClient, Emulator, Pool, User};

type Failure = Box<dyn std::error::Error>;

struct Company(UserPool);

#[async_trait]
impl CognitoBackend for Company {
    fn pool(&self) -> &UserPool {
        &self.0
    }

    /// Who may log in: the people of the company.
    async fn user_can_authenticate(&self, profile: &UserProfile) -> Result<bool, Error> {
        let email = profile.attributes.get("email").unwrap_or_default();
        Ok(email.ends_with("@example.com"))
    }

    /// Where attributes come from: the ID token, and the company's own list of teams.
    async fn load_profile(&self, _: &CognitoUser, claims: &IdClaims) -> Result<UserProfile, Error> {
        let mut profile = UserProfile::new(&claims.username, claims.attributes());
        let team = "custom:team".parse().map_err(Error::other)?;
        profile.attributes.insert(team, team_of(&claims.username));
        Ok(profile)
    }

    /// How a row is made: addresses in lower case.
    async fn row(&self, _: &UserProfile, mut usual: UserSync) -> Result<UserSync, Error> {
        for (column, change) in &mut usual.columns {
            if let ("email", ColumnChange::Set(email)) = (column.as_str(), change) {
                *email = email.to_lowercase();
            }
        }
        Ok(usual)
    }
}

fn team_of(username: &str) -> &'static str {
    if username == "alice" { "red" } else { "blue" }
}

pub(crate) async fn site(emulator: &Emulator) -> Result<Router, Failure> {
    let pool = emulator.add_pool(Pool::new("us-east-1_Example"));
    let client = pool.add_client(AppClient::new("example"));
    let user = |name| User::new(name).with_password("Correct-horse-1");
    pool.add_user(user("alice").with_attribute("email", "Alice@example.com"));
    pool.add_user(user("mallory").with_attribute("email", "mallory@example.net"));
    let cognito = Cognito::builder(pool.id().parse()?, client.id().parse()?)
        .with_endpoint(emulator.endpoint())
        .build()?;

    let users = SqliteUsers::connect("sqlite::memory:").await?;
    let add_team = "alter table users add column team text";
    sqlx::query(add_team).execute(users.pool()).await?;
    let sessions = users.sessions();
    let mapping = AttributeMapping::default().with("custom:team", "team")?;
    let pool =
        UserPool::with_client(cognito, users).configure(|login| login.attribute_mapping = mapping);

    let auth = Auth::builder()
        .with_pool(Company(pool))
        .with_insecure_cookie()
        .build()
        .await?;
    Ok(Router::new()
        .route("/", get(hello))
        .route_layer(login_required())
        .merge(pages::router())
        .layer(auth.layer(sessions)))
}

async fn hello(user: CurrentUser) -> String {
    let team = user.extra.get("team").cloned().flatten();
    format!("Hello {} of team {}", user.email, team.unwrap_or_default())
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let emulator = Emulator::start().await?;
    let site = site(&emulator).await?;

    let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
    println!(
        "http://127.0.0.1:3000 as alice, with the password Correct-horse-1; mallory is refused"
    );
    Ok(axum::serve(listener, site).await?)
}

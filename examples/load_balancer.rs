//! A site behind an Application Load Balancer that logs users in by itself: no login page, no sessions,
//! but rows, guards and hooks as ever. Without a load balancer everybody is nobody, and the emulator has
//! none: `cargo test --test load_balancer` signs as one.
//!
//! ```text
//! COGNITO_USER_POOL_ID=eu-west-1_Ab12Cd34E COGNITO_APP_ID=... \
//! COGNITO_ALB_ARN=arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/shop/50dc6c495c0c9188 \
//! cargo run --example load_balancer --features alb
//! ```

use axum::http::header::{LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::routing::{get, post};
use axum::{Router, response::IntoResponse};
use axum_cognito::backend::Error;
use axum_cognito::{Auth, CurrentUser, Settings, SqliteUsers, UserPool, group_required};

pub(crate) async fn site(settings: Settings, users: SqliteUsers) -> Result<Router, Error> {
    let pool = UserPool::new(settings, users).await?;
    let auth = Auth::builder().with_pool(pool).build().await?;
    let admin = Router::new()
        .route("/admin", get(async || "Hello admin"))
        .route_layer(group_required("admins"));

    Ok(Router::new()
        .route("/", get(hello))
        .route("/logout", post(log_out))
        .merge(admin)
        .layer(auth.login_layer())) // without sessions
}

/// The user is in the request: whatever does not come from the load balancer is nobody.
async fn hello(user: CurrentUser) -> String {
    format!("Hello {}", user.first_name)
}

/// The login is the load balancer's: its cookies go, and then the session of the domain.
async fn log_out() -> impl IntoResponse {
    let mut headers = HeaderMap::new();
    for shard in 0..4 {
        let cookie = format!("AWSELBAuthSessionCookie-{shard}=; Path=/; Max-Age=0; Secure");
        let cookie = HeaderValue::try_from(cookie).expect("visible ASCII");
        headers.append(SET_COOKIE, cookie);
    }
    let domain =
        "https://shop.auth.eu-west-1.amazoncognito.com/logout?client_id=...&logout_uri=...";
    headers.insert(LOCATION, HeaderValue::from_static(domain));
    (StatusCode::SEE_OTHER, headers)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let users = SqliteUsers::connect("sqlite://app.db").await?;
    let site = site(Settings::from_env()?, users).await?;

    let listener = tokio::net::TcpListener::bind("0.0.0.0:3000").await?;
    Ok(axum::serve(listener, site).await?)
}

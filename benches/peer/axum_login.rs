//! The same site with axum-login.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Router;
use axum::routing::get;
use axum_login::{
    AuthManagerLayerBuilder, AuthSession, AuthUser, AuthnBackend, UserId, login_required,
};
use peer_sqlx::{PgPool, Row, SqlitePool};
use serde_json::Value;
use time::OffsetDateTime;
use tower_sessions::{SessionManagerLayer, SessionStore};

macro_rules! columns {
    () => {
        "select id, username, sub, email, first_name, last_name, is_active, date_joined, last_login \
         from users where id = "
    };
}

/// What a site needs of a row: the columns that ours reads, too.
#[derive(Clone, Debug)]
pub struct User {
    pub id: i64,
    pub username: String,
    pub sub: Option<String>,
    pub email: String,
    pub first_name: String,
    pub last_name: String,
    pub is_active: bool,
    pub date_joined: Time,
    pub last_login: Option<Time>,
}

/// A time, as the database has it.
#[derive(Clone, Debug)]
pub enum Time {
    Text(String),
    Time(OffsetDateTime),
}

impl User {
    pub fn new(id: i64, username: &str) -> Self {
        Self {
            id,
            username: username.to_owned(),
            sub: Some("5f1c5d0e-30a1-4b3c-9d7e-000000000001".to_owned()),
            email: format!("{username}@example.com"),
            first_name: "Alice".to_owned(),
            last_name: "Example".to_owned(),
            is_active: true,
            date_joined: Time::Text("2026-01-01T00:00:00Z".to_owned()),
            last_login: None,
        }
    }
}

impl AuthUser for User {
    type Id = i64;

    fn id(&self) -> i64 {
        self.id
    }

    fn session_auth_hash(&self) -> &[u8] {
        self.username.as_bytes()
    }
}

/// Where the users are.
#[derive(Clone)]
pub enum Users {
    Map(Arc<HashMap<i64, User>>),
    Postgres(PgPool),
    Sqlite(SqlitePool),
}

impl AuthnBackend for Users {
    type User = User;
    type Credentials = i64;
    type Error = peer_sqlx::Error;

    async fn authenticate(&self, id: i64) -> Result<Option<User>, peer_sqlx::Error> {
        self.get_user(&id).await
    }

    async fn get_user(&self, id: &UserId<Self>) -> Result<Option<User>, peer_sqlx::Error> {
        match self {
            Self::Map(users) => Ok(users.get(id).cloned()),
            Self::Postgres(pool) => {
                let row = peer_sqlx::query(concat!(columns!(), "$1"))
                    .bind(id)
                    .fetch_optional(pool)
                    .await?;
                row.map(|row| read(&row, Time::Time)).transpose()
            }
            Self::Sqlite(pool) => {
                let row = peer_sqlx::query(concat!(columns!(), "?1"))
                    .bind(id)
                    .fetch_optional(pool)
                    .await?;
                row.map(|row| read(&row, Time::Text)).transpose()
            }
        }
    }
}

fn read<R, T>(row: &R, time: fn(T) -> Time) -> Result<User, peer_sqlx::Error>
where
    R: Row,
    usize: peer_sqlx::ColumnIndex<R>,
    for<'r> i64: peer_sqlx::Decode<'r, R::Database> + peer_sqlx::Type<R::Database>,
    for<'r> bool: peer_sqlx::Decode<'r, R::Database> + peer_sqlx::Type<R::Database>,
    for<'r> String: peer_sqlx::Decode<'r, R::Database> + peer_sqlx::Type<R::Database>,
    for<'r> T: peer_sqlx::Decode<'r, R::Database> + peer_sqlx::Type<R::Database>,
{
    Ok(User {
        id: row.try_get(0)?,
        username: row.try_get(1)?,
        sub: row.try_get(2)?,
        email: row.try_get(3)?,
        first_name: row.try_get(4)?,
        last_name: row.try_get(5)?,
        is_active: row.try_get(6)?,
        date_joined: time(row.try_get(7)?),
        last_login: row.try_get::<Option<T>, _>(8)?.map(time),
    })
}

/// The site: `/members` is guarded, and `/login` lets user 1 in and keeps `tokens`.
pub fn router(users: Users, store: impl SessionStore + Clone, tokens: Value) -> Router {
    let log_in = move |mut auth: AuthSession<Users>| {
        let tokens = tokens.clone();
        async move {
            let user = auth.authenticate(1).await.expect("users").expect("a user");
            auth.login(&user).await.expect("a login");
            auth.session
                .insert("tokens", tokens)
                .await
                .expect("a session");
        }
    };

    Router::new()
        .route("/members", get(greet))
        .route_layer(login_required!(Users))
        .route("/login", get(log_in))
        .layer(AuthManagerLayerBuilder::new(users, SessionManagerLayer::new(store)).build())
}

async fn greet(auth: AuthSession<Users>) -> String {
    let user = auth.user.expect("the guard lets nobody else in");
    format!("Hello {} <{}> #{}", user.first_name, user.username, user.id)
}

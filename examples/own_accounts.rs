//! A site's own table of accounts: a UUID for a key, and other names of columns. The registry of
//! logins and the sessions are the library's, in the same database. To read the table:
//! `sqlite3 accounts.db "select * from accounts"`.

use async_trait::async_trait;
use axum::Router;
use axum::routing::get;
use axum_cognito::attribute::{AttributeMapping, ColumnChange};
use axum_cognito::id::Subject;
use axum_cognito::users::{
    LoginStore, SqlLogins, Synced, User, UserId, UserStore, UserStoreError, UserStoreErrorKind,
    UserSync,
};
use axum_cognito::{Auth, Cognito, CurrentUser, UserPool, login_required};
use cognito_emulator::{AppClient, Emulator, Pool};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqlitePool};
use time::OffsetDateTime;

type Failure = Box<dyn std::error::Error>;

pub(crate) const TABLE: &str = "
    create table if not exists accounts (
        id text primary key default (lower(
            hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2)
            || '-a' || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6))
        )),
        login text not null unique,
        subject text,
        mail text not null default '',
        blocked boolean not null default false,
        created_at integer not null,
        seen_at integer
    )
";

pub(crate) struct Accounts {
    pub(crate) pool: SqlitePool,
    pub(crate) logins: SqlLogins,
}

impl Accounts {
    async fn one(&self, sql: &'static str, key: &str) -> Result<Option<User>, UserStoreError> {
        let row = sqlx::query(sql).bind(key).fetch_optional(&self.pool);

        Ok(row.await?.as_ref().map(user).transpose()?)
    }
}

fn user(row: &SqliteRow) -> Result<User, sqlx::Error> {
    let time = |at: i64| {
        OffsetDateTime::from_unix_timestamp(at).map_err(|error| sqlx::Error::Decode(error.into()))
    };
    let mut user = User::new(
        row.try_get::<String, _>("id")?,
        row.try_get::<String, _>("login")?,
    );
    user.sub = row
        .try_get::<Option<String>, _>("subject")?
        .map(Subject::from);
    user.email = row.try_get("mail")?;
    user.is_active = !row.try_get::<bool, _>("blocked")?;
    user.date_joined = time(row.try_get("created_at")?)?;
    user.last_login = row
        .try_get::<Option<i64>, _>("seen_at")?
        .map(time)
        .transpose()?;
    Ok(user)
}

#[async_trait]
impl UserStore for Accounts {
    /// The attribute `email` goes into `mail`, and nothing else anywhere.
    async fn check_mapping(&self, mapping: &AttributeMapping) -> Result<(), UserStoreError> {
        match mapping.columns().find(|column| column.as_str() != "mail") {
            Some(other) => {
                Err(UserStoreError::new(UserStoreErrorKind::UnknownColumn)
                    .with_column(other.as_str()))
            }
            None => Ok(()),
        }
    }

    async fn find(&self, id: &UserId) -> Result<Option<User>, UserStoreError> {
        self.one("select * from accounts where id = ?", &id.to_string())
            .await
    }

    async fn find_by_username(&self, username: &str) -> Result<Option<User>, UserStoreError> {
        self.one("select * from accounts where login = ?", username)
            .await
    }

    async fn list(&self, after: Option<&str>, limit: u32) -> Result<Vec<User>, UserStoreError> {
        let sql = "select * from accounts where login > ? order by login limit ?";
        let query = sqlx::query(sql).bind(after.unwrap_or_default()).bind(limit);

        let rows = query.fetch_all(&self.pool).await?;
        Ok(rows.iter().map(user).collect::<Result<_, _>>()?)
    }

    async fn set_active(&self, id: &UserId, is_active: bool) -> Result<bool, UserStoreError> {
        let query = sqlx::query("update accounts set blocked = ? where id = ?");
        let updated = query
            .bind(!is_active)
            .bind(id.to_string())
            .execute(&self.pool);

        Ok(updated.await?.rows_affected() > 0)
    }

    fn logins(&self) -> Option<&dyn LoginStore> {
        Some(&self.logins)
    }

    async fn sync(&self, login: &UserSync) -> Result<Synced, UserStoreError> {
        let sub = login.sub.as_ref().map(Subject::as_str);
        let at = login.at.unix_timestamp();
        let mail = login.columns.iter().find_map(|(_, change)| match change {
            ColumnChange::Clear => Some(""),
            ColumnChange::Keep => None,
            ColumnChange::Set(mail) => Some(mail.as_str()),
        });
        let write = async |sql| {
            let query = sqlx::query(sql).bind(&login.username).bind(sub).bind(mail);
            let query = query
                .bind(login.is_login.then_some(at))
                .bind(at)
                .bind(login.adopts_row);
            Ok::<_, sqlx::Error>(query.execute(&self.pool).await?.rows_affected() > 0)
        };

        // One statement finds the row and changes it, and one adds it where there is none.
        let is_updated = write(
            "update accounts
            set subject = ?2, mail = coalesce(?3, mail), seen_at = coalesce(?4, seen_at)
            where login = ?1 and not blocked and (subject is ?2 or (subject is null and ?6))",
        )
        .await?;
        let is_created = !is_updated
            && login.create_unknown_user
            && write(
                "insert into accounts (login, subject, mail, seen_at, created_at)
                values (?1, ?2, coalesce(?3, ''), ?4, ?5)
                on conflict (login) do nothing",
            )
            .await?;

        Ok(match self.find_by_username(&login.username).await? {
            None => Synced::Unknown,
            Some(user) if is_created => Synced::Created(user),
            Some(user) if is_updated || user.sub == login.sub => Synced::Updated(user),
            Some(user) if user.sub.is_none() && login.adopts_row => Synced::Updated(user),
            Some(_) => Synced::DifferentSubject,
        })
    }
}

pub(crate) async fn site(emulator: &Emulator, database: &str) -> Result<Router, Failure> {
    let pool = emulator.add_pool(Pool::new("us-east-1_Example"));
    let client = pool.add_client(AppClient::new("example"));
    pool.add_user(cognito_emulator::User::new("alice").with_password("Correct-horse-1"));
    let cognito = Cognito::builder(pool.id().parse()?, client.id().parse()?)
        .with_endpoint(emulator.endpoint());

    let database = SqlitePool::connect(database).await?; // the site's own
    sqlx::query(TABLE).execute(&database).await?;
    let logins = SqlLogins::from(database.clone());
    logins.migrate().await?;
    let sessions = logins.sessions();
    let accounts = Accounts {
        pool: database,
        logins,
    };

    let mapping = AttributeMapping::new([("email", "mail")])?;
    let pool = UserPool::with_client(cognito.build()?, accounts)
        .configure(|settings| settings.attribute_mapping = mapping);
    let auth = Auth::builder()
        .with_pool(pool)
        .with_insecure_cookie()
        .build()
        .await?;
    Ok(Router::new()
        .route(
            "/",
            get(async |user: CurrentUser| format!("account {}", user.id)),
        )
        .route_layer(login_required())
        .merge(axum_cognito::pages::router())
        .layer(auth.layer(sessions)))
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let emulator = Emulator::start().await?;
    let site = site(&emulator, "sqlite://accounts.db?mode=rwc").await?;

    let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
    println!("http://127.0.0.1:3000 as alice, with the password Correct-horse-1");
    Ok(axum::serve(listener, site).await?)
}

//! Schemas of a PostgreSQL server, one for each site.

use std::env;
use std::time::Duration;

use sqlx::AssertSqlSafe;
use sqlx::postgres::{PgPool, PgPoolOptions};

/// The server at `TEST_POSTGRES_URL`, or on the standard port.
pub fn server() -> String {
    env::var("TEST_POSTGRES_URL")
        .unwrap_or_else(|_| "postgres://postgres@127.0.0.1:5432/postgres".to_owned())
}

/// The URL by which a pool finds its tables in a schema.
pub fn in_schema(schema: &str) -> String {
    let server = server();
    let separator = if server.contains('?') { '&' } else { '?' };
    format!("{server}{separator}options[search_path]={schema}")
}

/// Makes an empty schema. Gives the URL of it.
pub async fn new_schema(schema: &str) -> Result<String, sqlx::Error> {
    let create = format!("drop schema if exists {schema} cascade; create schema {schema}");
    run(create).await.map(|()| in_schema(schema))
}

pub async fn drop_schema(schema: &str) {
    let _ = run(format!("drop schema if exists {schema} cascade")).await;
}

async fn run(sql: String) -> Result<(), sqlx::Error> {
    let pool = connect().await?;
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(&pool).await?;
    pool.close().await;
    Ok(())
}

async fn connect() -> Result<PgPool, sqlx::Error> {
    PgPoolOptions::new()
        .max_connections(1)
        .acquire_timeout(Duration::from_secs(3))
        .connect(&server())
        .await
}

/// Whether there is one.
pub async fn is_there() -> Result<(), sqlx::Error> {
    connect().await.map(drop)
}

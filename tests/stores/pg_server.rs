//! The PostgreSQL server of the tests.

use sqlx::{AssertSqlSafe, Connection, PgConnection};

use crate::server::{self, Fresh};

/// The URL of the server, if there is one.
pub(crate) async fn url() -> Option<String> {
    server::url(
        "TEST_POSTGRES_URL",
        "postgres://postgres@127.0.0.1:5432/postgres",
        "PostgreSQL",
        async |url| PgConnection::connect(&url).await,
    )
    .await
}

pub(crate) async fn execute(url: &str, sql: String) {
    let mut connection = PgConnection::connect(url).await.expect("the server");
    let sql = sqlx::raw_sql(AssertSqlSafe(sql));
    sql.execute(&mut connection).await.expect("an answer");
}

/// The URL of a schema without any table.
pub(crate) async fn empty_schema() -> Option<(String, Fresh)> {
    let server = url().await?;
    let name = server::fresh_name();

    execute(&server, format!("create schema {name}")).await;
    let separator = if server.contains('?') { '&' } else { '?' };
    let url = format!("{server}{separator}options[search_path]={name}");
    let ending = async move || {
        let sql = format!("set lock_timeout = '9s'; drop schema {name} cascade");
        execute(&server, sql).await;
    };
    Some((url, Fresh::new(ending)))
}

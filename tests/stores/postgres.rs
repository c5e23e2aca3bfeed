//! The site of the contract on PostgreSQL.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use axum_cognito::users::{PostgresUsers, SqlLogins, UserStore, UserTable};
use sqlx::migrate::Migrator;
use sqlx::postgres::PgPoolOptions;
use sqlx::{AssertSqlSafe, Row};

use super::pg_server::empty_schema;
use super::server::Fresh;
use super::site::{Site, Start};

/// The other processes, and the connections of each: the server has a hundred for all tests.
const PROCESSES: usize = 4;
const CONNECTIONS: u32 = 5;

pub(crate) struct PostgresSite {
    pub(crate) users: PostgresUsers,
    processes: Vec<PostgresUsers>,
    next: AtomicUsize,
    pub(crate) url: String,
    _schema: Fresh,
}

pub(crate) async fn in_a_schema() -> Option<PostgresSite> {
    let (url, schema) = empty_schema().await?;

    let processes = (0..PROCESSES)
        .map(|_| {
            let pool = PgPoolOptions::new().max_connections(CONNECTIONS);
            PostgresUsers::new(pool.connect_lazy(&url).expect("a URL"))
        })
        .collect();

    Some(PostgresSite {
        users: PostgresUsers::connect(&url).await.expect("a database"),
        processes,
        next: AtomicUsize::new(0),
        url,
        _schema: schema,
    })
}

#[async_trait]
impl Site for PostgresSite {
    fn users(&self) -> &dyn UserStore {
        &self.users
    }

    async fn another_process(&self) -> Arc<dyn UserStore> {
        let next = self.next.fetch_add(1, Ordering::Relaxed);

        Arc::new(self.processes[next % PROCESSES].clone())
    }

    fn logins_alone(&self) -> SqlLogins {
        self.users.pool().clone().into()
    }

    fn with_table(&self, table: UserTable) -> Arc<dyn UserStore> {
        Arc::new(PostgresUsers::with_table(self.users.pool().clone(), table))
    }

    fn start(&self) -> Start {
        let url = self.url.clone();

        tokio::spawn(async move {
            let users = PostgresUsers::connect(&url).await?;
            Ok(Arc::new(users) as Arc<dyn UserStore>)
        })
    }

    async fn execute(&self, sql: &str) {
        sqlx::raw_sql(AssertSqlSafe(sql))
            .execute(self.users.pool())
            .await
            .expect(sql);
    }

    async fn migrate(&self, own: &Migrator) {
        own.run(self.users.pool()).await.expect("the site's own");
    }

    async fn whole_row(&self, username: &str) -> Vec<Option<String>> {
        // Without parameters, the server gives texts.
        let sql = format!("select * from users where username = '{username}'");
        let row = sqlx::raw_sql(AssertSqlSafe(sql))
            .fetch_one(self.users.pool())
            .await
            .expect("a row");

        (0..row.len())
            .map(|column| row.get_unchecked(column))
            .collect()
    }

    async fn number(&self, sql: &str) -> i64 {
        sqlx::query_scalar(AssertSqlSafe(sql))
            .fetch_one(self.users.pool())
            .await
            .expect(sql)
    }

    fn migration(&self) -> &'static str {
        include_str!("../../migrations/postgres/users.sql")
    }
}

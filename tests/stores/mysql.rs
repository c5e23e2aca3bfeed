//! The site of the contract on MySQL and MariaDB.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use axum_cognito::users::{MySqlUsers, SqlLogins, UserStore, UserTable};
use sqlx::migrate::Migrator;
use sqlx::mysql::{MySqlConnectOptions, MySqlPoolOptions};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor, MySqlConnection, Row};

use super::server::{self, Fresh};
use super::site::{Site, Start};

/// The other processes, and the connections of each: the server has a hundred for all tests.
const PROCESSES: usize = 4;
const CONNECTIONS: u32 = 5;

pub(crate) struct MySqlSite {
    pub(crate) users: MySqlUsers,
    processes: Vec<MySqlUsers>,
    next: AtomicUsize,
    pub(crate) url: String,
    _database: Fresh,
}

pub(crate) async fn in_a_database() -> Option<MySqlSite> {
    let (url, database) = empty_database().await?;

    let processes = (0..PROCESSES)
        .map(|_| {
            let pool = pool_with_mode("STRICT_ALL_TABLES").max_connections(CONNECTIONS);
            MySqlUsers::new(pool.connect_lazy(&url).expect("a URL"))
        })
        .collect();

    Some(MySqlSite {
        users: MySqlUsers::connect(&url).await.expect("a database"),
        processes,
        next: AtomicUsize::new(0),
        url,
        _database: database,
    })
}

/// The pool of a site on a server with this `sql_mode`.
pub(crate) fn pool_with_mode(mode: &'static str) -> MySqlPoolOptions {
    MySqlPoolOptions::new().after_connect(move |connection, _| {
        Box::pin(async move {
            let sql = format!("set session sql_mode = '{mode}'");
            connection.execute(AssertSqlSafe(sql)).await?;
            Ok(())
        })
    })
}

/// The URL of a database without any table.
async fn empty_database() -> Option<(String, Fresh)> {
    let server = server::url(
        "TEST_MYSQL_URL",
        "mysql://root@127.0.0.1:3306/test",
        "MySQL",
        async |url| MySqlConnection::connect(&url).await,
    )
    .await?;
    let name = server::fresh_name();

    execute(&server, format!("create database {name}")).await;
    let options: MySqlConnectOptions = server.parse().expect("a URL");
    let url = options.database(&name).to_url_lossy().to_string();
    let ending = async move || {
        let sql = format!("set lock_wait_timeout = 9; drop database {name}");
        execute(&server, sql).await;
    };
    Some((url, Fresh::new(ending)))
}

async fn execute(url: &str, sql: String) {
    let mut connection = MySqlConnection::connect(url).await.expect("the server");

    sqlx::raw_sql(AssertSqlSafe(sql))
        .execute(&mut connection)
        .await
        .expect("an answer");
}

#[async_trait]
impl Site for MySqlSite {
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
        Arc::new(MySqlUsers::with_table(self.users.pool().clone(), table))
    }

    fn start(&self) -> Start {
        let url = self.url.clone();

        tokio::spawn(async move {
            let users = MySqlUsers::connect(&url).await?;
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
        include_str!("../../migrations/mysql/users.sql")
    }

    fn quoted(&self, name: &str) -> String {
        format!("`{name}`")
    }

    fn retype(&self, column: &str, sql_type: &str) -> String {
        format!("alter table users modify column {column} {sql_type}")
    }
}

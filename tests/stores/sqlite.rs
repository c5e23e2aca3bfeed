//! The site of the contract on SQLite.

use std::sync::Arc;

use async_trait::async_trait;
use axum_cognito::users::{SqlLogins, SqliteUsers, UserStore, UserTable};
use sqlx::migrate::Migrator;
use sqlx::{AssertSqlSafe, Row};
use tempfile::TempDir;

use super::site::{Site, Start};

pub(crate) struct SqliteSite {
    users: SqliteUsers,
    /// `None` for a database in memory, which has but one connection.
    file: Option<(String, TempDir)>,
}

pub(crate) async fn in_a_file() -> Option<SqliteSite> {
    let folder = tempfile::tempdir().expect("a folder");
    let url = url_in(&folder);

    Some(SqliteSite {
        users: SqliteUsers::connect(&url).await.expect("a database"),
        file: Some((url, folder)),
    })
}

pub(crate) async fn in_memory() -> Option<SqliteSite> {
    Some(SqliteSite {
        users: SqliteUsers::connect("sqlite::memory:")
            .await
            .expect("a database"),
        file: None,
    })
}

pub(crate) fn url_in(folder: &TempDir) -> String {
    format!("sqlite://{}", folder.path().join("app.db").display())
}

#[async_trait]
impl Site for SqliteSite {
    fn users(&self) -> &dyn UserStore {
        &self.users
    }

    async fn another_process(&self) -> Arc<dyn UserStore> {
        match &self.file {
            Some((url, _)) => Arc::new(SqliteUsers::connect(url).await.expect("a database")),
            None => Arc::new(self.users.clone()),
        }
    }

    fn logins_alone(&self) -> SqlLogins {
        self.users.pool().clone().into()
    }

    fn with_table(&self, table: UserTable) -> Arc<dyn UserStore> {
        Arc::new(SqliteUsers::with_table(self.users.pool().clone(), table))
    }

    fn start(&self) -> Start {
        let (url, _) = self.file.as_ref().expect("a file");
        let url = url.clone();

        tokio::spawn(async move {
            let users = SqliteUsers::connect(&url).await?;
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
        let mut connection = self.users.pool().acquire().await.expect("a connection");
        // sqlx counts the columns before SQLite sees that another connection has changed the table.
        let look = sqlx::raw_sql("select count(*) from users").execute(&mut *connection);
        look.await.expect("a table");
        let row = sqlx::query("select * from users where username = ?1")
            .bind(username)
            .fetch_one(&mut *connection)
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
        include_str!("../../migrations/sqlite/users.sql")
    }
}

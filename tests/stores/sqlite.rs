//! The site of the contract on SQLite.

use std::sync::Arc;

use async_trait::async_trait;
use axum_cognito::users::{SqliteUsers, UserStore};
use sqlx::Row;
use tempfile::TempDir;

use super::site::Site;

pub(crate) struct SqliteSite {
    users: SqliteUsers,
    /// `None` for a database in memory, which has but one connection.
    file: Option<(String, TempDir)>,
}

pub(crate) async fn in_a_file() -> SqliteSite {
    let folder = tempfile::tempdir().expect("a folder");
    let url = url_in(&folder);

    SqliteSite {
        users: SqliteUsers::connect(&url).await.expect("a database"),
        file: Some((url, folder)),
    }
}

pub(crate) async fn in_memory() -> SqliteSite {
    SqliteSite {
        users: SqliteUsers::connect("sqlite::memory:")
            .await
            .expect("a database"),
        file: None,
    }
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

    async fn execute(&self, sql: &str) {
        sqlx::raw_sql(sql)
            .execute(self.users.pool())
            .await
            .expect(sql);
    }

    async fn whole_row(&self, username: &str) -> Vec<Option<String>> {
        let row = sqlx::query("select * from users where username = ?1")
            .bind(username)
            .fetch_one(self.users.pool())
            .await
            .expect("a row");

        (0..row.len())
            .map(|column| row.get_unchecked(column))
            .collect()
    }

    async fn count(&self) -> i64 {
        sqlx::query_scalar("select count(*) from users")
            .fetch_one(self.users.pool())
            .await
            .expect("a number")
    }
}

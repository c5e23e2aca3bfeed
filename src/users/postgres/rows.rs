use sqlx::PgPool;
use sqlx::postgres::PgRow;

use super::super::sql::{Found, MappedColumns, Rows, Statements, Table, read, whole_seconds};
use super::super::{User, UserStoreError, UserSync};
use super::error::gave_way;
use super::{statements, table};
use crate::id::Subject;

/// The rows of the table.
#[derive(Clone)]
pub(super) struct PostgresRows {
    pub(super) pool: PgPool,
}

impl Rows for PostgresRows {
    async fn table(&self) -> Result<Table, UserStoreError> {
        table::read(&self.pool).await
    }

    fn statements(columns: MappedColumns) -> Statements {
        statements::new(columns)
    }

    async fn find(&self, statements: &Statements, id: i64) -> Found {
        let row = sqlx::query(&statements.find)
            .bind(id)
            .fetch_optional(&self.pool)
            .await?;

        user(row, statements)
    }

    async fn find_by_username(&self, statements: &Statements, username: &str) -> Found {
        let row = sqlx::query(&statements.find_by_username)
            .bind(username)
            .fetch_optional(&self.pool)
            .await?;

        user(row, statements)
    }

    async fn list(
        &self,
        statements: &Statements,
        after: &str,
        limit: u32,
    ) -> Result<Vec<User>, UserStoreError> {
        let rows = sqlx::query(&statements.list)
            .bind(after)
            .bind(i64::from(limit))
            .fetch_all(&self.pool)
            .await?;

        rows.iter()
            .map(|row| read(row, &statements.columns).map_err(UserStoreError::from))
            .collect()
    }

    async fn update(&self, statements: &Statements, login: &UserSync) -> Found {
        let (sql, values) = statements::update(statements, login);
        let query = sqlx::query(&sql)
            .bind(&login.username)
            .bind(login.sub.as_ref().map(Subject::as_str))
            .bind(whole_seconds(login.at));
        let query = values
            .into_iter()
            .fold(query, |query, value| query.bind(value));

        match query.fetch_optional(&self.pool).await {
            Err(error) if gave_way(&error) => Ok(None),
            row => user(row?, statements),
        }
    }

    async fn insert(&self, statements: &Statements, login: &UserSync) -> Found {
        let (sql, values) = statements::insert(statements, login);
        let query = sqlx::query(&sql)
            .bind(&login.username)
            .bind(login.sub.as_ref().map(Subject::as_str))
            .bind(whole_seconds(login.at));
        let query = values
            .into_iter()
            .fold(query, |query, value| query.bind(value));

        match query.fetch_optional(&self.pool).await {
            Err(error) if gave_way(&error) => Ok(None),
            row => user(row?, statements),
        }
    }
}

fn user(row: Option<PgRow>, statements: &Statements) -> Found {
    row.map(|row| read(&row, &statements.columns))
        .transpose()
        .map_err(UserStoreError::from)
}

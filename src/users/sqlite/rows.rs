use std::sync::Arc;

use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqlitePool};

use super::super::sync::{Found, Rows, change_of, whole_seconds};
use super::super::{User, UserStoreError, UserSync};
use super::statements::Statements;
use crate::attribute::{ColumnChange, ColumnName};
use crate::id::Subject;

/// The rows of the table, read and written by one set of statements.
pub(super) struct SqliteRows<'a> {
    pub(super) pool: &'a SqlitePool,
    pub(super) statements: Arc<Statements>,
}

impl SqliteRows<'_> {
    /// Tells whether the statements read and write a column.
    pub(super) fn knows(&self, name: &ColumnName) -> bool {
        let mut columns = self.statements.columns().iter();

        columns.any(|column| column.name == *name)
    }

    pub(super) async fn find(&self, id: i64) -> Found {
        let row = sqlx::query(&self.statements.find)
            .bind(id)
            .fetch_optional(self.pool)
            .await?;

        self.user(row)
    }

    fn user(&self, row: Option<SqliteRow>) -> Found {
        row.map(|row| self.read(&row))
            .transpose()
            .map_err(UserStoreError::from)
    }

    fn read(&self, row: &SqliteRow) -> Result<User, sqlx::Error> {
        let extra = self
            .statements
            .extra_columns()
            .enumerate()
            .map(|(index, name)| Ok((name.to_string(), row.try_get(9 + index)?)))
            .collect::<Result<_, sqlx::Error>>()?;

        Ok(User {
            id: row.try_get(0)?,
            username: row.try_get(1)?,
            sub: row.try_get::<Option<String>, _>(2)?.map(Subject::from),
            email: row.try_get(3)?,
            first_name: row.try_get(4)?,
            last_name: row.try_get(5)?,
            is_active: row.try_get(6)?,
            date_joined: row.try_get(7)?,
            last_login: row.try_get(8)?,
            extra,
        })
    }
}

impl Rows for SqliteRows<'_> {
    async fn update(&self, login: &UserSync) -> Found {
        let mut query = sqlx::query(&self.statements.update)
            .bind(&login.username)
            .bind(login.sub.as_ref().map(Subject::as_str))
            .bind(whole_seconds(login.at));

        for column in self.statements.columns() {
            let (changes, value) = match change_of(login, &column.name) {
                ColumnChange::Clear if column.is_required => (true, Some("")),
                ColumnChange::Clear => (true, None),
                ColumnChange::Keep => (false, None),
                ColumnChange::Set(value) => (true, Some(value.as_str())),
            };
            query = query.bind(changes).bind(value);
        }

        self.user(query.fetch_optional(self.pool).await?)
    }

    async fn insert(&self, login: &UserSync) -> Found {
        let (sql, values) = self.statements.insert(login);
        let query = sqlx::query(&sql)
            .bind(&login.username)
            .bind(login.sub.as_ref().map(Subject::as_str))
            .bind(whole_seconds(login.at));
        let query = values
            .into_iter()
            .fold(query, |query, value| query.bind(value));

        self.user(query.fetch_optional(self.pool).await?)
    }

    async fn find_by_username(&self, username: &str) -> Found {
        let row = sqlx::query(&self.statements.find_by_username)
            .bind(username)
            .fetch_optional(self.pool)
            .await?;

        self.user(row)
    }
}

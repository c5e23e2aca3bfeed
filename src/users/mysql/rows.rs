use sqlx::MySqlPool;
use sqlx::mysql::MySqlRow;

use super::super::sql::{Found, MappedColumns, Rows, Statements, Table, read, whole_seconds};
use super::super::{User, UserStoreError, UserSync};
use super::error::{gave_way, is_duplicate};
use super::{statements, table};
use crate::id::Subject;

/// The rows of the table.
#[derive(Clone)]
pub(super) struct MySqlRows {
    pub(super) pool: MySqlPool,
}

impl Rows for MySqlRows {
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
        let sub = login.sub.as_ref().map(Subject::as_str);
        let (sql, values) = statements::update(statements, login);
        let query = sqlx::query(&sql).bind(sub).bind(whole_seconds(login.at));
        let updated = values
            .into_iter()
            .fold(query, |query, value| query.bind(value))
            .bind(&login.username)
            .bind(sub)
            .bind(sub)
            .execute(&self.pool)
            .await;

        let is_found = match updated {
            // sqlx asks for the rows that were found, also when nothing in them was new.
            Ok(updated) => updated.rows_affected() > 0,
            Err(error) if gave_way(&error) => false,
            Err(error) => return Err(error.into()),
        };
        if !is_found {
            return Ok(None);
        }

        let row = sqlx::query(&statements::find_updated(statements))
            .bind(&login.username)
            .bind(sub)
            .bind(sub)
            .fetch_optional(&self.pool)
            .await?;
        user(row, statements)
    }

    /// A plain insert: `on duplicate key update`, `replace` and `insert ignore` would act on the row
    /// of whatever key is taken, the site's own ones among them.
    async fn insert(&self, statements: &Statements, login: &UserSync) -> Found {
        let (sql, values) = statements::insert(statements, login);
        let query = sqlx::query(&sql)
            .bind(&login.username)
            .bind(login.sub.as_ref().map(Subject::as_str))
            .bind(whole_seconds(login.at))
            .bind(whole_seconds(login.at));
        let inserted = values
            .into_iter()
            .fold(query, |query, value| query.bind(value))
            .execute(&self.pool)
            .await;

        match inserted {
            Ok(inserted) => {
                self.find(statements, inserted.last_insert_id() as i64)
                    .await
            }
            Err(error) if is_duplicate(&error) => {
                // Which key it is, only a text tells. What matters is whether the username is there.
                match self.find_by_username(statements, &login.username).await? {
                    Some(_) => Ok(None),
                    None => Err(error.into()),
                }
            }
            Err(error) if gave_way(&error) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

fn user(row: Option<MySqlRow>, statements: &Statements) -> Found {
    row.map(|row| read(&row, &statements.columns))
        .transpose()
        .map_err(UserStoreError::from)
}

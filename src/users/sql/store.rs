use std::sync::{Arc, PoisonError, RwLock};

use super::super::{Synced, User, UserStoreError, UserSync};
use super::columns::{MappedColumns, Statements};
use super::sync::{self, Found, Rows};
use crate::attribute::{AttributeMapping, ColumnName};
use crate::seal::SealingKeys;

/// What `SqliteUsers`, `PostgresUsers` and `MySqlUsers` are made of.
#[derive(Clone)]
pub(crate) struct SqlStore<R> {
    pub(crate) rows: R,
    learned: Arc<RwLock<Learned>>,
    /// What the tokens of logins are encrypted with.
    pub(crate) sealing_keys: Option<SealingKeys>,
}

/// What the store knows of the table.
struct Learned {
    /// Whether the table has been looked at.
    is_checked: bool,
    statements: Arc<Statements>,
}

impl<R: Rows> SqlStore<R> {
    pub(crate) fn new(rows: R) -> Self {
        let learned = Learned {
            is_checked: false,
            statements: Arc::new(R::statements(MappedColumns::default())),
        };

        Self {
            rows,
            learned: Arc::new(RwLock::new(learned)),
            sealing_keys: None,
        }
    }

    pub(crate) async fn check_mapping(
        &self,
        mapping: &AttributeMapping,
    ) -> Result<(), UserStoreError> {
        self.learn(mapping.columns()).await
    }

    pub(crate) async fn find(&self, id: i64) -> Found {
        self.rows.find(&self.statements(), id).await
    }

    pub(crate) async fn find_by_username(&self, username: &str) -> Found {
        if username.contains('\0') {
            return Ok(None); // no row has one, and PostgreSQL would not take it
        }

        self.rows
            .find_by_username(&self.statements(), username)
            .await
    }

    pub(crate) async fn list(
        &self,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Vec<User>, UserStoreError> {
        // No name is empty, and none has a NUL, which PostgreSQL would not take.
        let after = after.unwrap_or_default().replace('\0', "");

        self.rows.list(&self.statements(), &after, limit).await
    }

    /// No row is written before the table has been looked at: it may be one that the site
    /// created, over a pool that the site opened.
    pub(crate) async fn sync(&self, login: &UserSync) -> Result<Synced, UserStoreError> {
        if !self.is_ready_for(login) {
            self.learn(login.columns.iter().map(|(name, _)| name))
                .await?;
        }

        sync::sync(&self.rows, &self.statements(), login).await
    }

    pub(crate) fn statements(&self) -> Arc<Statements> {
        let learned = self.learned.read().unwrap_or_else(PoisonError::into_inner);

        Arc::clone(&learned.statements)
    }

    fn is_ready_for(&self, login: &UserSync) -> bool {
        let learned = self.learned.read().unwrap_or_else(PoisonError::into_inner);
        let columns = &learned.statements.columns;

        learned.is_checked && login.columns.iter().all(|(name, _)| columns.knows(name))
    }

    /// Looks columns up in the table, and adds them to those that the statements read and write.
    async fn learn(
        &self,
        names: impl Iterator<Item = &ColumnName> + Send,
    ) -> Result<(), UserStoreError> {
        let names: Vec<_> = names.collect();
        let table = self.rows.table().await?;
        let found = names
            .into_iter()
            .map(|name| table.column(name))
            .collect::<Result<Vec<_>, _>>()?;

        let mut learned = self.learned.write().unwrap_or_else(PoisonError::into_inner);
        let columns = learned.statements.columns.with(found);
        *learned = Learned {
            is_checked: true,
            statements: Arc::new(R::statements(columns)),
        };
        Ok(())
    }
}

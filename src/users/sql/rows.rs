use std::sync::{Arc, PoisonError, RwLock};

use sqlx::SqlStr;
use tracing::warn;

use super::super::{
    Place, Synced, User, UserId, UserSearch, UserStoreError, UserStoreErrorKind, UserSync,
};
use super::columns::{MappedColumns, check_user_table, describe, storable};
use super::record::Joined;
use super::user_table::{COLUMNS, UserTable};
use super::value::{Row, Value};
use super::{Sql, Wanted, time};
use crate::attribute::ColumnName;
use crate::id::Subject;

/// A row can change between two statements: another request creates it, or an admin deletes it.
/// Each further round needs one more such coincidence.
const ROUNDS: usize = 16;

/// The rows of a table of users.
#[derive(Clone)]
pub(super) struct UserRows {
    sql: Sql,
    pub(super) table: Arc<UserTable>,
    learned: Arc<RwLock<Learned>>,
}

/// What is known of the table.
struct Learned {
    /// Whether the table has been looked at.
    is_checked: bool,
    statements: Arc<Statements>,
}

/// The mapped columns, and the SQL that depends on nothing else.
pub(super) struct Statements {
    columns: MappedColumns,
    /// What `read` reads, from the table as `u`.
    returned: String,
    find: SqlStr,
    find_by_username: SqlStr,
    list: SqlStr,
    /// The statements of the registry that read a user along with a login.
    pub(super) joined: Joined,
}

impl UserRows {
    pub(super) fn new(sql: Sql, table: UserTable) -> Self {
        let statements = Statements::new(&sql, &table, MappedColumns::default());
        let learned = Learned {
            is_checked: false,
            statements: Arc::new(statements),
        };

        Self {
            sql,
            table: Arc::new(table),
            learned: Arc::new(RwLock::new(learned)),
        }
    }

    pub(super) fn statements(&self) -> Arc<Statements> {
        let learned = self.learned.read().unwrap_or_else(PoisonError::into_inner);

        Arc::clone(&learned.statements)
    }

    /// Looks columns up in the table, and adds them to those that the statements read and write.
    pub(super) async fn learn(
        &self,
        names: impl Iterator<Item = &ColumnName> + Send,
    ) -> Result<(), UserStoreError> {
        let names: Vec<_> = names.collect();
        self.sql.refuse_obstacles().await?;
        let described = describe(&self.sql, &self.table.name).await?;
        check_user_table(&self.sql, &self.table, &described)?;

        let mut learned = self.learned.write().unwrap_or_else(PoisonError::into_inner);
        let known = &learned.statements.columns;
        let columns = known.with(names.into_iter(), &self.table, &described)?;
        *learned = Learned {
            is_checked: true,
            statements: Arc::new(Statements::new(&self.sql, &self.table, columns)),
        };
        Ok(())
    }

    pub(super) async fn find(&self, id: &UserId) -> Result<Option<User>, UserStoreError> {
        let Some(id) = id.as_number() else {
            return Ok(None); // the key of another store
        };
        let statements = self.statements();

        self.one(&statements, &statements.find, id.into()).await
    }

    pub(super) async fn find_by_username(
        &self,
        username: &str,
    ) -> Result<Option<User>, UserStoreError> {
        if username.contains('\0') {
            return Ok(None); // no row has one, and PostgreSQL would not take it
        }
        let statements = self.statements();

        let found = self
            .one(&statements, &statements.find_by_username, username.into())
            .await?;
        // A column of the site's can take two names for one.
        Ok(found.filter(|user| user.username == username))
    }

    async fn one(
        &self,
        statements: &Statements,
        sql: &SqlStr,
        key: Value<'_>,
    ) -> Result<Option<User>, UserStoreError> {
        let rows = self.sql.fetch_prepared(sql, &[key], Wanted::First).await?;

        match rows.into_iter().next() {
            Some(mut row) => statements.read(&mut row),
            None => Ok(None),
        }
    }

    pub(super) async fn list(
        &self,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Vec<User>, UserStoreError> {
        // No name is empty, and none has a NUL, which PostgreSQL would not take.
        let after = after.unwrap_or_default().replace('\0', "");
        let statements = self.statements();
        let values = [after.as_str().into(), i64::from(limit).into()];
        let rows = self
            .sql
            .fetch_prepared(&statements.list, &values, Wanted::All)
            .await?;

        rows.into_iter()
            .filter_map(|mut row| statements.read(&mut row).transpose())
            .collect()
    }

    pub(super) async fn search(
        &self,
        search: &UserSearch,
        limit: u32,
    ) -> Result<Vec<User>, UserStoreError> {
        if search.subs.as_ref().is_some_and(Vec::is_empty) {
            return Ok(Vec::new()); // SQL has no empty list
        }
        let statements = self.statements();
        let dialect = &self.sql.dialect;
        let column = |name: &str| format!("u.{}", dialect.quoted(self.table.column(name)));
        let username = column("username");
        // No name is empty, and none has a NUL, which PostgreSQL would not take.
        let (name, is_before) = match &search.place {
            Place::Start => ("", false),
            Place::After(name) => (&**name, false),
            Place::Before(name) => (&**name, true),
        };
        let name = name.replace('\0', "");
        let (beyond, order) = if is_before { ("<", " desc") } else { (">", "") };

        let mut sql = format!(
            "select {} from {} u where {username} {beyond} ?",
            statements.returned,
            dialect.quoted(&self.table.name),
        );
        let mut values: Vec<Value<'_>> = vec![name.as_str().into()];
        if let Some(is_active) = search.is_active {
            let not = if is_active { "" } else { "not " };
            sql += &format!(" and {not}{}", column("is_active"));
        }
        if let Some(subs) = &search.subs {
            let places = vec!["?"; subs.len()].join(", ");
            sql += &format!(" and {} in ({places})", column("sub"));
            values.extend(subs.iter().map(|sub| Value::from(sub.as_str())));
        }
        let pattern = search.text.as_deref().map(like);
        if let Some(pattern) = &pattern {
            let columns = ["username", "email", "first_name", "last_name"];
            // Databases know other letters than Rust does: one of them lowers both.
            let lower_pattern = dialect.lower("?");
            let alike = columns.map(|name| {
                let column = dialect.lower(&column(name));
                format!("{column} like {lower_pattern} escape '!'")
            });
            sql += &format!(" and ({})", alike.join(" or "));
            values.extend(columns.map(|_| Value::from(pattern)));
        }
        sql += &format!(" order by {username}{order} limit ?");
        values.push(i64::from(limit).into());

        let rows = self.sql.fetch(sql, &values).await?;
        let users = rows
            .into_iter()
            .filter_map(|mut row| statements.read(&mut row).transpose());
        let mut users: Vec<User> = users.collect::<Result<_, _>>()?;
        if is_before {
            users.reverse();
        }
        Ok(users)
    }

    pub(super) async fn set_active(
        &self,
        id: &UserId,
        is_active: bool,
    ) -> Result<bool, UserStoreError> {
        let Some(id) = id.as_number() else {
            return Ok(false);
        };
        let sql = format!(
            "update {} set {} = {is_active} where {} = ?",
            self.sql.dialect.quoted(&self.table.name),
            self.column("is_active"),
            self.qualified("id"),
        );

        Ok(self.sql.execute(sql, &[id.into()]).await? > 0)
    }

    /// Deletes a row. One that the database keeps, since rows of the site's own refer to it, is not
    /// active from then on.
    pub(super) async fn delete(&self, id: &UserId) -> Result<bool, UserStoreError> {
        let Some(number) = id.as_number() else {
            return Ok(false);
        };
        let sql = format!(
            "delete from {} where {} = ?",
            self.sql.dialect.quoted(&self.table.name),
            self.qualified("id"),
        );

        match self.sql.execute(sql, &[number.into()]).await {
            Ok(rows) => Ok(rows > 0),
            Err(error) if error.kind() == UserStoreErrorKind::InvalidValue => {
                warn!(user = %id, %error, "the row of a user was not deleted: it is inactive now");
                self.set_active(id, false).await
            }
            Err(error) => Err(error),
        }
    }

    /// Brings a row up to date. No row is written before the table has been looked at: it may be
    /// one that the site created, over a pool that the site opened.
    pub(super) async fn sync(&self, login: &UserSync) -> Result<Synced, UserStoreError> {
        if login.username.contains('\0') {
            let error = UserStoreError::new(UserStoreErrorKind::InvalidValue);
            return Err(error.with_column("username"));
        }
        for (column, change) in &login.columns {
            if *change != *storable(change) {
                warn!(%column, "an attribute with a NUL character was not stored");
            }
        }
        if !self.is_ready_for(login) {
            self.learn(login.columns.iter().map(|(name, _)| name))
                .await?;
        }
        let columns = &self.statements().columns;

        for _ in 0..ROUNDS {
            let is_updated = self.update(columns, login).await?;
            match self.find_by_username(&login.username).await? {
                Some(user) if is_anothers(&user, login) => return Ok(Synced::DifferentSubject),
                Some(user) if is_updated || !user.is_active => return Ok(Synced::Updated(user)),
                Some(_) => {}
                None if !login.create_unknown_user => return Ok(Synced::Unknown),
                None => {
                    if self.insert(columns, login).await?
                        && let Some(user) = self.find_by_username(&login.username).await?
                    {
                        return Ok(Synced::Created(user));
                    }
                }
            }
        }

        Err(UserStoreError::new(UserStoreErrorKind::Unavailable)
            .with_message("a user's row did not stay as it was from one statement to the next"))
    }

    fn is_ready_for(&self, login: &UserSync) -> bool {
        let learned = self.learned.read().unwrap_or_else(PoisonError::into_inner);
        let columns = &learned.statements.columns;

        learned.is_checked && login.columns.iter().all(|(name, _)| columns.knows(name))
    }

    /// Changes the row of an active user, if it is that of the login.
    async fn update(
        &self,
        columns: &MappedColumns,
        login: &UserSync,
    ) -> Result<bool, UserStoreError> {
        let dialect = &self.sql.dialect;
        let sub = login.sub.as_ref().map(Subject::as_str);
        let mut sql = format!(
            "update {} set {} = ?",
            dialect.quoted(&self.table.name),
            self.column("sub")
        );
        let mut values: Vec<Value<'_>> = vec![sub.into()];

        if login.is_login {
            sql += &format!(", {} = {}", self.column("last_login"), dialect.time());
            values.push(login.at.unix_timestamp().into());
        }
        for (column, value) in columns.updated(login) {
            let parameter = column.parameter();
            sql += &format!(", {} = {parameter}", dialect.quoted(&column.name));
            values.push(value.into());
        }
        sql += &format!(
            " where {} = ? and {}",
            self.qualified("username"),
            self.qualified("is_active")
        );
        values.push((&login.username).into());
        let sub_column = self.qualified("sub");
        let is_null = format!("{sub_column} is null");
        let is_same = format!("{sub_column} = ?");
        sql += &match (sub, login.adopts_row) {
            (None, _) => format!(" and {is_null}"),
            (Some(_), false) => format!(" and {is_same}"),
            (Some(_), true) => format!(" and ({is_null} or {is_same})"),
        };
        values.extend(sub.map(Value::from));

        Ok(self.sql.execute(sql, &values).await? > 0)
    }

    /// Adds a row. Returns `false` if the username has one.
    ///
    /// A plain insert: the databases' ways around a conflict would act on the row of whatever key
    /// is taken, the site's own ones among them.
    async fn insert(
        &self,
        columns: &MappedColumns,
        login: &UserSync,
    ) -> Result<bool, UserStoreError> {
        let dialect = &self.sql.dialect;
        let at = login.at.unix_timestamp();
        let mut names = ["username", "sub", "date_joined"]
            .map(|name| self.column(name))
            .join(", ");
        let mut parameters = format!("?, ?, {}", dialect.time());
        let sub = login.sub.as_ref().map(Subject::as_str);
        let mut values: Vec<Value<'_>> = vec![(&login.username).into(), sub.into(), at.into()];

        if login.is_login {
            names += &format!(", {}", self.column("last_login"));
            parameters += &format!(", {}", dialect.time());
            values.push(at.into());
        }
        for (column, value) in columns.inserted(login) {
            names += &format!(", {}", dialect.quoted(&column.name));
            parameters += &format!(", {}", column.parameter());
            values.push(value.into());
        }

        let table = dialect.quoted(&self.table.name);
        let sql = format!("insert into {table} ({names}) values ({parameters})");
        match self.sql.execute(sql, &values).await {
            Ok(_) => Ok(true),
            Err(error) if error.kind() == UserStoreErrorKind::Conflict => {
                // Which key it is, only a text tells. What matters is whether the name is there.
                match self.find_by_username(&login.username).await? {
                    Some(_) => Ok(false),
                    None => Err(error),
                }
            }
            Err(error) => Err(error),
        }
    }

    /// The name of one of our columns in the table, in quotes.
    fn column(&self, name: &str) -> String {
        self.sql.dialect.quoted(self.table.column(name))
    }

    /// The same behind the name of the table: SQLite takes a quoted name that it does not know for
    /// a string, but not a qualified one.
    fn qualified(&self, name: &str) -> String {
        let table = self.sql.dialect.quoted(&self.table.name);

        format!("{table}.{}", self.column(name))
    }
}

/// A pattern for texts that contain this one.
fn like(needle: &str) -> String {
    let plain = needle.replace('\0', "");
    let plain = plain
        .replace('!', "!!")
        .replace('%', "!%")
        .replace('_', "!_");

    format!("%{plain}%")
}

fn is_anothers(user: &User, login: &UserSync) -> bool {
    match (&user.sub, &login.sub) {
        (Some(row), Some(login)) => row != login,
        (Some(_), None) => true,
        (None, Some(_)) => !login.adopts_row,
        (None, None) => false,
    }
}

impl Statements {
    fn new(sql: &Sql, table: &UserTable, columns: MappedColumns) -> Self {
        let dialect = &sql.dialect;
        let column = |name: &str| format!("u.{}", dialect.quoted(table.column(name)));
        let own = COLUMNS.map(|name| match name {
            "id" => dialect.number(&column(name)),
            "is_active" => dialect.flag(&column(name)),
            "date_joined" | "last_login" => dialect.seconds(&column(name)),
            _ => dialect.text(&column(name)),
        });
        let returned = columns.extra().fold(own.join(", "), |list, name| {
            list + ", " + &dialect.text(&column(name))
        });

        let from = format!("{} u", dialect.quoted(&table.name));
        let (id, username) = (column("id"), column("username"));
        Self {
            find: sql.statement(format!("select {returned} from {from} where {id} = ?")),
            find_by_username: sql.statement(format!(
                "select {returned} from {from} where {username} = ?"
            )),
            list: sql.statement(format!(
                "select {returned} from {from} where {username} > ? order by {username} limit ?"
            )),
            joined: Joined::new(
                sql,
                &format!(", {returned}"),
                // A number of another table is another user.
                &format!(
                    "left join {from} on {id} = l.user_number and l.user_table = '{}'",
                    table.name
                ),
            ),
            columns,
            returned,
        }
    }

    /// Reads a row. `None` if an outer join found none.
    pub(super) fn read(&self, row: &mut Row) -> Result<Option<User>, UserStoreError> {
        let Some(id) = row.optional_number()? else {
            return Ok(None);
        };
        let user = User {
            id: id.into(),
            username: row.text()?,
            sub: row.optional_text()?.map(Subject::from),
            email: row.text()?,
            first_name: row.text()?,
            last_name: row.text()?,
            is_active: row.number()? != 0,
            date_joined: time(row.number()?)?,
            last_login: row.optional_number()?.map(time).transpose()?,
            extra: self
                .columns
                .extra()
                .map(|name| Ok((name.to_owned(), row.optional_text()?)))
                .collect::<Result<_, UserStoreError>>()?,
        };
        Ok(Some(user))
    }
}

use sqlx::SqlStr;

use super::super::{LoginId, LoginRecord, UserStoreError, UserStoreErrorKind};
use super::value::Row;
use super::{Sql, time};

/// What [`read_record`] reads, from the table as `l`.
pub(super) const RECORD: &str = "l.backend, l.user_id, l.version, l.expires_at, l.group_names, \
                      l.user_agent, l.logged_in_at, l.renewed_at, l.seen_at, l.proved_at, \
                      l.methods, l.provider";

/// The statements that read a login and, where there is a table of users, its user.
pub(super) struct Joined {
    pub(super) find: SqlStr,
    pub(super) load: SqlStr,
}

impl Joined {
    /// `columns` are those of the user, with a comma before, and `join` joins their table.
    pub(super) fn new(sql: &Sql, columns: &str, join: &str) -> Self {
        Self {
            find: sql.statement(format!(
                "select {RECORD}{columns} from logins l {join} where l.id = ?"
            )),
            load: sql.statement(format!(
                "select s.data, s.expires_at, s.login_id, {RECORD}{columns} \
                 from browser_sessions s left join logins l on l.id = s.login_id {join} \
                 where s.id = ? and s.expires_at > ?"
            )),
        }
    }
}

/// Reads the rest of a login. `None` if an outer join found none.
pub(super) fn read_record(
    id: LoginId,
    row: &mut Row,
) -> Result<Option<LoginRecord>, UserStoreError> {
    let Some(backend) = row.optional_text()? else {
        return Ok(None);
    };

    Ok(Some(LoginRecord {
        id,
        backend,
        user_id: row.text()?.into(),
        version: u64::try_from(row.number()?)
            .map_err(|_| UserStoreError::new(UserStoreErrorKind::Schema))?,
        expires_at: row.optional_number()?.map(time).transpose()?,
        groups: from_json(&row.text()?)?,
        user_agent: row.text()?,
        logged_in_at: time(row.number()?)?,
        renewed_at: time(row.number()?)?,
        seen_at: time(row.number()?)?,
        proved_at: time(row.number()?)?,
        methods: from_json(&row.text()?)?,
        provider: row.optional_text()?,
    }))
}

/// An array of texts, as a text.
pub(super) fn json(texts: &[String]) -> Result<String, UserStoreError> {
    serde_json::to_string(texts).map_err(|_| UserStoreError::new(UserStoreErrorKind::Other))
}

/// The cause is left out: it can quote the value.
fn from_json(text: &str) -> Result<Vec<String>, UserStoreError> {
    serde_json::from_str(text).map_err(|_| {
        UserStoreError::new(UserStoreErrorKind::Schema)
            .with_message("a row of the table `logins` is not one that this library has written")
    })
}

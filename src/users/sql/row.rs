use sqlx::{ColumnIndex, Decode, Row, Type};
use time::OffsetDateTime;

use super::super::User;
use super::columns::MappedColumns;
use crate::id::Subject;

/// The number of columns that are returned before the extra ones.
const OWN: usize = 9;

/// Reads a row as [`Statements::returned`](super::Statements) lists it.
pub(crate) fn read<R>(row: &R, columns: &MappedColumns) -> Result<User, sqlx::Error>
where
    R: Row,
    usize: ColumnIndex<R>,
    for<'r> bool: Decode<'r, R::Database> + Type<R::Database>,
    for<'r> i64: Decode<'r, R::Database> + Type<R::Database>,
    for<'r> OffsetDateTime: Decode<'r, R::Database> + Type<R::Database>,
    for<'r> String: Decode<'r, R::Database> + Type<R::Database>,
{
    let extra = columns
        .extra()
        .enumerate()
        .map(|(index, name)| Ok((name.to_string(), row.try_get(OWN + index)?)))
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

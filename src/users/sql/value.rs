use std::vec::IntoIter;

use super::super::{UserStoreError, UserStoreErrorKind};

/// What a statement is given. Times are numbers, truth values stand in the SQL.
#[derive(Clone, Copy)]
pub(crate) enum Value<'a> {
    Number(Option<i64>),
    Text(Option<&'a str>),
    Bytes(Option<&'a [u8]>),
}

impl From<i64> for Value<'_> {
    fn from(number: i64) -> Self {
        Self::Number(Some(number))
    }
}

impl From<Option<i64>> for Value<'_> {
    fn from(number: Option<i64>) -> Self {
        Self::Number(number)
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(Some(text))
    }
}

impl<'a> From<&'a String> for Value<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(Some(text))
    }
}

impl<'a> From<Option<&'a str>> for Value<'a> {
    fn from(text: Option<&'a str>) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<Option<&'a [u8]>> for Value<'a> {
    fn from(bytes: Option<&'a [u8]>) -> Self {
        Self::Bytes(bytes)
    }
}

/// A value of a row. A text is its bytes in UTF-8.
pub(crate) enum Cell {
    Null,
    Number(i64),
    Bytes(Vec<u8>),
}

/// A row, whose values are taken from left to right.
pub(crate) struct Row(IntoIter<Cell>);

impl Row {
    pub(super) fn new(cells: Vec<Cell>) -> Self {
        Self(cells.into_iter())
    }

    pub(crate) fn number(&mut self) -> Result<i64, UserStoreError> {
        self.optional_number()?.ok_or_else(unexpected)
    }

    pub(crate) fn optional_number(&mut self) -> Result<Option<i64>, UserStoreError> {
        match self.0.next() {
            Some(Cell::Number(number)) => Ok(Some(number)),
            Some(Cell::Null) => Ok(None),
            _ => Err(unexpected()),
        }
    }

    pub(crate) fn text(&mut self) -> Result<String, UserStoreError> {
        self.optional_text()?.ok_or_else(unexpected)
    }

    pub(crate) fn optional_text(&mut self) -> Result<Option<String>, UserStoreError> {
        let text = self.optional_bytes()?.map(String::from_utf8);
        text.transpose().map_err(|_| unexpected())
    }

    pub(crate) fn optional_bytes(&mut self) -> Result<Option<Vec<u8>>, UserStoreError> {
        match self.0.next() {
            Some(Cell::Bytes(bytes)) => Ok(Some(bytes)),
            Some(Cell::Null) => Ok(None),
            _ => Err(unexpected()),
        }
    }
}

fn unexpected() -> UserStoreError {
    UserStoreError::new(UserStoreErrorKind::Schema)
        .with_message("a column holds what this library does not write there")
}

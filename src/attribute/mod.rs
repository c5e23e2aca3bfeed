//! User attributes of Cognito, and their way into columns of the `users` table.
//!
//! This module alone knows which names Cognito allows, and which columns an attribute may never
//! fill. Whether a column exists is for a [`UserStore`](crate::users::UserStore) to say.

mod attributes;
mod column;
mod error;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzzing;
mod json;
mod mapping;
mod name;
#[cfg(test)]
mod tests;

pub use self::attributes::Attributes;
pub use self::column::{ColumnChange, ColumnName, ParseColumnNameError};
pub use self::error::MappingError;
pub use self::mapping::{AttributeMapping, WhenMissing};
pub use self::name::{AttributeName, ParseAttributeNameError};

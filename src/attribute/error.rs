use super::{AttributeName, ColumnName, ParseAttributeNameError, ParseColumnNameError};

/// An [`AttributeMapping`](super::AttributeMapping) that cannot be.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum MappingError {
    /// The name of an attribute is not one of Cognito's.
    #[error(transparent)]
    AttributeName(#[from] ParseAttributeNameError),
    /// The column cannot be filled by an attribute.
    #[error(transparent)]
    ColumnName(#[from] ParseColumnNameError),
    /// Two attributes would fill one column.
    #[error("attributes `{first}` and `{second}` both go to column `{column}`: drop one of them")]
    ColumnTakenTwice {
        /// The column.
        column: ColumnName,
        /// The attribute that has the column.
        first: AttributeName,
        /// The attribute that came later.
        second: AttributeName,
    },
    /// An attribute is named twice.
    #[error("attribute `{attribute}` is mapped twice: drop one of the two")]
    DuplicateAttribute {
        /// The attribute.
        attribute: AttributeName,
    },
    /// A column is to tell of a group, and something else fills it.
    #[error("column `{column}` has two sources, one of them a group flag: drop one of the two")]
    FlagColumnTaken {
        /// The column.
        column: ColumnName,
    },
    /// The text is not a mapping in JSON.
    #[error(
        "the attribute mapping is not JSON of the form \
         {{\"email\": \"email\", \"custom:dept\": \"department\"}} \
         (line {line}, column {column}: {reason})"
    )]
    Json {
        /// The line of the text.
        line: usize,
        /// The place in that line.
        column: usize,
        /// The parser's message.
        reason: String,
    },
    /// The attribute has no column.
    #[error("attribute `{attribute}` is not mapped: call `with(\"{attribute}\", ...)` first")]
    NotMapped {
        /// The attribute.
        attribute: AttributeName,
    },
    /// The column may carry rights.
    #[error(
        "column `{column}` may carry rights, so attribute `{attribute}` must not fill it: map it to \
         another column or, if only administrators can write the attribute, call \
         `dangerous_allow_privileged_column(\"{column}\")` before"
    )]
    PrivilegedColumn {
        /// The attribute.
        attribute: AttributeName,
        /// The column.
        column: ColumnName,
    },
}

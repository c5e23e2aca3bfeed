//! Why nothing could be looked at. Exit code 2.

/// One sentence for the operator.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// An argument or a variable cannot be used.
    #[error("{0}")]
    Usage(String),
    /// A file cannot be read.
    #[error("{file}: {source}")]
    Unreadable {
        file: String,
        source: std::io::Error,
    },
    /// A file is not what it should be.
    #[error("{file}: {problem}; expected the answer of `aws cognito-idp {command}`")]
    Malformed {
        file: String,
        problem: String,
        command: &'static str,
    },
    /// A template cannot be looked at.
    #[error("{file}: {problem}")]
    Template { file: String, problem: String },
    /// AWS did not answer what it was asked.
    #[error("{operation} failed: {reason}")]
    Aws {
        operation: &'static str,
        reason: String,
    },
}

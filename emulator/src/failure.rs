//! What an operation answers when it refuses: Cognito's error names and texts.

/// An error answer of the API.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Failure {
    name: String,
    message: String,
}

impl Failure {
    pub(crate) fn new(name: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            message: message.into(),
        }
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn message(&self) -> &str {
        &self.message
    }

    pub(crate) fn not_authorized(message: impl Into<String>) -> Self {
        Self::new("NotAuthorizedException", message)
    }

    pub(crate) fn invalid_parameter(message: impl Into<String>) -> Self {
        Self::new("InvalidParameterException", message)
    }

    /// A value of another type than the operation takes.
    pub(crate) fn serialization(message: impl Into<String>) -> Self {
        Self::new("SerializationException", message)
    }

    pub(crate) fn not_found(message: impl Into<String>) -> Self {
        Self::new("ResourceNotFoundException", message)
    }

    pub(crate) fn invalid_password(message: impl Into<String>) -> Self {
        Self::new("InvalidPasswordException", message)
    }

    pub(crate) fn limit_exceeded() -> Self {
        Self::new(
            "LimitExceededException",
            "Attempt limit exceeded, please try after some time.",
        )
    }

    /// A wrong password, a wrong proof, or a name that nobody has.
    pub(crate) fn wrong_password() -> Self {
        Self::not_authorized("Incorrect username or password.")
    }

    pub(crate) fn user_not_found() -> Self {
        Self::new("UserNotFoundException", "User does not exist.")
    }

    pub(crate) fn user_disabled() -> Self {
        Self::not_authorized("User is disabled.")
    }

    pub(crate) fn user_not_confirmed() -> Self {
        Self::new("UserNotConfirmedException", "User is not confirmed.")
    }

    pub(crate) fn password_reset_required() -> Self {
        Self::new(
            "PasswordResetRequiredException",
            "Password reset required for the user",
        )
    }

    pub(crate) fn missing_parameter(name: &str) -> Self {
        Self::invalid_parameter(format!("Missing required parameter {name}"))
    }

    /// A mailed code that is not the right one.
    pub(crate) fn code_mismatch() -> Self {
        Self::new(
            "CodeMismatchException",
            "Invalid verification code provided, please try again.",
        )
    }

    /// A second factor that is not the right one.
    pub(crate) fn mfa_mismatch() -> Self {
        Self::new(
            "CodeMismatchException",
            "Invalid code or auth state for the user.",
        )
    }

    pub(crate) fn expired_code() -> Self {
        Self::new(
            "ExpiredCodeException",
            "Invalid code provided, please request a code again.",
        )
    }
}

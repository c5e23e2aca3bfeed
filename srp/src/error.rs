/// Why an SRP handshake was given up.
///
/// None of these is a wrong password: that only the server can tell.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SrpError {
    /// A challenge parameter is not what the protocol says.
    #[error("malformed challenge parameter {parameter}")]
    Malformed {
        /// The parameter's name in the API.
        parameter: &'static str,
    },
    /// The operating system gave no random bytes.
    #[error("the operating system gave no random bytes")]
    Random,
    /// `u = 0`: the proof would not depend on the password.
    #[error("the scramble of the public values is zero")]
    ScrambleIsZero,
    /// `B = 0`: the server could forge the handshake.
    #[error("the server's public value is zero")]
    ServerValueIsZero,
    /// `B >= N`: no honest server sends that.
    #[error("the server's public value is not below the modulus")]
    ServerValueTooLarge,
}

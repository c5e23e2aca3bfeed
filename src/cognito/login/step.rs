use crate::challenge::Challenge;
use crate::cognito::CognitoUser;

/// What a login has come to.
// Exhaustive: there is nothing else that Cognito could answer, and a caller has to handle both.
#[derive(Debug)]
pub enum LoginStep {
    /// Cognito asks for something more. It goes on with
    /// [`Cognito::respond`](crate::cognito::Cognito::respond).
    Challenge(Challenge),
    /// The user is authenticated and has tokens. They were not verified yet:
    /// [`CognitoUser::verify_tokens`] does that, and refuses those of anybody else than the user
    /// who was asked for.
    Complete(CognitoUser),
}

//! The questions of `CUSTOM_AUTH`.

use super::finish;
use crate::failure::Failure;
use crate::login::step::{Step, challenge};
use crate::pool::{CustomRound, Directory, Login, Pending};
use crate::wire::Parameters;

/// Asks the next question, or ends the login after the last one.
pub(super) fn ask(directory: &mut Directory, login: Login, round: usize) -> Result<Step, Failure> {
    let rounds = &directory.settings.custom_rounds;
    if rounds.is_empty() {
        return Err(Failure::invalid_parameter(
            "Custom auth lambda trigger is not configured for the user pool.",
        ));
    }
    let Some(CustomRound { parameters, .. }) = rounds.get(round) else {
        return finish::finish(directory, login);
    };

    let mut parameters: Parameters = parameters.iter().cloned().collect();
    parameters.insert("USERNAME".to_owned(), login.username.clone());
    let step = challenge(directory, "CUSTOM_CHALLENGE", login, Pending::Custom, []);
    Ok(Step {
        challenge_parameters: parameters,
        ..step
    })
}

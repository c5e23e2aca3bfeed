use crate::cognito::PasswordPolicy;
use crate::pages::form::Form;
use crate::pages::mistake::{Marks, Mistake};
use crate::pages::shown::{Button, ChallengeFrame, Field};
use crate::pages::view::View;
use crate::web::{LocalPath, PendingChallenge};

/// What the page has beside the answer.
#[derive(Default)]
pub(super) struct Beside {
    /// What has happened before.
    pub(super) notice: &'static str,
    /// Whether the user can go back to what there is to choose from.
    pub(super) has_other_ways: bool,
    /// Sends a new code.
    pub(super) resend: Option<Button>,
}

/// The challenge that waits, what was typed, and what is wrong with that.
pub(super) struct Asked<'a> {
    pub(super) view: &'a View,
    /// What a new password must be like.
    pub(super) policy: PasswordPolicy,
    beside: Beside,
    pending: &'a PendingChallenge,
    next: Option<LocalPath>,
    form: &'a Form,
    mistake: Option<&'a Mistake>,
    marks: Marks<'a>,
}

impl<'a> Asked<'a> {
    pub(super) fn new(
        view: &'a View,
        policy: PasswordPolicy,
        beside: Beside,
        pending: &'a PendingChallenge,
        next: Option<LocalPath>,
        form: &'a Form,
        mistake: Option<&'a Mistake>,
    ) -> Self {
        Self {
            view,
            policy,
            beside,
            pending,
            next,
            form,
            mistake,
            marks: Marks::new(mistake),
        }
    }

    /// The user whom Cognito asks. A stranger is shown what they have typed: only users have another
    /// name at Cognito.
    pub(super) fn username(&self) -> &str {
        match self.pending.is_first {
            true => &self.pending.typed,
            false => self.pending.challenge.username(),
        }
    }

    /// Where a code went. A stranger is not told.
    pub(super) fn destination<'d>(&self, destination: Option<&'d str>) -> Option<&'d str> {
        destination.filter(|_| !self.pending.is_first)
    }

    /// What was typed into a field. Never ask for one that is a secret.
    pub(super) fn typed(&self, field: &str) -> Option<&str> {
        self.form.get_trimmed(field)
    }

    /// Marks a field, if it is wrong.
    pub(super) fn mark(&mut self, field: Field) -> Field {
        self.marks.field(field)
    }

    /// Whether something is wrong with the last answer.
    pub(super) fn is_wrong(&self) -> bool {
        self.mistake.is_some()
    }

    /// What the pages of all challenges show. To be asked for when all fields are marked.
    pub(super) fn frame(self) -> ChallengeFrame {
        let texts = self.view.texts;
        let pending = self.pending;

        ChallengeFrame {
            texts,
            paths: self.view.paths.clone(),
            challenge: pending.id.clone(),
            username: self.username().to_owned(),
            has_other_ways: self.beside.has_other_ways,
            resend: self.beside.resend,
            notice: self.beside.notice,
            seconds_left: pending.time_left.as_secs(),
            time_left: texts.time_left(pending.time_left, pending.expires_at),
            alert: self.marks.alert(),
            is_wrong: self.mistake.is_some(),
            next: self.next,
        }
    }
}

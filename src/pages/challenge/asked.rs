use crate::pages::form::Form;
use crate::pages::mistake::{Marks, Mistake};
use crate::pages::shown::{ChallengeFrame, Field};
use crate::pages::view::View;
use crate::web::{LocalPath, PendingChallenge};

/// The challenge that waits, what was typed, and what is wrong with that.
pub(super) struct Asked<'a> {
    pub(super) view: &'a View,
    pending: &'a PendingChallenge,
    next: Option<LocalPath>,
    form: &'a Form,
    mistake: Option<&'a Mistake>,
    marks: Marks<'a>,
}

impl<'a> Asked<'a> {
    pub(super) fn new(
        view: &'a View,
        pending: &'a PendingChallenge,
        next: Option<LocalPath>,
        form: &'a Form,
        mistake: Option<&'a Mistake>,
    ) -> Self {
        Self {
            view,
            pending,
            next,
            form,
            mistake,
            marks: Marks::new(mistake),
        }
    }

    /// The user whom Cognito asks.
    pub(super) fn username(&self) -> &str {
        self.pending.challenge.username()
    }

    /// What was typed into a field. Never ask for one that is a secret.
    pub(super) fn typed(&self, field: &str) -> Option<&str> {
        self.form.get_trimmed(field)
    }

    /// Marks a field, if it is wrong.
    pub(super) fn mark(&mut self, field: Field) -> Field {
        self.marks.field(field)
    }

    /// What the pages of all challenges show. To be asked for when all fields are marked.
    pub(super) fn frame(self) -> ChallengeFrame {
        let texts = self.view.texts;
        let pending = self.pending;

        ChallengeFrame {
            texts,
            paths: self.view.paths.clone(),
            challenge: pending.id.clone(),
            username: pending.challenge.username().to_owned(),
            time_left: texts.time_left(pending.time_left, pending.expires_at),
            alert: self.marks.alert(),
            is_wrong: self.mistake.is_some(),
            next: self.next,
        }
    }
}

//! What the pools "sent" by mail and SMS.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use serde::Serialize;

/// One message that a real pool would have sent.
#[derive(Clone, Serialize)]
#[non_exhaustive]
pub struct Message {
    /// The internal username of the receiver.
    pub username: String,
    /// What it is about, e.g. `sign_up`, `forgot_password`, `attribute`, `mfa`, `otp`, `invitation`.
    pub kind: String,
    /// `EMAIL` or `SMS`.
    pub medium: String,
    /// The whole address or number.
    pub destination: String,
    /// The code; in an invitation, the temporary password.
    pub code: String,
    /// The subject of a mail, where a function gave one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// The text, where a function gave one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Message")
            .field("username", &self.username)
            .field("kind", &self.kind)
            .field("medium", &self.medium)
            .finish_non_exhaustive()
    }
}

/// The messages of one emulator, oldest first.
#[derive(Clone, Debug, Default)]
pub(crate) struct Outbox {
    messages: Arc<Mutex<Vec<Message>>>,
}

impl Outbox {
    pub(crate) fn push(&self, message: Message) {
        self.messages
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(message);
    }

    pub(crate) fn messages(&self) -> Vec<Message> {
        self.messages
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

/// Messages that are not sent yet.
#[derive(Debug, Default)]
pub(crate) struct Drafts {
    messages: Mutex<Vec<Message>>,
}

impl Drafts {
    pub(crate) fn push(&self, message: Message) {
        self.messages
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(message);
    }

    pub(crate) fn take(&self) -> Vec<Message> {
        let mut messages = self.messages.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *messages)
    }
}

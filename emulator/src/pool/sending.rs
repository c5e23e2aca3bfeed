//! Sending what was drafted while the pool was locked.

use serde_json::{Value, json};

use super::event::Question;
use super::handle::Pool;
use crate::failure::Failure;
use crate::outbox::Message;
use crate::trigger::Trigger;

/// Where the code goes in a text of a function.
const CODE: &str = "{####}";
const USERNAME: &str = "{username}";

impl Pool {
    /// Sends all drafts, each in the words of the pool's functions, or by them.
    pub(crate) fn send_drafts(&self, client_id: &str, metadata: &Value) -> Result<(), Failure> {
        let drafts = self.directory().drafts.take();
        for mut draft in drafts {
            let attributes = {
                let directory = self.directory();
                let account = directory.find(&draft.username);
                account.map(|it| it.event_attributes()).unwrap_or_default()
            };
            self.word(&mut draft, client_id, metadata, &attributes)?;
            self.hand_over(&draft, client_id, metadata, &attributes)?;
            self.directory().outbox.push(draft);
        }
        Ok(())
    }

    /// Asks `CustomMessage` for the text.
    fn word(
        &self,
        draft: &mut Message,
        client_id: &str,
        metadata: &Value,
        attributes: &Value,
    ) -> Result<(), Failure> {
        let source = format!("CustomMessage_{}", occasion(&draft.kind));
        let response = self.ask(&Question {
            trigger: Trigger::CustomMessage,
            source: &source,
            username: &draft.username,
            client_id,
            request: json!({
                "userAttributes": attributes,
                "codeParameter": CODE,
                "usernameParameter": USERNAME,
                "clientMetadata": metadata,
            }),
            response: json!({ "smsMessage": null, "emailMessage": null, "emailSubject": null }),
        })?;
        let fill = |name: &str| {
            let text = response[name].as_str()?;
            let text = text.replace(CODE, &draft.code);
            Some(text.replace(USERNAME, &draft.username))
        };
        let (text, subject) = match draft.medium.as_str() {
            "EMAIL" => (fill("emailMessage"), fill("emailSubject")),
            _ => (fill("smsMessage"), None),
        };
        (draft.text, draft.subject) = (text, subject);
        Ok(())
    }

    /// Gives the code to the function that sends in place of the pool.
    fn hand_over(
        &self,
        draft: &Message,
        client_id: &str,
        metadata: &Value,
        attributes: &Value,
    ) -> Result<(), Failure> {
        let (trigger, name) = match draft.medium.as_str() {
            "EMAIL" => (Trigger::CustomEmailSender, "CustomEmailSender"),
            _ => (Trigger::CustomSmsSender, "CustomSMSSender"),
        };
        let source = format!("{name}_{}", occasion(&draft.kind));
        let kind = format!("{}{}RequestV1", name[..1].to_lowercase(), &name[1..]);
        self.ask(&Question {
            trigger,
            source: &source,
            username: &draft.username,
            client_id,
            request: json!({
                "type": kind,
                "code": draft.code,
                "clientMetadata": metadata,
                "userAttributes": attributes,
            }),
            response: json!({}),
        })?;
        Ok(())
    }
}

/// What AWS calls the occasion of a message.
fn occasion(kind: &str) -> &'static str {
    match kind {
        "sign_up" => "SignUp",
        "resend" => "ResendCode",
        "forgot_password" => "ForgotPassword",
        "invitation" => "AdminCreateUser",
        "attribute" => "VerifyUserAttribute",
        "changed_attribute" => "UpdateUserAttribute",
        _ => "Authentication",
    }
}

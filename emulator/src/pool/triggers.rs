//! Setting what a pool asks at which moment.

use serde_json::Value;

use super::handle::Pool;
use crate::trigger::Trigger;

impl Pool {
    /// Asks a closure where AWS would ask a Lambda function: it is given the event, and returns it with the response
    /// filled in, or the text of a refusal.
    ///
    /// ```
    /// use cognito_emulator::{Pool, Trigger};
    ///
    /// let pool = Pool::new("us-east-1_Emulated1").with_trigger(Trigger::PreSignUp, |mut event| {
    ///     let email = event["request"]["userAttributes"]["email"].as_str().unwrap_or_default();
    ///     if !email.ends_with("@example.com") {
    ///         return Err("Domain not allowed.".to_owned());
    ///     }
    ///     event["response"]["autoConfirmUser"] = true.into();
    ///     Ok(event)
    /// });
    /// # let _ = pool;
    /// ```
    pub fn with_trigger(
        self,
        trigger: Trigger,
        hook: impl Fn(Value) -> Result<Value, String> + Send + Sync + 'static,
    ) -> Self {
        self.set_trigger(trigger, hook);
        self
    }

    /// Sets a trigger of a pool that is in use already.
    pub fn set_trigger(
        &self,
        trigger: Trigger,
        hook: impl Fn(Value) -> Result<Value, String> + Send + Sync + 'static,
    ) {
        self.directory().triggers.set(trigger, hook);
    }

    /// Posts the event to this address (plain HTTP) and reads it from the answer. An address of a Lambda runtime, as
    /// in `http://127.0.0.1:9001/2015-03-31/functions/hello/invocations`, is one of these.
    pub fn set_trigger_url(&self, trigger: Trigger, url: &str) {
        self.directory().triggers.set_url(trigger, url);
    }
}

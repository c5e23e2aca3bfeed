use std::fmt;

use askama::Template;
use serde::Serialize;

use crate::cognito::PasswordPolicy;
use crate::pages::texts::{Texts, fill};

/// An input with its label, its value and its error. As text, it is the HTML of all that.
#[derive(Clone, Serialize, Template)]
#[cfg_attr(feature = "json", derive(schemars::JsonSchema))]
#[template(path = "components/field.html")]
#[non_exhaustive]
pub struct Field {
    /// The name under which the form sends it.
    pub name: String,
    /// What it is called on the page.
    pub label: String,
    /// The `type` of the input.
    pub kind: &'static str,
    /// The `autocomplete` token of the input.
    pub autocomplete: &'static str,
    /// What is in it. Empty for passwords and codes: what was typed is never sent back.
    pub value: String,
    /// What helps to fill it in.
    pub hint: &'static str,
    /// What a new password must be like.
    pub rules: Vec<PasswordRule>,
    /// What is wrong with it.
    pub error: String,
    /// Whether it takes digits.
    pub numeric: bool,
    /// Whether it is no natural language: without capitals and corrections.
    pub plain: bool,
    /// Whether to begin with it.
    pub focus: bool,
    /// Whether it must be filled in.
    pub required: bool,
}

impl Field {
    pub(in crate::pages) fn text(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            label: label.into(),
            kind: "text",
            autocomplete: "off",
            value: String::new(),
            hint: "",
            rules: Vec::new(),
            error: String::new(),
            numeric: false,
            plain: false,
            focus: false,
            required: true,
        }
    }

    pub(in crate::pages) fn username(texts: &Texts, value: impl Into<String>) -> Self {
        Self {
            autocomplete: "username",
            value: value.into(),
            plain: true,
            ..Self::text("username", texts.fields.username)
        }
    }

    /// The mail address by which an identity provider is chosen.
    #[cfg(feature = "managed-login")]
    pub(in crate::pages) fn work_email(label: &str) -> Self {
        Self {
            kind: "email",
            autocomplete: "email",
            plain: true,
            ..Self::text("email", label)
        }
    }

    /// The password that an account has.
    pub(in crate::pages) fn password(label: &str) -> Self {
        Self {
            kind: "password",
            autocomplete: "current-password",
            ..Self::text("password", label)
        }
    }

    /// The password that an account is to have.
    pub(in crate::pages) fn new_password(
        texts: &Texts,
        label: &str,
        policy: PasswordPolicy,
    ) -> Self {
        Self {
            kind: "password",
            autocomplete: "new-password",
            rules: PasswordRule::all(texts, policy),
            ..Self::text("new_password", label)
        }
    }

    /// A code that is good for one use.
    pub(in crate::pages) fn code(label: &str) -> Self {
        Self {
            autocomplete: "one-time-code",
            numeric: true,
            plain: true,
            ..Self::text("code", label)
        }
    }

    /// A user attribute, by the name that Cognito has for it.
    pub(in crate::pages) fn attribute(texts: &Texts, name: &str) -> Self {
        let (kind, autocomplete) = match name {
            "address" => ("text", "street-address"),
            "birthdate" => ("date", "bday"),
            "email" => ("email", "email"),
            "family_name" => ("text", "family-name"),
            "given_name" => ("text", "given-name"),
            "middle_name" => ("text", "additional-name"),
            "name" => ("text", "name"),
            "nickname" => ("text", "nickname"),
            "phone_number" => ("tel", "tel"),
            "website" => ("url", "url"),
            _ => ("text", "off"),
        };
        let hint = match name {
            "phone_number" => texts.fields.phone_number_hint,
            _ => "",
        };

        Self {
            kind,
            autocomplete,
            hint,
            ..Self::text(name, texts.attribute(name))
        }
    }

    /// The ids of what is said about it.
    fn described_by(&self) -> String {
        let said = [
            ("error", !self.error.is_empty()),
            ("hint", !self.hint.is_empty()),
            ("rules", !self.rules.is_empty()),
        ];
        let said = said.into_iter().filter(|(_, is_said)| *is_said);
        let ids: Vec<_> = said
            .map(|(what, _)| format!("{}-{what}", self.name))
            .collect();

        ids.join(" ")
    }

    pub(in crate::pages) fn with_value(mut self, value: impl Into<String>) -> Self {
        self.value = value.into();
        self
    }

    pub(in crate::pages) fn optional(mut self) -> Self {
        self.required = false;
        self
    }

    pub(in crate::pages) fn with_error(mut self, error: impl Into<String>) -> Self {
        self.error = error.into();
        self
    }

    pub(in crate::pages) fn with_focus(mut self, focus: bool) -> Self {
        self.focus = focus;
        self
    }
}

/// A rule for new passwords, which our script marks as met while one is typed.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "json", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct PasswordRule {
    /// What the script looks for: `chars`, `lowercase`, `numbers`, `symbols`, `uppercase`.
    pub kind: &'static str,
    /// The fewest characters, if the rule is about them; 0 otherwise.
    pub least: i32,
    /// The rule, in words.
    pub label: String,
}

impl PasswordRule {
    fn all(texts: &Texts, policy: PasswordPolicy) -> Vec<Self> {
        let texts = &texts.password;
        let count = policy.min_chars.to_string();
        let chars = fill(texts.needs_chars, &[("count", &count)]);
        let of_letters = [
            ("uppercase", policy.uppercase, texts.needs_uppercase),
            ("lowercase", policy.lowercase, texts.needs_lowercase),
            ("numbers", policy.numbers, texts.needs_digit),
            ("symbols", policy.symbols, texts.needs_symbol),
        ];
        let of_letters = of_letters.into_iter().filter(|(_, is_asked, _)| *is_asked);
        let of_letters = of_letters.map(|(kind, _, label)| Self {
            kind,
            least: 0,
            label: label.to_owned(),
        });

        let of_length = Self {
            kind: "chars",
            least: policy.min_chars,
            label: chars,
        };
        [of_length].into_iter().chain(of_letters).collect()
    }
}

impl fmt::Debug for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Field")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

use askama::Template;

use super::texts;

/// An input with its label, its value and its error.
#[derive(Template)]
#[template(path = "components/field.html")]
pub(super) struct Field {
    name: String,
    label: String,
    kind: &'static str,
    autocomplete: &'static str,
    value: String,
    hint: &'static str,
    error: String,
    numeric: bool,
    plain: bool,
    focus: bool,
    required: bool,
}

impl Field {
    pub(super) fn text(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            label: label.into(),
            kind: "text",
            autocomplete: "off",
            value: String::new(),
            hint: "",
            error: String::new(),
            numeric: false,
            plain: false,
            focus: false,
            required: true,
        }
    }

    pub(super) fn username(value: impl Into<String>) -> Self {
        Self {
            autocomplete: "username",
            value: value.into(),
            plain: true,
            ..Self::text("username", "User name")
        }
    }

    /// A password. It has no value: what was typed is never sent back.
    pub(super) fn password(name: &str, label: &str, autocomplete: &'static str) -> Self {
        Self {
            kind: "password",
            autocomplete,
            ..Self::text(name, label)
        }
    }

    /// A code that is good for one use. It is never sent back either.
    pub(super) fn code(label: &str) -> Self {
        Self {
            autocomplete: "one-time-code",
            numeric: true,
            plain: true,
            ..Self::text("code", label)
        }
    }

    /// A user attribute, by the name that Cognito has for it.
    pub(super) fn attribute(name: &str) -> Self {
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
            "phone_number" => texts::PHONE_NUMBER_HINT,
            _ => "",
        };

        Self {
            kind,
            autocomplete,
            hint,
            ..Self::text(name, texts::attribute(name))
        }
    }

    pub(super) fn with_value(mut self, value: impl Into<String>) -> Self {
        self.value = value.into();
        self
    }

    pub(super) fn optional(mut self) -> Self {
        self.required = false;
        self
    }

    pub(super) fn with_error(mut self, error: impl Into<String>) -> Self {
        self.error = error.into();
        self
    }

    pub(super) fn with_focus(mut self, focus: bool) -> Self {
        self.focus = focus;
        self
    }
}

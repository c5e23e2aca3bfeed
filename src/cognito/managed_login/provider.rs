/// An identity provider of the user pool, as a way in for the site's visitors.
///
/// # Examples
///
/// ```
/// use axum_cognito::cognito::LoginProvider;
///
/// let staff = LoginProvider::new("AcmeSaml")
///     .with_label("Acme staff")
///     .with_email_domains(["acme.example"]);
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[must_use]
pub struct LoginProvider {
    name: String,
    label: Option<String>,
    icon: Option<String>,
    email_domains: Vec<String>,
}

impl LoginProvider {
    /// What Cognito calls the user pool's own users, among the identity providers.
    pub const COGNITO: &str = "COGNITO";

    /// Names a provider as the user pool does: `Google`, `Facebook`, `LoginWithAmazon`,
    /// `SignInWithApple`, [`COGNITO`](Self::COGNITO), or the name of a provider of its own. Upper
    /// and lower case count.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            label: None,
            icon: None,
            email_domains: Vec::new(),
        }
    }

    /// Sets what visitors read on its button.
    pub fn with_label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// Sets the picture on its button: the address of one that this site serves, such as
    /// `/static/acme.svg`. The default is a plain drawing of ours, since no provider's logo may be
    /// used without its consent.
    pub fn with_icon(mut self, address: impl Into<String>) -> Self {
        self.icon = Some(address.into());
        self
    }

    /// Sends visitors to this provider who type a mail address of one of these domains. The
    /// provider has no button then, unless it has a [label](Self::with_label).
    pub fn with_email_domains<D: Into<String>>(
        mut self,
        domains: impl IntoIterator<Item = D>,
    ) -> Self {
        let domains = domains.into_iter().map(Into::into);
        self.email_domains = domains.map(|domain| domain.to_lowercase()).collect();
        self
    }

    /// Returns the name that the user pool has for it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns what visitors read on its button. `None`: it has none.
    pub fn label(&self) -> Option<&str> {
        match (&self.label, self.name.as_str()) {
            (Some(label), _) => Some(label),
            (None, _) if !self.email_domains.is_empty() => None,
            (None, "LoginWithAmazon") => Some("Amazon"),
            (None, "SignInWithApple") => Some("Apple"),
            (None, name) => Some(name),
        }
    }

    /// Returns the address of the site's own picture on its button.
    pub fn icon(&self) -> Option<&str> {
        self.icon.as_deref()
    }

    /// Returns the domains of the mail addresses that lead to it.
    pub fn email_domains(&self) -> &[String] {
        &self.email_domains
    }
}

//! The ways in that the login page offers.

#[cfg(feature = "managed-login")]
use super::shown::ManagedIcon;
use super::shown::{Field, ManagedLink};
#[cfg(feature = "managed-login")]
use super::texts::fill;
use super::view::View;
#[cfg(feature = "managed-login")]
use crate::cognito::LoginProvider;
#[cfg(feature = "managed-login")]
use crate::web::ManagedLoginOption;
use crate::web::{AuthSession, CurrentUser, LocalPath};

/// In the query and in the form of the login page: a user who is logged in proves again who they
/// are. See [`recent_login`](crate::web::recent_login).
pub(super) const AGAIN: &str = "again";

/// The one who logs in.
pub(super) enum Who<'a> {
    Again(CurrentUser),
    Typed(&'a str),
}

impl Who<'_> {
    pub(super) fn name(&self) -> &str {
        match self {
            Self::Again(user) => &user.username,
            Self::Typed(name) => name,
        }
    }
}

/// The ways in that the login page offers.
pub(super) struct Ways {
    pub(super) managed: Vec<ManagedLink>,
    pub(super) work_email: Option<Field>,
    pub(super) with_password: bool,
}

impl Ways {
    #[cfg(feature = "managed-login")]
    pub(super) fn of(
        view: &View,
        auth: &AuthSession,
        who: &Who<'_>,
        next: Option<&LocalPath>,
    ) -> Self {
        let texts = &view.texts.login;
        // Who proves again who they are does so as they came in.
        let (again, provider) = match who {
            Who::Again(user) => (true, user.provider()),
            Who::Typed(_) => (false, None),
        };
        let options = auth.managed_logins();
        let named = options.iter().any(|it| it.provider.as_deref() == provider);
        let is_theirs = |option: &ManagedLoginOption| {
            !again || provider.is_some() && (!named || option.provider.as_deref() == provider)
        };
        let managed = options.iter().filter(|option| is_theirs(option));
        let managed: Vec<_> = managed
            .map(|option| link(view, option, again, next))
            .collect();
        let work_email = auth.chooses_by_email() && (!again || managed.is_empty());

        Self {
            with_password: view.pages().with_password
                && provider.is_none_or(|name| name == LoginProvider::COGNITO),
            work_email: work_email.then(|| Field::work_email(texts.work_email)),
            managed,
        }
    }

    #[cfg(not(feature = "managed-login"))]
    pub(super) fn of(view: &View, _: &AuthSession, _: &Who<'_>, _: Option<&LocalPath>) -> Self {
        Self {
            managed: Vec::new(),
            work_email: None,
            with_password: view.pages().with_password,
        }
    }
}

/// The link with which a managed login begins.
#[cfg(feature = "managed-login")]
fn link(
    view: &View,
    option: &ManagedLoginOption,
    again: bool,
    next: Option<&LocalPath>,
) -> ManagedLink {
    let texts = &view.texts.login;
    let mut path = view.paths.managed_login().with("backend", &option.backend);
    if let Some(provider) = &option.provider {
        path = path.with("provider", provider);
    }
    if again {
        path = path.with(AGAIN, "1");
    }
    path = path.with_next_if(next);

    ManagedLink {
        path,
        label: option.label.as_ref().map_or_else(
            || texts.continue_at_domain.to_owned(),
            |label| fill(texts.continue_with, &[("provider", label)]),
        ),
        icon: icon(option),
    }
}

/// The picture of a way in: the site's, or else one that fits its kind.
#[cfg(feature = "managed-login")]
fn icon(option: &ManagedLoginOption) -> ManagedIcon {
    match (&option.icon, option.provider.as_deref()) {
        (Some(address), _) => ManagedIcon::Image(address.clone()),
        (None, Some(LoginProvider::COGNITO)) => ManagedIcon::Key,
        (None, None | Some("Facebook" | "Google" | "LoginWithAmazon" | "SignInWithApple")) => {
            ManagedIcon::Globe
        }
        (None, Some(_)) => ManagedIcon::Building,
    }
}

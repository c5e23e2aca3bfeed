//! The sections of the account pages: which a user has a use for, and the navigation between them.

use super::page::Page;
use super::shown::SectionLink;
use super::view::View;
use crate::cognito::CognitoUser;
use crate::web::{AuthSession, CurrentUser};

/// The sections, with the pages that each of them has; its own is the first.
const SECTIONS: [&[Page]; 6] = [
    &[Page::Profile],
    &[Page::EditProfile],
    &[
        Page::Security,
        Page::ChangePassword,
        Page::SecondFactor,
        Page::Passkeys,
        Page::Devices,
    ],
    &[Page::Logins],
    &[Page::Identities],
    &[Page::Data],
];

/// The account of the user who looks at it.
pub(super) struct Account<'a> {
    view: &'a View,
    auth: &'a AuthSession,
    user: &'a CurrentUser,
    /// `None`: there is none behind this login, or it cannot be told at the moment.
    pub(super) cognito: Option<CognitoUser>,
}

impl<'a> Account<'a> {
    pub(super) async fn of(view: &'a View, auth: &'a AuthSession, user: &'a CurrentUser) -> Self {
        Self {
            view,
            auth,
            user,
            cognito: auth.cognito_user().await.ok().flatten(),
        }
    }

    /// Whether the user can change attributes and addresses here.
    pub(super) fn can_change(&self) -> bool {
        self.user.tokens_expire_at().is_some()
            && self
                .cognito
                .as_ref()
                .is_none_or(CognitoUser::has_account_scope)
    }

    /// Whether there is such a page, and this user has a use for it.
    pub(super) fn has(&self, page: Page) -> bool {
        let has_account = self.user.tokens_expire_at().is_some();
        let account = self.cognito.as_ref();
        // Only where the user pool tracks devices is the browser of a login one.
        let tracks_devices = account.is_some_and(|it| it.tokens().device_key.is_some());
        let is_of_use = match page {
            Page::Profile => true,
            Page::Logins => has_account,
            Page::Data => has_account && account.is_none_or(|it| self.auth.can_delete(it)),
            Page::Identities => has_account && can_connect(self.auth, self.user),
            Page::EditProfile => self.can_change(),
            Page::Devices => self.can_change() && tracks_devices,
            Page::Security => SECTIONS[2][1..].iter().any(|page| self.has(*page)),
            _ => self.can_change() && !self.user.is_external(),
        };

        is_of_use && self.view.paths.of(page).is_some()
    }

    /// The navigation on a page of the account; nothing where there is nowhere to go.
    pub(super) fn sections(&self, page: Page) -> Vec<SectionLink> {
        let texts = &self.view.texts.sections;
        let links: Vec<_> = SECTIONS
            .iter()
            .filter(|pages| self.has(pages[0]))
            .filter_map(|pages| {
                Some(SectionLink {
                    path: self.view.paths.of(pages[0])?,
                    label: match pages[0] {
                        Page::Profile => texts.overview,
                        Page::EditProfile => texts.profile,
                        Page::Security => texts.security,
                        Page::Logins => texts.sessions,
                        Page::Identities => texts.identities,
                        _ => texts.data,
                    },
                    is_current: pages.contains(&page),
                })
            })
            .collect();

        if links.len() > 1 { links } else { Vec::new() }
    }
}

/// Whether a page is one of the account's.
pub(super) fn is_of_account(page: Page) -> bool {
    SECTIONS.iter().any(|pages| pages.contains(&page))
}

#[cfg(feature = "managed-login")]
fn can_connect(auth: &AuthSession, user: &CurrentUser) -> bool {
    auth.can_connect_identities(user)
}

#[cfg(not(feature = "managed-login"))]
fn can_connect(_: &AuthSession, _: &CurrentUser) -> bool {
    false
}

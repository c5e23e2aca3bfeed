//! What each page shows: plain values, which the templates are given.

mod account;
mod app_setup;
mod challenge;
mod confirmation;
mod data;
mod error_page;
mod field;
mod form_page;
mod frame;
mod identities;
mod login;
mod profile;
mod sections;
mod timed_text;
mod users;

pub use self::account::{
    DeviceRow, DevicesPage, LoginRow, LoginsPage, MfaMethod, PasskeyOfferPage, PasskeyRow,
    PasskeysPage, SecondFactorPage,
};
pub use self::app_setup::AppSetup;
pub use self::challenge::{
    ChallengeFrame, CodePage, CustomPage, MfaSetupPage, NewPasswordPage, PasskeyPage, PasswordPage,
    SelectChallengePage, SelectMfaPage, SoftwareTokenPage, UnknownPage,
};
pub use self::confirmation::Confirmation;
pub use self::data::{DataPage, DeletedPage};
pub use self::error_page::ErrorPage;
pub use self::field::{Field, PasswordRule};
pub use self::form_page::{Button, Choice, FormPage, Link};
pub use self::frame::{Frame, LanguageLink};
pub use self::identities::{IdentitiesPage, IdentityRow};
pub use self::login::{LoginPage, LogoutPage, ManagedIcon, ManagedLink, SentOnPage};
pub use self::profile::{Detail, ProfilePage};
pub(super) use self::sections::Sections;
pub use self::sections::{SectionLink, SecurityPage, SecurityRow};
pub use self::timed_text::TimedText;
pub use self::users::{EventRow, UserAction, UserPage, UserRow, UsersPage};

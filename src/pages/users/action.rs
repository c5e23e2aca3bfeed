use super::directory::Directory;
use crate::backend::Error;
use crate::cognito::{Admin, CognitoError, CognitoErrorKind, MfaPreference, MfaSetting, NewUser};
use crate::pages::texts::{Texts, UserListTexts};
use crate::users::User;
use crate::web::{AdminAction, AuthError, AuthSession};

/// Something that an administrator can do to a user.
pub(super) struct Action {
    /// What the form sends.
    pub(super) name: &'static str,
    pub(super) told: AdminAction,
    label: fn(&UserListTexts) -> &'static str,
    /// What will happen: `{name}` is the user's.
    consequence: fn(&UserListTexts) -> &'static str,
    done: fn(&UserListTexts) -> &'static str,
}

pub(super) const ACTIONS: [Action; 6] = [
    Action {
        name: "end",
        told: AdminAction::LoginsEnded,
        label: |texts| texts.end_logins,
        consequence: |texts| texts.end_logins_text,
        done: |texts| texts.logins_ended,
    },
    Action {
        name: "disable",
        told: AdminAction::Disabled,
        label: |texts| texts.disable,
        consequence: |texts| texts.disable_text,
        done: |texts| texts.disabled,
    },
    Action {
        name: "enable",
        told: AdminAction::Enabled,
        label: |texts| texts.enable,
        consequence: |texts| texts.enable_text,
        done: |texts| texts.enabled,
    },
    Action {
        name: "reset",
        told: AdminAction::PasswordReset,
        label: |texts| texts.reset,
        consequence: |texts| texts.reset_text,
        done: |texts| texts.reset_done,
    },
    Action {
        name: "factor",
        told: AdminAction::SecondFactorRemoved,
        label: |texts| texts.remove_factor,
        consequence: |texts| texts.remove_factor_text,
        done: |texts| texts.factor_removed,
    },
    Action {
        name: "invite",
        told: AdminAction::InvitationSent,
        label: |texts| texts.invite,
        consequence: |texts| texts.invite_text,
        done: |texts| texts.invited,
    },
];

impl Action {
    pub(super) fn named(name: &str) -> Option<&'static Self> {
        ACTIONS.iter().find(|action| action.name == name)
    }

    pub(super) fn label(&self, texts: &Texts) -> &'static str {
        (self.label)(&texts.users)
    }

    pub(super) fn consequence(&self, texts: &Texts) -> &'static str {
        (self.consequence)(&texts.users)
    }

    pub(super) fn done(&self, texts: &Texts) -> &'static str {
        (self.done)(&texts.users)
    }

    /// Does it. The audit log has it as soon as the first part is done: what fails after that is
    /// shown, and is not undone.
    pub(super) async fn run(
        &self,
        auth: &AuthSession,
        directory: &Directory<'_>,
        user: &User,
    ) -> Result<(), AuthError> {
        let name = &*user.username;
        let tell = async || auth.administered(&user.id, self.told).await;
        let end_logins = async || auth.end_logins_of(directory.backend, &user.id).await;

        match (self.told, &directory.admin) {
            (AdminAction::Disabled | AdminAction::Enabled, admin) => {
                let is_active = self.told == AdminAction::Enabled;
                if let Some(admin) = admin {
                    let done = match is_active {
                        true => admin.enable_user(name).await,
                        false => admin.disable_user(name).await,
                    };
                    done.map_err(Error::from)?;
                    tell().await?;
                }
                let set = directory.store.set_active(&user.id, is_active).await;
                set.map_err(Error::from)?;
                if admin.is_none() {
                    tell().await?;
                }
                if !is_active {
                    end_logins().await?;
                }
            }
            (AdminAction::LoginsEnded, _) => {
                end_logins().await?;
                tell().await?;
            }
            (AdminAction::PasswordReset, Some(admin)) => {
                // Before, since a reset cannot be asked for again; and those that began meanwhile.
                end_logins().await?;
                admin.reset_password(name).await.map_err(Error::from)?;
                tell().await?;
                end_logins().await?;
            }
            (AdminAction::SecondFactorRemoved, Some(admin)) => {
                switch_second_factors_off(admin, name)
                    .await
                    .map_err(Error::from)?;
                tell().await?;
                forget_app(admin, name).await.map_err(Error::from)?;
            }
            (AdminAction::InvitationSent, Some(admin)) => {
                // Cognito would send a text message, which reaches nobody who has no phone number.
                let invited = match user.email.is_empty() {
                    true => NewUser::new(name),
                    false => NewUser::new(name).with_invitation_by_email(),
                };
                let invitation = admin.resend_invitation(&invited).await;
                invitation.map_err(Error::from)?;
                tell().await?;
            }
            // Not offered without AWS credentials.
            _ => {}
        }
        Ok(())
    }
}

/// Switches off whatever is on: somebody has lost the phone.
async fn switch_second_factors_off(admin: &Admin, name: &str) -> Result<(), CognitoError> {
    let is_on = admin.get_user(name).await?.mfa;
    let off = |factor: &str| {
        is_on
            .iter()
            .any(|it| it == factor)
            .then_some(MfaSetting::Off)
    };
    let preference = MfaPreference {
        email: off("EMAIL_OTP"),
        sms: off("SMS_MFA"),
        software_token: off("SOFTWARE_TOKEN_MFA"),
    };
    admin.set_user_mfa_preference(name, &preference).await
}

async fn forget_app(admin: &Admin, name: &str) -> Result<(), CognitoError> {
    match admin.delete_software_token(name).await {
        // An older service does not have it, and there may be no app, or no apps in the pool.
        Err(error)
            if !matches!(
                error.kind(),
                CognitoErrorKind::FeatureNotEnabled
                    | CognitoErrorKind::MfaMethodNotFound
                    | CognitoErrorKind::UnknownOperation
            ) =>
        {
            Err(error)
        }
        _ => Ok(()),
    }
}

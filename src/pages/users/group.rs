use std::time::Duration;

use axum::http::StatusCode;
use tracing::debug;

use super::directory::Directory;
use crate::cognito::{Admin, CognitoError, CognitoErrorKind, UserProfile};
use crate::pages::error::PageError;

/// So many calls of 60 members each are made for one page.
const CALLS: usize = 5;

/// So many members are searched at a time.
pub(super) const MEMBERS: usize = CALLS * 60;

/// So many groups are offered.
const GROUPS: usize = 300;

/// A list of users is shown without groups rather than late.
const PATIENCE: Duration = Duration::from_millis(1500);

/// The groups among which an administrator can choose.
pub(super) enum Groups {
    Named(Vec<String>),
    /// Without AWS credentials, or without the right to list them, there is nothing to choose from.
    NotAsked,
    /// They could not be asked for.
    Unknown,
}

impl Groups {
    pub(super) async fn of(directory: &Directory<'_>) -> Self {
        let Some(admin) = &directory.admin else {
            return Self::NotAsked;
        };
        match tokio::time::timeout(PATIENCE, names(admin)).await {
            Ok(Ok(names)) => Self::Named(names),
            Ok(Err(error)) if error.kind() == CognitoErrorKind::AccessDenied => Self::NotAsked,
            Ok(Err(error)) => {
                debug!(%error, "users are listed without the groups");
                Self::Unknown
            }
            Err(_) => Self::Unknown,
        }
    }
}

async fn names(admin: &Admin) -> Result<Vec<String>, CognitoError> {
    let mut listed = admin.list_groups();
    let mut names = Vec::new();
    while names.len() < GROUPS
        && let Some(group) = listed.next().await
    {
        names.push(group?.name);
    }
    Ok(names)
}

/// Members of a group: all of them, or a part of many.
pub(super) struct Members {
    pub(super) profiles: Vec<UserProfile>,
    /// The token of the next part.
    pub(super) more: Option<String>,
}

impl Members {
    /// Lists them at Cognito, which alone knows them, from one of its page tokens on.
    pub(super) async fn of(
        directory: &Directory<'_>,
        group: &str,
        from: Option<String>,
    ) -> Result<Self, PageError> {
        let admin = directory.admin.as_ref();
        let admin = admin.ok_or(PageError::Refused(StatusCode::BAD_REQUEST))?;
        let mut members = Self {
            profiles: Vec::new(),
            more: from,
        };
        for _ in 0..CALLS {
            let (users, next) = match admin.group_page(group, members.more.take()).await {
                Ok(page) => page,
                // Nobody is in a group that is gone.
                Err(error) if error.kind() == CognitoErrorKind::ResourceNotFound => break,
                Err(error) if error.kind() == CognitoErrorKind::InvalidParameter => {
                    return Err(PageError::Refused(StatusCode::BAD_REQUEST));
                }
                Err(error) => return Err(error.into()),
            };
            members.profiles.extend(users);
            members.more = next;
            if members.more.is_none() {
                break;
            }
        }
        Ok(members)
    }
}

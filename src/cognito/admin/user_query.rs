use std::collections::VecDeque;

use futures_core::Stream;
use futures_util::stream;

use crate::cognito::call::CallResult;
use crate::cognito::{Cognito, CognitoError, UserProfile};

/// Which users to list.
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct UserQuery {
    filter: Option<String>,
    attributes: Option<Vec<String>>,
}

impl UserQuery {
    /// Asks for all users, with all their attributes.
    pub fn new() -> Self {
        Self::default()
    }

    /// Asks for users whose attribute is exactly this. Custom attributes cannot be asked for.
    pub fn with_attribute(mut self, name: &str, value: &str) -> Self {
        self.filter = Some(filter(name, "=", value));
        self
    }

    /// Asks for users whose attribute begins with this.
    pub fn with_prefix(mut self, name: &str, prefix: &str) -> Self {
        self.filter = Some(filter(name, "^=", prefix));
        self
    }

    /// Asks for these attributes only.
    pub fn with_attributes_to_get<'a>(mut self, names: impl IntoIterator<Item = &'a str>) -> Self {
        self.attributes = Some(names.into_iter().map(str::to_owned).collect());
        self
    }
}

/// Writes a filter. A quote in the value cannot end it.
fn filter(name: &str, comparison: &str, value: &str) -> String {
    let value = value.replace('\\', "\\\\").replace('"', "\\\"");
    format!("{name} {comparison} \"{value}\"")
}

impl Cognito {
    /// Lists users, as a stream over all pages (`ListUsers`). Needs AWS credentials.
    ///
    /// # Errors
    ///
    /// `InvalidParameter`: an attribute that cannot be searched for. After an error the
    /// stream ends.
    pub fn get_users(
        &self,
        query: UserQuery,
    ) -> impl Stream<Item = Result<UserProfile, CognitoError>> + Send + use<> {
        struct Pages {
            cognito: Cognito,
            query: UserQuery,
            read: VecDeque<UserProfile>,
            next: Option<String>,
            ended: bool,
        }

        let pages = Pages {
            cognito: self.clone(),
            query,
            read: VecDeque::new(),
            next: None,
            ended: false,
        };
        stream::try_unfold(pages, async |mut pages: Pages| {
            while pages.read.is_empty() && !pages.ended {
                let (users, next) = pages.cognito.list_users(&pages.query, pages.next).await?;
                pages.read.extend(users);
                pages.ended = next.is_none();
                pages.next = next;
            }
            let user = pages.read.pop_front();
            Ok(user.map(|user| (user, pages)))
        })
    }

    async fn list_users(
        &self,
        query: &UserQuery,
        token: Option<String>,
    ) -> Result<(Vec<UserProfile>, Option<String>), CognitoError> {
        const OPERATION: &str = "ListUsers";

        self.require_credentials(OPERATION)?;
        let answer = self
            .inner
            .client
            .list_users()
            .user_pool_id(self.inner.user_pool.as_str())
            .set_filter(query.filter.clone())
            .set_attributes_to_get(query.attributes.clone())
            .set_pagination_token(token)
            .send()
            .await
            .of(OPERATION)?;
        let users = answer.users().iter().map(UserProfile::read).collect();

        Ok((users, answer.pagination_token))
    }
}

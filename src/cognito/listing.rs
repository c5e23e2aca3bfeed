use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use aws_sdk_cognitoidentityprovider::error::{ProvideErrorMetadata, SdkError};
use aws_smithy_async::future::pagination_stream::PaginationStream;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use futures_core::Stream;
use futures_util::stream::BoxStream;
use futures_util::{StreamExt, TryStreamExt, stream};

use super::CognitoError;

/// A list that Cognito returns page by page: `.await` it for all its items, or take them one by one
/// as a stream. A page is fetched when its first item is wanted; after an error the list ends.
///
/// # Examples
///
/// ```no_run
/// use axum_cognito::cognito::{Cognito, UserQuery};
///
/// # async fn run(cognito: Cognito) -> Result<(), Box<dyn std::error::Error>> {
/// let admin = cognito.admin()?;
/// let groups = admin.list_groups().await?;
///
/// let mut users = admin.list_users(&UserQuery::new());
/// while let Some(user) = users.next().await {
///     println!("{}", user?.username);
/// }
/// # Ok(())
/// # }
/// ```
#[must_use = "a listing fetches nothing until it is awaited or polled"]
pub struct Listing<T> {
    items: BoxStream<'static, Result<T, CognitoError>>,
}

impl<T: Send + 'static> Listing<T> {
    /// Returns the next item.
    pub async fn next(&mut self) -> Option<Result<T, CognitoError>> {
        self.items.next().await
    }

    /// Lists what one of the SDK's paginators finds.
    pub(super) fn of<I, E>(
        operation: &'static str,
        mut items: PaginationStream<Result<I, SdkError<E, HttpResponse>>>,
        read: fn(I) -> T,
    ) -> Self
    where
        I: Send + 'static,
        E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
    {
        let items = stream::poll_fn(move |cx| items.poll_next(cx)).map(move |item| {
            item.map(read)
                .map_err(|error| CognitoError::from_sdk(operation, error))
        });

        Self {
            items: items.boxed(),
        }
    }

    /// Lists page by page where the SDK has no paginator: `fetch` is given the token of a page,
    /// and returns its items and the token of the next.
    pub(super) fn by_page<F>(fetch: impl Fn(Option<String>) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<(Vec<T>, Option<String>), CognitoError>> + Send + 'static,
    {
        enum Next {
            Page(Option<String>),
            End,
        }

        let pages = stream::try_unfold(Next::Page(None), move |next| {
            let fetched = match next {
                Next::Page(token) => Some((fetch(token.clone()), token)),
                Next::End => None,
            };
            async {
                let Some((page, token)) = fetched else {
                    return Ok(None);
                };
                let (items, next) = page.await?;
                let next = match next {
                    // A service that names the same page again would never end.
                    Some(next) if token.as_ref() != Some(&next) => Next::Page(Some(next)),
                    _ => Next::End,
                };
                Ok(Some((stream::iter(items).map(Ok), next)))
            }
        });

        Self {
            items: pages.try_flatten().boxed(),
        }
    }
}

impl<T> Stream for Listing<T> {
    type Item = Result<T, CognitoError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.items.as_mut().poll_next(cx)
    }
}

impl<T: Send + 'static> IntoFuture for Listing<T> {
    type Output = Result<Vec<T>, CognitoError>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.items.try_collect())
    }
}

impl<T> fmt::Debug for Listing<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Listing").finish_non_exhaustive()
    }
}

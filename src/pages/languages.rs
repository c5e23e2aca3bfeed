//! The choice of a language: the links to it, and the cookie that keeps it.

use std::sync::Arc;

use axum::extract::{OriginalUri, Request, State};
use axum::http::HeaderValue;
use axum::http::Method;
use axum::http::header::SET_COOKIE;
use axum::middleware::Next;
use axum::response::Response;

use super::builder::Pages;
use super::shown::LanguageLink;
use super::texts::{LANGUAGE_COOKIE, Texts};
use super::view::{LANGUAGE, View, chosen_language};
use crate::web::LocalPath;

/// A year, in seconds.
const KEPT: u32 = 365 * 24 * 60 * 60;

/// The language in which a page of the site's own is to be shown, as ours are: an extension of the
/// request, inside of [`language_choice`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Language {
    /// Our texts of this language. Its tag is [`Texts::language`].
    pub texts: &'static Texts,
    /// The page in each language, where there is a choice.
    pub links: Vec<LanguageLink>,
}

/// Puts the visitor's [`Language`] into the requests of a site's own handlers, so that their pages speak as ours do, and
/// keeps one that is chosen by a link (`?lang=fr`).
///
/// A function for [`middleware::from_fn_with_state`](axum::middleware::from_fn_with_state), to go
/// outside of all that it should speak for.
///
/// # Examples
///
/// ```
/// use axum::{Extension, Router, middleware, routing::get};
/// use axum_cognito::pages::{self, Language, Pages, Texts};
///
/// async fn home(Extension(language): Extension<Language>) -> &'static str {
///     match language.texts.language {
///         "de" => "Willkommen",
///         _ => "Welcome",
///     }
/// }
///
/// let pages = Pages::new().with_languages([&Texts::ENGLISH, &Texts::GERMAN]);
/// let site: Router = Router::new()
///     .route("/", get(home))
///     .merge(pages.clone().router())
///     .layer(middleware::from_fn_with_state(pages, pages::language_choice));
/// ```
pub async fn language_choice(
    State(pages): State<Pages>,
    mut request: Request,
    next: Next,
) -> Response {
    let mut view = View::outside(Arc::new(pages), request.headers());
    let chosen = chosen_language(view.pages(), request.uri());
    view.texts = chosen.unwrap_or(view.texts);
    let language = Language {
        texts: view.texts,
        links: links(&view, path_of(&request).as_ref()),
    };
    request.extensions_mut().insert(language);

    let mut response = next.run(request).await;
    if let Some(texts) = chosen {
        keep_in(&mut response, texts);
    }
    response
}

/// Keeps the language that the query names.
pub(super) async fn keep(request: Request, next: Next) -> Response {
    let pages = request.extensions().get::<Arc<Pages>>();
    let chosen = pages.and_then(|pages| chosen_language(pages, request.uri()));

    let mut response = next.run(request).await;
    if let Some(texts) = chosen {
        keep_in(&mut response, texts);
    }
    response
}

/// Has the browser keep a language.
pub(super) fn keep_in(response: &mut Response, texts: &Texts) {
    let cookie = format!(
        "{LANGUAGE_COOKIE}={}; Path=/; Max-Age={KEPT}; HttpOnly; SameSite=Lax",
        texts.language
    );
    if let Ok(cookie) = HeaderValue::try_from(cookie) {
        let headers = response.headers_mut();
        // One of our pages inside of `language_choice` has it already.
        if headers.get_all(SET_COOKIE).iter().all(|it| it != cookie) {
            headers.append(SET_COOKIE, cookie);
        }
    }
}

/// The path of a request, for links to it in other languages: with its query where that can be
/// asked for again.
pub(super) fn path_of(request: &Request) -> Option<LocalPath> {
    let original = request.extensions().get::<OriginalUri>();
    let uri = original.map_or(request.uri(), |original| &original.0);
    let path = LocalPath::of_request(uri)?;
    if request.method() != Method::GET {
        return path.path().parse().ok();
    }

    let query = uri.query().unwrap_or_default();
    let parameters = url::form_urlencoded::parse(query.as_bytes());
    let others = parameters.filter(|(name, _)| name != LANGUAGE);
    let bare: LocalPath = path.path().parse().ok()?;
    Some(bare.with_all(others))
}

/// The links; none where there is no choice.
pub(super) fn links(view: &View, here: Option<&LocalPath>) -> Vec<LanguageLink> {
    let languages = &view.pages().languages;
    let (Some(here), true) = (here, languages.len() > 1) else {
        return Vec::new();
    };

    let link = |texts: &&'static Texts| LanguageLink {
        path: here.with(LANGUAGE, texts.language),
        name: texts.name,
        language: texts.language,
        is_current: texts.language == view.texts.language,
    };
    languages.iter().map(link).collect()
}

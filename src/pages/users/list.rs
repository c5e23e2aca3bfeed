use axum::extract::RawQuery;
use axum::http::StatusCode;

use super::directory::Directory;
use super::group::{Groups, MEMBERS, Members};
use crate::backend::Error;
use crate::cognito::UserProfile;
use crate::pages::error::Shown;
use crate::pages::page::Page;
use crate::pages::shown::{Choice, TimedText, UserRow, UsersPage};
use crate::pages::texts::{Texts, fill};
use crate::pages::view::{View, page, query_parameter};
use crate::users::{Place, User, UserSearch};
use crate::web::{AuthError, AuthSession, LocalPath};

/// So many users are on one page.
const PAGE: usize = 50;

/// Lists users, a page at a time.
pub(in crate::pages) async fn show(
    view: View,
    auth: AuthSession,
    RawQuery(query): RawQuery,
) -> Shown {
    let directory = Directory::of(&auth).await?;
    let texts = view.texts;
    let parameter = |name: &str| {
        let value = query_parameter(query.as_deref(), name);
        value.filter(|value| !value.is_empty())
    };
    let text = parameter("q").map(|text| text.trim().to_owned());
    let status = parameter("status");
    let group = parameter("group");
    // Of another group, once another one is chosen in the form.
    let part = parameter("part").filter(|part| part_of(part).0 == group.as_deref());
    let (groups, members) = tokio::join!(Groups::of(&directory), async {
        let from = part.as_deref().and_then(|part| part_of(part).1);
        let group = group.as_deref()?;
        Some(Members::of(&directory, group, from.map(str::to_owned)).await)
    });
    let members = members.transpose()?;

    let mut search = UserSearch::new();
    search.text = text.clone().filter(|text| !text.is_empty());
    search.is_active = match status.as_deref() {
        Some("active") => Some(true),
        Some("inactive") => Some(false),
        _ => None,
    };
    search.subs = members.as_ref().map(|members| {
        let profiles = members.profiles.iter();
        profiles.filter_map(UserProfile::sub).collect()
    });
    search.place = match (parameter("before"), parameter("after")) {
        (Some(name), _) => Place::Before(name),
        (None, Some(name)) => Place::After(name),
        (None, None) => Place::Start,
    };

    // One more than is shown tells whether there is another page.
    let limit = u32::try_from(PAGE + 1).unwrap_or(u32::MAX);
    let found = directory.store.search(&search, limit).await;
    let mut users = found.map_err(|failure| AuthError::from(Error::from(failure)))?;
    let has_more = users.len() > PAGE;
    let (has_previous, has_next) = match search.place {
        Place::Start => (false, has_more),
        Place::After(_) => (true, has_more),
        Place::Before(_) => (has_more, true),
    };
    match search.place {
        Place::Before(_) if has_more => drop(users.remove(0)),
        _ => users.truncate(PAGE),
    }

    let action = view.paths.own(Page::Users);
    let mut whole = action.clone();
    for (name, value) in [("q", &search.text), ("status", &status), ("group", &group)] {
        if let Some(value) = value {
            whole = whole.with(name, value);
        }
    }
    let in_part = |part: &str| whole.with("part", part);
    let here = part.as_deref().map_or_else(|| whole.clone(), in_part);
    let beyond = |name: &str, user: Option<&User>| Some(here.with(name, &user?.username));
    let more = members.as_ref().and_then(|members| members.more.as_ref());
    let more = more.zip(group.as_ref());
    let list = UsersPage {
        texts,
        previous_page: beyond("before", users.first()).filter(|_| has_previous),
        next_page: beyond("after", users.last()).filter(|_| has_next),
        first_members: part.is_some().then(|| whole.clone()),
        more_members: more.map(|(token, group)| in_part(&format!("{group} {token}"))),
        users: users.iter().map(|user| row(&view, user)).collect(),
        search: search.text.unwrap_or_default(),
        statuses: vec![
            Choice::new("", texts.users.everybody),
            Choice::new("active", texts.users.active),
            Choice::new("inactive", texts.users.inactive),
        ],
        status: status.unwrap_or_default(),
        notes: notes(&groups, members.as_ref(), part.is_some(), texts),
        groups: choices(groups, group.as_deref(), texts),
        group: group.unwrap_or_default(),
        part: part.unwrap_or_default(),
        paths: view.paths.clone(),
        action,
    };
    Ok(page(StatusCode::OK, view.templates().users(&list)))
}

/// A part of a group as it stands in a query: the group, in whose name is no space, and the token.
fn part_of(part: &str) -> (Option<&str>, Option<&str>) {
    part.split_once(' ').unzip()
}

/// The groups to choose from, the one that is chosen among them in any case.
fn choices(groups: Groups, chosen: Option<&str>, texts: &Texts) -> Vec<Choice> {
    let mut names = match groups {
        Groups::Named(names) => names,
        Groups::NotAsked | Groups::Unknown => Vec::new(),
    };
    if let Some(chosen) = chosen
        && !names.iter().any(|name| name == chosen)
    {
        names.push(chosen.to_owned());
    }
    if names.is_empty() {
        return Vec::new();
    }

    let everybody = Choice::new("", texts.users.everybody);
    let names = names.iter().map(|name| Choice::new(name, name));
    std::iter::once(everybody).chain(names).collect()
}

/// What is to be said of the groups, and of the members that are listed.
fn notes(
    groups: &Groups,
    members: Option<&Members>,
    is_later_part: bool,
    texts: &Texts,
) -> Vec<String> {
    let users = &texts.users;
    let is_unknown = matches!(groups, Groups::Unknown);
    let is_part = is_later_part || members.is_some_and(|members| members.more.is_some());
    let number = MEMBERS.to_string();
    let part = || fill(users.group_part, &[("number", &number)]);

    let unknown = is_unknown.then(|| users.groups_unavailable.to_owned());
    let rows = members.map(|_| users.group_rows.to_owned());
    unknown
        .into_iter()
        .chain(rows)
        .chain(is_part.then(part))
        .collect()
}

/// The page of a user.
pub(super) fn path_of(view: &View, id: &str) -> LocalPath {
    view.paths.user().with("id", id)
}

pub(super) fn status(user: &User, texts: &Texts) -> &'static str {
    if user.is_active {
        texts.users.active
    } else {
        texts.users.inactive
    }
}

pub(super) fn last_login(user: &User, texts: &Texts) -> TimedText {
    user.last_login.map_or_else(
        || TimedText::plain(texts.users.never),
        |at| TimedText::time(texts, at),
    )
}

fn row(view: &View, user: &User) -> UserRow {
    let id = user.id.to_string();
    UserRow {
        path: path_of(view, &id),
        id,
        username: user.username.clone(),
        name: user.full_name(),
        email: user.email.clone(),
        status: status(user, view.texts),
        last_login: last_login(user, view.texts),
    }
}

use futures_util::future::join_all;

use super::{EVENING, NOON, fresh};
use crate::attribute::{AttributeMapping, ColumnChange};
use crate::id::Subject;
use crate::users::{Synced, User, UserId, UserSearch, UserStore, UserSync};

/// Checks a store of users.
///
/// # Panics
///
/// If the store does not do what [`UserStore`] says.
pub async fn check_users(store: &(impl UserStore + ?Sized)) {
    knows_nobody(store).await;
    keeps_one_row_for_a_user(store).await;
    gives_no_row_to_another_subject(store).await;
    adopts_a_row_only_when_told_so(store).await;
    leaves_the_row_of_who_is_not_active(store).await;
    leaves_what_no_login_tells(store).await;
    tells_names_apart(store).await;
    lists_in_the_order_of_names(store).await;
    finds_by_text_and_state_forwards_and_back(store).await;
    makes_one_row_of_many_first_logins(store).await;
    forgets_who_is_deleted(store).await;
}

fn login(username: &str) -> UserSync {
    let mut login = UserSync::new(username, NOON);
    login.sub = Some(Subject::from(format!("sub-of-{username}")));
    login
}

async fn sync(store: &(impl UserStore + ?Sized), login: &UserSync) -> Synced {
    store.sync(login).await.expect("`sync` gives an answer")
}

async fn created(store: &(impl UserStore + ?Sized), login: &UserSync) -> User {
    match sync(store, login).await {
        Synced::Created(user) => user,
        other => panic!("the first login makes a row, and does not give {other:?}"),
    }
}

async fn updated(store: &(impl UserStore + ?Sized), login: &UserSync) -> User {
    match sync(store, login).await {
        Synced::Updated(user) => user,
        other => panic!("a later login brings the row up to date, and does not give {other:?}"),
    }
}

async fn find(store: &(impl UserStore + ?Sized), name: &str) -> Option<User> {
    let found = store.find_by_username(name).await;

    found.expect("`find_by_username` gives an answer")
}

async fn knows_nobody(store: &(impl UserStore + ?Sized)) {
    let name = fresh("nobody");
    assert_eq!(find(store, &name).await, None, "nobody has this name");
    for id in ["-1", "67e55044-10b1-426f-9247-bb680e5fe0c8", "no key", ""] {
        let id = UserId::from(id);
        let found = store.find(&id).await.expect("any key has an answer");
        assert_eq!(found, None, "nobody has the key {id}");
        let known = store.set_active(&id, true).await;
        assert!(
            !known.expect("any key has an answer"),
            "nobody has the key {id}"
        );
    }

    let mut login = login(&name);
    login.create_unknown_user = false;
    let synced = sync(store, &login).await;
    assert_eq!(synced, Synced::Unknown, "no row, and none is to be made");
    assert_eq!(find(store, &name).await, None, "no row was to be made");
}

async fn keeps_one_row_for_a_user(store: &(impl UserStore + ?Sized)) {
    let mut login = login(&fresh("ann"));
    let first = created(store, &login).await;
    assert_eq!(first.username, login.username);
    assert_eq!(first.sub, login.sub);
    assert!(first.is_active, "a new user may log in");
    assert_eq!(first.date_joined, NOON);
    assert_eq!(first.last_login, Some(NOON));

    login.at = EVENING;
    login.create_unknown_user = false;
    let later = updated(store, &login).await;
    assert_eq!(later.id, first.id, "a user keeps the key");
    assert_eq!(later.date_joined, NOON);
    assert_eq!(later.last_login, Some(EVENING));
    assert_eq!(find(store, &login.username).await.as_ref(), Some(&later));
    let by_id = store.find(&later.id).await.expect("an answer");
    assert_eq!(by_id, Some(later), "a key and a name are the same row");

    let invited = login_of_an_invited(store).await;
    assert_eq!(invited.last_login, None, "a row without a login");
}

async fn login_of_an_invited(store: &(impl UserStore + ?Sized)) -> User {
    created(store, &login(&fresh("invited")).without_login()).await
}

async fn gives_no_row_to_another_subject(store: &(impl UserStore + ?Sized)) {
    let mut login = login(&fresh("ann"));
    let before = created(store, &login).await;

    for sub in [Some(fresh("stranger")), None] {
        login.sub = sub.map(Subject::from);
        for adopts_row in [true, false] {
            login.adopts_row = adopts_row;
            let synced = sync(store, &login).await;
            assert_eq!(
                synced,
                Synced::DifferentSubject,
                "the row has another subject"
            );
        }
    }
    assert_eq!(
        find(store, &login.username).await,
        Some(before),
        "left as it is"
    );
}

async fn adopts_a_row_only_when_told_so(store: &(impl UserStore + ?Sized)) {
    let mut login = login(&fresh("ann"));
    let sub = login.sub.take();
    let before = created(store, &login).await;
    assert_eq!(before.sub, None);
    let again = updated(store, &login).await;
    assert_eq!(again.id, before.id, "neither has a subject");

    login.sub = sub;
    let synced = sync(store, &login).await;
    assert_eq!(
        synced,
        Synced::DifferentSubject,
        "a row without a subject is nobody's"
    );
    login.adopts_row = true;
    let adopted = updated(store, &login).await;
    assert_eq!((adopted.id, adopted.sub), (before.id, login.sub));
}

async fn leaves_the_row_of_who_is_not_active(store: &(impl UserStore + ?Sized)) {
    let mut login = login(&fresh("ann"));
    let ann = created(store, &login).await;
    let known = store.set_active(&ann.id, false).await;
    assert!(known.expect("an answer"), "there is such a user");
    let before = find(store, &login.username).await.expect("a row");
    assert!(!before.is_active);

    login.at = EVENING;
    let user = updated(store, &login).await;
    assert_eq!(user, before, "a login changes nothing");
    assert_eq!(find(store, &login.username).await, Some(before));

    let known = store.set_active(&ann.id, true).await;
    assert!(known.expect("an answer"), "there is such a user");
    assert!(updated(store, &login).await.is_active);
}

/// With the column `email`, if the store has one.
async fn leaves_what_no_login_tells(store: &(impl UserStore + ?Sized)) {
    let mapping = AttributeMapping::new([("email", "email")]).expect("a mapping");
    if store.check_mapping(&mapping).await.is_err() {
        return;
    }
    let column = || mapping.columns().next().expect("a column").clone();
    let name = fresh("ann");
    let with = |change: ColumnChange| {
        let mut login = login(&name);
        login.columns = vec![(column(), change)];
        login
    };

    let set = with(ColumnChange::Set("ann@example.com".to_owned()));
    assert_eq!(created(store, &set).await.email, "ann@example.com");
    for kept in [with(ColumnChange::Keep), login(&name)] {
        assert_eq!(updated(store, &kept).await.email, "ann@example.com");
    }
    let cleared = updated(store, &with(ColumnChange::Clear)).await;
    assert_eq!(cleared.email, "");
}

async fn tells_names_apart(store: &(impl UserStore + ?Sized)) {
    let name = fresh("ann");
    let names = [
        name.clone(),
        name.to_uppercase(),
        format!("{name} "),
        format!(" {name}"),
        format!("{name}%"),
        format!("{name}ä"),
        format!("{name}a\u{308}"),
        format!("{name}😀"),
        format!("{name}😁"),
        format!("{name}' or '1'='1"),
    ];
    let mut ids = Vec::new();
    for name in &names {
        ids.push(created(store, &login(name)).await.id);
    }
    for (name, id) in names.iter().zip(&ids) {
        let found = find(store, name).await.expect("a row");
        assert_eq!(
            (&found.username, &found.id),
            (name, id),
            "each name is another user"
        );
    }
}

async fn lists_in_the_order_of_names(store: &(impl UserStore + ?Sized)) {
    let prefix = fresh("list");
    let names = ["A", "Z", "a", "b", "Ä"].map(|name| format!("{prefix}-{name}"));
    for name in names.iter().rev() {
        created(store, &login(name)).await;
    }
    let list = async |after: &str, limit| -> Vec<String> {
        let users = store.list(Some(after), limit).await.expect("a list");
        users.into_iter().map(|user| user.username).collect()
    };

    let before = format!("{prefix}-");
    assert_eq!(list(&before, 5).await, names, "in the order of their bytes");
    assert_eq!(list(&before, 2).await, names[..2], "no more than the limit");
    assert_eq!(list(&names[1], 2).await, names[2..4], "from after the name");
    let first = store.list(None, 1).await.expect("a list");
    assert_eq!(first.len(), 1, "from the beginning");
}

async fn finds_by_text_and_state_forwards_and_back(store: &(impl UserStore + ?Sized)) {
    let prefix = fresh("search");
    let names = ["a", "b", "c", "d_e", "dxe"].map(|name| format!("{prefix}-{name}"));
    for name in &names {
        created(store, &login(name)).await;
    }
    let b = find(store, &names[1]).await.expect("a row");
    store.set_active(&b.id, false).await.expect("inactive");
    let search = async |search: UserSearch, limit| -> Vec<String> {
        let users = store.search(&search, limit).await.expect("a search");
        users.into_iter().map(|user| user.username).collect()
    };
    let all = || UserSearch::new().with_text(prefix.to_uppercase());

    assert_eq!(
        search(all(), 9).await,
        names,
        "by a part of the name, in any case"
    );
    assert_eq!(search(all(), 2).await, names[..2], "no more than the limit");
    assert_eq!(
        search(all().after(&names[1]), 2).await,
        names[2..4],
        "forwards"
    );
    assert_eq!(
        search(all().before(&names[3]), 2).await,
        names[1..3],
        "and back"
    );
    assert_eq!(search(all().with_active(false), 9).await, names[1..2]);
    let active = [&names[0], &names[2], &names[3], &names[4]];
    assert_eq!(
        search(all().with_active(true), 9).await,
        active.map(String::clone)
    );
    let subs =
        [&names[2], &names[0], "stranger"].map(|name| Subject::from(format!("sub-of-{name}")));
    let some = [&names[0], &names[2]].map(String::clone);
    assert_eq!(
        search(UserSearch::new().with_subs(subs.clone()), 9).await,
        some
    );
    let one = all().with_subs(subs).after(&names[0]);
    assert_eq!(search(one, 9).await, some[1..], "and all else");
    assert!(search(all().with_subs([]), 9).await.is_empty());
    let underscore = UserSearch::new().with_text(format!("{prefix}-d_"));
    assert_eq!(search(underscore, 9).await, names[3..4], "no wildcard");
    let nobody = UserSearch::new().with_text(format!("{prefix}-%"));
    assert!(search(nobody, 9).await.is_empty(), "no wildcard");

    let emile = fresh("Émile");
    created(store, &login(&emile)).await;
    let text = UserSearch::new().with_text(emile.as_str());
    assert_eq!(search(text, 9).await, [emile], "by the very name");
}

async fn makes_one_row_of_many_first_logins(store: &(impl UserStore + ?Sized)) {
    let login = login(&fresh("ann"));
    let synced = join_all((0..50).map(|_| sync(store, &login))).await;

    let mut new = 0;
    let mut ids = Vec::new();
    for synced in synced {
        match synced {
            Synced::Created(user) => {
                new += 1;
                ids.push(user.id);
            }
            Synced::Updated(user) => ids.push(user.id),
            other => panic!("each of them logs in, and does not get {other:?}"),
        }
    }
    assert_eq!(new, 1, "one of them makes the row");
    assert!(
        ids.windows(2).all(|pair| pair[0] == pair[1]),
        "all have the same row"
    );
}

async fn forgets_who_is_deleted(store: &(impl UserStore + ?Sized)) {
    let (ann, ben) = (login(&fresh("ann")), login(&fresh("ben")));
    let (ann, other) = (created(store, &ann).await, created(store, &ben).await);

    let known = store.delete(&ann.id).await;
    assert!(known.expect("`delete` gives an answer"), "she was there");
    let found = store.find(&ann.id).await.expect("`find` gives an answer");
    assert!(
        found.is_none_or(|user| !user.is_active),
        "she is gone, or may not log in"
    );
    assert_eq!(
        find(store, &other.username).await,
        Some(other),
        "everybody else stays"
    );
    for id in ["-1", "no key", ""] {
        let known = store.delete(&UserId::from(id)).await;
        assert!(
            !known.expect("any key has an answer"),
            "nobody has the key {id}"
        );
    }
}

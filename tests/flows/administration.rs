//! What administrators see of the users, and do to them.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::http::StatusCode;
use axum_cognito::backend::{
    AuthBackend, CompletedLogin, Credentials, Error, LoginOutcome, Refusal,
};
use axum_cognito::pages::Pages;
use axum_cognito::tower_sessions::MemoryStore;
use axum_cognito::users::{User, UserId, UserStore};
use axum_cognito::web::{AdminAction, Hooks};
use axum_cognito::{Auth, CurrentUser, UserPool, async_trait};
use cognito_emulator::{self as emulated, AppClient, Emulator, Fault, FaultKind, Pool};

use crate::site::{ADMIN, ALICE, Browser, Cloud, TOTP, Users, with_layers};

/// What hooks were told: who did what to whom.
#[derive(Clone, Default)]
struct Told(Arc<Mutex<Vec<(String, UserId, AdminAction)>>>);

#[async_trait]
impl Hooks for Told {
    async fn administered(&self, by: &CurrentUser, user_id: &UserId, action: AdminAction) {
        let told = (by.username.clone(), user_id.clone(), action);
        self.0.lock().expect("a lock").push(told);
    }
}

pub(crate) struct Site {
    pub(crate) cloud: Cloud,
    pub(crate) users: Users,
    told: Told,
    pub(crate) admin: Browser,
    alice: Browser,
}

impl Site {
    pub(crate) async fn start(with_credentials: bool) -> Self {
        let cloud = Cloud::start().await;
        let users = Users::create().await;
        let mut client = cloud.builder();
        if with_credentials {
            client = client.with_access_key("AKIDEXAMPLE", "of-the-tests");
        }
        let client = client.build().expect("a client");
        let told = Told::default();
        let auth = Auth::builder()
            .with_pool(UserPool::with_client(client, users.store.clone()))
            .with_clock(cloud.clock.clone())
            .with_hooks(told.clone());
        let pages = Pages::new().with_user_list("admins").router();
        let router = with_layers(pages, auth, MemoryStore::default()).await;
        let (mut admin, mut alice) = (Browser::new(router.clone()), Browser::new(router));
        admin.log_in(ADMIN, "/").await;
        alice.log_in(ALICE, "/").await;

        Self {
            cloud,
            users,
            told,
            admin,
            alice,
        }
    }

    /// Adds a hundred thousand rows.
    pub(crate) async fn add_many_users(&self) {
        let many = "with recursive n (i) as (select 1 union all select i + 1 from n where i < 100000)
            insert into users (username, sub, email, first_name, last_name, is_active, date_joined)
            select format('user%06d', i), format('sub-%d', i), format('user%06d@example.com', i), 'First', 'Last',
                i % 10 > 0, '2026-01-01T00:00:00Z'
            from n";
        let table = self.users.store.pool();
        sqlx::query(many).execute(table).await.expect("many users");
    }

    pub(crate) fn browser(&self) -> Browser {
        Browser::new(self.alice.router())
    }

    pub(crate) async fn path_of(&self, name: &str) -> String {
        let user = self.users.store.find_by_username(name).await;
        let id = user.expect("an answer").expect("a row").id;
        format!("/admin/users/user?id={id}")
    }

    async fn act(&mut self, path: &str, action: &str) -> String {
        let page = self.admin.post(path, &[("action", action)]).await;
        assert_eq!(
            page.location(),
            format!("{path}&done={action}"),
            "{}",
            page.body
        );
        self.admin.get(page.location()).await.body
    }
}

#[tokio::test]
async fn an_account_is_disabled_and_enabled_with_a_question_before() {
    for with_credentials in [true, false] {
        let mut site = Site::start(with_credentials).await;
        let path = site.path_of("alice").await;

        let page = site.admin.get(&path).await;
        assert!(page.body.contains("alice@example.com"), "{}", page.body);
        assert!(page.body.contains("Disable account"), "{}", page.body);
        assert!(!page.body.contains("Enable account"), "{}", page.body);
        let asked = site.admin.get(&format!("{path}&confirm=disable")).await;
        assert!(asked.body.contains("until you enable"), "{}", asked.body);
        assert_eq!(site.alice.get("/profile").await.status, StatusCode::OK);

        let done = site.act(&path, "disable").await;
        assert!(done.contains("Account disabled."), "{done}");
        assert_eq!(
            site.alice.get("/profile").await.status,
            StatusCode::SEE_OTHER
        );
        let refused = site.alice.log_in(ALICE, "/").await;
        assert_eq!(refused.status, 422, "{}", refused.body);
        let list = site.admin.get("/admin/users?status=inactive").await;
        assert!(list.body.contains(">alice</a>"), "{}", list.body);

        let done = site.act(&path, "enable").await;
        assert!(done.contains("Account enabled."), "{done}");
        let again = site.alice.log_in(ALICE, "/").await;
        assert_eq!(again.location(), "/", "{}", again.body);
        let told = site.told.0.lock().expect("a lock");
        let told: Vec<_> = told
            .iter()
            .map(|(by, _, what)| (by.as_str(), *what))
            .collect();
        assert_eq!(
            told,
            [
                ("admin", AdminAction::Disabled),
                ("admin", AdminAction::Enabled)
            ]
        );
    }
}

#[tokio::test]
async fn what_takes_credentials_is_offered_where_there_are_some() {
    let mut site = Site::start(false).await;
    let path = site.path_of("alice").await;
    let page = site.admin.get(&path).await;
    assert!(!page.body.contains("Reset password"), "{}", page.body);
    let page = site.admin.post(&path, &[("action", "reset")]).await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST);

    let mut site = Site::start(true).await;
    let path = site.path_of("alice").await;
    let page = site.admin.get(&path).await;
    for offered in ["Reset password", "Confirmed", "Log out everywhere"] {
        assert!(page.body.contains(offered), "{offered}: {}", page.body);
    }
    for impossible in ["Send a new invitation", "Remove two-step"] {
        assert!(!page.body.contains(impossible), "{}", page.body);
    }
    let own = site.path_of("admin").await;
    let page = site.admin.get(&own).await;
    assert!(page.body.contains("admins"), "groups: {}", page.body);
    assert!(!page.body.contains("Disable account"), "{}", page.body);
    let page = site.admin.post(&own, &[("action", "disable")]).await;
    assert_eq!(
        page.status,
        StatusCode::BAD_REQUEST,
        "nobody locks themselves out"
    );
}

#[tokio::test]
async fn a_proof_that_is_old_is_asked_for_again() {
    let mut site = Site::start(true).await;
    let path = site.path_of("alice").await;
    site.cloud.advance(Duration::from_secs(11 * 60));

    let page = site.admin.get(&path).await;
    assert_eq!(page.status, StatusCode::OK, "looking is free");
    let page = site.admin.post(&path, &[("action", "end")]).await;
    assert!(
        page.location().starts_with("/login?again=1&next="),
        "{}",
        page.location()
    );
    assert!(
        page.location().contains("user%3Fid%3D"),
        "{}",
        page.location()
    );
    let nobody = site.admin.get("/admin/users/user?id=4711").await;
    assert_eq!(nobody.status, StatusCode::NOT_FOUND);
    for page in ["/admin/users", &path] {
        assert_eq!(site.alice.get(page).await.status, StatusCode::FORBIDDEN);
    }
}

#[tokio::test]
async fn an_administrator_acts_on_the_user_pool_of_their_login() {
    let mut auth = Auth::builder();
    let mut clouds = Vec::new();
    let mut tables = Vec::new();
    for pool in ["us-east-1_First", "us-east-1_Second"] {
        let emulator = Emulator::start().await.expect("the emulator starts");
        let cloud = Cloud::of(pool, emulator, AppClient::new("site"));
        let users = Users::create().await;
        let client = cloud
            .builder()
            .with_access_key("AKIDEXAMPLE", "of-the-tests");
        let client = client.build().expect("a client");
        auth = auth.with_pool(UserPool::with_client(client, users.store.clone()));
        clouds.push(cloud);
        tables.push(users);
    }
    let [first, second] = [&clouds[0].pool, &clouds[1].pool];
    for (name, _) in [ADMIN, ALICE] {
        first.set_password(name, "Somebody-else-1");
    }
    let pages = Pages::new().with_user_list("admins").router();
    let router = with_layers(pages, auth, MemoryStore::default()).await;
    let (mut admin, mut alice) = (Browser::new(router.clone()), Browser::new(router));
    admin.log_in(ADMIN, "/").await;
    alice.log_in(ALICE, "/").await;

    let row = tables[1].store.find_by_username("alice").await;
    let id = row.expect("an answer").expect("a row").id;
    let path = format!("/admin/users/user?id={id}");
    let page = admin.post(&path, &[("action", "reset")]).await;
    assert_eq!(page.location(), format!("{path}&done=reset"));

    let status = |pool: &Pool| pool.user_status("alice");
    assert_eq!(status(second).as_deref(), Some("RESET_REQUIRED"));
    assert_eq!(status(first).as_deref(), Some("CONFIRMED"));
}

#[tokio::test]
async fn a_second_factor_is_removed_for_somebody_who_has_lost_it() {
    let mut site = Site::start(true).await;
    let mut owner = Browser::new(site.alice.router());
    let page = owner.log_in(TOTP, "/").await;
    let asked = "/login/challenge?next=%2F";
    assert_eq!(page.location(), asked, "{}", page.body);
    let code = site.cloud.pool.totp_code(TOTP.0).expect("an app");
    let form = [("code", code.as_str()), ("next", "/")];
    let page = owner.post("/login/challenge", &form).await;
    assert_eq!(page.location(), "/", "{}", page.body);

    let path = site.path_of(TOTP.0).await;
    let page = site.admin.get(&path).await;
    assert!(page.body.contains("Remove two-step"), "{}", page.body);
    let done = site.act(&path, "factor").await;
    assert!(!done.contains("Remove two-step"), "{done}");

    assert_eq!(site.cloud.pool.totp_code(TOTP.0), None, "no app any more");
    let page = Browser::new(owner.router()).log_in(TOTP, "/").await;
    assert_eq!(page.location(), "/", "{}", page.body);
}

#[tokio::test]
async fn logins_are_ended_a_password_is_reset_and_an_invitation_sent_again() {
    let mut site = Site::start(true).await;
    let pool = site.cloud.pool.clone();
    // Cognito would send a text message where nobody says otherwise.
    pool.set_attribute("alice", "phone_number", "+12065550100");
    let path = site.path_of("alice").await;

    let done = site.act(&path, "end").await;
    assert!(done.contains("User logged out everywhere."), "{done}");
    let ended = site.alice.get("/profile").await;
    assert_eq!(ended.status, StatusCode::SEE_OTHER);

    site.alice.log_in(ALICE, "/").await;
    let done = site.act(&path, "reset").await;
    assert!(done.contains("A code is on its way."), "{done}");
    assert!(done.contains("Must reset the password"), "{done}");
    let ended = site.alice.get("/profile").await;
    assert_eq!(ended.status, StatusCode::SEE_OTHER);

    pool.set_user_status("alice", "FORCE_CHANGE_PASSWORD");
    let done = site.act(&path, "invite").await;
    assert!(done.contains("Invitation sent."), "{done}");
    let sent = site.cloud.emulator.outbox().pop().expect("a message");
    assert_eq!(
        [&*sent.kind, &*sent.username, &*sent.medium],
        ["invitation", "alice", "EMAIL"]
    );
    let page = site.alice.log_in(("alice", &sent.code), "/").await;
    assert_eq!(page.location(), "/login/challenge?next=%2F");

    let alice = site.users.store.find_by_username("alice").await;
    let alice = alice.expect("an answer").expect("a row").id;
    let told = site.told.0.lock().expect("a lock");
    let actions = [
        AdminAction::LoginsEnded,
        AdminAction::PasswordReset,
        AdminAction::InvitationSent,
    ];
    let by_admin = actions.map(|action| ("admin".to_owned(), alice.clone(), action));
    assert_eq!(*told, by_admin);
}

/// A thief who has the password is back at once.
#[tokio::test]
async fn logins_are_ended_each_time_that_the_same_form_comes() {
    let mut site = Site::start(false).await;
    let path = site.path_of("alice").await;

    for time in ["first", "second"] {
        let here = site.alice.get("/profile").await;
        assert_eq!(here.status, StatusCode::OK, "{time}: {}", here.body);
        site.act(&path, "end").await;
        let ended = site.alice.get("/profile").await;
        assert_eq!(ended.status, StatusCode::SEE_OTHER, "{time}");
        site.alice.log_in(ALICE, "/").await;
    }

    let told = site.told.0.lock().expect("a lock");
    let actions: Vec<_> = told.iter().map(|(_, _, action)| *action).collect();
    assert_eq!(actions, [AdminAction::LoginsEnded; 2]);
}

#[tokio::test]
async fn a_hundred_thousand_users_are_listed_and_searched_without_a_slow_page() {
    let mut site = Site::start(false).await;
    site.add_many_users().await;

    for (query, shown) in [
        ("", ">admin</a>"),
        ("?after=user099990", ">user099991</a>"),
        ("?before=user050000", ">user049999</a>"),
        // These look at each row.
        ("?q=user099999", ">user099999</a>"),
        ("?q=nobody+at+all", "No user"),
        ("?status=inactive&q=99990%40example", ">user099990</a>"),
    ] {
        let asked = Instant::now();
        let page = site.admin.get(&format!("/admin/users{query}")).await;
        let took = asked.elapsed();
        println!("/admin/users{query}: {took:?}");
        assert!(page.body.contains(shown), "{query}: {}", page.body);
        // Some 5 ms, and for texts 50; but this machine may be busy.
        assert!(took < Duration::from_secs(3), "{query}: {took:?}");
    }
}

/// A name that Cognito gives to somebody else is not the account of the row.
#[tokio::test]
async fn a_name_that_is_a_strangers_by_now_is_left_alone() {
    let mut site = Site::start(true).await;
    let path = site.path_of("alice").await;
    let pool = &site.cloud.pool;
    pool.delete_user("alice");
    let page = site.admin.get(&path).await;
    assert!(page.body.contains("Log out everywhere"), "{}", page.body);
    for (what, action) in [("Disable account", "disable"), ("Reset password", "reset")] {
        assert!(!page.body.contains(what), "{}", page.body);
        let page = site.admin.post(&path, &[("action", action)]).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{action}: nobody");
    }

    let pool = &site.cloud.pool;
    pool.add_user(
        emulated::User::new("alice")
            .with_password("A-stranger-1")
            .with_group("strangers"),
    );
    let page = site.admin.get(&path).await;
    assert!(!page.body.contains("strangers"), "{}", page.body);
    for action in ["disable", "reset", "factor", "invite"] {
        let page = site.admin.post(&path, &[("action", action)]).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{action}: a stranger");
    }
    let status = site.cloud.pool.user_status("alice");
    assert_eq!(status.as_deref(), Some("CONFIRMED"));
    site.act(&path, "end").await;
}

/// What cannot be told is not done.
#[tokio::test]
async fn nothing_is_done_at_cognito_while_it_cannot_be_asked_whose_the_name_is() {
    let mut site = Site::start(true).await;
    let path = site.path_of("alice").await;
    let fault = Fault::on("AdminGetUser", FaultKind::error("AccessDeniedException"));
    site.cloud.emulator.inject(fault.forever());

    let page = site.admin.get(&path).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(!page.body.contains("Disable account"), "{}", page.body);
    let page = site.admin.post(&path, &[("action", "disable")]).await;
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(site.cloud.calls("AdminDisableUser"), 0);
}

/// An action that fails half way is in the audit log all the same.
#[tokio::test]
async fn what_is_half_done_is_told() {
    let mut site = Site::start(true).await;
    let mut owner = Browser::new(site.alice.router());
    owner.log_in(TOTP, "/").await;
    let code = site.cloud.pool.totp_code(TOTP.0).expect("an app");
    let form = [("code", code.as_str()), ("next", "/")];
    owner.post("/login/challenge", &form).await;
    let path = site.path_of(TOTP.0).await;
    let denied = FaultKind::error("AccessDeniedException");
    site.cloud
        .emulator
        .inject(Fault::on("AdminDeleteSoftwareToken", denied).forever());

    let page = site.admin.post(&path, &[("action", "factor")]).await;
    assert!(page.status.is_server_error(), "{}", page.status);
    let told = site.told.0.lock().expect("a lock");
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].2, AdminAction::SecondFactorRemoved);
}

/// A directory of others, whose groups have names of their own.
struct Partner;

#[async_trait]
impl AuthBackend for Partner {
    fn name(&self) -> &str {
        "partner"
    }

    async fn authenticate(
        &self,
        credentials: &Credentials,
    ) -> Result<LoginOutcome<CompletedLogin>, Error> {
        if credentials.username != "mallory" {
            return Ok(LoginOutcome::Refused(Refusal::UserNotFound));
        }
        let login = CompletedLogin::new(User::new(1, "mallory"));
        let login = login.with_groups(vec!["admins".to_owned()]);
        Ok(LoginOutcome::Complete(login))
    }

    async fn user(&self, id: &UserId) -> Result<Option<User>, Error> {
        Ok((id.as_number() == Some(1)).then(|| User::new(1, "mallory")))
    }
}

#[tokio::test]
async fn administrators_elsewhere_see_nobody_here() {
    let (cloud, users) = (Cloud::start().await, Users::create().await);
    let auth = Auth::builder()
        .with_backend(Partner)
        .with_pool(UserPool::with_client(cloud.cognito(), users.store.clone()));
    let pages = Pages::new().with_user_list("admins").router();
    let router = with_layers(pages, auth, MemoryStore::default()).await;
    let mut alice = Browser::new(router.clone());
    alice.log_in(ALICE, "/").await;
    let mut mallory = Browser::new(router);
    mallory.log_in(("mallory", "any"), "/").await;

    let page = mallory.get("/admin/users").await;

    assert_eq!(page.status, StatusCode::NOT_FOUND, "{}", page.body);
}

//! The pages with a keyboard alone, and by roles and names alone, as a screen reader tells them: a
//! control that is not reached in either way is not there for somebody.

use std::time::Duration;

use axum_cognito::backend::LoginFlow;
use fantoccini::actions::{InputSource as _, KeyAction, KeyActions};
use fantoccini::key::Key;
use serde_json::{Value, json};

use crate::driver::{Driver, Visitor};
use crate::site::{PASSWORD, Site};

/// How somebody finds a control, and uses it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Way {
    /// By Tab, Enter and Space.
    Keyboard,
    /// By the accessibility tree, and what a control does by default.
    Tree,
}

struct Person<'a> {
    visitor: &'a Visitor,
    way: Way,
}

impl Person<'_> {
    /// Follows a link, or presses a button.
    async fn choose(&self, role: &str, name: &str) {
        match self.way {
            Way::Keyboard => {
                self.tab_to(role, name).await;
                let key = if role == "button" {
                    ' '
                } else {
                    Key::Enter.into()
                };
                self.strike(&[key]).await;
            }
            Way::Tree => {
                let node = self.node(role, name).await;
                let object = json!({ "backendNodeId": node });
                let object = self.visitor.devtools("DOM.resolveNode", object).await;
                let click = json!({
                    "objectId": object["object"]["objectId"],
                    "functionDeclaration": "function () { this.click() }",
                });
                self.visitor.devtools("Runtime.callFunctionOn", click).await;
            }
        }
    }

    /// Types into a field, in place of what is there.
    async fn fill(&self, name: &str, text: &str) {
        match self.way {
            Way::Keyboard => self.tab_to("textbox", name).await,
            Way::Tree => {
                let node = json!({ "backendNodeId": self.node("textbox", name).await });
                self.visitor.devtools("DOM.focus", node).await;
            }
        }
        let select = KeyActions::new("keys".to_owned())
            .then(KeyAction::Down {
                value: Key::Control.into(),
            })
            .then(KeyAction::Down { value: 'a' })
            .then(KeyAction::Up { value: 'a' })
            .then(KeyAction::Up {
                value: Key::Control.into(),
            });
        let selected = self.visitor.browser.perform_actions(select).await;
        selected.expect("selected");
        self.strike(&text.chars().collect::<Vec<_>>()).await;
    }

    /// Goes on to a control by Tab; each stop on the way can be seen.
    async fn tab_to(&self, role: &str, name: &str) {
        let mut passed = Vec::new();
        for _ in 0..60 {
            let at = self.visitor.browser.active_element().await;
            let at = at.expect("a page").element_id();
            let computed = async |what: &str| {
                let path = format!("element/{}/computed{what}", at.as_ref());
                self.visitor.command(path, None).await
            };
            let found = (computed("role").await, computed("label").await);
            if found == (json!(role), json!(name)) {
                let outlined = "const at = getComputedStyle(document.activeElement); \
                                return at.outlineStyle !== 'none' && parseFloat(at.outlineWidth) > 0";
                let outlined = self.visitor.run(outlined).await.expect("a script");
                assert_eq!(outlined, json!(true), "{name} has no outline");
                return;
            }
            passed.push(found);
            self.strike(&[Key::Tab.into()]).await;
        }
        panic!("no way to the {role} {name:?}, but to {passed:?}");
    }

    async fn strike(&self, keys: &[char]) {
        let mut actions = KeyActions::new("keys".to_owned());
        for value in keys {
            actions = actions
                .then(KeyAction::Down { value: *value })
                .then(KeyAction::Up { value: *value });
        }
        let struck = self.visitor.browser.perform_actions(actions).await;
        struck.expect("struck");
    }

    /// The one control of this role and name.
    async fn node(&self, role: &str, name: &str) -> Value {
        let document = self.visitor.devtools("DOM.getDocument", json!({})).await;
        let query = json!({
            "nodeId": document["root"]["nodeId"],
            "accessibleName": name,
            "role": role,
        });
        let found = self
            .visitor
            .devtools("Accessibility.queryAXTree", query)
            .await;
        let nodes = found["nodes"].as_array().expect("a list");
        assert_eq!(nodes.len(), 1, "the {role} {name:?}: {nodes:#?}");
        nodes[0]["backendDOMNodeId"].clone()
    }
}

async fn signs_up(site: &Site, person: &Person<'_>, name: &str) {
    let visitor = person.visitor;
    visitor.open("/login").await;
    person.choose("link", "Create an account").await;
    visitor.arrives_at("/signup").await;
    person.fill("User name", name).await;
    person.fill("E-mail", &format!("{name}@example.com")).await;
    person.fill("Password", "shorter").await;
    person.choose("button", "Create account").await;
    visitor.reads("Choose a stronger password").await;
    person.fill("Password", PASSWORD).await;
    person.choose("button", "Create account").await;
    visitor.arrives_at("/signup/confirm").await;
    person.fill("Code", &site.code(name)).await;
    person.choose("button", "Confirm").await;
    visitor.reads("Account confirmed").await;
}

async fn logs_in(person: &Person<'_>, name: &str) {
    person.visitor.open("/login").await;
    person.fill("User name", name).await;
    person.fill("Password", "Wrong-horse-1").await;
    person.choose("button", "Log in").await;
    person.visitor.reads("Wrong user name").await;
    person.fill("Password", PASSWORD).await;
    person.choose("button", "Log in").await;
}

async fn changes_the_account(site: &Site, person: &Person<'_>, name: &str) {
    let visitor = person.visitor;
    visitor.open("/profile").await;
    person.choose("link", "Profile").await;
    visitor.arrives_at("/profile/edit").await;
    person.fill("First name", "Ada").await;
    person.choose("button", "Save").await;
    visitor.reads("Changes saved").await;
    person.choose("link", "Security").await;
    visitor.arrives_at("/profile/security").await;
    let manage = "Manage – Two-step verification";
    person.choose("link", manage).await;
    visitor.arrives_at("/profile/mfa").await;
    person.choose("button", "Set up an authenticator app").await;
    visitor.reads("Scan this").await;
    person.fill("Six-digit code", &site.totp(name)).await;
    person.choose("button", "Turn on").await;
    visitor.reads("After your password, we ask for").await;
}

async fn answers_a_challenge(site: &Site, person: &Person<'_>, name: &str) {
    let visitor = person.visitor;
    visitor.open("/profile").await;
    person.choose("button", "Log out").await;
    visitor.reads("Hello stranger").await;
    site.advance(Duration::from_secs(31));
    logs_in(person, name).await;
    visitor.reads("Enter your code").await;
    person.fill("Six-digit code", &site.totp(name)).await;
    person.choose("button", "Continue").await;
    visitor.is_logged_in(name).await;
}

async fn administers(person: &Person<'_>) {
    let visitor = person.visitor;
    visitor.open("/admin/users").await;
    match person.way {
        Way::Keyboard => person.tab_to("searchbox", "Search by name or e-mail").await,
        Way::Tree => {
            let node = person.node("searchbox", "Search by name or e-mail").await;
            let node = json!({ "backendNodeId": node });
            visitor.devtools("DOM.focus", node).await;
        }
    }
    person.strike(&['b', 'o', 'b', '@']).await;
    person.choose("button", "Search").await;
    visitor.reads("bob@example.com").await;
    person.choose("link", "bob").await;
    visitor.arrives_at("/admin/users/user").await;
    for (action, done) in [
        ("Disable account", "Account disabled"),
        ("Enable account", "Account enabled"),
    ] {
        person.choose("link", action).await;
        visitor.reads("Cancel").await;
        person.choose("button", action).await;
        visitor.reads(done).await;
    }
    person.choose("link", "Back to all users").await;
    visitor.arrives_at("/admin/users").await;
}

#[tokio::test]
async fn everything_is_done_without_a_mouse_and_without_a_picture() {
    let Some(driver) = Driver::start() else {
        return;
    };
    let site = Site::start(LoginFlow::Password).await;
    let visitor = driver.visitor(site.address(), true).await;
    site.add("bob", |user| user);
    visitor.log_in("bob").await;
    visitor.is_logged_in("bob").await;
    visitor.log_out().await;

    // As a window has it that somebody works in.
    let focus = json!({ "enabled": true });
    visitor
        .devtools("Emulation.setFocusEmulationEnabled", focus)
        .await;
    for (way, name) in [(Way::Keyboard, "keys"), (Way::Tree, "tree")] {
        let person = Person {
            visitor: &visitor,
            way,
        };
        signs_up(&site, &person, name).await;
        logs_in(&person, name).await;
        visitor.is_logged_in(name).await;
        changes_the_account(&site, &person, name).await;
        site.pool.add_user_to_group(name, "admins");
        answers_a_challenge(&site, &person, name).await;
        administers(&person).await;
        visitor.log_out().await;
    }
    visitor.leave().await;
}

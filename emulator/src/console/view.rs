//! The page itself: plain HTML, which a few lines of script keep fresh.

use std::fmt::Write;

use axum::http::header;
use axum::response::{Html, IntoResponse, Response};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::act::Fields;
use crate::pool::{Account, Directory, Pool};
use crate::random;
use crate::shared::Shared;

const STYLE: &str = include_str!("style.css");
/// Fetches the page every two seconds, and takes over the parts that are marked as live.
const SCRIPT: &str = include_str!("live.js");

/// How many users, mails and calls are shown.
const SHOWN: usize = 100;

/// How many logins of a user are shown.
const LOGINS_SHOWN: usize = 3;

pub(super) fn page(shared: &Shared, fields: &Fields) -> Response {
    let get = |name: &str| fields.get(name).map(String::as_str).unwrap_or_default();
    let pools = shared.pools();
    let chosen = pools
        .iter()
        .find(|pool| pool.id() == get("pool"))
        .or(pools.first());
    let mut html = String::new();
    if !get("notice").is_empty() {
        let _ = write!(
            html,
            "<p role=\"status\" class=\"notice\">{}</p>",
            escape(get("notice"))
        );
    }
    html += "<nav aria-label=\"Pools\"><ul>";
    for pool in &pools {
        let is_chosen = chosen.is_some_and(|it| it.id() == pool.id());
        let current = if is_chosen {
            " aria-current=\"page\""
        } else {
            ""
        };
        let id = escape(pool.id());
        let _ = write!(html, "<li><a href=\"/?pool={id}\"{current}>{id}</a></li>");
    }
    html += "</ul></nav>";
    match chosen {
        Some(pool) => write_pool(&mut html, pool, get("search")),
        None => {
            html += "<p>There is no pool yet: make one by <code>CreateUserPool</code>, or start with <code>--demo</code>.</p>"
        }
    }
    write_mails(&mut html, shared);
    write_calls(&mut html, shared);
    write_trouble(&mut html, chosen.map(Pool::id).unwrap_or_default());

    let nonce = random::mixed(22);
    // Columns are as wide as all rows need: the page is not drawn before the last one is there.
    let whole = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width\"><link rel=\"expect\" href=\"#end\" blocking=\"render\"><title>Cognito emulator</title><style nonce=\"{nonce}\">{STYLE}</style></head>\
         <body><header><h1>Cognito emulator</h1><p>{}</p></header><main>{html}</main>\
         <script id=\"end\" nonce=\"{nonce}\">{SCRIPT}</script></body></html>",
        escape(&shared.endpoint)
    );
    let policy = format!(
        "default-src 'none'; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; connect-src 'self'; \
         form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    );
    let headers = [
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    (headers, Html(whole)).into_response()
}

fn write_pool(html: &mut String, pool: &Pool, search: &str) {
    let id = escape(pool.id());
    let directory = pool.directory();
    let _ = write!(
        html,
        "<section><h2 id=\"users\">Users</h2>\
         <form role=\"search\"><input type=\"hidden\" name=\"pool\" value=\"{id}\">\
         <label>Search <input type=\"search\" name=\"search\" value=\"{}\"></label><button>Search</button></form>\
         <div class=\"wide\" data-live=\"users\" tabindex=\"0\" role=\"region\" aria-labelledby=\"users\">\
         <table><thead><tr><th scope=\"col\">Username</th><th scope=\"col\">Status</th>\
         <th scope=\"col\">Groups</th><th scope=\"col\">Do</th><th scope=\"col\">Attributes</th>\
         <th scope=\"col\">Logins</th></tr></thead><tbody>",
        escape(search)
    );
    let wanted = search.to_lowercase();
    let fits = |text: Option<&str>| text.is_some_and(|it| it.to_lowercase().contains(&wanted));
    let accounts = directory
        .accounts
        .values()
        .filter(|it| fits(Some(&it.username)) || fits(it.attribute("email")));
    for account in accounts.take(SHOWN) {
        write_user(html, &id, &directory, account);
    }
    *html += "</tbody></table></div><h3>A new user</h3>";
    let _ = write!(
        html,
        "<form method=\"post\" action=\"/_emulator/do\"><input type=\"hidden\" name=\"pool\" value=\"{id}\">\
         <label>Username <input name=\"user\" required></label><label>Mail address <input name=\"email\" type=\"email\">\
         </label><button name=\"do\" value=\"create\">Make</button></form><h3>A known user</h3>\
         <form method=\"post\" action=\"/_emulator/do\"><input type=\"hidden\" name=\"pool\" value=\"{id}\">\
         <label>Username <input name=\"user\" required></label>\
         <label>New password <input name=\"password\"></label><button name=\"do\" value=\"password\">Set password</button>\
         <label>Group <input name=\"group\"></label><button name=\"do\" value=\"group\">Add to group</button>\
         <label>Attribute <input name=\"name\"></label><label>Value <input name=\"value\"></label>\
         <button name=\"do\" value=\"attribute\">Set attribute</button></form></section>\
         <section><h2 id=\"clients\">App clients</h2><ul>"
    );
    for client in directory.clients.values() {
        let secret = if client.secret().is_some() {
            ", with a secret"
        } else {
            ""
        };
        let _ = write!(
            html,
            "<li><code>{}</code> {}{secret}</li>",
            escape(&client.id),
            escape(&client.name)
        );
    }
    *html += "</ul></section>";
}

fn write_user(html: &mut String, pool: &str, directory: &Directory, account: &Account) {
    let groups = directory.groups_of(&account.username);
    let groups: Vec<_> = groups.iter().map(|it| it.name.as_str()).collect();
    let status = if account.enabled {
        account.status.clone()
    } else {
        format!("{}, disabled", account.status)
    };
    let name = escape(&account.username);
    let _ = write!(
        html,
        "<tr><th scope=\"row\">{name}</th><td>{}</td><td>{}</td><td>\
         <form method=\"post\" action=\"/_emulator/do\"><input type=\"hidden\" name=\"pool\" value=\"{pool}\">\
         <input type=\"hidden\" name=\"user\" value=\"{name}\">",
        escape(&status),
        escape(&groups.join(", ")),
    );
    let switch = if account.enabled {
        ("disable", "Disable")
    } else {
        ("enable", "Enable")
    };
    for (action, label) in [
        switch,
        ("confirm", "Confirm"),
        ("reset", "Reset"),
        ("sign-out", "Sign out"),
        ("delete", "Delete"),
    ] {
        let _ = write!(
            html,
            "<button name=\"do\" value=\"{action}\" aria-label=\"{label} {name}\">{label}</button>"
        );
    }
    let _ = write!(
        html,
        "</form></td><td><ul>{}</ul></td><td><ul>{}</ul></td></tr>",
        attributes(account),
        logins(account),
    );
}

fn attributes(account: &Account) -> String {
    let items = account.attributes.iter();
    items
        .map(|(name, value)| format!("<li>{}: {}</li>", escape(name), escape(value)))
        .collect()
}

/// The last logins, newest first.
fn logins(account: &Account) -> String {
    let events = account.events.iter().rev().take(LOGINS_SHOWN);
    events
        .map(|event| {
            let result = if event.is_good { "right" } else { "refused" };
            format!("<li>{} {result}</li>", moment(event.created))
        })
        .collect()
}

/// A time as people write it, in UTC.
fn moment(at: OffsetDateTime) -> String {
    let seconds = at.replace_nanosecond(0).unwrap_or(at);
    let text = seconds.format(&Rfc3339).unwrap_or_default();
    text.trim_end_matches('Z').replace('T', " ")
}

fn write_mails(html: &mut String, shared: &Shared) {
    *html += "<section><h2 id=\"mails\">Mails and text messages</h2>\
              <div class=\"wide\" data-live=\"mails\" tabindex=\"0\" role=\"region\" aria-labelledby=\"mails\"><table>\
              <thead><tr><th scope=\"col\">To</th><th scope=\"col\">What for</th><th scope=\"col\">Code</th>\
              <th scope=\"col\">Text</th></tr></thead><tbody>";
    for mail in shared.outbox.messages().iter().rev().take(SHOWN) {
        let _ = write!(
            html,
            "<tr><td>{}</td><td>{}</td><td><code>{}</code></td><td>{}</td></tr>",
            escape(&mail.destination),
            escape(&mail.kind),
            escape(&mail.code),
            escape(mail.text.as_deref().unwrap_or_default()),
        );
    }
    *html += "</tbody></table></div></section>";
}

fn write_calls(html: &mut String, shared: &Shared) {
    *html += "<section><h2 id=\"calls\">Calls</h2>\
              <div class=\"wide\" data-live=\"calls\" tabindex=\"0\" role=\"region\" aria-labelledby=\"calls\"><table>\
              <thead><tr><th scope=\"col\">Operation</th><th scope=\"col\">Flow, challenge or grant</th>\
              <th scope=\"col\">App client</th><th scope=\"col\">User</th><th scope=\"col\">Answer</th></tr></thead><tbody>";
    for call in shared.ledger.calls().iter().rev().take(SHOWN) {
        let _ = write!(
            html,
            "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
            escape(&call.operation),
            escape(call.kind.as_deref().unwrap_or_default()),
            escape(call.client_id.as_deref().unwrap_or_default()),
            escape(call.username.as_deref().unwrap_or_default()),
            escape(call.error.as_deref().unwrap_or("done")),
        );
    }
    *html += "</tbody></table></div></section>";
}

fn write_trouble(html: &mut String, pool: &str) {
    let pool = escape(pool);
    let _ = write!(
        html,
        "<section><h2 id=\"trouble\">Trouble and time</h2>\
         <form method=\"post\" action=\"/_emulator/do\"><input type=\"hidden\" name=\"pool\" value=\"{pool}\">\
         <label>Operation <input name=\"operation\" value=\"*\"></label>\
         <label>Fault <select name=\"kind\"><option value=\"throttle\">TooManyRequestsException</option>\
         <option value=\"InternalErrorException\">InternalErrorException</option>\
         <option value=\"NotAuthorizedException\">NotAuthorizedException</option>\
         <option value=\"503\">status 503</option><option value=\"drop\">connection closed</option></select></label>\
         <label>Times <input name=\"times\" type=\"number\" min=\"1\" value=\"1\"></label>\
         <button name=\"do\" value=\"fault\">Switch on</button>\
         <button name=\"do\" value=\"clear-faults\">Clear all</button></form>\
         <form method=\"post\" action=\"/_emulator/do\"><input type=\"hidden\" name=\"pool\" value=\"{pool}\">\
         <label>Minutes <input name=\"minutes\" type=\"number\" min=\"1\" value=\"60\"></label>\
         <button name=\"do\" value=\"advance\">Advance the clock</button></form></section>"
    );
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}

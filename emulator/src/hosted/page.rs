//! The few pages of the domain, plain and without scripts.

use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};

const STYLE: &str = "body{font:1rem/1.5 system-ui,sans-serif;margin:0;background:#f3f4f6;color:#111827}\
main{max-width:24rem;margin:3rem auto;padding:2rem;background:#fff;border:1px solid #d1d5db;border-radius:.75rem}\
h1{font-size:1.25rem;margin:0 0 1rem}label{display:block;margin:.75rem 0 .25rem;font-weight:600}\
input,select,button,.button{font:inherit;width:100%;box-sizing:border-box;padding:.6rem;border:1px solid #6b7280;\
border-radius:.5rem}button,.button{display:block;margin-top:1rem;background:#1d4ed8;color:#fff;border-color:#1d4ed8;\
text-align:center;text-decoration:none;cursor:pointer}.other{background:#fff;color:#111827;border-color:#6b7280}\
[role=alert]{background:#fef2f2;border:1px solid #b91c1c;color:#7f1d1d;padding:.6rem;border-radius:.5rem}\
input[type=checkbox]{width:auto}small{color:#4b5563}";

/// A whole page with this title and content, which is HTML.
pub(super) fn page(title: &str, content: &str) -> Response {
    let title = escape(title);
    let html = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>{title}</title><style>{STYLE}</style></head>\
         <body><main><h1>{title}</h1>{content}</main></body></html>"
    );
    let headers = [
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
        ),
    ];
    (headers, Html(html)).into_response()
}

/// The page that stands in place of a redirect.
pub(super) fn error(text: &str) -> Response {
    let content = format!("<p role=\"alert\">{}</p>", escape(text));
    let response = page("Something went wrong", &content);
    (StatusCode::BAD_REQUEST, response).into_response()
}

/// A notice above a form; nothing for an empty text.
pub(super) fn alert(text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    format!("<p role=\"alert\">{}</p>", escape(text))
}

/// A labelled field.
pub(super) fn field(label: &str, name: &str, kind: &str, value: &str) -> String {
    let autocomplete = match name {
        "username" => "username",
        "password" => "current-password",
        "NEW_PASSWORD" => "new-password",
        "code" => "one-time-code",
        _ => "off",
    };
    format!(
        "<label for=\"{name}\">{}</label><input id=\"{name}\" name=\"{name}\" type=\"{kind}\" value=\"{}\" \
         autocomplete=\"{autocomplete}\">",
        escape(label),
        escape(value)
    )
}

pub(super) fn hidden(name: &str, value: &str) -> String {
    format!(
        "<input type=\"hidden\" name=\"{}\" value=\"{}\">",
        escape(name),
        escape(value)
    )
}

pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}

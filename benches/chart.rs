//! Draws the chart of PERFORMANCE.md from the ratios that were measured last (`results.tsv`).

use std::fmt::Write;
use std::fs;

use axum_cognito_benches::measure::record;
use axum_cognito_benches::stack::*;

const PICTURE: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../docs/src/images/performance.svg"
);

/// The words of a row, and the names of what was measured: the contest, and the two that are compared.
const ROWS: [(&str, [&str; 3]); 8] = [
    (
        "SRP handshake / OpenSSL, constant time",
        [
            "SRP, one handshake",
            "axum-cognito",
            "OpenSSL, constant time, 256-bit a",
        ],
    ),
    (
        "access token / aws-lc-rs and serde",
        [
            "An access token, one thread",
            "axum-cognito",
            "aws-lc-rs, base64 and serde claims",
        ],
    ),
    (
        "public route / tower-sessions",
        ["A request, all in memory", OURS_PUBLIC, UNREAD],
    ),
    (
        "guarded, users in a map / axum-login",
        ["A request, all in memory", OURS_MEMORY, PEER_MEMORY],
    ),
    (
        "guarded, SQLite users / axum-login",
        ["A request, SQLite", OURS_USERS, PEER_USERS],
    ),
    (
        "guarded, all in SQLite / axum-login",
        ["A request, SQLite", OURS_SQLITE, PEER_SQLITE],
    ),
    (
        "guarded, all in SQLite and warm / axum-login",
        ["A request, SQLite", OURS_ALL_WARM, PEER_SQLITE],
    ),
    (
        "guarded, all in PostgreSQL / axum-login",
        [
            "A request, PostgreSQL, CPU time of the site",
            OURS_POSTGRES,
            PEER_POSTGRES,
        ],
    ),
];

/// Where bars begin, how long the one of the other side is, where figures end, and how high a row is.
const LEFT: f64 = 340.0;
const ONE: f64 = 300.0;
const RIGHT: f64 = 740.0;
const ROW: f64 = 30.0;

/// Colours of both themes, and of a bar that is shorter or longer than the other side.
const STYLE: &str = "text { font: 14px system-ui, sans-serif; fill: #1f2328 } \
    .less { fill: #1a7f5a } .more { fill: #b35900 } line { stroke: #6e7781; stroke-dasharray: 3 3 } \
    @media (prefers-color-scheme: dark) { text { fill: #e6edf3 } .less { fill: #3fb68b } .more { fill: #e08a3c } }";

fn main() {
    let height = ROW * (ROWS.len() as f64 + 1.0);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 760 {height}\" role=\"img\" \
         aria-label=\"CPU time, compared with others\">\n<style>{STYLE}</style>\n"
    );
    for (number, (label, names)) in ROWS.iter().enumerate() {
        let Some(ratio) = record::read(*names) else {
            println!("not measured yet: {label}");
            continue;
        };
        let y = ROW * (number as f64 + 1.0);
        let width = ONE * ratio;
        let class = if ratio > 1.0 { "more" } else { "less" };
        let row = writeln!(
            svg,
            "<text x=\"{x}\" y=\"{base}\" text-anchor=\"end\">{label}</text>\
             <rect class=\"{class}\" x=\"{LEFT}\" y=\"{y}\" width=\"{width:.0}\" height=\"18\" rx=\"2\"/>\
             <text x=\"{RIGHT}\" y=\"{base}\" text-anchor=\"end\">{ratio:.2}</text>",
            x = LEFT - 10.0,
            base = y + 14.0,
        );
        row.expect("text takes it");
    }
    let one = LEFT + ONE;
    let end = writeln!(
        svg,
        "<line x1=\"{one}\" x2=\"{one}\" y1=\"24\" y2=\"{height}\"/>\
         <text x=\"{one}\" y=\"18\" text-anchor=\"middle\">the other side: 1.00</text>\n</svg>"
    );
    end.expect("text takes it");
    fs::write(PICTURE, svg).expect("the guide's folder");
    println!("{PICTURE}");
}

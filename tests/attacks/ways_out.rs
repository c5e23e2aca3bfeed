//! Addresses that lead elsewhere, in the spellings that browsers take for one.

/// Ways out, before they are spelled in other ways.
pub(crate) const WAYS_OUT: [&str; 40] = [
    "https://evil.example/",
    "http://evil.example/",
    "//evil.example/",
    "///evil.example",
    "////evil.example",
    "//evil.example@site.example/",
    "//site.example@evil.example/",
    "/\\evil.example",
    "\\\\evil.example",
    "\\/evil.example",
    "/\\/evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "/\r/evil.example",
    "\t//evil.example",
    " //evil.example",
    "\u{0}//evil.example",
    "/.//evil.example",
    "/..//evil.example",
    "/a/..//evil.example",
    "/%2e//evil.example",
    "/%2e%2e//evil.example",
    "http:evil.example",
    "https:evil.example",
    "http:/evil.example",
    "http:///evil.example",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,evil",
    "vbscript:x",
    "ftp://evil.example",
    "//[::1]/",
    "//127.1/",
    "//evil%E3%80%82example",
    "/\u{2044}evil.example",
    "\u{ff0f}\u{ff0f}evil.example",
    "/x\r\nSet-Cookie:a=b",
    "/x\r\nLocation: //evil.example",
    "@evil.example",
    "evil.example",
];

/// Spells a text with so many rounds of percent signs.
pub(crate) fn encoded(text: &str, rounds: usize) -> String {
    (0..rounds).fold(text.to_owned(), |text, _| {
        text.bytes().map(|byte| format!("%{byte:02X}")).collect()
    })
}

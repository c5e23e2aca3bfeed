//! Holds the code to the levels of ARCHITECTURE.md.

use std::fs;
use std::path::{Path, PathBuf};

/// Each module, and the modules that it may import: all of them on a level below, or on its
/// own level and named here before it.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("clock", &[]),
    ("id", &[]),
    ("seal", &[]),
    ("srp", &[]),
    ("attribute", &["id"]),
    ("token", &["attribute", "clock", "id"]),
    ("challenge", &["attribute", "id"]),
    ("users", &["attribute", "clock", "id", "seal", "token"]),
    (
        "cognito",
        &["attribute", "challenge", "clock", "id", "srp", "token"],
    ),
    (
        "backend",
        &[
            "attribute",
            "challenge",
            "clock",
            "cognito",
            "id",
            "token",
            "users",
        ],
    ),
    (
        "web",
        &[
            "attribute",
            "backend",
            "challenge",
            "clock",
            "cognito",
            "id",
            "seal",
            "token",
            "users",
        ],
    ),
    (
        "pages",
        &[
            "attribute",
            "backend",
            "challenge",
            "clock",
            "cognito",
            "users",
            "web",
        ],
    ),
    // In builds of tests and fuzz targets alone.
    (
        "fuzzing",
        &["attribute", "cognito", "pages", "srp", "token", "web"],
    ),
];

/// Each outside crate that has owners, and they.
const OWNED_BY: &[(&str, &[&str])] = &[
    ("askama", &["pages"]),
    ("aws_config", &["cognito"]),
    ("aws_lc_rs", &["seal", "token"]),
    ("aws_sdk_cognitoidentityprovider", &["cognito"]),
    ("aws_smithy_http_client", &["cognito"]),
    ("aws_smithy_runtime_api", &["cognito"]),
    ("aws_smithy_types", &["cognito"]),
    ("axum", &["pages", "web"]),
    ("governor", &["web"]),
    ("hkdf", &["srp"]),
    ("num_bigint", &["srp"]),
    ("sqlx", &["users"]),
    ("tower_http", &["pages", "web"]),
    ("tower_layer", &["web"]),
    ("tower_service", &["web"]),
    ("tower_sessions", &["web"]),
];

#[test]
fn modules_import_only_what_they_may() {
    let mut violations = Vec::new();

    for (module, path, line) in code_lines() {
        let allowed = MAY_IMPORT
            .iter()
            .find_map(|(name, allowed)| (*name == module).then_some(*allowed))
            .unwrap_or_else(|| panic!("`{module}` is missing from MAY_IMPORT"));

        for imported in crate_imports(&line) {
            if imported != module && !allowed.contains(&imported) {
                violations.push(format!(
                    "{}: `{module}` imports `{imported}`",
                    path.display()
                ));
            }
        }
    }

    assert!(violations.is_empty(), "{}", violations.join("\n"));
}

#[test]
fn outside_crates_stay_with_their_owners() {
    let mut violations = Vec::new();

    for (module, path, line) in code_lines() {
        for (outside, owners) in OWNED_BY {
            if uses(&line, outside) && !owners.contains(&module.as_str()) {
                violations.push(format!("{}: `{module}` uses `{outside}`", path.display()));
            }
        }
    }

    assert!(violations.is_empty(), "{}", violations.join("\n"));
}

#[test]
fn the_emulator_does_not_know_the_library() {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("emulator/Cargo.toml");

    let manifest = fs::read_to_string(manifest).expect("the emulator's manifest");

    assert!(!manifest.contains("axum-cognito"), "{manifest}");
}

/// The names after each `crate::` in a line.
fn crate_imports(line: &str) -> impl Iterator<Item = &str> {
    line.split("crate::").skip(1).map(|rest| {
        let end = rest
            .find(|c: char| !c.is_alphanumeric() && c != '_')
            .unwrap_or(rest.len());
        &rest[..end]
    })
}

/// Whether a line names `outside::`, and not merely a longer name that ends like it.
fn uses(line: &str, outside: &str) -> bool {
    line.match_indices(&format!("{outside}::"))
        .any(|(at, _)| !line[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':'))
}

/// Every line of code of every module, with its module. Tests may see more.
fn code_lines() -> Vec<(String, PathBuf, String)> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut lines = Vec::new();
    let mut unread = vec![src.clone()];

    while let Some(path) = unread.pop() {
        if path.is_dir() {
            let entries = fs::read_dir(&path).expect("a readable folder");
            unread.extend(entries.map(|entry| entry.expect("an entry").path()));
            continue;
        }

        let inside = path.strip_prefix(&src).expect("a path under src");
        let first = Path::new(inside.iter().next().expect("a name"));
        let module = first
            .file_stem()
            .expect("a stem")
            .to_string_lossy()
            .into_owned();
        if module == "lib" || path.file_stem().is_some_and(|stem| stem == "tests") {
            continue;
        }

        let text = fs::read_to_string(&path).expect("readable text");
        let code = text
            .lines()
            .take_while(|line| !line.trim_start().starts_with("#[cfg(test)]"))
            .filter(|line| !line.trim_start().starts_with("//"));
        lines.extend(code.map(|line| (module.clone(), path.clone(), line.to_owned())));
    }

    lines
}

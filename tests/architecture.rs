//! Holds the code to the levels of ARCHITECTURE.md.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Each module, and the modules that it may import: all of them on a level below, or on its
/// own level and named here before it.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("clock", &[]),
    ("figures", &[]),
    ("id", &[]),
    ("seal", &[]),
    ("attribute", &["id"]),
    ("token", &["attribute", "clock", "id"]),
    ("challenge", &["attribute", "id"]),
    ("users", &["attribute", "clock", "id", "seal", "token"]),
    (
        "cognito",
        &["attribute", "challenge", "clock", "figures", "id", "token"],
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
            "figures",
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
            "id",
            "users",
            "web",
        ],
    ),
    // In builds of tests and fuzz targets alone.
    (
        "fuzzing",
        &["attribute", "cognito", "pages", "token", "web"],
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
    ("axum_cognito_srp", &["cognito", "fuzzing"]),
    ("governor", &["web"]),
    ("metrics", &["figures"]),
    ("oauth2", &["cognito"]),
    ("schemars", &["pages", "web"]),
    ("sqlx", &["users"]),
    ("tower_http", &["pages", "web"]),
    ("tower_layer", &["web"]),
    ("tower_service", &["pages", "web"]),
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

/// Files of one package that may import each other in a circle.
const CIRCLES: &[&[&str]] = &[
    // A trait, the steps that it provides, and the value that its one required method returns.
    &[
        "backend::cognito_backend",
        "backend::login",
        "backend::user_pool",
    ],
    // A choice among challenges can be answered with the answer to the one that is chosen.
    &["challenge::password", "challenge::select_challenge"],
];

#[test]
fn no_files_import_each_other_in_a_circle() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut circles = Vec::new();
    for package in ["src", "demo/src", "doctor/src", "emulator/src", "srp/src"] {
        circles.extend(circles_of(&root.join(package)));
    }

    circles.retain(|circle| !CIRCLES.contains(&circle_names(circle).as_slice()));
    assert!(circles.is_empty(), "{circles:#?}");
}

fn circle_names(circle: &[String]) -> Vec<&str> {
    circle.iter().map(String::as_str).collect()
}

/// The groups of files below `src` each of which leads to every other by imports.
fn circles_of(src: &Path) -> Vec<Vec<String>> {
    let files = modules_of(src);
    let imports: BTreeMap<_, BTreeSet<_>> = files
        .iter()
        .map(|(module, text)| (module, imports_of(module, text, &files)))
        .collect();
    let reached: BTreeMap<_, _> = files
        .keys()
        .map(|module| (module, reach(module, &imports)))
        .collect();

    let mut circles = Vec::new();
    for module in files
        .keys()
        .filter(|module| reached[module].contains(*module))
    {
        let in_it =
            |other: &&String| reached[module].contains(*other) && reached[other].contains(module);
        let circle: Vec<String> = files.keys().filter(in_it).cloned().collect();
        if circle.len() > 1 && !circles.contains(&circle) {
            circles.push(circle);
        }
    }
    circles
}

fn reach<'a>(
    from: &'a String,
    imports: &BTreeMap<&'a String, BTreeSet<&'a String>>,
) -> BTreeSet<&'a String> {
    let mut reached = BTreeSet::new();
    let mut next = vec![from];
    while let Some(module) = next.pop() {
        let new = imports[module]
            .iter()
            .filter(|import| reached.insert(**import));
        next.extend(new.copied().collect::<Vec<_>>());
    }
    reached
}

/// Each file as the path of its module, such as `web::login::kept`, with its code.
fn modules_of(src: &Path) -> BTreeMap<String, String> {
    let mut modules = BTreeMap::new();
    let mut unread = vec![src.to_owned()];
    while let Some(path) = unread.pop() {
        if path.is_dir() {
            let entries = fs::read_dir(&path).expect("a readable folder");
            unread.extend(entries.map(|entry| entry.expect("an entry").path()));
            continue;
        }
        let inside = path
            .strip_prefix(src)
            .expect("a path under src")
            .with_extension("");
        let mut names: Vec<_> = inside.iter().map(|name| name.to_string_lossy()).collect();
        let is_test = names
            .iter()
            .any(|name| name.ends_with("tests") || name == "fuzzing");
        if is_test || path.extension().is_none_or(|kind| kind != "rs") {
            continue;
        }
        if names
            .last()
            .is_some_and(|name| name == "mod" || name == "lib")
        {
            names.pop();
        }
        let text = fs::read_to_string(&path).expect("readable text");
        let code = text
            .lines()
            .take_while(|line| !line.starts_with("#[cfg(test)]"));
        let code = code.filter(|line| !line.trim_start().starts_with("//"));
        modules.insert(names.join("::"), code.collect::<Vec<_>>().join("\n"));
    }
    modules
}

/// The files whose names a file imports. What a `mod.rs` passes on is the file that has it.
fn imports_of<'a>(
    module: &str,
    text: &str,
    files: &'a BTreeMap<String, String>,
) -> BTreeSet<&'a String> {
    let paths = paths_of(module, text, false);
    let files = paths.iter().filter_map(|path| file_of(path, files));
    files.filter(|file| *file != module).collect()
}

/// The whole paths of what is named in the `use` items of a file, of those that pass names on or of
/// the others.
fn paths_of(module: &str, text: &str, passed_on: bool) -> Vec<String> {
    let mut paths = Vec::new();
    for item in text.split(';') {
        let Some(at) = item.find("use ").filter(|at| {
            let before = item[..*at].trim_end();
            before.is_empty() || before.ends_with([')', ']', '}']) || before.ends_with("pub")
        }) else {
            continue;
        };
        if item[..at].contains("pub") != passed_on {
            continue;
        }
        let above = module.rsplit_once("::").map_or("", |(up, _)| up);
        for path in expand(item[at + 4..].trim()) {
            let whole = if let Some(path) = path.strip_prefix("crate::") {
                path.to_owned()
            } else if let Some(path) = path.strip_prefix("self::") {
                format!("{module}::{path}")
            } else if let Some(mut path) = path.strip_prefix("super::") {
                let mut base = above;
                while let Some(rest) = path.strip_prefix("super::") {
                    path = rest;
                    base = base.rsplit_once("::").map_or("", |(up, _)| up);
                }
                format!("{base}::{path}")
            } else {
                continue;
            };
            paths.push(whole.trim_start_matches("::").to_owned());
        }
    }
    paths
}

/// Writes `a::{b, c::d}` out as `a::b` and `a::c::d`.
fn expand(path: &str) -> Vec<String> {
    let Some((head, rest)) = path.split_once('{') else {
        let name = path.split(" as ").next().unwrap_or_default();
        return vec![name.split_whitespace().collect()];
    };
    let inner = rest.rsplit_once('}').map_or(rest, |(inner, _)| inner);
    let mut parts = vec![String::new()];
    let mut depth = 0;
    for c in inner.chars() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(String::new());
                continue;
            }
            _ => {}
        }
        parts.last_mut().expect("one at least").push(c);
    }
    let parts = parts.iter().filter(|part| !part.trim().is_empty());
    parts
        .flat_map(|part| expand(&format!("{}{}", head.trim(), part.trim())))
        .collect()
}

/// The file that has what a path names.
fn file_of<'a>(path: &str, files: &'a BTreeMap<String, String>) -> Option<&'a String> {
    if let Some((file, _)) = files.get_key_value(path) {
        return Some(file);
    }
    let (module, name) = path.rsplit_once("::").unwrap_or(("", path));
    let Some((file, text)) = files.get_key_value(module) else {
        return if module.is_empty() {
            None
        } else {
            file_of(module, files)
        };
    };

    let passed_on = paths_of(module, text, true);
    let source = passed_on.iter().find(|source| {
        source.as_str() != path
            && source.rsplit("::").next() == Some(name.trim_end_matches("::self"))
    });
    source
        .and_then(|source| file_of(source, files))
        .or(Some(file))
}

#[test]
fn the_emulator_does_not_know_the_library() {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("emulator/Cargo.toml");

    let manifest = fs::read_to_string(manifest).expect("the emulator's manifest");

    assert!(!manifest.contains("axum-cognito"), "{manifest}");
}

/// A build in a container needs each package, if only to read the workspace.
#[test]
fn the_container_has_each_package() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |name: &str| fs::read_to_string(root.join(name)).expect(name);
    let manifest = read("Cargo.toml");
    let (_, members) = manifest.split_once("members = [").expect("a workspace");
    let (members, _) = members.split_once(']').expect("its end");
    let container = read("docs/deployment/Containerfile");

    for member in members
        .split('"')
        .skip(1)
        .step_by(2)
        .filter(|it| *it != ".")
    {
        assert!(
            container.contains(&format!("\nCOPY {member} {member}\n")),
            "{member} is not in the container"
        );
    }

    // Cargo refuses a manifest with a target that names no file if none is where it looks.
    for (kind, folder) in [
        ("example", "examples"),
        ("bench", "benches"),
        ("test", "tests"),
    ] {
        for target in manifest.split(&format!("\n[[{kind}]]\n")).skip(1) {
            let target = target.split("\n[").next().expect("a first part");
            let names_a_file = target.lines().any(|line| line.starts_with("path = "));
            assert!(
                names_a_file || container.contains(&format!("\nCOPY {folder} {folder}\n")),
                "{folder} is not in the container, which needs it for: {target}"
            );
        }
    }
}

/// So that a check of the properties is one of the targets, which take nightly Rust and long to build.
#[test]
fn each_fuzz_target_calls_the_property_of_its_name() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |name: &str| fs::read_to_string(root.join(name)).expect(name);
    let manifest = read("fuzz/Cargo.toml");
    let properties = read("src/fuzzing.rs");
    let mut targets = BTreeSet::new();

    for target in manifest.split("\n[[bin]]\n").skip(1) {
        let (_, name) = target.split_once("name = \"").expect("a name");
        let (name, _) = name.split_once('"').expect("its end");
        let file = format!("fuzz_targets/{name}.rs");
        assert!(target.contains(&format!("path = \"{file}\"")), "{target}");
        assert_eq!(
            read(&format!("fuzz/{file}")),
            format!(
                "#![no_main]\n\nlibfuzzer_sys::fuzz_target!(|bytes: &[u8]| \
                 axum_cognito::fuzzing::{name}(bytes));\n"
            )
        );
        targets.insert(name);
    }

    assert!(manifest.contains(r#"features = ["alb", "pages"]"#));
    let check = "--features alb,pages --locked -- -D warnings --cfg fuzzing";
    assert!(read(".ci/run").contains(check), "{check}");

    let properties: BTreeSet<&str> = properties
        .lines()
        .filter_map(|line| line.strip_prefix("pub use ")?.rsplit_once("::"))
        .flat_map(|(_, names)| names.trim_matches(['{', '}', ';']).split(", "))
        .collect();
    assert_eq!(targets, properties);
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

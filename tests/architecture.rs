//! The arrows between the folders of `src`, and the size of its files.

use std::fs;
use std::path::{Path, PathBuf};

const SRC: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src");

/// Folder or file of `src`, and what it must not know.
const FORBIDDEN: &[(&str, &[&str])] = &[
    (
        "domain",
        &[
            "crate::api",
            "crate::app",
            "crate::clients",
            "crate::config",
            "crate::ports",
            "crate::store",
            "crate::tasks",
        ],
    ),
    ("clients", &["crate::api", "crate::store", "crate::tasks", "axum"]),
    ("domain", &["axum", "http::", "tower", "bytes::", "async", "async_trait"]),
    (
        "ports",
        &["crate::api", "crate::app", "crate::clients", "crate::config", "crate::store", "crate::tasks"],
    ),
    (
        "store",
        &["crate::api", "crate::app", "crate::clients", "crate::config", "crate::tasks", "axum", "http::"],
    ),
    ("tasks", &["crate::api", "axum", "http::"]),
    ("sync", &["crate::api", "crate::tasks", "axum", "http::"]),
    ("api", &["crate::tasks"]),
    ("config.rs", &["crate::api", "crate::app", "crate::clients", "crate::store", "crate::tasks"]),
    ("config", &["crate::api", "crate::app", "crate::clients", "crate::store", "crate::tasks"]),
    ("app.rs", &["crate::api", "crate::clients", "crate::store", "crate::tasks"]),
];

/// What only `src/worker` may know.
const PLATFORM: &[&str] =
    &["worker::", "js_sys", "wasm_bindgen", "web_sys", "getrandom", "console_error_panic_hook"];

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = entries
        .flat_map(|path| if path.is_dir() { rust_files(&path) } else { vec![path] })
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .collect();
    files.sort();
    files
}

/// The lines of a file that are code, and not of its tests.
fn code(path: &Path) -> Vec<String> {
    let text = fs::read_to_string(path).unwrap();
    let code = text.lines().take_while(|line| !line.starts_with("#[cfg(test)]"));
    code.filter(|line| !line.trim_start().starts_with("//")).map(str::to_owned).collect()
}

/// Whether a line uses a name: as a word of its own, not as a part of another.
fn uses(line: &str, name: &str) -> bool {
    line.match_indices(name).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + name.len()..].chars().next();
        let is_word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
        !is_word(before) && (name.ends_with(':') || !is_word(after))
    })
}

#[test]
fn arrows_point_one_way() {
    let mut broken = Vec::new();
    for path in rust_files(Path::new(SRC)) {
        let place = path.strip_prefix(SRC).unwrap().to_str().unwrap().to_owned();
        let mut forbidden: Vec<&str> = Vec::new();
        for (folder, names) in FORBIDDEN {
            if place == *folder || place.starts_with(&format!("{folder}/")) {
                forbidden.extend(*names);
            }
        }
        if !place.starts_with("worker/") {
            forbidden.extend(PLATFORM);
        }
        for line in code(&path) {
            let found = forbidden.iter().filter(|name| uses(&line, name));
            broken.extend(found.map(|name| format!("{place} knows {name}: {}", line.trim())));
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn sql_is_in_the_store_only() {
    let sql = ["SELECT ", "INSERT INTO", "UPDATE ", "DELETE FROM", "CREATE TABLE"];
    let elsewhere: Vec<_> = rust_files(Path::new(SRC))
        .into_iter()
        .filter(|path| !path.starts_with(format!("{SRC}/store")) && !path.starts_with(format!("{SRC}/ports")))
        .filter(|path| code(path).iter().any(|line| sql.iter().any(|words| line.contains(words))))
        .collect();
    assert!(elsewhere.is_empty(), "{elsewhere:?}");
}

#[test]
fn files_say_what_they_are_for_and_stay_small() {
    for path in rust_files(Path::new(SRC)) {
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.starts_with("//!"), "{} does not begin by saying what it is for", path.display());
        let lines = code(&path).len();
        assert!(lines <= 300, "{} has {lines} lines: reshape it", path.display());
    }
}

#[test]
fn a_name_is_found_only_as_a_word() {
    assert!(uses("use worker::Env;", "worker::") && uses("    getrandom::fill(b)", "getrandom"));
    assert!(!uses("mod my_worker::x", "worker::") && !uses("getrandomness()", "getrandom"));
}

//! `docs/findings.md` against the program: each code has its row, each row its code, each test that it names exists.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn text(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn sources(folder: &str) -> Vec<PathBuf> {
    let rows = fs::read_dir(root().join(folder)).expect("a folder").map(|row| row.expect("a row").path());
    rows.filter(|path| path.extension().is_some_and(|extension| extension == "rs")).collect()
}

/// The string literals of a source file, each with what stands before it.
fn literals(source: &str) -> impl Iterator<Item = (&str, &str)> {
    let parts: Vec<&str> = source.split('"').collect();
    let pairs: Vec<(&str, &str)> = parts.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect();
    pairs.into_iter()
}

fn is_code(word: &str) -> bool {
    let parts: Vec<&str> = word.split('-').collect();
    let plain = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase());
    parts.len() > 1 && parts.iter().all(plain)
}

/// Every code that the program can give: all words with a dash in the sources that make findings, and single words
/// where a code belongs.
fn codes() -> BTreeSet<String> {
    let mut codes = BTreeSet::new();
    for path in sources("src/store/findings").iter().filter(|path| !path.ends_with("tests.rs")) {
        let source = text(path);
        let source = source.split("#[cfg(test)]").next().unwrap_or_default();
        for (before, literal) in literals(source) {
            let before = before.trim_end();
            let severity = before.rsplit("Severity::").next().unwrap_or_default();
            let placed = before.ends_with("code:")
                || (before.contains("Severity::")
                    && severity.strip_suffix(',').is_some_and(|word| !word.contains(' ')));
            if is_code(literal) || placed {
                codes.insert(literal.to_owned());
            }
        }
    }
    let faults = text(&root().join("src/disk/fault.rs"));
    let (_, faults) = faults.split_once("fn code(").expect("the codes of faults");
    let (faults, _) = faults.split_once("impl fmt::Display").expect("their end");
    codes.extend(literals(faults).map(|(_, literal)| literal.to_owned()));
    codes
}

/// The rows of the table: code, and the column that says where the advice was tried.
fn rows() -> BTreeMap<String, String> {
    let mut rows = BTreeMap::new();
    for line in text(&root().join("docs/findings.md")).lines().filter(|line| line.starts_with("| `")) {
        let columns: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
        let [code, severity, meaning, advice, tried] = columns[..] else { panic!("not five columns: {line}") };
        assert!(["info", "warning", "damage"].iter().any(|word| severity.contains(word)), "{line}");
        assert!(!meaning.is_empty() && !advice.is_empty() && !tried.is_empty(), "{line}");
        let twice = rows.insert(code.trim_matches('`').to_owned(), tried.to_owned());
        assert!(twice.is_none(), "{code} has two rows");
    }
    rows
}

#[test]
fn each_code_has_its_row_and_each_row_its_code() {
    let listed: BTreeSet<String> = rows().into_keys().collect();
    let codes = codes();
    assert!(codes.len() > 60, "{codes:?}");
    let missing: Vec<_> = codes.difference(&listed).collect();
    let foreign: Vec<_> = listed.difference(&codes).collect();
    assert!(missing.is_empty() && foreign.is_empty(), "not in the table: {missing:?}; no code: {foreign:?}");
}

#[test]
fn the_tests_that_the_table_names_exist() {
    let folders = ["tests", "tests/findings", "mount-tests", "src/store/findings"];
    let sources: String = folders.iter().flat_map(|folder| sources(folder)).map(|path| text(&path)).collect();
    for (code, tried) in rows().iter().filter(|(_, tried)| *tried != "untested" && *tried != "–") {
        for test in tried.split(", ") {
            let name = test.trim_matches('`').rsplit("::").next().unwrap_or_default();
            assert!(sources.contains(&format!("fn {name}()")), "{code}: there is no test {test}");
        }
    }
}

//! What the fuzz targets do, over the inputs that once broke something (`fixtures/fuzzed/TARGET/`), and over a corpus
//! that is made of the fixtures. `fuzz/seed` writes that corpus for the fuzzer.

#[allow(dead_code, unreachable_pub, reason = "the targets' own package exports them")]
#[path = "../../fuzz/src/targets/mod.rs"]
mod fuzz;
#[path = "../kit/mod.rs"]
mod kit;
mod seeds;

use std::fs;
use std::path::{Path, PathBuf};

/// The files of a folder, sorted; none where there is no such folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let rows = fs::read_dir(folder).into_iter().flatten();
    let mut files: Vec<PathBuf> = rows.map(|row| row.expect("a row").path()).collect();
    files.sort();
    files
}

#[test]
fn inputs_that_once_broke_something() {
    let kept = kit::fixture::packed().join("fuzzed");
    for (name, target) in fuzz::TARGETS {
        for file in files(&kept.join(name)) {
            eprintln!("{}", file.display());
            target(&fs::read(&file).expect("an input"));
        }
    }
    let known = |folder: &PathBuf| fuzz::TARGETS.iter().any(|(name, _)| folder.ends_with(name));
    assert!(files(&kept).iter().all(known), "an input of no target");
}

#[test]
fn corpus() {
    let corpus = std::env::var_os("SWARMFS_CORPUS").map(PathBuf::from);
    for (name, target) in fuzz::TARGETS {
        let seeds = seeds::of(name);
        assert!(!seeds.is_empty(), "{name}");
        let folder = corpus.as_ref().map(|corpus| corpus.join(name));
        for (number, seed) in seeds.iter().enumerate() {
            if let Some(folder) = &folder {
                fs::create_dir_all(folder).expect("the target's folder");
                fs::write(folder.join(format!("seed-{number:03}")), seed).expect("a seed");
            }
        }
        // Who writes the corpus runs the fuzzer on it.
        if folder.is_none() {
            seeds.iter().for_each(|seed| target(seed));
        }
    }
}

//! The tools of everyday, over the whole mount.

use std::collections::BTreeMap;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use crate::rig::{Mount, can_mount, quiet, run, state, swarmfs};

/// All that `stat` says of the files below a folder, and what is in them.
fn evidence(folder: &Path) -> BTreeMap<PathBuf, (Vec<i64>, u64)> {
    let mut found = BTreeMap::new();
    let mut todo = vec![folder.to_owned()];
    while let Some(path) = todo.pop() {
        let about = std::fs::symlink_metadata(&path).unwrap();
        let mut sum = 0;
        if about.is_dir() {
            todo.extend(std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else {
            let bytes = std::fs::read(&path).unwrap();
            sum = bytes.iter().fold(7, |sum: u64, byte| sum.wrapping_mul(31).wrapping_add(u64::from(*byte)));
        }
        let size = i64::try_from(about.size()).unwrap();
        let times =
            vec![size, about.mtime(), about.mtime_nsec(), about.ctime(), about.ctime_nsec(), i64::from(about.mode())];
        found.insert(path, (times, sum));
    }
    found
}

#[test]
fn everyday_tools_work_over_the_whole_mount() {
    if !can_mount("everyday_tools_work_over_the_whole_mount") {
        return;
    }
    let (_folder, state) = state("stack-stopped");
    let before = evidence(&state);
    let mount = Mount::new(&state, &[]);
    let copies = tempfile::tempdir().unwrap();
    let copy = |name: &str| copies.path().join(name).display().to_string();
    let script = |text: &str| quiet(text, mount.path());

    assert!(script("ls -lR \"$M\"").contains("README.md"));
    script("ls -laiR \"$M\" | tail -1");
    script("du -a \"$M\"");
    script("grep -ra . \"$M\" | wc -l");
    script("cd \"$M\" && find . -newermt 1990-01-01 -printf '%p %s %n %i\\n'");
    script(&format!("cp -r \"$M\" '{}'", copy("cp")));
    script(&format!("rsync -a \"$M/\" '{}'", copy("rsync")));
    script(&format!("mkdir '{0}' && tar -C \"$M\" -c . | tar -C '{0}' -x", copy("tar")));
    for tool in ["cp", "rsync", "tar"] {
        let differences = script(&format!("diff -r --no-dereference \"$M\" '{}'", copy(tool)));
        assert_eq!(differences, "", "{tool}");
    }
    // Times come along.
    script(&format!(
        "test ! \"$M/README.md\" -nt '{0}/README.md' -a ! \"$M/README.md\" -ot '{0}/README.md'",
        copy("rsync")
    ));
    let table = script("df --output=source,size,used,avail \"$M\" | tail -1");
    assert!(table.starts_with("swarmfs"), "{table}");
    assert!(!table.contains(" - "), "{table}");
    script("df -i \"$M\"");

    drop(mount);
    assert_eq!(evidence(&state), before, "the evidence has changed");
}

#[test]
fn sizes_links_and_numbers_are_right() {
    if !can_mount("sizes_links_and_numbers_are_right") {
        return;
    }
    let (_folder, state) = state("stack-stopped");
    let mount = Mount::new(&state, &[]);
    let list = "cd \"$M\" && find . -printf '%y %i %n %s %b %p\\n' | sort -k6";
    let listed = quiet(list, mount.path());
    let rows: Vec<Vec<&str>> = listed.lines().map(|line| line.splitn(6, ' ').collect()).collect();
    let number = |text: &str| text.parse::<u64>().unwrap();
    let mut inodes = BTreeMap::new();
    for row in &rows {
        let [kind, inode, links, size, blocks, path] = row[..] else { panic!("{row:?}") };
        if kind == "d" {
            let below = rows.iter().filter(|other| {
                other[0] == "d" && other[5] != path && other[5].rsplit_once('/').is_some_and(|(above, _)| above == path)
            });
            assert_eq!(number(links), 2 + below.count() as u64, "links of {path}");
        }
        assert_eq!(number(blocks), number(size).div_ceil(512), "blocks of {path}");
        if let Some(twin) = inodes.insert(number(inode), path) {
            assert!(kind == "f" && number(links) > 1, "{path} and {twin} have one inode");
        }
    }
    // wc and tail both trust st_size; cksum and cat do not. (Few processes: there are some thousand files.)
    let checked = quiet(
        "cd \"$M\" && T=$(mktemp -d) && find . -type f -print0 | sort -z > \"$T/files\" && \
         each() { xargs -0 \"$@\" < \"$T/files\"; } && \
         each stat -c '%s %n' > \"$T/told\" && \
         each cksum | cut -d ' ' -f 2- | diff \"$T/told\" - && \
         each wc -c | sed 's/^ *//; / total$/d' | diff \"$T/told\" - && \
         each tail -q -c 100 > \"$T/tails\" && \
         each -n 1 sh -c 'cat \"$0\" | tail -c 100' | cmp \"$T/tails\" - && rm -r \"$T\"",
        mount.path(),
    );
    assert_eq!(checked, "");
    // The same numbers after a remount.
    drop(mount);
    let again = Mount::new(&state, &[]);
    assert_eq!(quiet(list, again.path()), listed);
}

#[test]
fn the_commands_without_fuse_show_the_same() {
    if !can_mount("the_commands_without_fuse_show_the_same") {
        return;
    }
    let (_folder, state) = state("stack-stopped");
    let mount = Mount::new(&state, &[]);
    let state = state.to_str().unwrap();
    let without = |arguments: &[&str]| {
        let output = swarmfs(arguments);
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    for folder in ["", "objects/services", "objects/services/by-name", "secrets"] {
        let mut names: Vec<String> = without(&["ls", state, folder]).lines().map(str::to_owned).collect();
        names.sort();
        let there = quiet(&format!("ls -A \"$M/{folder}\" | LC_ALL=C sort"), mount.path());
        assert_eq!(there.lines().collect::<Vec<_>>(), names, "{folder}");
    }
    for file in ["README.md", "status.json", "secrets/shop_db_password", "objects/services/by-name/shop_web.json"] {
        assert_eq!(without(&["cat", state, file]), quiet(&format!("cat \"$M/{file}\""), mount.path()), "{file}");
    }
    let counted = quiet("cd \"$M\" && find . -mindepth 1 -printf '%y\\n' | sort | uniq -c", mount.path());
    let count = |kind: &str| {
        let line = counted.lines().find(|line| line.ends_with(kind)).unwrap_or("0");
        line.trim().split(' ').next().unwrap().to_owned()
    };
    let drawn = without(&["tree", state]);
    let last = format!("{} folders, {} files, {} links", count("d"), count("f"), count("l"));
    assert_eq!(drawn.lines().last().unwrap(), last);
}

#[test]
fn a_reader_who_had_enough_is_no_failure() {
    let (_folder, state) = state("fresh");
    let script = format!("'{}' tree '{}' | head -1 > /dev/null", crate::rig::SWARMFS, state.display());
    let output = run(std::process::Command::new("bash").args(["-c", &format!("set -o pipefail; {script}")]));
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
    let closed = run(std::process::Command::new("bash")
        .args(["-c", &format!("set -o pipefail; '{}' tree '{}' | true", crate::rig::SWARMFS, state.display())]));
    assert!(closed.status.success() && closed.stderr.is_empty(), "{closed:?}");
}

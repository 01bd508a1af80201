//! Readers of a mount that changes under them.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};

use sha2::{Digest, Sha256};
use tempfile::TempDir;

use super::engine::agree::wait_until;

/// What a reader met.
#[derive(Debug, Default)]
pub struct Reading {
    /// Files that were read.
    pub read: usize,
    /// Errors, and files that are torn.
    pub wrong: Vec<String>,
}

impl Reading {
    /// Reads every file below a folder once. A file that is gone when its turn comes is nothing wrong: its object
    /// was removed.
    pub fn of(tree: &Path) -> Reading {
        let mut reading = Reading::default();
        reading.add(tree, |_, _| ());
        reading
    }

    fn add(&mut self, tree: &Path, mut each: impl FnMut(&Path, &[u8])) {
        let mut todo = vec![tree.to_owned()];
        while let Some(folder) = todo.pop() {
            let rows = match fs::read_dir(&folder) {
                Ok(rows) => rows,
                Err(error) if error.kind() == ErrorKind::NotFound => continue,
                Err(error) => {
                    self.wrong.push(format!("{folder:?}: {error}"));
                    continue;
                }
            };
            for row in rows {
                let path = match row {
                    Ok(row) => row.path(),
                    Err(error) => {
                        self.wrong.push(format!("{folder:?}: {error}"));
                        break;
                    }
                };
                if path.is_dir() {
                    // What a link leads to is met by itself.
                    todo.extend((!path.is_symlink()).then_some(path));
                    continue;
                }
                match fs::read(&path) {
                    Ok(text) => {
                        self.read += 1;
                        self.wrong.extend(torn(&path, &text));
                        each(&path, &text);
                    }
                    Err(error) if error.kind() == ErrorKind::NotFound => {}
                    Err(error) => self.wrong.push(format!("{path:?}: {error}")),
                }
            }
        }
    }

    /// Fails a test that expected files and nothing wrong.
    #[track_caller]
    pub fn expect_fine(&self) {
        assert!(self.wrong.is_empty() && self.read > 0, "{self:?}");
    }
}

/// What is wrong with a text that should be JSON, or a line of JSON after the other.
fn torn(path: &Path, text: &[u8]) -> Option<String> {
    let documents: Vec<&[u8]> = match path.extension()?.to_str()? {
        "json" => vec![text],
        "jsonl" => text.split_inclusive(|byte| *byte == b'\n').collect(),
        _ => return None,
    };
    let whole =
        |document: &&[u8]| document.ends_with(b"\n") && serde_json::from_slice::<serde_json::Value>(document).is_ok();
    let bad = documents.into_iter().find(|document| !whole(document))?;
    let shown: String = String::from_utf8_lossy(bad).chars().take(300).collect();
    Some(format!("{path:?} is torn: {} bytes: {shown}", bad.len()))
}

/// Reads every file below a folder, again and again, until it is told to end or goes.
#[derive(Debug)]
pub struct Reader {
    ended: Arc<AtomicBool>,
    thread: Option<JoinHandle<Reading>>,
}

impl Reader {
    /// Begins to read, in a thread of its own.
    pub fn new(tree: &Path) -> Reader {
        let ended = Arc::new(AtomicBool::new(false));
        let (seen, tree) = (ended.clone(), tree.to_owned());
        let thread = thread::spawn(move || {
            let mut reading = Reading::default();
            while !seen.load(Ordering::Relaxed) {
                reading.add(&tree, |_, _| ());
            }
            reading
        });
        Reader { ended, thread: Some(thread) }
    }

    /// What it met.
    pub fn finish(mut self) -> Reading {
        self.end().expect("a reader that did not end before")
    }

    fn end(&mut self) -> Option<Reading> {
        self.ended.store(true, Ordering::Relaxed);
        self.thread.take()?.join().ok()
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        // Else it would keep the mount from going.
        self.end();
    }
}

/// Every file below a folder, with the digest of its bytes.
pub fn digests(tree: &Path) -> BTreeMap<PathBuf, String> {
    let mut digests = BTreeMap::new();
    let mut reading = Reading::default();
    reading.add(tree, |path, text| {
        let digest: String = Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect();
        digests.insert(path.to_owned(), digest);
    });
    reading.expect_fine();
    digests
}

/// A `tail` that follows a file.
#[derive(Debug)]
pub struct Tail {
    child: Child,
    file: PathBuf,
    dir: TempDir,
}

impl Tail {
    /// `tail -f`, or `tail -F`, from the first line on.
    pub fn new(how: &str, file: PathBuf) -> Tail {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let (out, err) = (File::create(dir.path().join("out")), File::create(dir.path().join("err")));
        let mut tail = Command::new("tail");
        tail.args([how, "-n", "+1", "-s", "0.2"]).arg(&file).env("LC_ALL", "C").stdin(Stdio::null());
        tail.stdout(out.expect("a file")).stderr(err.expect("a file"));
        Tail { child: tail.spawn().expect("tail"), file, dir }
    }

    /// What it has printed, and what it complained of, must be the file as it is: no line lost, doubled or torn.
    #[track_caller]
    pub fn expect_all(self) {
        wait_until("all lines", || {
            let out = fs::read(self.dir.path().join("out")).map_err(|error| error.to_string())?;
            let file = fs::read(&self.file).map_err(|error| error.to_string())?;
            let same = out.iter().zip(&file).take_while(|(out, file)| out == file).count();
            if out == file {
                return Ok(());
            }
            let said = fs::read_to_string(self.dir.path().join("err")).unwrap_or_default();
            let (file_len, out_len) = (file.len(), out.len());
            Err(format!("{:?} has {file_len} bytes, tail printed {out_len}, {same} are the same; {said}", self.file))
        });
        let said = fs::read_to_string(self.dir.path().join("err")).unwrap_or_default();
        assert_eq!(said, "", "what tail said of {:?}", self.file);
    }
}

impl Drop for Tail {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

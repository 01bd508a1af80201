//! A tree that panics, that is slow, and whose files change, served by the same glue as the real one.
//!
//! One program: started with `serve MOUNTPOINT` it is the server, else it is the tests that ask one. So a server
//! that hangs never hangs the tests, and the shipped command has no switch for such things.

mod deaf;
mod medium;
#[allow(dead_code, reason = "shared with the other mount tests")]
mod rig;

use std::process::Command;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use rig::{Mount, can_mount, quiet, shell};
use swarmfs::fuse::{Access, Appearance, Ending, Kernel, Mountpoint};
use swarmfs::tree::{Attr, Forest, Found, Ino, Lifetime, Moment, NodeKind, Row, Totals, TreeError};

const FINE: Ino = Ino(2);
const BAD_FILE: Ino = Ino(3);
const BAD_FOLDER: Ino = Ino(4);
const BAD_LINK: Ino = Ino(5);
const DEAR: Ino = Ino(6);
const COUNTER: Ino = Ino(7);
const MANY: Ino = Ino(8);
const GROWING: Ino = Ino(9);
const FIRST_OF_MANY: u64 = 1000;

/// The lines of a file that grows: eight bytes each, at first one, at last so many.
const LINE: &[u8] = b"growing\n";
const MOST_LINES: u64 = 40;

/// Not a multiple of any page or buffer.
const DEAR_SIZE: u64 = 3_000_001;
const MANY_ROWS: u64 = 30_000;

const NAMES: [(&str, Ino, NodeKind); 8] = [
    ("fine", FINE, NodeKind::File),
    ("bad-file", BAD_FILE, NodeKind::File),
    ("bad-folder", BAD_FOLDER, NodeKind::Folder),
    ("bad-link", BAD_LINK, NodeKind::Link),
    ("dear", DEAR, NodeKind::File),
    ("counter", COUNTER, NodeKind::File),
    ("many", MANY, NodeKind::Folder),
    ("growing", GROWING, NodeKind::File),
];

struct Misbehaving {
    count: Arc<AtomicU64>,
    grown: AtomicU64,
    kernel: Arc<OnceLock<Kernel>>,
}

impl Misbehaving {
    fn found(&self, ino: Ino) -> Option<Found> {
        let kind = match ino {
            Ino::ROOT => NodeKind::Folder,
            Ino(FIRST_OF_MANY..) => NodeKind::File,
            _ => NAMES.iter().find(|(_, own, _)| *own == ino)?.2,
        };
        let size = match ino {
            DEAR => DEAR_SIZE,
            COUNTER => 8,
            GROWING => self.grown.load(Ordering::Relaxed) * LINE.len() as u64,
            _ if kind == NodeKind::File => 5,
            _ => 0,
        };
        let lifetime = if ino == GROWING { Lifetime::None } else { Lifetime::Endless };
        let attr = Attr { ino, kind, size, modified: Moment::default(), links: 1, lifetime };
        Some(Found { attr, name: Lifetime::Endless })
    }
}

impl Forest for Misbehaving {
    fn lookup(&self, folder: Ino, name: &[u8]) -> Result<Found, TreeError> {
        assert_ne!(name, b"bad-name", "a look-up that panics");
        let changed = match name {
            b"bump" => Some(COUNTER),
            b"relist" => Some(Ino::ROOT),
            _ => None,
        };
        if let Some(ino) = changed {
            self.count.fetch_add(1, Ordering::Relaxed);
            let kernel = Arc::clone(&self.kernel);
            // Never from within a handler.
            std::thread::spawn(move || kernel.wait().content_changed(ino).unwrap());
            return Err(TreeError::NotFound);
        }
        if folder == MANY {
            let number: u64 = std::str::from_utf8(name).ok().and_then(|n| n.parse().ok()).ok_or(TreeError::NotFound)?;
            return self.found(Ino(FIRST_OF_MANY + number)).ok_or(TreeError::NotFound);
        }
        let (_, ino, _) = NAMES.iter().find(|(own, ..)| own.as_bytes() == name).ok_or(TreeError::NotFound)?;
        self.found(*ino).ok_or(TreeError::NotFound)
    }

    fn attr(&self, ino: Ino) -> Result<Attr, TreeError> {
        if ino == GROWING {
            // It grows with each answer, and that is overtaken by what the kernel is told.
            let lines = self.grown.fetch_add(1, Ordering::Relaxed).min(MOST_LINES - 1) + 1;
            self.grown.store(lines, Ordering::Relaxed);
            let kernel = Arc::clone(&self.kernel);
            let tell = move || {
                kernel.wait().content_changed(ino).unwrap();
                kernel.wait().set_size(ino, lines * LINE.len() as u64).unwrap();
            };
            std::thread::spawn(tell).join().unwrap();
        }
        self.found(ino).map(|found| found.attr).ok_or(TreeError::NotFound)
    }

    fn read(&self, ino: Ino, offset: u64, len: usize, sink: &mut dyn FnMut(&[u8])) -> Result<(), TreeError> {
        assert_ne!(ino, BAD_FILE, "a read that panics");
        let data = match ino {
            DEAR => {
                std::thread::sleep(Duration::from_millis(2));
                vec![b'x'; len.min(usize::try_from(DEAR_SIZE.saturating_sub(offset)).unwrap())]
            }
            GROWING => {
                let text = LINE.repeat(usize::try_from(self.grown.load(Ordering::Relaxed)).unwrap());
                text[usize::try_from(offset).unwrap().min(text.len())..].to_vec()
            }
            COUNTER => format!("{:07}\n", self.count.load(Ordering::Relaxed)).into_bytes(),
            _ => b"fine\n".to_vec(),
        };
        // More than was asked for must do no harm.
        sink(&data);
        if ino == FINE {
            sink(&vec![b'y'; len]);
        }
        Ok(())
    }

    fn target(&self, _: Ino) -> Result<Vec<u8>, TreeError> {
        panic!("a link that panics")
    }

    fn list(
        &self,
        folder: Ino,
        cookie: u64,
        attributes: bool,
        each: &mut dyn FnMut(Row<'_>) -> bool,
    ) -> Result<(), TreeError> {
        assert_ne!(folder, BAD_FOLDER, "a listing that panics");
        if folder == MANY {
            for number in cookie..MANY_ROWS {
                let ino = Ino(FIRST_OF_MANY + number);
                let found = self.found(ino).filter(|_| attributes);
                let name = number.to_string();
                if !each(Row { name: name.as_bytes(), ino, kind: NodeKind::File, cookie: number + 1, found }) {
                    break;
                }
            }
            return Ok(());
        }
        for &(name, ino, kind) in NAMES.iter().filter(|(_, ino, _)| ino.0 > cookie) {
            let found = self.found(ino).filter(|_| attributes && ino != DEAR);
            if !each(Row { name: name.as_bytes(), ino, kind, cookie: ino.0, found }) {
                break;
            }
        }
        Ok(())
    }

    fn parent(&self, _: Ino) -> Ino {
        Ino::ROOT
    }

    fn totals(&self) -> Totals {
        panic!("totals that panic")
    }
}

fn serve(mountpoint: &str) {
    let ending = Ending::prepare(|| {}).unwrap();
    let mountpoint = Mountpoint::new(mountpoint.as_ref(), None).unwrap();
    let kernel = Arc::new(OnceLock::new());
    let forest = Arc::new(Misbehaving { count: Arc::default(), grown: AtomicU64::new(1), kernel: Arc::clone(&kernel) });
    let appearance = Appearance::of_this_user();
    let mount = swarmfs::fuse::Mount::new(forest, mountpoint, appearance, Access::Owner, &ending).unwrap();
    kernel.set(mount.kernel()).unwrap();
    println!("ready");
    mount.serve().unwrap();
}

fn server() -> Mount {
    Mount::start(|point| {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["serve", point.text()]).stderr(std::process::Stdio::null());
        command
    })
}

/// More panics than there are threads, of each kind; then all is as before.
fn a_panic_is_an_error_and_the_mount_lives_on() {
    let mut mount = server();
    for _ in 0..6 {
        for request in [
            "cat \"$M/bad-file\"",
            "stat \"$M/bad-name\"",
            "ls \"$M/bad-folder\"",
            "readlink -v \"$M/bad-link\"",
            "df \"$M\"",
        ] {
            let output = shell(request, mount.path());
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(said.contains("Input/output error"), "{request}: {said}");
        }
    }
    assert_eq!(quiet("cat \"$M/fine\"", mount.path()), "fine\n");
    mount.signal(nix::sys::signal::Signal::SIGTERM);
    assert_eq!(mount.code(), Some(0));
}

/// Listings that do not know a file's size must not cut short who reads it.
fn a_listing_does_not_shorten_a_file_that_is_read() {
    let mount = server();
    let read = "for i in 1 2 3 4 5 6; do cat \"$M/dear\" | wc -c; done; echo over > \"$0/over\"";
    // The kernel keeps listings, so it has to be told to ask again.
    let list = "while [ ! -e \"$0/over\" ]; do ls -U \"$M\" > /dev/null; test -e \"$M/relist\"; done";
    let flag = tempfile::tempdir().unwrap();
    let script = format!("set -- x; {{ {list}; }} & {{ {read}; }}; wait").replace("$0", flag.path().to_str().unwrap());
    let sizes = quiet(&script, mount.path());
    assert_eq!(sizes, format!("{DEAR_SIZE}\n").repeat(6));
    let exact = quiet("find \"$M\" -maxdepth 1 -name dear -printf %s", mount.path());
    assert_eq!(exact, DEAR_SIZE.to_string());
}

fn a_long_listing_has_every_row_once() {
    let mount = server();
    for list in ["ls -U", "ls -lU", "find"] {
        let counted = quiet(&format!("{list} \"$M/many\" | grep -v ^total | grep -c '[0-9]$'"), mount.path());
        // find names the folder too, whose name may end in a digit, but does not: `many`.
        assert_eq!(counted.trim(), MANY_ROWS.to_string(), "{list}");
    }
    let distinct = quiet("ls -U \"$M/many\" | sort -n | uniq | wc -l", mount.path());
    assert_eq!(distinct.trim(), MANY_ROWS.to_string());
    assert_eq!(quiet("cat \"$M/many/29999\"", mount.path()), "fine\n");
}

fn the_kernel_forgets_what_has_changed() {
    let mount = server();
    assert_eq!(quiet("cat \"$M/counter\" \"$M/counter\"", mount.path()), "0000000\n0000000\n");
    for count in 1..4 {
        // A name that does not exist is asked for each time.
        assert!(!shell("test -e \"$M/bump\"", mount.path()).status.success());
        rig::soon("the new count is seen", || quiet("cat \"$M/counter\"", mount.path()) == format!("{count:07}\n"));
    }
}

/// An answer that is overtaken is dropped, when `stat` has shown it already.
fn who_was_told_a_size_reads_that_far() {
    let mount = server();
    let read = "for i in 1 2 3 4; do exec 3< \"$M/growing\"; told=$(stat -L -c %s /dev/fd/3); read=$(cat <&3 | wc -c); \
                exec 3<&-; [ \"$read\" -ge \"$told\" ] || echo \"$told were told, $read were read\"; done";
    assert_eq!(quiet(read, mount.path()), "");
    let text = quiet("cat \"$M/growing\"", mount.path());
    assert!(text.len() > LINE.len() && text.as_bytes().chunks(LINE.len()).all(|line| line == LINE), "{text:?}");
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [command, mountpoint] = &arguments[..]
        && command == "serve"
    {
        return serve(mountpoint);
    }
    if let [command, state, mountpoint] = &arguments[..]
        && command == "serve-deaf"
    {
        return deaf::serve(state, mountpoint);
    }
    if let [command, state, file, bad, mountpoint] = &arguments[..]
        && command == "serve-bad-medium"
    {
        return medium::serve(state, file, bad, mountpoint);
    }
    let tests: [(&str, fn()); 9] = [
        ("a_panic_is_an_error_and_the_mount_lives_on", a_panic_is_an_error_and_the_mount_lives_on),
        ("a_listing_does_not_shorten_a_file_that_is_read", a_listing_does_not_shorten_a_file_that_is_read),
        ("a_long_listing_has_every_row_once", a_long_listing_has_every_row_once),
        ("who_was_told_a_size_reads_that_far", who_was_told_a_size_reads_that_far),
        ("the_kernel_forgets_what_has_changed", the_kernel_forgets_what_has_changed),
        ("a_mount_that_follows_is_seen_to_follow", deaf::a_mount_that_follows_is_seen_to_follow),
        ("a_server_that_does_not_tell_is_not_seen_to_follow", deaf::a_server_that_does_not_tell_is_not_seen_to_follow),
        (
            "what_a_bad_medium_still_gives_is_shown_and_can_be_copied",
            medium::what_a_bad_medium_still_gives_is_shown_and_can_be_copied,
        ),
        (
            "each_file_that_cannot_be_read_is_told_and_the_rest_shown",
            medium::each_file_that_cannot_be_read_is_told_and_the_rest_shown,
        ),
    ];
    let filters: Vec<&String> = arguments.iter().filter(|argument| !argument.starts_with('-')).collect();
    for (name, test) in tests {
        if (filters.is_empty() || filters.iter().any(|filter| name.contains(*filter))) && can_mount(name) {
            // A failed one panics, which ends the program with an error.
            test();
            println!("test {name} ... ok");
        }
    }
}

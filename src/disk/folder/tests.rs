use std::fs;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;

use nix::sys::stat::{Mode, mknod};
use nix::unistd::mkfifo;
use tempfile::TempDir;

use super::super::{ReadAt, Source};
use super::*;

fn hostile() -> TempDir {
    let dir = TempDir::new().unwrap();
    let path = |name: &str| dir.path().join(name);
    fs::create_dir_all(path("sub/deep")).unwrap();
    fs::write(path("sub/deep/file"), b"content").unwrap();
    fs::write(path("plain"), b"plain").unwrap();
    symlink("plain", path("link")).unwrap();
    symlink("sub", path("linked")).unwrap();
    symlink("/etc", path("outside")).unwrap();
    symlink("loop", path("loop")).unwrap();
    mkfifo(&path("pipe"), Mode::S_IRWXU).unwrap();
    drop(UnixListener::bind(path("socket")).unwrap());
    dir
}

fn found(error: DiskError) -> &'static str {
    match error {
        DiskError::NotAFile { found, .. } => found,
        other => panic!("{other}"),
    }
}

#[test]
fn only_regular_files_open() {
    let dir = hostile();
    let source = Source::folder(dir.path()).unwrap();
    let file = source.open("sub/deep/file").unwrap();
    let mut buf = [0; 4];
    file.read_exact_at(&mut buf, 3).unwrap();
    assert_eq!((file.len(), &buf), (7, b"tent"));
    assert!(file.read_exact_at(&mut buf, 4).is_err());
    for (path, what) in [("link", "link"), ("loop", "link"), ("linked/deep/file", "link"), ("outside/passwd", "link")] {
        assert!(found(source.open(path).unwrap_err()).contains(what), "{path}");
    }
    assert_eq!(found(source.open("pipe").unwrap_err()), "a pipe");
    assert_eq!(found(source.open("socket").unwrap_err()), "a socket");
    assert_eq!(found(source.open("sub").unwrap_err()), "a folder");
    assert!(source.open("none").unwrap_err().is_missing());
    assert!(source.sub("linked").is_err() && source.list("outside").is_err() && source.list("plain").is_err());
}

#[test]
fn devices_stay_closed() {
    let dir = TempDir::new().unwrap();
    // Only root can make one.
    let made = mknod(&dir.path().join("tty"), SFlag::S_IFCHR, Mode::S_IRWXU, nix::sys::stat::makedev(5, 0));
    if made.is_ok() {
        let source = Source::folder(dir.path()).unwrap();
        assert_eq!(found(source.open("tty").unwrap_err()), "a device");
    }
}

#[test]
fn paths_that_leave_are_refused() {
    let dir = hostile();
    let source = Source::folder(&dir.path().join("sub")).unwrap();
    for path in ["../plain", "/etc/passwd", "deep/../deep/file", "deep//file", ".", "deep/", "a\0b"] {
        assert!(matches!(source.open(path), Err(DiskError::BadPath { .. })), "{path:?}");
    }
}

#[test]
fn listings_say_what_is_there() {
    let dir = hostile();
    let source = Source::folder(dir.path()).unwrap();
    let names = source.list("").unwrap();
    let kinds: Vec<_> = names.iter().map(|listed| (listed.text().unwrap(), listed.kind, listed.len)).collect();
    let other = |name| (name, Kind::Other, 0);
    let expected = [
        other("link"),
        other("linked"),
        other("loop"),
        other("outside"),
        other("pipe"),
        ("plain", Kind::File, 5),
        other("socket"),
        ("sub", Kind::Folder, 0),
    ];
    assert_eq!(kinds, expected);
    assert_eq!(source.sub("sub/deep").unwrap().list("").unwrap().len(), 1);
    assert_eq!(source.list("").unwrap(), names);
    assert!(source.identity().is_some());
}

#[test]
fn the_way_without_openat2_is_as_strict() {
    let dir = hostile();
    let root = DiskFolder::open(dir.path()).unwrap();
    let open = |path| step_by_step(root.fd.as_fd(), path, OFlag::O_RDONLY | OFlag::O_NOFOLLOW | OFlag::O_CLOEXEC);
    assert!(open("sub/deep/file").is_ok() && open("plain").is_ok());
    for path in ["link", "linked/deep/file", "outside/passwd", "loop", "none/file", "plain/file"] {
        assert!(open(path).is_err(), "{path}");
    }
}

#[test]
fn a_small_file_that_is_large_is_not_read() {
    let dir = hostile();
    let source = Source::folder(dir.path()).unwrap();
    assert_eq!(source.read("plain", 5).unwrap(), b"plain");
    assert!(matches!(source.read("plain", 4), Err(DiskError::TooLarge { len: 5, limit: 4, .. })));
}

#[test]
fn holes_are_known() {
    let dir = TempDir::new().unwrap();
    let file = fs::File::create(dir.path().join("hole")).unwrap();
    file.set_len(1 << 30).unwrap();
    let file = Source::folder(dir.path()).unwrap().open("hole").unwrap();
    // Where the filesystem cannot tell, everything may hold data.
    assert!(matches!(file.next_data(4096), None | Some(4096)));
    assert_eq!(file.len_now().unwrap(), 1 << 30);
}

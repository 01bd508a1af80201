//! The packed state directories in `fixtures/`, unpacked into temporary folders.

use std::collections::HashMap;
use std::ffi::OsString;
use std::fs::{self, File, FileTimes, OpenOptions, Permissions};
use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, LazyLock, Mutex, Weak};
use std::time::{Duration, SystemTime};

use tempfile::TempDir;

/// An unpacked fixture; its folders go with it.
#[derive(Debug)]
pub struct Fixture {
    name: String,
    dir: TempDir,
}

impl Fixture {
    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The state directory.
    pub fn state(&self) -> PathBuf {
        self.dir.path().join(&self.name)
    }

    /// The oracle folder beside it.
    pub fn golden(&self) -> PathBuf {
        let dir = self.dir.path().join("golden");
        // Some are packed with their folder, some without.
        let inner = dir.join(format!("{}.golden", self.name));
        if inner.is_dir() { inner } else { dir }
    }

    /// Its unlock key, from `fixtures/unlock-keys.tsv`.
    pub fn unlock_key(&self) -> Option<String> {
        unlock_key(&self.name)
    }
}

/// The unlock key of the fixture with this name.
pub fn unlock_key(name: &str) -> Option<String> {
    let keys = fs::read_to_string(packed().join("unlock-keys.tsv")).expect("fixtures/unlock-keys.tsv");
    let mut keys = keys.lines().filter_map(|line| line.split_once('\t'));
    keys.find_map(|(of, key)| (of == name).then(|| key.to_owned()))
}

/// The folder of the packed ones.
pub fn packed() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures")
}

/// The names of all fixtures, sorted.
pub fn names() -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(packed())
        .expect("fixtures/")
        .filter_map(|row| row.ok()?.file_name().into_string().ok())
        .filter_map(|name| name.strip_suffix(".tar.zst").map(str::to_owned))
        .filter(|name| !name.ends_with(".golden"))
        .collect();
    names.sort_unstable();
    names
}

/// A fixture to read only, shared by the tests of this process that use it at the same time.
pub fn shared(name: &str) -> Arc<Fixture> {
    static SHARED: LazyLock<Mutex<HashMap<String, Weak<Fixture>>>> = LazyLock::new(Mutex::default);
    let mut shared = SHARED.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if let Some(fixture) = shared.get(name).and_then(Weak::upgrade) {
        return fixture;
    }
    let fixture = Arc::new(own(name));
    shared.insert(name.to_owned(), Arc::downgrade(&fixture));
    fixture
}

/// A fixture of one's own, to change.
pub fn own(name: &str) -> Fixture {
    let dir = tempfile::Builder::new().prefix("swarmfs-fixture-").tempdir().expect("a temporary folder");
    let golden = dir.path().join("golden");
    fs::create_dir(&golden).expect("a folder");
    for (part, out) in [(format!("{name}.tar.zst"), dir.path()), (format!("{name}.golden.tar.zst"), &golden)] {
        let path = packed().join(part);
        unpack(&path, out).unwrap_or_else(|error| panic!("cannot unpack {}: {error}", path.display()));
    }
    Fixture { name: name.to_owned(), dir }
}

/// Unpacks an archive with modes and times; runs of zeros become holes, for a log is 64 MB of mostly nothing.
pub fn unpack(archive: &Path, out: &Path) -> io::Result<()> {
    let packed = BufReader::new(File::open(archive)?);
    let plain = ruzstd::decoding::StreamingDecoder::new(packed).map_err(io::Error::other)?;
    let mut archive = tar::Archive::new(plain);
    let mut folders = Vec::new();
    for entry in archive.entries()? {
        let mut entry = entry?;
        let name = entry.path()?.into_owned();
        if name.components().any(|part| !matches!(part, Component::Normal(_) | Component::CurDir)) {
            return Err(io::Error::other(format!("{} leads out of the archive", name.display())));
        }
        let path = out.join(name);
        let (mode, time) = (entry.header().mode()?, entry.header().mtime()?);
        let time = SystemTime::UNIX_EPOCH + Duration::from_secs(time);
        match entry.header().entry_type() {
            tar::EntryType::Directory => {
                fs::create_dir_all(&path)?;
                folders.push((path, mode, time));
            }
            tar::EntryType::Regular | tar::EntryType::GNUSparse => {
                let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?;
                copy_sparse(&mut entry, &mut file)?;
                file.set_permissions(Permissions::from_mode(mode))?;
                file.set_times(FileTimes::new().set_modified(time))?;
            }
            other => {
                return Err(io::Error::other(format!("{}: unexpected entry {other:?}", path.display())));
            }
        }
    }
    // What is made in a folder changes its time, so folders come last, the inner ones first.
    for (path, mode, time) in folders.into_iter().rev() {
        fs::set_permissions(&path, Permissions::from_mode(mode))?;
        File::open(&path)?.set_times(FileTimes::new().set_modified(time))?;
    }
    Ok(())
}

/// Copies a folder of folders and regular files with modes and times, sparse as `unpack` is.
pub fn copy(from: &Path, to: &Path) -> io::Result<()> {
    let meta = fs::symlink_metadata(from)?;
    if meta.is_dir() {
        fs::create_dir_all(to)?;
        let mut names: Vec<OsString> =
            fs::read_dir(from)?.map(|row| Ok(row?.file_name())).collect::<io::Result<_>>()?;
        names.sort_unstable();
        for name in names {
            copy(&from.join(&name), &to.join(&name))?;
        }
    } else {
        copy_sparse(&mut File::open(from)?, &mut File::create(to)?)?;
    }
    fs::set_permissions(to, meta.permissions())?;
    File::open(to)?.set_times(FileTimes::new().set_modified(meta.modified()?))
}

fn copy_sparse(from: &mut impl Read, to: &mut File) -> io::Result<()> {
    const BLOCK: usize = 64 << 10;
    let mut buf = vec![0; BLOCK];
    let mut len = 0;
    loop {
        let mut filled = 0;
        while filled < BLOCK {
            match from.read(&mut buf[filled..])? {
                0 => break,
                read => filled += read,
            }
        }
        if filled == 0 {
            return to.set_len(len);
        }
        if buf[..filled].iter().any(|&byte| byte != 0) {
            to.seek(SeekFrom::Start(len))?;
            to.write_all(&buf[..filled])?;
        }
        len += filled as u64;
    }
}

//! Writes a state directory as a manager leaves it (format 1 to 6), a record at a time.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use super::identity;
use super::keyfile::{self, Headers, Lock};
use super::random::Random;
use super::seal::{self, Cipher, Key};
use super::wire::Message;

/// Where the log lies and how it is framed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// `wal-v3-encrypted`: every manager since 1.13.
    Encrypted,
    /// `wal-v3`: builds between 1.12 and 1.13, in clear.
    Clear,
    /// `wal`: 1.12, in clear, frames without padding and files without zero tail (format 4.9).
    Docker112,
}

impl Layout {
    fn folders(self) -> (&'static str, &'static str) {
        match self {
            Layout::Encrypted => ("raft/wal-v3-encrypted", "raft/snap-v3-encrypted"),
            Layout::Clear => ("raft/wal-v3", "raft/snap-v3"),
            Layout::Docker112 => ("raft/wal", "raft/snap"),
        }
    }
}

/// How a directory is written.
#[derive(Clone, Debug)]
pub struct Options {
    /// Everything that is random comes from it.
    pub seed: u64,
    /// Where the log lies and how it is framed.
    pub layout: Layout,
    /// How entries and snapshots are sealed.
    pub cipher: Cipher,
    /// How the key file is locked.
    pub lock: Lock,
    /// A segment ends behind the batch that reaches this size.
    pub segment_size: u64,
    /// The size that a segment is extended to; the tail is a hole.
    pub preallocate: u64,
    /// Whether snapshot records name the voters, as since etcd 3.5 (format 4.3).
    pub conf_state: bool,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            seed: 1,
            layout: Layout::Encrypted,
            cipher: Cipher::Secretbox,
            lock: Lock::Open,
            segment_size: 64_000_000,
            preallocate: 64_000_000,
            conf_state: true,
        }
    }
}

/// A member of the raft group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Its raft id.
    pub raft_id: u64,
    /// Its node id.
    pub node_id: String,
    /// Its address.
    pub addr: String,
}

impl Member {
    /// The manager whose directory is written.
    pub fn own() -> Member {
        Member { raft_id: identity::RAFT_ID, node_id: identity::NODE.to_owned(), addr: identity::ADDR.to_owned() }
    }

    /// A serialized `RaftMember`; its empty status is on the wire (format 4.3).
    pub fn encode(&self) -> Vec<u8> {
        let mut member = Message::new();
        member.number(1, self.raft_id).text(2, &self.node_id).text(3, &self.addr).bytes_field(4, b"");
        member.into_bytes()
    }
}

/// What an entry is, by number: tests may write what no manager would.
pub mod entry_type {
    /// A request, or nothing.
    pub const NORMAL: u64 = 0;
    /// A change of members.
    pub const CONF_CHANGE: u64 = 1;
    /// A change of members in the newer form.
    pub const CONF_CHANGE_V2: u64 = 2;
}

/// What a record is, by number.
pub mod record_type {
    /// This manager.
    pub const METADATA: u64 = 1;
    /// An entry.
    pub const ENTRY: u64 = 2;
    /// A hard state.
    pub const STATE: u64 = 3;
    /// The rolling CRC at a segment's head.
    pub const CRC: u64 = 4;
    /// The mark of a snapshot.
    pub const SNAPSHOT: u64 = 5;
}

/// A state directory being written.
pub struct StateWriter {
    root: PathBuf,
    options: Options,
    random: Random,
    headers: Headers,
    sealing: Key,
    segment: BufWriter<File>,
    path: PathBuf,
    sequence: u64,
    offset: u64,
    crc: u32,
    state: Option<Vec<u8>>,
    next: u64,
    term: u64,
    snapshots: Vec<(u64, u64)>,
    segments: Vec<(u64, PathBuf)>,
}

impl StateWriter {
    /// Starts a directory at `root`, which must not exist or be empty: folders, certificates, and the head of the
    /// first segment. The key file is written at the end, when the keys are known.
    pub fn create(root: &Path, options: Options) -> io::Result<StateWriter> {
        let (wal, snap) = options.layout.folders();
        for (folder, mode) in
            [("", 0o700), ("certificates", 0o755), ("raft", 0o700), (wal, 0o700), (snap, 0o700), ("worker", 0o755)]
        {
            let folder = root.join(folder);
            fs::DirBuilder::new().recursive(true).mode(mode).create(&folder)?;
            fs::set_permissions(&folder, Permissions::from_mode(mode))?;
        }
        write(&root.join("certificates/swarm-node.crt"), 0o644, identity::NODE_CERT.as_bytes())?;
        write(&root.join("certificates/swarm-root-ca.crt"), 0o644, identity::CA_CERT.as_bytes())?;
        let mut random = Random::new(options.seed);
        let dek = random.bytes();
        let headers =
            Headers { kek_version: 0, dek: Some(dek), pending: None, needs_rotation: false, cipher: options.cipher };
        let path = root.join(wal).join(segment_name(0, 0));
        let segment = BufWriter::with_capacity(1 << 20, open_segment(&path, &options)?);
        let mut writer = StateWriter {
            root: root.to_owned(),
            options,
            random,
            headers,
            sealing: dek,
            segment,
            segments: vec![(0, path.clone())],
            path,
            sequence: 0,
            offset: 0,
            crc: 0,
            state: None,
            next: 1,
            term: 1,
            snapshots: Vec::new(),
        };
        writer.frame(record_type::CRC, 0, None)?;
        writer.record(record_type::METADATA, &Member::own().encode())?;
        writer.record(record_type::SNAPSHOT, &[0x08, 0, 0x10, 0])?;
        Ok(writer)
    }

    /// The index that the next entry gets.
    pub fn next_index(&self) -> u64 {
        self.next
    }

    /// The term that entries get.
    pub fn term(&self) -> u64 {
        self.term
    }

    /// Where the next record begins in the present segment.
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// The present segment's file.
    pub fn segment(&self) -> &Path {
        &self.path
    }

    /// The key headers, for tests that write them another way.
    pub fn headers_mut(&mut self) -> &mut Headers {
        &mut self.headers
    }

    /// Another source of randomness from the same seed.
    pub fn random(&mut self) -> &mut Random {
        &mut self.random
    }

    /// A new term for the entries that follow.
    pub fn set_term(&mut self, term: u64) {
        self.term = term;
    }

    /// Goes back (or, for a hole, on) to `index`: the entries that follow overwrite what stood there (format 4.6).
    pub fn go_to(&mut self, index: u64) {
        self.next = index;
    }

    /// A rotation of the DEK begins: what follows is sealed with a new pending key (format 2.9).
    pub fn rotate(&mut self) {
        self.sealing = self.random.bytes();
        self.headers.pending = Some(self.sealing);
    }

    /// The rotation ends, and the old key is lost: what it sealed is unreadable from now on.
    pub fn finish_rotation(&mut self) {
        self.headers.dek = self.headers.pending.take().or(self.headers.dek);
    }

    /// A request or nothing (an empty `plain`) as the next entry; answers its index.
    pub fn normal(&mut self, plain: &[u8]) -> io::Result<u64> {
        self.entry(entry_type::NORMAL, plain)
    }

    /// The addition of a member as the next entry (format 5).
    pub fn add_member(&mut self, id: u64, member: &Member) -> io::Result<u64> {
        self.conf_change(id, 0, member.raft_id, Some(&member.encode()))
    }

    /// The removal of a member as the next entry.
    pub fn remove_member(&mut self, id: u64, raft_id: u64) -> io::Result<u64> {
        self.conf_change(id, 1, raft_id, Some(b""))
    }

    /// Any change of members as the next entry.
    pub fn conf_change(&mut self, id: u64, kind: u64, raft_id: u64, context: Option<&[u8]>) -> io::Result<u64> {
        let mut change = Message::new();
        change.varint(1, id).varint(2, kind).varint(3, raft_id);
        if let Some(context) = context {
            change.bytes_field(4, context);
        }
        self.entry(entry_type::CONF_CHANGE, change.bytes())
    }

    /// Seals `plain` and writes it as the next entry; answers its index.
    pub fn entry(&mut self, kind: u64, plain: &[u8]) -> io::Result<u64> {
        let sealed = match self.options.layout {
            Layout::Encrypted => Some(seal::record(self.options.cipher, &self.sealing, plain, &mut self.random)),
            // Without the level of sealing, an empty entry has no data at all.
            Layout::Clear | Layout::Docker112 => (!plain.is_empty()).then(|| plain.to_vec()),
        };
        self.entry_with(kind, sealed.as_deref())
    }

    /// Writes the next entry with `data` as it is; answers its index.
    pub fn entry_with(&mut self, kind: u64, data: Option<&[u8]>) -> io::Result<u64> {
        let index = self.next;
        let mut entry = Message::with_room(data.map_or(0, <[u8]>::len) + 32);
        entry.varint(1, kind).varint(2, self.term).varint(3, index);
        if let Some(data) = data {
            entry.bytes_field(4, data);
        }
        self.record(record_type::ENTRY, entry.bytes())?;
        self.next = index.saturating_add(1);
        Ok(index)
    }

    /// A hard state of the present term with the own vote, and the end of the batch: a segment that is full is cut.
    pub fn commit(&mut self, commit: u64) -> io::Result<()> {
        let term = self.term;
        self.hard_state(term, identity::RAFT_ID, commit)?;
        if self.offset >= self.options.segment_size { self.cut() } else { Ok(()) }
    }

    /// A hard state.
    pub fn hard_state(&mut self, term: u64, vote: u64, commit: u64) -> io::Result<()> {
        let mut state = Message::new();
        state.varint(1, term).varint(2, vote).varint(3, commit);
        self.record(record_type::STATE, state.bytes())?;
        self.state = Some(state.into_bytes());
        Ok(())
    }

    /// Ends the segment here and begins the next (format 4.1, 4.3).
    pub fn cut(&mut self) -> io::Result<()> {
        self.segment.flush()?;
        self.segment.get_ref().set_len(self.offset)?;
        self.sequence += 1;
        let (wal, _) = self.options.layout.folders();
        self.path = self.root.join(wal).join(segment_name(self.sequence, self.next));
        self.segment = BufWriter::with_capacity(1 << 20, open_segment(&self.path, &self.options)?);
        self.segments.push((self.next, self.path.clone()));
        self.offset = 0;
        self.frame(record_type::CRC, self.crc, None)?;
        self.record(record_type::METADATA, &Member::own().encode())?;
        match self.state.clone() {
            Some(state) => self.record(record_type::STATE, &state),
            None => Ok(()),
        }
    }

    /// Writes the snapshot of everything up to the last entry: the mark in the log, then the file (format 6).
    pub fn snapshot(&mut self, plain: &[u8], voters: &[u64]) -> io::Result<PathBuf> {
        let (index, term) = (self.next.saturating_sub(1), self.term);
        self.snapshot_mark(index, term, voters)?;
        self.snapshot_file(index, term, plain, voters)
    }

    /// The mark of a snapshot in the log.
    pub fn snapshot_mark(&mut self, index: u64, term: u64, voters: &[u64]) -> io::Result<()> {
        let mut mark = Message::new();
        mark.varint(1, index).varint(2, term);
        if self.options.conf_state {
            mark.message(3, |state| conf_state(state, voters));
        }
        self.record(record_type::SNAPSHOT, mark.bytes())
    }

    /// The file of a snapshot.
    pub fn snapshot_file(&mut self, index: u64, term: u64, plain: &[u8], voters: &[u64]) -> io::Result<PathBuf> {
        let (_, snap) = self.options.layout.folders();
        let data = match self.options.layout {
            Layout::Encrypted => seal::record(self.options.cipher, &self.sealing, plain, &mut self.random),
            Layout::Clear | Layout::Docker112 => plain.to_vec(),
        };
        let mut snapshot = Message::new();
        snapshot.bytes_field(1, &data).message(2, |meta| {
            meta.message(1, |state| conf_state(state, voters)).varint(2, index).varint(3, term);
        });
        let mut file = Message::new();
        file.varint(1, u64::from(crc32c::crc32c(snapshot.bytes()))).bytes_field(2, snapshot.bytes());
        let path = self.root.join(snap).join(format!("{term:016x}-{index:016x}.snap"));
        write(&path, 0o644, file.bytes())?;
        self.snapshots.push((term, index));
        Ok(path)
    }

    /// Deletes what a manager deletes after a snapshot: all but the newest and `keep` older snapshots, and the
    /// segments that end before the oldest kept one (format 6).
    pub fn purge(&mut self, keep: usize) -> io::Result<()> {
        let (_, snap) = self.options.layout.folders();
        self.snapshots.sort_unstable();
        let gone = self.snapshots.len().saturating_sub(keep + 1);
        for (term, index) in self.snapshots.drain(..gone) {
            fs::remove_file(self.root.join(snap).join(format!("{term:016x}-{index:016x}.snap")))?;
        }
        let Some(&(_, oldest)) = self.snapshots.first() else {
            return Ok(());
        };
        let above = self.segments.iter().position(|&(first, _)| first >= oldest).unwrap_or(self.segments.len());
        for (_, path) in self.segments.drain(..above.saturating_sub(1)) {
            fs::remove_file(path)?;
        }
        Ok(())
    }

    /// A record of any type, with the rolling CRC (format 4.4).
    pub fn record(&mut self, kind: u64, data: &[u8]) -> io::Result<()> {
        self.crc = crc32c::crc32c_append(self.crc, data);
        self.frame(kind, self.crc, Some(data))
    }

    /// A frame around a record with any CRC (format 4.2).
    pub fn frame(&mut self, kind: u64, crc: u32, data: Option<&[u8]>) -> io::Result<()> {
        let mut head = Message::with_room(32);
        head.varint(1, kind).varint(2, u64::from(crc));
        let mut record = head.into_bytes();
        if let Some(data) = data {
            record.push(3 << 3 | 2);
            super::wire::put_varint(&mut record, data.len() as u64);
        }
        let len = (record.len() + data.map_or(0, <[u8]>::len)) as u64;
        let padding = if self.options.layout == Layout::Docker112 { 0 } else { (8 - len % 8) % 8 };
        let length = if padding == 0 { len } else { len | (0x80 | padding) << 56 };
        self.raw(&length.to_le_bytes())?;
        self.raw(&record)?;
        self.raw(data.unwrap_or_default())?;
        self.raw(&[0; 8][..padding as usize])
    }

    /// Bytes into the segment as they are.
    pub fn raw(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.segment.write_all(bytes)?;
        self.offset += bytes.len() as u64;
        Ok(())
    }

    /// Writes out what was written of the log.
    pub fn flush(&mut self) -> io::Result<()> {
        self.segment.flush()
    }

    /// Ends with [`StateWriter::save`].
    pub fn finish(mut self) -> io::Result<Option<String>> {
        self.save()
    }

    /// Writes out the log, the key file and the small files; answers the unlock key.
    pub fn save(&mut self) -> io::Result<Option<String>> {
        self.segment.flush()?;
        let key = keyfile::text(&self.options.lock, &self.headers, &mut self.random);
        write(&self.root.join("certificates/swarm-node.key"), 0o600, key.as_bytes())?;
        let (node, addr) = (identity::NODE, identity::ADDR);
        let managers = format!(r#"[{{"node_id":"{node}","addr":"{addr}"}}]"#);
        write(&self.root.join("state.json"), 0o600, managers.as_bytes())?;
        let docker = concat!(
            r#"{"LocalAddr":"127.0.0.1","RemoteAddr":"","ListenAddr":"0.0.0.0:2377","AdvertiseAddr":"127.0.0.1","#,
            r#""DataPathAddr":"","DefaultAddressPool":null,"SubnetSize":0,"DataPathPort":0,"JoinInProgress":false}"#
        );
        write(&self.root.join("docker-state.json"), 0o600, docker.as_bytes())?;
        Ok(self.options.lock.unlock_key())
    }
}

fn conf_state(state: &mut Message, voters: &[u64]) {
    for voter in voters {
        state.varint(1, *voter);
    }
    state.varint(5, 0);
}

fn segment_name(sequence: u64, index: u64) -> String {
    format!("{sequence:016x}-{index:016x}.wal")
}

fn open_segment(path: &Path, options: &Options) -> io::Result<File> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    if options.layout != Layout::Docker112 {
        file.set_len(options.preallocate)?;
    }
    file.seek(SeekFrom::Start(0))?;
    Ok(file)
}

fn write(path: &Path, mode: u32, bytes: &[u8]) -> io::Result<()> {
    fs::write(path, bytes)?;
    fs::set_permissions(path, Permissions::from_mode(mode))
}

//! What a cache was made of. It stands in clear at the head of the file, as it does on disk, and everything sealed
//! behind it is bound to it.

use std::fs;
use std::os::unix::fs::MetadataExt;

use super::super::State;
use super::bytes::{Input, put, put_bytes, put_signed};
use crate::disk::{Log, ReadAt, SegmentMark, Severity, SnapshotFile, Standing};

/// The program that made it: another one may see other names and sizes in the same bytes.
fn program() -> Option<Vec<u8>> {
    let meta = fs::metadata("/proc/self/exe").ok()?;
    let mut out = Vec::new();
    put_bytes(&mut out, env!("CARGO_PKG_VERSION").as_bytes());
    [meta.dev(), meta.ino(), meta.len()].into_iter().for_each(|number| put(&mut out, number));
    put_signed(&mut out, meta.mtime());
    put_signed(&mut out, meta.mtime_nsec());
    Some(out)
}

/// What tells a snapshot file from any other.
#[derive(Clone, Debug, PartialEq, Eq)]
struct SnapshotFacts {
    name: String,
    identity: (u64, u64),
    len: u64,
    modified: (i64, u32),
    crc: u32,
}

impl SnapshotFacts {
    fn of(file: &SnapshotFile) -> Option<SnapshotFacts> {
        let (name, identity) = (file.name.clone(), file.file.identity()?);
        Some(SnapshotFacts { name, identity, len: file.file.len(), modified: file.modified(), crc: file.crc })
    }
}

/// What a cache was made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cover {
    program: Vec<u8>,
    /// Device and inode of the state directory.
    directory: (u64, u64),
    pub(super) segments: Vec<SegmentMark>,
    /// Those with a readable head, newest first.
    snapshots: Vec<SnapshotFacts>,
}

/// How what is on disk compares with what a cache was made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fit {
    /// It is the same.
    Same,
    /// All that the cache covers is there, and there is more.
    Grown,
    /// It is something else.
    Other,
}

impl Cover {
    /// What a state covers; `None` where that is damaged, in clear, or in memory. A damaged directory is read anew
    /// every time, so that no finding comes from a cache.
    pub(super) fn of(state: &State) -> Option<Cover> {
        let log = state.log();
        let worth_it = !log.segments.is_empty() && !faulty(log);
        let segments = log.segments.iter().map(|segment| segment.mark()).collect::<Option<Vec<_>>>();
        Some(Cover { segments: segments.filter(|_| worth_it)?, ..Cover::around(state)? })
    }

    /// The same without the log.
    fn around(state: &State) -> Option<Cover> {
        let snapshots = state.snapshot_files().iter().flatten().map(SnapshotFacts::of).collect::<Option<_>>()?;
        let directory = state.source().identity()?;
        Some(Cover { program: program()?, directory, segments: Vec::new(), snapshots })
    }

    /// Compares with what is on disk; `found` are the segments, not read yet.
    pub(super) fn fits(&self, state: &State, found: &Log) -> Fit {
        let around = Cover::around(state);
        let same = around.is_some_and(|now| {
            (&now.program, now.directory, &now.snapshots) == (&self.program, self.directory, &self.snapshots)
        });
        if !same || faulty(found) || found.segments.len() < self.segments.len() {
            return Fit::Other;
        }
        let standing = |(segment, mark): (&crate::disk::Segment, &SegmentMark)| segment.stands(mark);
        let standings: Vec<Standing> = found.segments.iter().zip(&self.segments).map(standing).collect();
        let more = found.segments.len() > self.segments.len();
        match standings.split_last() {
            // Only the last one is ever written to.
            Some((last, others)) if others.iter().all(|one| *one == Standing::Same) => match last {
                Standing::Same if !more => Fit::Same,
                Standing::Other => Fit::Other,
                _ => Fit::Grown,
            },
            _ => Fit::Other,
        }
    }

    pub(super) fn encode(&self) -> Vec<u8> {
        let mut out = Vec::new();
        put_bytes(&mut out, &self.program);
        put(&mut out, self.directory.0);
        put(&mut out, self.directory.1);
        put(&mut out, self.segments.len() as u64);
        for mark in &self.segments {
            put_file(&mut out, &mark.path, mark.identity, mark.len, mark.modified);
            [mark.records, mark.last, mark.end].into_iter().for_each(|number| put(&mut out, number));
            put(&mut out, mark.running.into());
            put_checksum(&mut out, mark.start);
            put_checksum(&mut out, mark.before);
        }
        put(&mut out, self.snapshots.len() as u64);
        for file in &self.snapshots {
            put_file(&mut out, &file.name, file.identity, file.len, file.modified);
            put(&mut out, file.crc.into());
        }
        out
    }

    pub(super) fn decode(bytes: &[u8]) -> Option<Cover> {
        let mut input = Input(bytes);
        let program = input.bytes()?.to_vec();
        let directory = (input.number()?, input.number()?);
        let segments = input.list(|input| {
            let (path, identity, len, modified) = file(input)?;
            let (records, last, end) = (input.number()?, input.number()?, input.number()?);
            let running = input.u32()?;
            let (start, before) = (checksum(input)?, checksum(input)?);
            Some(SegmentMark { path, identity, len, modified, records, last, before, end, running, start })
        })?;
        let snapshots = input.list(|input| {
            let (name, identity, len, modified) = file(input)?;
            Some(SnapshotFacts { name, identity, len, modified, crc: input.u32()? })
        })?;
        input.0.is_empty().then_some(Cover { program, directory, segments, snapshots })
    }
}

/// True if the log holds more than what a daemon leaves.
fn faulty(log: &Log) -> bool {
    log.faults.iter().any(|fault| fault.what.severity() != Severity::Note)
}

fn put_file(out: &mut Vec<u8>, name: &str, identity: (u64, u64), len: u64, modified: (i64, u32)) {
    put_bytes(out, name.as_bytes());
    [identity.0, identity.1, len].into_iter().for_each(|number| put(out, number));
    put_signed(out, modified.0);
    put(out, modified.1.into());
}

fn put_checksum(out: &mut Vec<u8>, checksum: Option<u32>) {
    put(out, checksum.map_or(0, |checksum| u64::from(checksum) + 1));
}

fn checksum(input: &mut Input<'_>) -> Option<Option<u32>> {
    match input.number()? {
        0 => Some(None),
        checksum => u32::try_from(checksum - 1).ok().map(Some),
    }
}

type FileFacts = (String, (u64, u64), u64, (i64, u32));

fn file(input: &mut Input<'_>) -> Option<FileFacts> {
    let name = input.text()?;
    let identity = (input.number()?, input.number()?);
    Some((name, identity, input.number()?, (input.signed()?, input.u32()?)))
}

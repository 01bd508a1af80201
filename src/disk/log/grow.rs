//! The log beside a running daemon: what was read stays, and only what was written since is read (format 11.4).

use super::super::scan::read_on;
use super::{DiskError, Fault, Folder, Log, Segment, Source};
use crate::disk::ReadAt;

/// A log that went on.
#[derive(Debug)]
pub struct Grown {
    /// It, as far as all of it is as it should be. It shares what it had before with the earlier one.
    pub log: Log,
    /// True where something follows that is no record, or none yet: a daemon may be writing it (format 11.4). Whoever
    /// has waited long enough scans the log again, and is told what that is.
    pub waits: bool,
}

impl Log {
    /// This log as it is now. `None` where not all that was read still stands as it did, or where its end is damaged:
    /// then it must be scanned again.
    pub fn grown(&self, source: &Source, folder: &Folder) -> Result<Option<Grown>, DiskError> {
        let Some(newest) = self.segments.last().filter(|newest| self.ends_well(newest)) else {
            return Ok(None);
        };
        let mut log = Log { segments: Vec::new(), faults: Vec::new(), ..self.clone() };
        log.find_segments(source, folder, &self.segments, newest.witness.clone())?;
        if !self.stands_in(&log) {
            return Ok(None);
        }
        log.faults.extend(self.faults.iter().filter(|fault| !fault.what.is_of_listing()).cloned());
        // A segment that was the newest may have gone on before the next one came.
        let (first, mut running, mut waits) = (self.segments.len() - 1, newest.running, false);
        for number in first..log.segments.len() {
            let Some(segment) = log.segments.get_mut(number) else { break };
            if number > first {
                (segment.start, segment.last) = (running, (0, running));
            }
            let Some((scanned, doubt)) = read_on(number as u32, segment) else {
                return Ok(None);
            };
            if doubt && !segment.newest {
                return Ok(None);
            }
            scanned.note_end(segment);
            (running, waits) = (segment.running, doubt);
            log.append(number, scanned, &mut Vec::new());
        }
        log.sort_faults();
        Ok(Some(Grown { log, waits }))
    }

    /// True where reading can go on behind the last record.
    fn ends_well(&self, newest: &Segment) -> bool {
        let damaged = |fault: &Fault| fault.file == newest.path && !fault.what.is_of_listing();
        !self.guessed && newest.running.is_some() && !self.faults.iter().any(damaged)
    }

    /// True where all segments that were read are still there, and those that follow follow without a gap.
    fn stands_in(&self, now: &Log) -> bool {
        let last = self.segments.len().saturating_sub(1);
        let stands = |(number, (old, new)): (usize, (&Segment, &Segment))| {
            let same = (old.file.len(), old.file.modified()) == (new.file.len(), new.file.modified());
            old.path == new.path
                && old.file.identity() == new.file.identity()
                && (same || number == last && new.file.len() >= old.end)
        };
        let follows = |pair: &[Segment]| matches!(pair, [a, b] if a.sequence.checked_add(1) == Some(b.sequence));
        now.segments.len() > last
            && self.segments.iter().zip(&now.segments).enumerate().all(stands)
            && now.segments.get(last..).is_some_and(|new| new.windows(2).all(follows))
    }
}

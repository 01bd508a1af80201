//! The versions of one object, and the times of many entries, kept small and shared between copies of an index.

use std::slice;
use std::sync::Arc;

use super::index::VersionNo;
use crate::disk::Moment;

/// All versions of an object, oldest first. Most objects have few, and many have one.
#[derive(Clone, Debug, Default)]
pub(super) enum History {
    #[default]
    None,
    One(VersionNo),
    /// A list of its own, shared between copies of the index until one of them goes on.
    More(Arc<Vec<VersionNo>>),
}

impl History {
    /// These versions, of which there are several.
    pub(super) fn of(versions: Vec<VersionNo>) -> History {
        History::More(Arc::new(versions))
    }

    pub(super) fn push(&mut self, version: VersionNo) {
        match self {
            History::None => *self = History::One(version),
            History::One(first) => *self = History::More(Arc::new(vec![*first, version])),
            History::More(versions) => Arc::make_mut(versions).push(version),
        }
    }

    pub(super) fn versions(&self) -> &[VersionNo] {
        match self {
            History::None => &[],
            History::One(version) => slice::from_ref(version),
            History::More(versions) => versions,
        }
    }

    pub(super) fn shrink(&mut self) {
        if let History::More(versions) = self
            && let Some(versions) = Arc::get_mut(versions)
        {
            versions.shrink_to_fit();
        }
    }
}

/// A moment, or none, in half of what `Option<Moment>` takes: there is one for every entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stamp {
    seconds: [u32; 2],
    nanos: u32,
}

/// `nanos` where there is no moment.
const NONE: u32 = u32::MAX;

impl From<Option<Moment>> for Stamp {
    fn from(moment: Option<Moment>) -> Stamp {
        let (seconds, nanos) = moment.map_or((0, NONE), |moment| (moment.seconds as u64, moment.nanos));
        Stamp { seconds: [(seconds >> 32) as u32, seconds as u32], nanos }
    }
}

impl Stamp {
    pub(super) fn moment(self) -> Option<Moment> {
        let [high, low] = self.seconds.map(u64::from);
        (self.nanos != NONE).then_some(Moment { seconds: (high << 32 | low) as i64, nanos: self.nanos })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Kind;
    use crate::store::facts::Action;
    use crate::store::index::{Index, MAX_LEN, NewVersion, Origin};

    #[test]
    fn an_entry_takes_60_bytes_at_most_and_an_action_40() {
        assert!(size_of::<crate::disk::EntryAt>() + size_of::<Stamp>() <= 60);
        // Its number stands in the history of its object, too.
        assert!(size_of::<crate::store::Version>() + size_of::<VersionNo>() <= 40);
    }

    #[test]
    fn versions_keep_what_they_are_made_of() {
        for action in (0..).map_while(Action::numbered) {
            for (len, updated) in [(0, None), (MAX_LEN, Some(Moment { seconds: -1, nanos: 999_999_999 }))] {
                let mut index = Index::new();
                let object = index.new_object(Kind::Secret, b"id");
                let new = NewVersion {
                    origin: Origin::Snapshot(7),
                    action,
                    name: None,
                    start: u32::MAX,
                    len,
                    sum: 9,
                    updated,
                };
                let no = index.push(object, new);
                let version = index.version(no);
                assert_eq!((version.action(), version.origin(), version.sum()), (action, Origin::Snapshot(7), 9));
                assert_eq!((version.range().len(), version.updated()), (len as usize, updated));
            }
        }
    }

    #[test]
    fn stamps_keep_moments() {
        for seconds in [0, 1, -1, i64::MIN, i64::MAX, 1_795_293_000] {
            let moment = Some(Moment { seconds, nanos: 999_999_999 });
            assert_eq!(Stamp::from(moment).moment(), moment);
        }
        assert_eq!(Stamp::from(None).moment(), None);
    }

    #[test]
    fn histories_grow_apart() {
        let mut history = History::default();
        let mut kept = Vec::new();
        for number in 0..5 {
            kept.push(history.clone());
            history.push(VersionNo(number));
        }
        kept.push(history);
        for (count, history) in kept.iter().enumerate() {
            assert!(history.versions().iter().map(|version| version.number()).eq(0..count as u32));
        }
    }
}

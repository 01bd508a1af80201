//! Which of the folders of a state directory hold the log and the snapshots that a daemon would read (format 1).

use super::error::DiskError;
use super::frame::Framing;
use super::source::{Kind, Listed, Source};

/// A folder of segments or of snapshots.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folder {
    /// Its path within the state directory.
    pub path: String,
    /// Whether payloads in it are sealed.
    pub encrypted: bool,
    /// How frames in it lie.
    pub framing: Framing,
}

/// What there is in a state directory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    /// The log that a daemon would read; none for a worker or a demoted manager.
    pub wal: Option<Folder>,
    /// The snapshots that a daemon would read.
    pub snapshots: Option<Folder>,
    /// Folders beside them that no daemon reads: older layouts in clear, half-made ones, those moved aside.
    pub left_over: Vec<String>,
    /// Whether `certificates/swarm-node.key` is there.
    pub has_key: bool,
    /// Whether `certificates/swarm-node.crt` is there.
    pub has_certificate: bool,
    /// Whether `certificates/swarm-root-ca.crt` is there.
    pub has_root: bool,
    /// Whether `worker/tasks.db` is there.
    pub has_tasks: bool,
}

/// Newest first, as a daemon tries them.
const GENERATIONS: [(&str, bool, Framing); 3] =
    [("-v3-encrypted", true, Framing::Aligned), ("-v3", false, Framing::Aligned), ("", false, Framing::Any)];

impl Layout {
    /// Looks for the state directory in `source`, or in a folder `swarm` in it (Docker's data root), and says what
    /// it holds. The source in the answer is the state directory itself.
    pub fn find(source: Source) -> Result<(Source, Layout), DiskError> {
        let names = source.list("")?;
        if let Some(layout) = Layout::of(&source, &names)? {
            return Ok((source, layout));
        }
        if is_folder(&names, "swarm") {
            let below = source.sub("swarm")?;
            let names = below.list("")?;
            if let Some(layout) = Layout::of(&below, &names)? {
                return Ok((below, layout));
            }
        }
        let hint = if names.is_empty() {
            "it is empty; on a running Docker host the swarm's state is in /var/lib/docker/swarm"
        } else if GENERATIONS.iter().any(|(suffix, ..)| is_folder(&names, &format!("wal{suffix}"))) {
            "this is the raft folder; give the folder above it"
        } else if names.iter().any(|listed| listed.name.ends_with(b".wal") || listed.name.ends_with(b".snap")) {
            "this is a folder of segments or snapshots; give the state directory, two folders above it"
        } else if has_file(&names, "swarm-node.key") || has_file(&names, "swarm-node.crt") {
            "this is the certificates folder; give the folder above it"
        } else if is_folder(&names, "swarm") {
            "its folder swarm holds neither raft/ nor certificates/; this host is in no swarm"
        } else {
            "there is neither raft/ nor certificates/ in it; Docker keeps a swarm's state in /var/lib/docker/swarm"
        };
        Err(DiskError::NotAStateDirectory { place: source.place(), hint: hint.to_owned() })
    }

    fn of(source: &Source, names: &[Listed]) -> Result<Option<Layout>, DiskError> {
        let list = |folder: &str| {
            if is_folder(names, folder) { source.list(folder) } else { Ok(Vec::new()) }
        };
        let certificates = list("certificates")?;
        let worker = list("worker")?;
        let raft = list("raft")?;
        let mut layout = Layout {
            has_key: has_file(&certificates, "swarm-node.key"),
            has_certificate: has_file(&certificates, "swarm-node.crt"),
            has_root: has_file(&certificates, "swarm-root-ca.crt"),
            has_tasks: has_file(&worker, "tasks.db"),
            ..Layout::default()
        };
        let with_log = |name: &str| Ok(source.list(&format!("raft/{name}"))?.iter().any(is_segment));
        layout.wal = match choose(&raft, "wal", with_log)? {
            // Only a daemon gives up on a folder without segments; what else is in it is worth a look.
            None => choose(&raft, "wal", |_| Ok(true))?,
            chosen => chosen,
        };
        layout.snapshots = choose(&raft, "snap", |_| Ok(true))?;
        let used =
            |path: &String| [&layout.wal, &layout.snapshots].iter().all(|f| f.as_ref().is_none_or(|f| f.path != *path));
        let paths = raft.iter().filter(|listed| listed.kind != Kind::File);
        layout.left_over =
            paths.map(|listed| format!("raft/{}", String::from_utf8_lossy(&listed.name))).filter(used).collect();
        let known = layout.wal.is_some() || layout.snapshots.is_some() || layout.has_key || layout.has_certificate;
        let swarm =
            known || (layout.has_tasks && has_file(names, "state.json")) || has_file(names, "docker-state.json");
        Ok(swarm.then_some(layout))
    }
}

fn choose(
    raft: &[Listed],
    stem: &str,
    suits: impl Fn(&str) -> Result<bool, DiskError>,
) -> Result<Option<Folder>, DiskError> {
    for (suffix, encrypted, framing) in GENERATIONS {
        let name = format!("{stem}{suffix}");
        if is_folder(raft, &name) && suits(&name)? {
            return Ok(Some(Folder { path: format!("raft/{name}"), encrypted, framing }));
        }
    }
    Ok(None)
}

fn is_segment(listed: &Listed) -> bool {
    listed.kind != Kind::Folder && listed.name.ends_with(b".wal")
}

fn is_folder(names: &[Listed], name: &str) -> bool {
    names.iter().any(|listed| listed.name == name.as_bytes() && listed.kind == Kind::Folder)
}

fn has_file(names: &[Listed], name: &str) -> bool {
    names.iter().any(|listed| listed.name == name.as_bytes() && listed.kind == Kind::File)
}

#[cfg(test)]
mod tests;

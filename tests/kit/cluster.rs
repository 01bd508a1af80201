//! Several daemons on one machine, each in a network namespace of its own, all on one bridge.

use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use super::engine::{self, Engine};

/// `ip` answers at once.
const LIMIT: Duration = Duration::from_secs(20);

/// Namespaces of all runs begin with this; the number of their process comes next.
const PREFIX: &str = "swarmfs-net-";

/// Namespaces joined by a bridge. The bridge has a namespace, too, so nothing of the machine's own network is seen,
/// and no rule of its firewall applies. All goes with this.
#[derive(Debug)]
pub struct Network {
    name: String,
    members: usize,
}

impl Network {
    /// A network with this many members. `Err` says why there is none here.
    pub fn new(members: usize) -> Result<Network, String> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        for program in ["ip", "nsenter"] {
            if !engine::installed(program) {
                return Err(format!("{program} is not installed"));
            }
        }
        if !nix::unistd::geteuid().is_root() {
            return Err("network namespaces need root".to_owned());
        }
        sweep();
        let name = format!("{PREFIX}{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let network = Network { name, members };
        let hub = network.namespace_name(0);
        ip(&["netns", "add", &hub])?;
        ip(&["-n", &hub, "link", "add", "bridge", "type", "bridge"])?;
        ip(&["-n", &hub, "link", "set", "bridge", "up"])?;
        for member in 1..=members {
            let (own, port) = (network.namespace_name(member), format!("port{member}"));
            ip(&["netns", "add", &own])?;
            ip(&["-n", &hub, "link", "add", &port, "type", "veth", "peer", "name", "eth0", "netns", &own])?;
            ip(&["-n", &hub, "link", "set", &port, "master", "bridge", "up"])?;
            ip(&["-n", &own, "addr", "add", &format!("{}/24", network.address(member)), "dev", "eth0"])?;
            ip(&["-n", &own, "link", "set", "eth0", "up"])?;
            ip(&["-n", &own, "link", "set", "lo", "up"])?;
        }
        Ok(network)
    }

    /// Starts a daemon as one of the members, which are counted from 1.
    pub fn engine(&self, member: usize) -> Result<Engine, String> {
        Engine::start_in(&PathBuf::from("/run/netns").join(self.namespace_name(member)))
    }

    /// The address of a member.
    pub fn address(&self, member: usize) -> String {
        format!("192.168.213.{member}")
    }

    /// Takes a member's link away from the others, or gives it back.
    pub fn connect(&self, member: usize, connected: bool) -> Result<(), String> {
        let state = if connected { "up" } else { "down" };
        ip(&["-n", &self.namespace_name(0), "link", "set", &format!("port{member}"), state])
    }

    /// 0 is the bridge's.
    fn namespace_name(&self, member: usize) -> String {
        format!("{}-{member}", self.name)
    }
}

impl Drop for Network {
    fn drop(&mut self) {
        for member in (0..=self.members).rev() {
            let _ = ip(&["netns", "delete", &self.namespace_name(member)]);
        }
    }
}

/// Removes what runs that were killed have left.
fn sweep() {
    for row in std::fs::read_dir("/run/netns").into_iter().flatten().flatten() {
        let name = row.file_name().to_string_lossy().into_owned();
        let pid = name.strip_prefix(PREFIX).and_then(|rest| rest.split('-').next());
        if pid.is_some_and(|pid| !std::path::Path::new("/proc").join(pid).exists()) {
            let _ = ip(&["netns", "delete", &name]);
        }
    }
}

fn ip(args: &[&str]) -> Result<(), String> {
    let mut command = Command::new("ip");
    let output = engine::run(command.args(args), b"", LIMIT).map_err(|error| format!("{command:?}: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("{command:?}: {}", String::from_utf8_lossy(&output.stderr).trim()))
}

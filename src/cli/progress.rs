//! A line on the terminal while something takes its time.

use std::io::{self, IsTerminal, Write};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// What is done sooner is not announced.
const PATIENCE: Duration = Duration::from_millis(500);

/// Says on standard error what is going on, and for how long, until it is dropped; on a terminal only.
pub(super) struct Progress {
    running: Option<(Sender<()>, JoinHandle<()>)>,
}

impl Progress {
    pub(super) fn start(what: &'static str) -> Progress {
        if !io::stderr().is_terminal() {
            return Progress { running: None };
        }
        let (stop, stopped) = mpsc::channel();
        let start = Instant::now();
        let say = move || {
            let mut said = false;
            while let Err(RecvTimeoutError::Timeout) = stopped.recv_timeout(PATIENCE) {
                // Nothing can be done where the terminal is gone.
                let _ = write!(io::stderr(), "\r{what}, {} s ", start.elapsed().as_secs());
                said = true;
            }
            if said {
                let _ = write!(io::stderr(), "\r\x1b[K");
            }
        };
        Progress { running: Some((stop, thread::spawn(say))) }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some((stop, thread)) = self.running.take() {
            drop(stop);
            let _ = thread.join();
        }
    }
}

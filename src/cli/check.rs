//! `swarmfs check`: the findings of check.txt; the exit code says the worst.

use std::io::{self, BufWriter, Write};

use anyhow::Context;
use clap::Args;

use super::copy::copy;
use super::exit::{Exit, Failure};
use super::key::{self, GivenKey};
use super::options::State;
use super::progress::Progress;
use super::walk::find;

/// Print what is wrong with a state directory; exit code 6 for damage, 8 for warnings only.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    state: State,
}

pub(super) fn run(arguments: &Arguments, environment: Option<GivenKey>) -> Result<Exit, Failure> {
    let ending = key::ending()?;
    let opened = arguments.state.open(environment, &ending)?;
    let progress = Progress::start("reading and authenticating everything");
    let findings = find(&*opened.forest, b"check.txt", true).context("check.txt")?;
    drop(progress);
    let mut out = Judge { out: BufWriter::new(io::stdout().lock()), word: Vec::new(), skip: false, worst: Exit::Fine };
    copy(&*opened.forest, findings.ino, &mut out)?;
    out.flush()?;
    Ok(out.worst)
}

/// Passes lines on, and keeps the worst of their first words, which are severities.
struct Judge<W> {
    out: W,
    word: Vec<u8>,
    /// Behind the first word, until the line ends.
    skip: bool,
    worst: Exit,
}

/// No severity is longer.
const MAX_WORD: usize = 16;

impl<W> Judge<W> {
    fn judge(&mut self) {
        self.worst = match (&self.word[..], self.worst) {
            (b"damage" | b"error", _) => Exit::Damage,
            (b"warning", Exit::Fine) => Exit::Warnings,
            (_, worst) => worst,
        };
    }
}

impl<W: Write> Write for Judge<W> {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        let len = self.out.write(piece)?;
        for &byte in piece.iter().take(len) {
            match byte {
                b'\n' => (self.skip, _) = (false, self.word.clear()),
                _ if self.skip => {}
                b'a'..=b'z' if self.word.len() < MAX_WORD => self.word.push(byte),
                _ => {
                    self.judge();
                    self.skip = true;
                }
            }
        }
        Ok(len)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_severity_counts() {
        let worst = |text: &str| {
            let mut judge = Judge { out: Vec::new(), word: Vec::new(), skip: false, worst: Exit::Fine };
            text.as_bytes().chunks(3).for_each(|piece| judge.write_all(piece).unwrap());
            assert_eq!(judge.out, text.as_bytes());
            judge.worst
        };
        assert_eq!(worst(""), Exit::Fine);
        assert_eq!(worst("note A all is well, no damage\n"), Exit::Fine);
        assert_eq!(worst("note A x\nwarning B x\nnote C x\n"), Exit::Warnings);
        assert_eq!(worst("warning B x\ndamage C x\nwarning D x\n"), Exit::Damage);
    }
}

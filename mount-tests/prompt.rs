//! The key that is typed: on a real terminal, which script(1) makes.

use std::io::{Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Instant;

use crate::rig::{LIMIT, Point, SWARMFS, can_mount, finish, is_mounted, state};
use crate::unlock::key_of;

/// How the prompt begins.
const PROMPT: &str = "Unlock key";

/// The shape of a key, and no key of anything.
const STRANGER: &str = "SWMKEY-1-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Runs a shell script on a terminal of its own and types `answer` when it is asked for the key. `$S` is swarmfs,
/// `$D` a state directory, `$M` a folder. Gives the exit code and all that the terminal showed; nothing where there
/// is no script(1).
fn on_terminal(commands: &str, state: &Path, folder: &Path, answer: &[u8]) -> Option<(i32, String)> {
    let mut command = Command::new("script");
    command.args(["--quiet", "--return", "--command", commands, "/dev/null"]);
    command.env("LC_ALL", "C").env("SHELL", "/bin/sh").env("S", SWARMFS).env("D", state).env("M", folder);
    let Ok(mut child) = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn() else {
        let _ = writeln!(std::io::stderr(), "SKIPPED a test of the prompt: script(1) is not installed");
        return None;
    };
    let (mut keyboard, mut screen) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    let (sender, shown) = mpsc::channel();
    std::thread::spawn(move || {
        let mut piece = [0; 4096];
        while let Ok(count @ 1..) = screen.read(&mut piece) {
            let _ = sender.send(piece[..count].to_vec());
        }
    });
    let (mut all, mut asked, end) = (Vec::new(), false, Instant::now() + LIMIT);
    // Until the terminal is closed.
    while let Ok(piece) = shown.recv_timeout(end.saturating_duration_since(Instant::now())) {
        all.extend(piece);
        if !asked && String::from_utf8_lossy(&all).contains(PROMPT) {
            asked = true;
            keyboard.write_all(answer).unwrap();
        }
    }
    let text = String::from_utf8_lossy(&all).into_owned();
    let Some(status) = finish(&mut child, end.saturating_duration_since(Instant::now())) else {
        let _ = child.kill();
        panic!("{commands}: not at its end after {LIMIT:?}: {text}");
    };
    assert!(asked, "nobody asked for a key: {text}");
    Some((status.code().unwrap_or(-1), text))
}

#[test]
fn a_key_that_is_typed_opens_and_is_not_shown() {
    let (folder, state) = state("autolock-init");
    let key = key_of("autolock-init");
    let typed = |commands, answer: &str| on_terminal(commands, &state, folder.path(), answer.as_bytes());
    let look = "\"$S\" cat \"$D\" entries/0000000003.json; code=$?; stty -a | tr ' ' '\\n' | grep -x -e '-*echo;*'; exit $code";
    // As it is copied from what docker prints, and with what a terminal makes of Enter.
    let Some((code, text)) = typed(look, &format!("   {key} \r")) else { return };
    assert!(code == 0 && text.contains("\"summary\"") && !text.contains("\"sealed\""), "{code} {text}");
    // This entry has the key in it.
    let before = text.split_once('{').map(|(before, _)| before);
    assert!(before.is_some_and(|before| !before.contains(&key[12..])), "the key is on the screen: {text}");
    assert!(text.lines().any(|line| line == "echo"), "the terminal stays without echo: {text}");

    let (code, text) = typed(look, "\r").unwrap();
    assert!(code == 0 && text.contains("\"sealed\"") && text.contains("locked"), "{code} {text}");

    let (code, text) = typed(look, &format!("{STRANGER}\r")).unwrap();
    assert!(code == 4 && !text.contains("AAAAAAAA") && !text.contains("\"summary\""), "{code} {text}");
}

#[test]
fn who_gives_up_at_the_prompt_gets_the_terminal_back() {
    let (folder, state) = state("autolock-init");
    // The shell goes on, to tell.
    let look = "trap : INT; \"$S\" ls \"$D\"; echo code $?; stty -a | tr ' ' '\\n' | grep -x -e '-*echo;*'";
    let Some((_, text)) = on_terminal(look, &state, folder.path(), b"\x03") else { return };
    assert!(text.contains("code 130"), "{text}");
    assert!(text.lines().any(|line| line == "echo"), "the terminal stays without echo: {text}");
}

#[test]
fn a_daemon_asks_before_it_leaves_the_terminal() {
    if !can_mount("a_daemon_asks_before_it_leaves_the_terminal") {
        return;
    }
    let (_folder, state) = state("autolock-init");
    let point = Point::new();
    let mount = "\"$S\" mount --daemon \"$D\" \"$M\" && cat \"$M\"/entries/0000000003.json; \"$S\" umount \"$M\"";
    let key = key_of("autolock-init");
    let Some((code, text)) = on_terminal(mount, &state, point.path(), format!("{key}\r").as_bytes()) else { return };
    assert!(code == 0 && text.contains("\"summary\"") && !text.contains("\"sealed\""), "{code} {text}");
    assert!(!is_mounted(point.path()));
}

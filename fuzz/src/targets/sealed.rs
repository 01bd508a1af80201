//! Any bytes as a sealed record, and records that were sealed and then altered.

use std::io;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use swarmfs::disk::ReadAt;
use swarmfs::seal::{KeyFile, Keyring, peek};

use super::parts::{choice, parts};
use crate::kit::random::Random;
use crate::kit::seal::{self, Cipher, Key};
use crate::kit::wire::Message;

const KEY: Key = *b"a data key of thirty-two letters";

/// The input is a record as it stands, with or without its key file; or a plaintext, which is sealed and altered.
pub fn sealed(input: &[u8]) {
    let (form, rest) = choice(input);
    match (form % 5, rest) {
        (0, _) => drop(open(&ring(&key_file(&KEY)), rest)),
        (1, _) => {
            let parts = parts(rest);
            let (file, record) = (parts.first().unwrap_or(&rest), parts.get(1).unwrap_or(&rest));
            if let Ok(ring) = KeyFile::parse(file).and_then(|file| Keyring::unlock(&file, &[])) {
                open(&ring, record);
            }
        }
        (2, [high, low, bits, plain @ ..]) => {
            altered(Cipher::Secretbox, u16::from_be_bytes([*high, *low]), *bits, plain)
        }
        (3, [high, low, bits, plain @ ..]) => altered(Cipher::Fernet, u16::from_be_bytes([*high, *low]), *bits, plain),
        (4, _) => drop(open(&ring(&key_file(&KEY)), &fernet(rest))),
        _ => {}
    }
}

/// What was altered opens to nothing else than what was sealed.
fn altered(cipher: Cipher, at: u16, bits: u8, plain: &[u8]) {
    let mut record = seal::record(cipher, &KEY, plain, &mut Random::new(u64::from(at)));
    let at = usize::from(at) % record.len();
    record[at] ^= bits;
    let opened = open(&ring(&key_file(&KEY)), &record);
    assert!(opened.is_none_or(|opened| opened == plain) || bits == 0, "another plaintext");
    record[at] ^= bits;
    assert_eq!(open(&ring(&key_file(&KEY)), &record).as_deref(), Some(plain));
}

/// A token of any content with its right MAC (format 3.2), as whoever has the key can make it.
fn fernet(content: &[u8]) -> Vec<u8> {
    let mut token = content.to_vec();
    let mut mac = Hmac::<Sha256>::new_from_slice(&KEY[..16]).expect("any length will do");
    mac.update(&token);
    token.extend_from_slice(&mac.finalize().into_bytes());
    let mut record = Message::new();
    record.varint(1, 2).bytes_field(2, URL_SAFE.encode(token).as_bytes());
    record.into_bytes()
}

fn key_file(key: &Key) -> String {
    let header = STANDARD.encode([&[0x12, 0x20], &key[..]].concat());
    format!("-----BEGIN PRIVATE KEY-----\nraft-dek: {header}\n\n-----END PRIVATE KEY-----\n")
}

fn ring(file: &str) -> Keyring {
    let file = KeyFile::parse(file.as_bytes()).expect("a key file");
    Keyring::unlock(&file, &[]).expect("a key in clear")
}

struct Bytes(Vec<u8>);

impl ReadAt for Bytes {
    fn len(&self) -> u64 {
        self.0.len() as u64
    }

    fn read_exact_at(&self, buf: &mut [u8], offset: u64) -> io::Result<()> {
        let bytes = usize::try_from(offset).ok().and_then(|at| self.0.get(at..at.checked_add(buf.len())?));
        buf.copy_from_slice(bytes.ok_or(io::ErrorKind::UnexpectedEof)?);
        Ok(())
    }
}

/// A record that opens at once opens as a stream, and any range of that is the same plaintext.
fn open(ring: &Keyring, record: &[u8]) -> Option<Vec<u8>> {
    let facts = peek(record);
    assert!(facts.is_none_or(|facts| facts.data_len <= record.len() as u64 && facts.nonce_len <= record.len() as u64));
    let mut plain = Vec::new();
    let opened = ring.open(record, &mut plain);
    let stream = ring.open_stream(Arc::new(Bytes(record.to_vec())), 0..record.len() as u64);
    assert_eq!(opened.is_ok(), stream.is_ok(), "{opened:?} {:?}", stream.as_ref().err());
    let (Ok(()), Ok(stream)) = (&opened, stream) else {
        assert!(plain.is_empty() && opened.is_err_and(|error| !error.to_string().is_empty()));
        return None;
    };
    assert!(facts.is_some());
    assert_eq!(stream.len(), plain.len() as u64);
    for start in [0, 1, 15, 16, 47, 64, plain.len() / 2, plain.len()] {
        for end in [start, start + 1, start + 16, start + 100, plain.len()] {
            let Some(expected) = plain.get(start..end) else { continue };
            let mut piece = vec![0; expected.len()];
            stream.read_exact_at(&mut piece, start as u64).expect("a range within");
            assert_eq!(piece, expected, "{start} to {end}");
        }
    }
    assert!(stream.read_exact_at(&mut [0], plain.len() as u64).is_err());
    Some(plain)
}

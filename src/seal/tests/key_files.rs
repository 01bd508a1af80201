use proptest::prelude::*;

use super::sealer::{
    EC_DER, LEGACY_IV, PKCS8_DER, der, fernet, header, key_file, padded, pbes2, pem, record, rfc1423, secretbox,
    unlock_key,
};
use crate::seal::{Algorithm, BodyForm, KeyFile, Keyring, SealError};

const DEK: [u8; 32] = *b"the data key that is valid today";
const PENDING: [u8; 32] = *b"the data key of a rotation begun";
const NONCE: [u8; 24] = [1; 24];

fn parse(text: &str) -> KeyFile {
    KeyFile::parse(text.as_bytes()).unwrap()
}

/// Whether the keyring opens what is sealed with that DEK.
fn opens(keyring: &Keyring, dek: &[u8; 32]) -> bool {
    keyring.open(&secretbox(dek, &NONCE, b"x"), &mut Vec::new()).is_ok()
}

fn dek_info() -> String {
    let hex: String = LEGACY_IV.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("AES-256-CBC,{hex}")
}

/// A key file as each generation of daemons writes it, locked by `kek`.
fn locked_files(kek: &[u8]) -> [(KeyFile, BodyForm, Algorithm); 3] {
    let box_ = header(&secretbox(&padded(kek), &NONCE, &DEK));
    let token = header(&fernet(&padded(kek), &DEK));
    let info = dek_info();
    let legacy: &[(&str, &str)] =
        &[("Proc-Type", "4,ENCRYPTED"), ("DEK-Info", &info), ("kek-version", "7"), ("raft-dek", &box_)];
    let pkcs8 = pbes2(kek, &der(PKCS8_DER), 2048);
    [
        (pem("EC PRIVATE KEY", legacy, &rfc1423(kek, &der(EC_DER))), BodyForm::EcEncrypted, Algorithm::Secretbox),
        (
            pem("ENCRYPTED PRIVATE KEY", &[("kek-version", "7"), ("raft-dek", &box_)], &pkcs8),
            BodyForm::Pkcs8Encrypted,
            Algorithm::Secretbox,
        ),
        (
            pem("ENCRYPTED PRIVATE KEY", &[("kek-version", "7"), ("raft-dek", &token)], &pkcs8),
            BodyForm::Pkcs8Encrypted,
            Algorithm::Fernet,
        ),
    ]
    .map(|(text, body, algorithm)| (parse(&text), body, algorithm))
}

#[test]
fn an_unlocked_file_needs_no_key() {
    let file = key_file(&DEK);
    assert!(!file.locked());
    assert_eq!((file.facts().body, file.facts().dek), (BodyForm::Pkcs8, Some(Algorithm::None)));
    assert_eq!((file.facts().kek_version, file.facts().needs_rotation), (Some(0), false));
    assert_eq!(file.facts().pem_label, "PRIVATE KEY");
    assert!(opens(&Keyring::unlock(&file, &[]).unwrap(), &DEK));
    assert!(opens(&Keyring::unlock(&file, &[unlock_key(b"superfluous")]).unwrap(), &DEK));
}

#[test]
fn a_locked_file_needs_the_key_that_fits() {
    for kek in [&b"three"[..], b"", &[3; 32], &[4; 40]] {
        for (file, body, algorithm) in locked_files(kek) {
            assert!(file.locked());
            assert_eq!((file.facts().body, file.facts().dek), (body, Some(algorithm)));
            assert_eq!(Keyring::unlock(&file, &[]).unwrap_err(), SealError::Locked);
            let wrong = Keyring::unlock(&file, &[unlock_key(b"wrong")]).unwrap_err();
            assert_eq!(wrong, SealError::WrongKey { kek_version: Some(7) });
            let keyring = Keyring::unlock(&file, &[unlock_key(b"wrong"), unlock_key(kek)]).unwrap();
            assert!(opens(&keyring, &DEK) && keyring.lost().is_empty());
        }
    }
}

#[test]
fn while_a_rotation_is_in_progress_both_keys_open() {
    let (dek, pending) = (header(&record(0, &DEK, &[])), header(&record(0, &PENDING, &[])));
    let headers = [("raft-dek", &*dek), ("raft-dek-needs-rotation", "true"), ("raft-dek-pending", &pending)];
    let file = parse(&pem("PRIVATE KEY", &headers, &der(PKCS8_DER)));
    assert!(file.facts().needs_rotation);
    assert_eq!(file.facts().pending, Some(Algorithm::None));
    let keyring = Keyring::unlock(&file, &[]).unwrap();
    assert_eq!(keyring.key_count(), 2);
    assert!(opens(&keyring, &DEK) && opens(&keyring, &PENDING));
}

#[test]
fn the_dek_needs_neither_body_nor_end() {
    let box_ = header(&secretbox(&padded(b"kek"), &NONCE, &DEK));
    let whole = pem("ENCRYPTED PRIVATE KEY", &[("raft-dek", &box_)], &pbes2(b"kek", &der(PKCS8_DER), 2048));
    let headers = whole.find("\n\n").unwrap();
    for text in [&whole[..headers], &whole[..headers + 40], &whole.replace('M', "!"), &whole.replace("END E", "END F")]
    {
        let text = text.replace("raft-dek: !", "raft-dek: M");
        let file = parse(&text);
        assert!(matches!(file.facts().body, BodyForm::Unreadable(_)), "{:?}", file.facts());
        if text.contains(&box_) {
            assert!(opens(&Keyring::unlock(&file, &[unlock_key(b"kek")]).unwrap(), &DEK));
        }
    }
}

#[test]
fn header_and_body_may_differ_for_a_moment() {
    let (clear, sealed) = (header(&record(0, &DEK, &[])), header(&secretbox(&padded(b"kek"), &NONCE, &DEK)));
    let body = pbes2(b"kek", &der(PKCS8_DER), 2048);
    let header_clear = parse(&pem("ENCRYPTED PRIVATE KEY", &[("raft-dek", &clear)], &body));
    assert!(header_clear.locked());
    assert!(opens(&Keyring::unlock(&header_clear, &[]).unwrap(), &DEK));
    let body_clear = parse(&pem("PRIVATE KEY", &[("raft-dek", &sealed)], &der(PKCS8_DER)));
    assert!(body_clear.locked());
    assert_eq!(Keyring::unlock(&body_clear, &[]).unwrap_err(), SealError::Locked);
    assert!(opens(&Keyring::unlock(&body_clear, &[unlock_key(b"kek")]).unwrap(), &DEK));
    // One header sealed, one in clear.
    let file = parse(&pem("PRIVATE KEY", &[("raft-dek", &clear), ("raft-dek-pending", &sealed)], &der(PKCS8_DER)));
    let keyring = Keyring::unlock(&file, &[]).unwrap();
    assert_eq!((opens(&keyring, &DEK), keyring.lost()), (true, &[SealError::Locked][..]));
}

#[test]
fn an_altered_header_is_not_a_wrong_key() {
    let mut sealed = secretbox(&padded(b"kek"), &NONCE, &DEK);
    sealed[30] ^= 1;
    let sealed = header(&sealed);
    for (label, headers, body) in [
        ("ENCRYPTED PRIVATE KEY", vec![("raft-dek", &*sealed)], pbes2(b"kek", &der(PKCS8_DER), 2048)),
        ("EC PRIVATE KEY", vec![("DEK-Info", &dek_info()), ("raft-dek", &sealed)], rfc1423(b"kek", &der(EC_DER))),
    ] {
        let file = parse(&pem(label, &headers, &body));
        let line = headers.len() + 1;
        match Keyring::unlock(&file, &[unlock_key(b"kek")]) {
            Err(SealError::HeaderDamaged { header: "raft-dek", line: at, .. }) => assert_eq!(at, line),
            other => panic!("{other:?}"),
        }
        assert!(matches!(Keyring::unlock(&file, &[unlock_key(b"no")]), Err(SealError::WrongKey { .. })));
    }
}

#[test]
fn without_dek_the_body_tells_a_wrong_key() {
    for (label, headers, body) in [
        ("ENCRYPTED PRIVATE KEY", vec![("kek-version", "x")], pbes2(b"kek", &der(PKCS8_DER), 2048)),
        ("EC PRIVATE KEY", vec![("DEK-Info", &*dek_info())], rfc1423(b"kek", &der(EC_DER))),
    ] {
        let file = parse(&pem(label, &headers, &body));
        assert!(file.locked());
        assert_eq!(file.facts().kek_version, None);
        assert_eq!(Keyring::unlock(&file, &[unlock_key(b"kek")]).unwrap_err(), SealError::NoDek);
        assert_eq!(Keyring::unlock(&file, &[]).unwrap_err(), SealError::NoDek);
        let wrong = Keyring::unlock(&file, &[unlock_key(b"no")]).unwrap_err();
        assert_eq!(wrong, SealError::WrongKey { kek_version: None });
    }
}

/// A wrong password passes the padding test about once in 256: what comes out must also be a key.
#[test]
fn no_wrong_key_opens_a_legacy_body() {
    let file = parse(&pem("EC PRIVATE KEY", &[("DEK-Info", &dek_info())], &rfc1423(b"kek", &der(EC_DER))));
    for wrong in 0..3000u32 {
        let error = Keyring::unlock(&file, &[unlock_key(&wrong.to_le_bytes())]).unwrap_err();
        assert_eq!(error, SealError::WrongKey { kek_version: None }, "{wrong}");
    }
}

#[test]
fn rounds_without_end_are_not_counted() {
    let file = parse(&pem("ENCRYPTED PRIVATE KEY", &[], &pbes2(b"kek", &der(PKCS8_DER), 99_000_000)));
    assert_eq!(Keyring::unlock(&file, &[unlock_key(b"kek")]).unwrap_err(), SealError::NoDek);
}

#[test]
fn headers_that_hold_no_key() {
    let zero = header(&record(0, &[0; 32], &[]));
    let unknown = header(&record(9, &[1; 32], &[]));
    let nonce = header(&record(1, &[1; 48], &[1; 23]));
    for (value, in_facts) in [("", false), (&*zero, false), ("%%", true), ("EiA=", true), (&*nonce, false)] {
        let file = parse(&pem("PRIVATE KEY", &[("raft-dek", value)], &der(PKCS8_DER)));
        assert_eq!(!file.facts().damage.is_empty(), in_facts, "{value}");
        let error = Keyring::unlock(&file, &[unlock_key(b"kek")]).unwrap_err();
        assert!(matches!(error, SealError::HeaderDamaged { header: "raft-dek", line: 2, .. }), "{value}: {error}");
    }
    let file = parse(&pem("PRIVATE KEY", &[("raft-dek", &unknown)], &der(PKCS8_DER)));
    let error = Keyring::unlock(&file, &[]).unwrap_err();
    assert!(matches!(error, SealError::HeaderUnknown { algorithm: Algorithm::Unknown(9), .. }), "{error}");
}

#[test]
fn a_short_dek_is_filled_and_a_long_one_cut() {
    for dek in [&[5u8; 7][..], &[6; 50]] {
        let value = header(&record(0, dek, &[]));
        let file = parse(&pem("PRIVATE KEY", &[("raft-dek", &value)], &der(PKCS8_DER)));
        assert!(opens(&Keyring::unlock(&file, &[]).unwrap(), &padded(dek)));
    }
}

#[test]
fn names_are_exact_and_the_last_header_counts() {
    let (one, two) = (header(&record(0, &DEK, &[])), header(&record(0, &PENDING, &[])));
    let text = format!(
        "text before\n{}",
        pem("PRIVATE KEY", &[("raft-dek", &one), ("raft-dek", &two), ("Raft-Dek", &one)], &[])
    );
    let keyring = Keyring::unlock(&parse(&text.replace('\n', "\r\n")), &[]).unwrap();
    assert_eq!((opens(&keyring, &DEK), opens(&keyring, &PENDING)), (false, true));
}

#[test]
fn what_is_no_key_file() {
    for text in ["", "-----BEGIN", "-----BEGIN X----\n", "x-----BEGIN X-----\n"] {
        assert_eq!(KeyFile::parse(text.as_bytes()).unwrap_err(), SealError::NotPem { len: text.len() as u64 });
    }
    assert!(matches!(KeyFile::parse(&vec![b'\n'; 2 << 20]), Err(SealError::TooLarge { .. })));
    let body = |bytes: &[u8]| parse(&pem("PRIVATE KEY", &[], bytes)).facts().body;
    assert_eq!(body(&der(EC_DER)), BodyForm::Ec);
    assert!(matches!(body(b"\x30\x00"), BodyForm::Unreadable(_)));
    assert!(matches!(body(&[0x30; 500]), BodyForm::Unreadable(_)));
}

#[test]
fn neither_keys_nor_plaintext_are_shown() {
    let file = key_file(&DEK);
    let shown = format!("{file:?} {:?}", Keyring::unlock(&file, &[]).unwrap());
    assert!(!shown.contains(&header(&record(0, &DEK, &[]))[4..20]), "{shown}");
    assert!(!shown.contains(&PKCS8_DER[..8]), "{shown}");
    assert!(shown.contains("Keyring { clear: false, keys: 1, .. }"), "{shown}");
}

/// Where a strict reader takes the file, both read the same.
#[test]
fn agrees_with_a_strict_reader() {
    let headers = [("Proc-Type", "4,ENCRYPTED"), ("kek-version", "12"), ("raft-dek", "EiA=")];
    let text = pem("EC PRIVATE KEY", &headers, &der(EC_DER));
    let strict = pem::parse(&text).unwrap();
    let block = crate::seal::pem::Block::find(text.as_bytes()).unwrap();
    assert_eq!(block.label, strict.tag().as_bytes());
    let ours: Vec<_> = block.headers.iter().map(|header| (header.name, header.value)).collect();
    let theirs: Vec<_> = strict.headers().iter().map(|(name, value)| (name.as_bytes(), value.as_bytes())).collect();
    assert_eq!(ours, theirs);
}

/// Cut or altered anywhere, nothing panics, and no other key comes out.
#[test]
fn truncated_and_altered_at_every_byte() {
    let box_ = header(&secretbox(&padded(b"kek"), &NONCE, &DEK));
    let clear = header(&record(0, &DEK, &[]));
    let keys = [unlock_key(b"kek")];
    let info = dek_info();
    let texts = [
        pem("ENCRYPTED PRIVATE KEY", &[("raft-dek", &box_)], &pbes2(b"kek", &der(PKCS8_DER), 2)),
        pem("EC PRIVATE KEY", &[("DEK-Info", &info), ("raft-dek", &box_)], &rfc1423(b"kek", &der(EC_DER))),
        pem("PRIVATE KEY", &[("raft-dek", &clear)], &der(PKCS8_DER)),
    ];
    for text in texts {
        for at in 0..text.len() {
            let sealed = text.contains("ENCRYPTED");
            if let Ok(keyring) = KeyFile::parse(&text.as_bytes()[..at]).and_then(|file| Keyring::unlock(&file, &keys)) {
                assert!(opens(&keyring, &DEK), "cut at {at}");
            }
            let mut altered = text.clone().into_bytes();
            altered[at] ^= 4;
            if let Ok(keyring) = KeyFile::parse(&altered).and_then(|file| Keyring::unlock(&file, &keys)) {
                assert!(!sealed || opens(&keyring, &DEK), "altered at {at}");
            }
        }
    }
}

proptest! {
    #[test]
    fn no_input_panics(name in "raft-dek|DEK-Info|kek-version|x", value in ".{0,60}", body: Vec<u8>, raw: Vec<u8>) {
        let _ = KeyFile::parse(&raw);
        let text = pem("PRIVATE KEY", &[(&name, &value)], &body);
        if let Ok(file) = KeyFile::parse(text.as_bytes()) {
            let _ = Keyring::unlock(&file, &[unlock_key(b"kek")]);
        }
    }
}

//! How fast a walk is: `cargo test --release speed -- --ignored --nocapture`.

use std::hint::black_box;
use std::time::Instant;

use super::*;
use crate::schema::TASK;

fn field(number: u8, value: &[u8]) -> Vec<u8> {
    let tag = [number << 3 | 2];
    let length = value.len();
    let length = if length < 128 { vec![length as u8] } else { vec![length as u8 | 0x80, (length >> 7) as u8] };
    [&tag[..], &length, value].concat()
}

/// A task such as a daemon writes, about 1,250 bytes.
fn task() -> Vec<u8> {
    let time = field(2, b"\x08\x80\x9c\xa9\xb1\x06\x10\xd5\xaa\xfc\xd1\x01");
    let meta = field(2, &[field(1, b"\x08\x9a\x4e"), time.clone(), field(3, &time[2..])].concat());
    let label =
        |i| field(2, &[field(1, format!("com.example.label.{i}").as_bytes()), field(2, b"some value")].concat());
    let env = |i| field(5, format!("VARIABLE_{i}=the value of a variable").as_bytes());
    let image =
        field(1, b"registry.example.com/team/app:1.2.3@sha256:0123456789abcdef0123456789abcdef0123456789abcdef");
    let container = field(1, &[vec![image], (0..8).map(label).collect(), (0..15).map(env).collect()].concat().concat());
    let spec = field(3, &[container, field(2, &field(1, b"\x08\x80\xca\xb5\xee\x01")), field(5, b"")].concat());
    let annotations = field(8, &[field(1, b"app_web"), label(1), label(2)].concat());
    let status = field(9, &[field(1, &time[2..]), b"\x10\x80\x04".to_vec(), field(3, b"started")].concat());
    let id = field(1, b"k2x9v8q7w6e5r4t3y2u1i0opa");
    [
        id,
        meta,
        spec,
        field(4, b"3y2u1i0opak2x9v8q7w6e5r4t"),
        b"\x28\x01".to_vec(),
        annotations,
        status,
        b"\x50\x80\x04".to_vec(),
    ]
    .concat()
}

fn measure(name: &str, mut walk: impl FnMut() -> u64) {
    let mut best = f64::MAX;
    let mut size = 0;
    for _ in 0..50 {
        let start = Instant::now();
        for _ in 0..1000 {
            size = black_box(walk());
        }
        best = best.min(start.elapsed().as_secs_f64() / 1000.0);
    }
    println!("{name:>14}: {:6.2} us, {size} bytes of text", best * 1e6);
}

#[test]
#[ignore = "measures"]
fn speed() {
    let task = task();
    println!("a task of {} bytes", task.len());
    let mut text_of = Vec::with_capacity(1 << 16);
    for style in [Style::Pretty, Style::Compact] {
        measure(&format!("{style:?} written"), || {
            text_of.clear();
            Json::new(style, &mut text_of).message(&TASK, black_box(&task));
            text_of.len() as u64
        });
        measure(&format!("{style:?} counted"), || {
            let mut count = Count::default();
            Json::new(style, &mut count).message(&TASK, black_box(&task));
            count.0
        });
    }
    measure("text written", || {
        text_of.clear();
        text(&TASK, black_box(&task), 0, &mut text_of);
        text_of.len() as u64
    });
    measure("text counted", || {
        let mut count = Count::default();
        text(&TASK, black_box(&task), 0, &mut count);
        count.0
    });
}

//! How an input holds more than one thing.

/// Ends a part. A mark instead of a length: what is put into a part, or cut out of it, does not move the others.
pub const MARK: [u8; 4] = *b"\xf5\n\xf5\n";

/// More are not looked at.
const MOST: usize = 1024;

/// The parts of an input.
pub(crate) fn parts(mut input: &[u8]) -> Vec<&[u8]> {
    let mut parts = Vec::new();
    while parts.len() < MOST {
        let Some(at) = input.windows(MARK.len()).position(|window| window == MARK) else {
            parts.push(input);
            break;
        };
        parts.push(&input[..at]);
        input = &input[at + MARK.len()..];
    }
    parts
}

/// The first byte, which chooses, and the rest.
pub(crate) fn choice(input: &[u8]) -> (u8, &[u8]) {
    input.split_first().map_or((0, input), |(first, rest)| (*first, rest))
}

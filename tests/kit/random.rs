//! Reproducible randomness: SplitMix64, so that a seed gives the same directory for ever.

/// A stream of numbers that depends on its seed alone.
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// The stream of `seed`.
    pub fn new(seed: u64) -> Random {
        Random(seed ^ 0x5377_6172_6d46_5321)
    }

    /// The next number.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `limit`, which must not be 0.
    pub fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    /// A number from `low` to `high`, both included.
    pub fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.below(high - low + 1)
    }

    /// Fills `buf`.
    pub fn fill(&mut self, buf: &mut [u8]) {
        for chunk in buf.chunks_mut(8) {
            let bytes = self.next().to_le_bytes();
            chunk.copy_from_slice(&bytes[..chunk.len()]);
        }
    }

    /// `N` bytes.
    pub fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        self.fill(&mut bytes);
        bytes
    }

    /// An id as swarm makes them: 25 characters of base 36.
    pub fn id(&mut self) -> String {
        self.base36(25)
    }

    /// `len` characters of base 36.
    pub fn base36(&mut self, len: usize) -> String {
        const DIGITS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
        let mut text = String::with_capacity(len);
        for _ in 0..len {
            text.push(char::from(DIGITS[self.below(36) as usize]));
        }
        text
    }

    /// Printable text of `len` characters, with spaces and line ends as a configuration file has them.
    pub fn text(&mut self, len: usize) -> Vec<u8> {
        const LETTERS: &[u8; 64] = b"abcdefghijklmnopqrstuvwxyz0123456789=#:_-./ABCDEFGHIJKLM      \n\n";
        let mut text = vec![0; len];
        self.fill(&mut text);
        for byte in &mut text {
            *byte = LETTERS[usize::from(*byte & 63)];
        }
        text
    }
}

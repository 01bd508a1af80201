//! Numbers and texts as the sections of a cache hold them. Reading trusts nothing.

use crate::disk::Moment;

pub(super) fn put(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// Small for small differences in either direction.
pub(super) fn put_signed(out: &mut Vec<u8>, number: i64) {
    put(out, (number << 1 ^ number >> 63) as u64);
}

pub(super) fn put_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    put(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

pub(super) fn put_moment(out: &mut Vec<u8>, moment: Option<Moment>) {
    match moment {
        Some(moment) => {
            out.push(1);
            put_signed(out, moment.seconds);
            put(out, u64::from(moment.nanos));
        }
        None => out.push(0),
    }
}

/// What is left of a piece of a section.
#[derive(Clone, Copy)]
pub(super) struct Input<'a>(pub(super) &'a [u8]);

impl<'a> Input<'a> {
    pub(super) fn byte(&mut self) -> Option<u8> {
        let (byte, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*byte)
    }

    pub(super) fn number(&mut self) -> Option<u64> {
        let first = self.byte()?;
        if first < 0x80 {
            return Some(u64::from(first));
        }
        let mut value = u64::from(first & 0x7f);
        for shift in (7..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(value);
            }
        }
        None
    }

    pub(super) fn signed(&mut self) -> Option<i64> {
        let number = self.number()?;
        Some((number >> 1) as i64 ^ -((number & 1) as i64))
    }

    pub(super) fn u32(&mut self) -> Option<u32> {
        u32::try_from(self.number()?).ok()
    }

    pub(super) fn usize(&mut self) -> Option<usize> {
        usize::try_from(self.number()?).ok()
    }

    /// Four bytes as they are, for what no delta makes smaller.
    pub(super) fn word(&mut self) -> Option<u32> {
        let (word, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(u32::from_le_bytes(*word))
    }

    pub(super) fn take(&mut self, len: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(len)?;
        self.0 = rest;
        Some(taken)
    }

    pub(super) fn bytes(&mut self) -> Option<&'a [u8]> {
        let len = self.usize()?;
        self.take(len)
    }

    pub(super) fn text(&mut self) -> Option<String> {
        String::from_utf8(self.bytes()?.to_vec()).ok()
    }

    pub(super) fn moment(&mut self) -> Option<Option<Moment>> {
        if self.byte()? == 0 {
            return Some(None);
        }
        let (seconds, nanos) = (self.signed()?, self.u32()?);
        (nanos < 1_000_000_000).then_some(Some(Moment { seconds, nanos }))
    }

    /// A list that says how long it is. Nothing is reserved on its word.
    pub(super) fn list<T>(&mut self, mut one: impl FnMut(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let mut list = Vec::new();
        for _ in 0..self.number()? {
            list.push(one(self)?);
        }
        Some(list)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_back() {
        for number in [0, 1, 127, 128, 300, u64::from(u32::MAX), u64::MAX - 1, u64::MAX] {
            let mut out = Vec::new();
            put(&mut out, number);
            put_signed(&mut out, number as i64);
            let mut input = Input(&out);
            assert_eq!((input.number(), input.signed()), (Some(number), Some(number as i64)));
            assert_eq!(input.byte(), None);
        }
    }

    #[test]
    fn what_is_cut_off_or_overlong_is_nothing() {
        assert_eq!(Input(&[0x80]).number(), None);
        assert_eq!(Input(&[0xff; 11]).number(), None);
        assert_eq!(Input(&[5, 1, 2]).bytes(), None);
        let endless = [&[0xff; 4][..], &[0x0f]].concat();
        assert!(Input(&endless).list(Input::byte).is_none());
        assert_eq!(Input(&[1, 0, 0xff, 0xff, 0xff, 0xff, 0x0f]).moment(), None);
    }
}

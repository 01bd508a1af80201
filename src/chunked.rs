//! A list that grows at its end, and whose copies share what they have in common.
//!
//! Each view of a running daemon's directory has its own log and its own index, and all but the end of them is the
//! same. So the elements lie in chunks of a fixed number, which copies share: a copy costs a count for each chunk,
//! and what is pushed behind it costs the copy of one chunk at most. A persistent vector from a crate (`imbl`) would
//! give that too, but has a tree to walk for each element, and the loops here run over hundreds of thousands.
//!
//! A chunk may also be [supplied later](Supply), when an element of it is first asked for.

use std::fmt;
use std::ops::{Index, Range};
use std::sync::Arc;

use crate::later::Later;
pub use crate::later::Supply;

/// Elements of a chunk. A power of two, so that finding one takes a shift and a mask.
pub const CHUNK: usize = 1024;

/// The list; see the module's text.
pub struct Chunked<T> {
    /// All but the last are full.
    chunks: Vec<Arc<Later<Vec<T>>>>,
    len: usize,
}

impl<T> Chunked<T> {
    /// A list of nothing.
    pub const fn new() -> Chunked<T> {
        Chunked { chunks: Vec::new(), len: 0 }
    }

    /// A list of so many elements, whose chunks are supplied when they are asked for: all of [`CHUNK`] elements, and
    /// the last of what is left.
    pub fn supplied(len: usize, from: &Arc<impl Supply<Vec<T>> + 'static>) -> Chunked<T> {
        let chunk = |number| Arc::new(Later::supplied(from.clone() as Arc<dyn Supply<Vec<T>>>, number));
        Chunked { chunks: (0..len.div_ceil(CHUNK)).map(chunk).collect(), len }
    }

    /// The elements, a chunk at a time.
    pub fn chunks(&self) -> impl Iterator<Item = &[T]> {
        self.chunks.iter().map(|chunk| &**chunk.get())
    }

    /// How many elements there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// True where there are none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The element at a place.
    pub fn get(&self, at: usize) -> Option<&T> {
        self.chunks.get(at / CHUNK)?.get().get(at % CHUNK)
    }

    /// The first element.
    pub fn first(&self) -> Option<&T> {
        self.get(0)
    }

    /// The last element.
    pub fn last(&self) -> Option<&T> {
        self.chunks.last()?.get().last()
    }

    /// All elements.
    pub fn iter(&self) -> Iter<'_, T> {
        self.range(0..self.len)
    }

    /// The elements at these places, as far as there are any.
    pub fn range(&self, places: Range<usize>) -> Iter<'_, T> {
        let end = places.end.min(self.len);
        Iter { list: self, places: places.start.min(end)..end }
    }

    /// The elements from a place on.
    pub fn iter_from(&self, at: usize) -> Iter<'_, T> {
        self.range(at..self.len)
    }

    /// The first place whose element does not fulfil what all before it do.
    pub fn partition_point(&self, holds: impl Fn(&T) -> bool) -> usize {
        let full = self.chunks.partition_point(|chunk| chunk.get().last().is_some_and(&holds));
        let within = self.chunks.get(full).map_or(0, |chunk| chunk.get().partition_point(&holds));
        (full * CHUNK).min(self.len) + within
    }

    /// The place of a key among elements that are sorted by it.
    pub fn binary_search_by_key<K: Ord>(&self, key: &K, of: impl Fn(&T) -> K) -> Result<usize, usize> {
        let at = self.partition_point(|element| of(element) < *key);
        if self.get(at).is_some_and(|element| of(element) == *key) { Ok(at) } else { Err(at) }
    }

    /// The elements around a place that hold, as the one there does, as long as all in between do. Costs little where
    /// there are few.
    pub fn run(&self, at: usize, holds: impl Fn(&T) -> bool) -> Range<usize> {
        let before = steps(at, |n| self.get(at - n).is_some_and(&holds));
        let behind = steps(self.len.saturating_sub(at + 1), |n| self.get(at + n).is_some_and(&holds));
        at - before..at + behind + 1
    }

    /// How many elements at the start of both lists are the same. Chunks that both share are not looked into.
    pub fn common(&self, other: &Chunked<T>, same: impl Fn(&T, &T) -> bool) -> usize {
        let mut pairs = self.chunks.iter().zip(&other.chunks);
        let shared = pairs.by_ref().take_while(|(a, b)| Arc::ptr_eq(a, b)).count();
        let from = (shared * CHUNK).min(self.len).min(other.len);
        from + self.iter_from(from).zip(other.iter_from(from)).take_while(|(a, b)| same(a, b)).count()
    }
}

impl<T: Clone> Chunked<T> {
    /// Puts an element at the end.
    pub fn push(&mut self, element: T) {
        if self.len.is_multiple_of(CHUNK) {
            self.chunks.push(Arc::default());
        }
        if let Some(last) = self.chunks.last_mut().and_then(|last| own(last, CHUNK)) {
            last.push(element);
            self.len += 1;
        }
    }

    /// Drops all elements from a place on.
    pub fn truncate(&mut self, len: usize) {
        if len >= self.len {
            return;
        }
        self.chunks.truncate(len.div_ceil(CHUNK));
        let cut = self.chunks.last_mut().filter(|_| !len.is_multiple_of(CHUNK));
        if let Some(last) = cut.and_then(|last| own(last, len % CHUNK)) {
            last.truncate(len % CHUNK);
        }
        self.len = len;
    }

    /// The element at a place, to be changed.
    pub fn get_mut(&mut self, at: usize) -> Option<&mut T> {
        own(self.chunks.get_mut(at / CHUNK)?, CHUNK)?.get_mut(at % CHUNK)
    }

    /// The last element, to be changed.
    pub fn last_mut(&mut self) -> Option<&mut T> {
        self.get_mut(self.len.checked_sub(1)?)
    }

    /// Gives back what was allocated in reserve.
    pub fn shrink(&mut self) {
        if let Some(last) = self.chunks.last_mut().and_then(Arc::get_mut).and_then(Later::at_hand) {
            last.shrink_to_fit();
        }
        self.chunks.shrink_to_fit();
    }
}

/// How many steps hold, of so many at most, where none holds behind one that does not.
fn steps(most: usize, holds: impl Fn(usize) -> bool) -> usize {
    let (mut taken, mut stride) = (0, 1);
    let may = |taken: usize, stride: usize| stride <= most - taken && holds(taken + stride);
    while may(taken, stride) {
        taken += stride;
        stride *= 2;
    }
    while stride > 1 {
        stride /= 2;
        if may(taken, stride) {
            taken += stride;
        }
    }
    taken
}

/// A chunk that nobody else holds; a copy of one that others do has room for as many elements.
fn own<T: Clone>(chunk: &mut Arc<Later<Vec<T>>>, room: usize) -> Option<&mut Vec<T>> {
    if Arc::get_mut(chunk).is_none() {
        let shared = chunk.get();
        let mut copy = Vec::with_capacity(room.max(shared.len()));
        copy.extend_from_slice(shared);
        *chunk = Arc::new(Later::made(copy));
    }
    Arc::get_mut(chunk)?.get_mut()
}

impl<T> Default for Chunked<T> {
    fn default() -> Chunked<T> {
        Chunked::new()
    }
}

impl<T> Clone for Chunked<T> {
    fn clone(&self) -> Chunked<T> {
        Chunked { chunks: self.chunks.clone(), len: self.len }
    }
}

impl<T: fmt::Debug> fmt::Debug for Chunked<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self).finish()
    }
}

impl<T: PartialEq> PartialEq for Chunked<T> {
    fn eq(&self, other: &Chunked<T>) -> bool {
        self.len == other.len && self.common(other, T::eq) == self.len
    }
}

impl<T: Eq> Eq for Chunked<T> {}

impl<T> Index<usize> for Chunked<T> {
    type Output = T;

    fn index(&self, at: usize) -> &T {
        &self.chunks[at / CHUNK].get()[at % CHUNK]
    }
}

impl<T: Clone> Extend<T> for Chunked<T> {
    fn extend<I: IntoIterator<Item = T>>(&mut self, elements: I) {
        elements.into_iter().for_each(|element| self.push(element));
    }
}

impl<T: Clone> FromIterator<T> for Chunked<T> {
    fn from_iter<I: IntoIterator<Item = T>>(elements: I) -> Chunked<T> {
        let mut list = Chunked::new();
        list.extend(elements);
        list
    }
}

impl<'a, T> IntoIterator for &'a Chunked<T> {
    type Item = &'a T;
    type IntoIter = Iter<'a, T>;

    fn into_iter(self) -> Iter<'a, T> {
        self.iter()
    }
}

/// Elements of a list, from both ends.
#[derive(Clone)]
pub struct Iter<'a, T> {
    list: &'a Chunked<T>,
    places: Range<usize>,
}

impl<'a, T> Iterator for Iter<'a, T> {
    type Item = &'a T;

    fn next(&mut self) -> Option<&'a T> {
        self.list.get(self.places.next()?)
    }

    fn nth(&mut self, n: usize) -> Option<&'a T> {
        self.list.get(self.places.nth(n)?)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.places.size_hint()
    }
}

impl<T> DoubleEndedIterator for Iter<'_, T> {
    fn next_back(&mut self) -> Option<Self::Item> {
        self.list.get(self.places.next_back()?)
    }
}

impl<T> ExactSizeIterator for Iter<'_, T> {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_share_and_do_not_see_each_other() {
        let mut list: Chunked<u32> = (0..3000).collect();
        let before = list.clone();
        list.push(3000);
        assert_eq!((before.len(), list.len(), before.get(3000), list.last()), (3000, 3001, None, Some(&3000)));
        assert!(Arc::ptr_eq(&before.chunks[1], &list.chunks[1]) && !Arc::ptr_eq(&before.chunks[2], &list.chunks[2]));
        list.truncate(1500);
        list.push(7);
        *list.get_mut(3).unwrap() = 8;
        assert_eq!((list[1500], before[1500], list[3], before[3]), (7, 1500, 8, 3));
        assert_eq!(list.common(&before, u32::eq), 3);
        assert!(before.iter().copied().eq(0..3000));
        list.truncate(0);
        assert_eq!((list.first(), list.last(), list.iter().next()), (None, None, None));
    }

    /// Supplies numbers, and notes which chunks were asked for.
    struct Counting(std::sync::Mutex<Vec<usize>>, usize);

    impl Supply<Vec<u32>> for Counting {
        fn part(&self, number: usize) -> Vec<u32> {
            self.0.lock().unwrap().push(number);
            (number * CHUNK..(number * CHUNK + CHUNK).min(self.1)).map(|n| n as u32).collect()
        }
    }

    #[test]
    fn chunks_are_supplied_when_they_are_asked_for_and_once() {
        let from = Arc::new(Counting(Default::default(), 3000));
        let mut list = Chunked::supplied(3000, &from);
        let copy = list.clone();
        assert_eq!((list.len(), list.get(3072), list.common(&copy, u32::eq)), (3000, None, 3000));
        assert!(from.0.lock().unwrap().is_empty());
        assert_eq!((list.get(2047), list[1024], copy[1025]), (Some(&2047), 1024, 1025));
        assert_eq!(*from.0.lock().unwrap(), [1]);
        list.push(7);
        *list.get_mut(5).unwrap() = 8;
        assert_eq!((list[3000], list[2999], copy.last(), list[5], copy[5]), (7, 2999, Some(&2999), 8, 5));
        list.truncate(1030);
        assert!(list.iter_from(1024).copied().eq(1024..1030) && copy.iter().copied().eq(0..3000));
        assert_eq!(*from.0.lock().unwrap(), [1, 2, 0]);
    }

    #[test]
    fn searches_and_walks_are_those_of_a_slice() {
        for len in [0u32, 1, 1023, 1024, 1025, 2048, 5000] {
            let plain: Vec<u32> = (0..len).map(|n| n * 2).collect();
            let list: Chunked<u32> = plain.iter().copied().collect();
            for key in [0, 1, 2, len, 2046, 2047, 2048, 2 * len, u32::MAX] {
                assert_eq!(list.partition_point(|n| *n < key), plain.partition_point(|n| *n < key));
                assert_eq!(list.binary_search_by_key(&key, |n| *n), plain.binary_search(&key));
                let from = plain.len().min(key as usize);
                assert!(list.iter_from(key as usize).rev().eq(plain[from..].iter().rev()));
            }
            for (at, width) in (0..plain.len()).step_by(37).flat_map(|at| [1, 2, 3, 10, 1500].map(|width| (at, width)))
            {
                let here = |n: &u32| n / 2 / width == at as u32 / width;
                let first = plain.partition_point(|n| n / 2 / width < at as u32 / width);
                assert_eq!(list.run(at, here), first..plain.len().min(first + width as usize));
            }
            assert_eq!(list.iter().len(), plain.len());
            assert!(list.iter().skip(1000).step_by(7).eq(plain.iter().skip(1000).step_by(7)));
            let mut cut = list.clone();
            cut.truncate(plain.len() / 2);
            assert!(cut.iter().eq(&plain[..plain.len() / 2]) && list.common(&cut, u32::eq) == cut.len());
        }
    }
}

//! Buckets: the multiples to cross off, sorted by residue class.

use alloc::{vec, vec::Vec};

use crate::{huge_pages, residue_class};

/// How many multiples can be added at once.
pub(super) const PUSHED: usize = 8;

/// The multiples of large sieving primes in a segment that are still to be crossed off.
///
/// The buckets are parts of one list, because Linux can back a long list by huge pages. It provides them in
/// much less time than many small pages.
#[derive(Debug, Default)]
pub(crate) struct Buckets {
    multiples: Vec<u32>,
    /// The room of a bucket in the list.
    room: usize,
    /// How many multiples each bucket has.
    lengths: Vec<usize>,
    /// Multiples whose bucket had no room, each with its residue class. They are rare.
    spilled: Vec<(usize, u32)>,
}

/// Buckets that are being filled.
pub(super) struct Filling<'b> {
    by_class: Vec<Bucket<'b>>,
    spilled: &'b mut Vec<(usize, u32)>,
}

struct Bucket<'b> {
    room: &'b mut [u32],
    length: usize,
}

impl Buckets {
    /// Empties the buckets, and lets `fill` fill them. Each has room for as many multiples as expected.
    pub(super) fn fill(
        &mut self,
        classes: usize,
        expected: usize,
        huge_pages: bool,
        fill: impl FnOnce(&mut Filling<'_>),
    ) {
        self.room = expected + PUSHED;
        let all = classes * self.room;
        if self.multiples.len() < all {
            // Free the old list first, because both may not fit into memory.
            self.multiples = Vec::new();
            self.multiples = vec![0; all];
            if huge_pages {
                huge_pages::advise(&mut self.multiples);
            }
        }
        self.spilled.clear();
        let rooms = self.multiples[..all].chunks_exact_mut(self.room);
        let by_class = rooms.map(|room| Bucket { room, length: 0 }).collect();
        let mut filling = Filling { by_class, spilled: &mut self.spilled };
        fill(&mut filling);
        self.lengths = filling.by_class.iter().map(|bucket| bucket.length).collect();
    }

    /// Crosses off the multiples in a residue class.
    pub(crate) fn cross_off(&self, class: usize, array: &mut [u8]) {
        let start = class * self.room;
        for &bit in &self.multiples[start..start + self.lengths[class]] {
            residue_class::clear(array, bit);
        }
        for &(_, bit) in self.spilled.iter().filter(|&&(of, _)| of == class) {
            residue_class::clear(array, bit);
        }
    }
}

impl Filling<'_> {
    /// Adds a multiple to the bucket of a residue class.
    #[inline(always)]
    pub(super) fn push(&mut self, class: usize, multiple: u32) {
        let Bucket { room, length } = &mut self.by_class[class];
        if let Some(place) = room.get_mut(*length) {
            *place = multiple;
            *length += 1;
        } else {
            self.spill(class, &[multiple]);
        }
    }

    /// Adds the first `count` of the multiples that `write` writes.
    #[cfg(target_arch = "x86_64")]
    #[inline(always)]
    pub(super) fn push_first(
        &mut self,
        class: usize,
        count: usize,
        write: impl FnOnce(&mut [u32; PUSHED]),
    ) {
        let Bucket { room, length } = &mut self.by_class[class];
        if let Some(room) = room[*length..].first_chunk_mut() {
            write(room);
            *length += count;
        } else {
            let mut multiples = [0; PUSHED];
            write(&mut multiples);
            self.spill(class, &multiples[..count]);
        }
    }

    #[cold]
    fn spill(&mut self, class: usize, multiples: &[u32]) {
        self.spilled.extend(multiples.iter().map(|&multiple| (class, multiple)));
    }
}

//! Divides a range among shards.

use std::ops::Range;

/// The part of `range` that belongs to the shard with this index, of `shards` in all.
///
/// The parts follow each other without gaps, and their lengths differ by at most one. They are empty if
/// there are more shards than numbers.
pub fn tile(range: &Range<u64>, shards: u64, index: u64) -> Range<u64> {
    let length = u128::from(range.end.saturating_sub(range.start));
    let cut = |index: u64| {
        let before = length * u128::from(index) / u128::from(shards);
        range.start + u64::try_from(before).expect("a part not to be longer than the whole")
    };
    cut(index)..cut(index + 1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn all_of_u64_is_divided() {
        assert_eq!(tile(&(0..u64::MAX), 1, 0), 0..u64::MAX);
        assert_eq!(tile(&(0..u64::MAX), 1_000_000, 999_999).end, u64::MAX);
        assert_eq!(tile(&(7..7), 3, 2), 7..7);
    }

    proptest! {
        /// Every number is in exactly one part.
        #[test]
        fn parts_tile_the_range(
            ends: [u64; 2],
            length in prop_oneof![0_u64..1_000, any::<u64>()],
            shards in prop_oneof![1_u64..20, 1_u64..2_000],
        ) {
            let start = ends[0].min(ends[1]);
            for range in [start..start.saturating_add(length), start..ends[0].max(ends[1])] {
                let mut next = range.start;
                let even = (range.end - range.start) / shards;
                for index in 0..shards {
                    let part = tile(&range, shards, index);
                    prop_assert_eq!(part.start, next);
                    prop_assert!(part.start <= part.end);
                    prop_assert!((even..=even + 1).contains(&(part.end - part.start)));
                    next = part.end;
                }
                prop_assert_eq!(next, range.end);
            }
        }
    }
}

//! Divides a list of names among elements without a plan: each takes every N-th.

use std::{ffi::OsString, num::NonZeroU64, str::FromStr};

use crate::{Index, JobArrayError};

/// Which share of a list to take, as a command line gives it: `3/8` or `auto/8`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Split {
    index: Index,
    count: NonZeroU64,
}

/// One share of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    index: u64,
    count: NonZeroU64,
}

impl FromStr for Split {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text.split_once('/');
        let parsed = parts.and_then(|(index, count)| {
            Some(Self { index: index.parse().ok()?, count: count.parse().ok()? })
        });
        parsed.ok_or_else(|| format!("{text:?} is no share: write 3/8, or auto/8 in a job array"))
    }
}

impl Split {
    /// The share of this element; `variable` reads the environment.
    ///
    /// # Errors
    /// As [`Index::resolve`].
    pub fn resolve(
        self,
        variable: impl Fn(&str) -> Option<OsString>,
    ) -> Result<Share, JobArrayError> {
        let index = self.index.resolve(self.count.get(), variable)?;
        Ok(Share { index, count: self.count })
    }
}

impl Share {
    /// The items of a list that belong to the share: all elements have to see the same list.
    pub fn of<T>(self, items: Vec<T>) -> Vec<T> {
        (0_u64..)
            .zip(items)
            .filter(|&(position, _)| position % self.count == self.index)
            .map(|(_, item)| item)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_position_is_in_exactly_one_share() {
        let shares: Vec<Share> = (0..3)
            .map(|index| {
                let split: Split = format!("{index}/3").parse().unwrap();
                split.resolve(|_| None).unwrap()
            })
            .collect();
        let of_all = shares.iter().map(|share| share.of((0..8).collect()));
        assert_eq!(of_all.collect::<Vec<_>>(), [vec![0, 3, 6], vec![1, 4, 7], vec![2, 5]]);
        let auto: Split = "auto/3".parse().unwrap();
        assert_eq!(auto.resolve(|_| Some("2".into())).unwrap(), shares[2]);
    }

    #[test]
    fn what_is_no_share_is_refused() {
        for text in ["", "3", "/", "1/0", "1/x", "x/3", "1/2/3"] {
            text.parse::<Split>().unwrap_err();
        }
        let beyond: Split = "3/3".parse().unwrap();
        beyond.resolve(|_| None).unwrap_err();
    }
}

//! The ids of items, and how users write them.

use std::{collections::HashSet, fmt};

use serde::{Deserialize, Serialize};

/// The most ids: more are a mistake, and would delay signals.
const IDS_MAX: u64 = 100_000;

/// The number of an item of Hacker News.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ItemId(pub u64);

impl ItemId {
    /// The name of the thread that fetches this item. It is short, since Linux cuts names of threads
    /// to 15 bytes.
    pub fn thread_name(self) -> String {
        format!("item-{self}")
    }
}

impl fmt::Display for ItemId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

/// Parses ids such as `7`, `1..=20`, `1..21`, or several of these with commas between them.
///
/// The ids keep their order; repeated ones are left out.
///
/// # Errors
/// When a part is not an id or a range; the text names the part and the reason.
pub fn parse(text: &str) -> Result<Vec<ItemId>, String> {
    let mut seen = HashSet::new();
    let mut ids = Vec::new();
    for part in text.split(',') {
        let (first, last) = bounds(part.trim())?;
        if last < first {
            return Err(no_ids(part));
        }
        if last - first >= IDS_MAX - ids.len() as u64 {
            return Err(format!("{part:?} makes more than {IDS_MAX} ids: ask for fewer"));
        }
        ids.extend((first..=last).map(ItemId).filter(|&id| seen.insert(id)));
    }
    Ok(ids)
}

fn no_ids(part: &str) -> String {
    format!("{part:?} has no ids: write the lower end first, as in 1..=20")
}

/// The first and the last id of a part.
fn bounds(part: &str) -> Result<(u64, u64), String> {
    let number = |text: &str| {
        text.parse().map_err(|_| {
            format!(
                "{part:?} is neither an id nor a range with both ends: write 7, 1..=20 or 1,5,9"
            )
        })
    };
    if let Some((first, last)) = part.split_once("..=") {
        Ok((number(first)?, number(last)?))
    } else if let Some((first, end)) = part.split_once("..") {
        let end: u64 = number(end)?;
        let last = end.checked_sub(1).ok_or_else(|| no_ids(part))?;
        Ok((number(first)?, last))
    } else {
        Ok((number(part)?, number(part)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[u64]) {
        let expected: Vec<ItemId> = expected.iter().copied().map(ItemId).collect();
        assert_eq!(parse(text), Ok(expected), "{text}");
    }

    #[test]
    fn lists_and_ranges_are_read() {
        check("7", &[7]);
        check("1..=3", &[1, 2, 3]);
        check("1..3", &[1, 2]);
        check("9, 1..=3,2,5", &[9, 1, 2, 3, 5]);
    }

    #[test]
    fn everything_else_is_refused() {
        for text in
            ["", "1..", "..5", "..", "3..=1", "5..5", "0..0", "-1", "a", "1,,2", "1..=2000000"]
        {
            parse(text).expect_err(text);
        }
    }
}

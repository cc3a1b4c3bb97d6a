//! The number of shards, as a command line gives it.

use std::num::NonZeroU64;

use message::number;

/// The most shards of a plan: a merge looks at each of them.
pub const SHARDS_MAX: u64 = 1_000_000;

/// Parses a number of shards.
///
/// # Errors
/// When it is not such a number; the text says why.
pub fn parse_shards(text: &str) -> Result<NonZeroU64, String> {
    match NonZeroU64::new(number::parse(text)?) {
        Some(shards) if shards.get() <= SHARDS_MAX => Ok(shards),
        Some(_) => Err(format!("a plan has at most {} shards", number::grouped(SHARDS_MAX))),
        None => Err("a plan has at least 1 shard".to_owned()),
    }
}

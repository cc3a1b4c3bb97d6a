//! The crate `primal`, by the fastest way that its documentation shows.

/// Its name.
pub(super) const NAME: &str = "primal";

/// Counts the primes below `end`.
pub(super) fn count_below(end: u64) -> u64 {
    // Its ranges include their end.
    end.checked_sub(1).map_or(0, |last| primal::StreamingSieve::prime_pi(index(last)) as u64)
}

/// Adds up the primes below `end`, one after another.
pub(super) fn sum_below(end: u64) -> u64 {
    let end = index(end);
    let primes = primal::Sieve::new(end);
    primes.primes_from(0).take_while(|&prime| prime < end).map(|prime| prime as u64).sum()
}

/// Lists the primes below `end`.
pub(super) fn list_below(end: u64) -> Vec<u64> {
    // Room for all at once, and `for_each` rather than `collect`: both save it time.
    let mut list = Vec::with_capacity(index(primal::estimate_prime_pi(end).1));
    let end = index(end);
    let primes = primal::Sieve::new(end);
    primes
        .primes_from(0)
        .take_while(|&prime| prime < end)
        .for_each(|prime| list.push(prime as u64));
    list
}

fn index(number: u64) -> usize {
    usize::try_from(number).expect("a number that the crate can take")
}

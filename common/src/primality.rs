//! Two ways to tell whether a number is prime, with one signature, so that either can be the work.
//!
//! Both are inline functions: the compiler builds them with the loop that calls them, at the
//! optimisation level of the caller's crate. A plain build does not optimise this crate.

mod strong_test;
mod trial_division;

pub use self::{strong_test::is_prime_by_strong_test, trial_division::is_prime_by_trial_division};

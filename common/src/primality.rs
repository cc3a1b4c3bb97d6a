//! Two ways to tell whether a number is prime, with one signature, so that either can be the work.

mod strong_test;
mod trial_division;

pub use self::{strong_test::is_prime_by_strong_test, trial_division::is_prime_by_trial_division};

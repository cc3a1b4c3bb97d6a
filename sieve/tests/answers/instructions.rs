//! An instruction set can be chosen only on machines that have it.

use std::panic;

use sieve::{Instructions, Sieve};

#[test]
fn every_machine_has_the_plain_ones() {
    assert!(Instructions::Plain.are_available());
    assert_eq!(Instructions::ALL[0], Instructions::Plain);
}

#[test]
fn those_that_the_machine_lacks_are_refused() {
    for set in Instructions::ALL {
        let chosen = panic::catch_unwind(|| Sieve::default().instructions(set).count(90..100));
        assert_eq!(chosen.ok(), set.are_available().then_some(1), "{set:?}");
    }
}

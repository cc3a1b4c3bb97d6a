//! A panic about an argument names the caller's line. It is the only test of its program, because the
//! hook sees the panics of all threads.

use std::{
    ops::Range,
    panic::{self, Location},
    sync::Mutex,
};

use sieve::{Instructions, SharedSieve, Sieve};

/// A list of `u32` cannot hold these numbers.
const LARGE: Range<u64> = 1 << 32..(1 << 32) + 100;

/// The line that the last panic names.
static LINE: Mutex<String> = Mutex::new(String::new());

/// Checks that the call panics at the line that calls this function, where the closure is.
#[track_caller]
fn check(call: impl FnOnce() + panic::UnwindSafe) {
    assert!(panic::catch_unwind(call).is_err(), "it does not panic");
    let expected = format!("{}:{}", Location::caller().file(), Location::caller().line());
    assert_eq!(*LINE.lock().expect("no panic while it is locked"), expected);
}

#[test]
fn a_wrong_argument_is_the_callers() {
    let default_hook = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        let location = panic.location().expect("a panic has a location");
        *LINE.lock().expect("no panic while it is locked") =
            format!("{}:{}", location.file(), location.line());
        default_hook(panic); // prints it, if the test fails
    }));
    let sieve = Sieve::default();
    check(|| drop(sieve::collect::<u32>(LARGE)));
    check(|| drop(sieve::try_collect::<u32>(LARGE)));
    check(|| drop(sieve.collect::<u32>(LARGE)));
    check(|| drop(sieve.try_collect::<u32>(LARGE)));
    check(|| drop(SharedSieve::default().collect::<u32>(LARGE)));
    check(|| drop(SharedSieve::default().try_collect::<u32>(LARGE)));
    check(|| drop(sieve::collect::<u64>(..)));
    check(|| drop(sieve.collect::<u64>(..)));
    check(|| drop(SharedSieve::default().collect::<u64>(..)));
    #[cfg(feature = "parallel")]
    check(|| drop(sieve::par_collect::<u32>(LARGE)));
    #[cfg(feature = "parallel")]
    check(|| drop(sieve.par_collect::<u32>(LARGE)));
    for missing in Instructions::ALL.into_iter().filter(|set| !set.are_available()) {
        check(|| _ = sieve.instructions(missing));
    }
}

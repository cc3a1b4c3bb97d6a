//! Primes as lines: the text is the same as by `format!`, for all kinds of writers.

use std::{
    io::{self, Write},
    ops::Range,
};

use sieve::write_lines;

use crate::{lines, reference, sieves};

fn expected_lines(numbers: Range<u64>) -> String {
    lines::of(&reference::primes(numbers))
}

fn check(numbers: &Range<u64>) {
    let expected = expected_lines(numbers.clone());
    for sieve in sieves::all() {
        let mut text = Vec::new();
        let count = sieve.write_lines(numbers.clone(), &mut text).expect("a list takes any text");
        assert_eq!(count, expected.lines().count() as u64, "{numbers:?}");
        assert!(text == expected.as_bytes(), "{numbers:?} by {sieve:?}");
    }
}

#[test]
fn where_numbers_become_longer() {
    for power in 0..=19 {
        let border = 10_u64.pow(power);
        check(&(border.saturating_sub(1_000)..border + 1_000));
    }
}

#[test]
fn where_the_digits_before_the_last_four_change() {
    for ten_thousands in [
        1_u64,
        2,
        9,
        10,
        11,
        99,
        100,
        999_999,
        1_000_000,
        1_844_674_406_941_458,
        1_844_674_407_370_955,
    ] {
        let border = ten_thousands * 10_000;
        check(&(border - 300..border + 300));
    }
}

#[test]
fn the_longest_numbers() {
    check(&(u64::MAX - 2_000..u64::MAX));
}

#[test]
fn more_text_than_the_buffer_holds() {
    check(&(0..3_000_000));
    check(&(9_999_000_000..10_001_000_000));
}

/// A writer that takes a few bytes at a time, until it is full.
struct Narrow {
    taken: Vec<u8>,
    bytes_at_a_time: usize,
    room_bytes: usize,
}

impl Narrow {
    fn new(bytes_at_a_time: usize, room_bytes: usize) -> Self {
        Self { taken: Vec::new(), bytes_at_a_time, room_bytes }
    }
}

impl Write for Narrow {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let room = self.room_bytes - self.taken.len();
        if room == 0 {
            return Err(io::Error::new(io::ErrorKind::StorageFull, "no more room"));
        }
        let count = bytes.len().min(self.bytes_at_a_time).min(room);
        self.taken.extend_from_slice(&bytes[..count]);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_writer_may_take_little_at_a_time() {
    let expected = expected_lines(0..1_000_000);
    for bytes_at_a_time in [1, 2, 7, 1000, 65_536] {
        let mut narrow = Narrow::new(bytes_at_a_time, usize::MAX);
        let count = write_lines(0..1_000_000, &mut narrow).expect("room enough");
        assert_eq!(count, 78_498);
        assert!(narrow.taken == expected.as_bytes(), "{bytes_at_a_time} bytes at a time");
    }
}

#[test]
fn the_error_of_a_writer_is_returned() {
    let expected = expected_lines(0..1_000_000);
    for room in [0, 1, 100_000, 131_072, 200_000, expected.len() - 1] {
        let mut narrow = Narrow::new(10_000, room);
        let error = write_lines(0..1_000_000, &mut narrow).expect_err("too little room");
        assert_eq!(error.kind(), io::ErrorKind::StorageFull, "{room} bytes");
        assert!(narrow.taken == expected.as_bytes()[..room], "{room} bytes");
    }
}

#[test]
fn a_writer_may_be_any_that_writes() {
    let mut text = Vec::new();
    let writer: &mut dyn Write = &mut text;
    assert_eq!(write_lines(0..6, writer).expect("a list takes any text"), 3);
    assert_eq!(text, b"2\n3\n5\n");
}

#[test]
fn a_full_writer_is_an_error() {
    let mut room = [0; 5];
    let error = write_lines(0..100, &mut &mut room[..]).expect_err("five bytes of room");
    assert_eq!(error.kind(), io::ErrorKind::WriteZero);
    assert_eq!(&room, b"2\n3\n5");
}

#[test]
fn nothing_is_written_where_there_is_no_prime() {
    let mut narrow = Narrow::new(1, 0);
    assert_eq!(write_lines(24..29, &mut narrow).expect("nothing to write"), 0);
    assert_eq!(write_lines(50..50, &mut narrow).expect("nothing to write"), 0);
}

//! Primes as decimal lines of text.
//!
//! Neighbouring primes have the same leading digits. So the leading digits are formatted once for
//! 10 000 numbers, and a table has the last four. A line takes two copies of a fixed length.

use std::{
    io::{self, Write},
    sync::LazyLock,
};

/// The numbers that share their leading digits.
const SHARED_BY: u64 = 10_000;

/// The most leading digits: a `u64` has 20 digits at most.
const LEADING_DIGITS_MAX: usize = 16;

/// The size of the buffer: more than a pipe takes at once.
const BUFFER_BYTES: usize = 128 << 10;

/// The length of the longest line, including the bytes that its copies write after its end.
const LINE_BYTES_MAX: usize = LEADING_DIGITS_MAX + 8;

/// The numbers 0 to 9999 as four digits, with a line feed and three bytes of padding.
static LAST_DIGITS: LazyLock<Vec<[u8; 8]>> = LazyLock::new(|| {
    let digit = |n: u64, unit: u64| b'0' + (n / unit % 10) as u8;
    let line_end = |n| [digit(n, 1000), digit(n, 100), digit(n, 10), digit(n, 1), b'\n', 0, 0, 0];
    (0..SHARED_BY).map(line_end).collect()
});

/// Writes one number a line; it is fastest for numbers in ascending order.
pub(crate) struct LineWriter<'w> {
    out: &'w mut dyn Write,
    buffer: Vec<u8>,
    /// The number of bytes in the buffer.
    length: usize,
    /// The first number with these leading digits.
    shared_from: u64,
    leading: [u8; LEADING_DIGITS_MAX],
    leading_length: usize,
    last_digits: &'static [[u8; 8]],
}

impl<'w> LineWriter<'w> {
    pub(crate) fn new(out: &'w mut dyn Write) -> Self {
        Self {
            out,
            buffer: vec![0; BUFFER_BYTES],
            length: 0,
            shared_from: 0,
            leading: [0; LEADING_DIGITS_MAX],
            leading_length: 0,
            last_digits: &LAST_DIGITS,
        }
    }

    pub(crate) fn write(&mut self, mut numbers: &[u64]) -> io::Result<()> {
        while let Some(&number) = numbers.first() {
            if self.length > BUFFER_BYTES - LINE_BYTES_MAX {
                self.flush()?;
            }
            if number < SHARED_BY {
                self.push_short(number);
                numbers = &numbers[1..];
            } else {
                self.share(number / SHARED_BY);
                numbers = self.push_shared(numbers);
            }
        }
        Ok(())
    }

    pub(crate) fn flush(&mut self) -> io::Result<()> {
        self.out.write_all(&self.buffer[..self.length])?;
        self.length = 0;
        Ok(())
    }

    /// Takes numbers while they share the leading digits and fit the buffer; returns the rest.
    fn push_shared<'n>(&mut self, numbers: &'n [u64]) -> &'n [u64] {
        let mut length = self.length;
        let leading_length = self.leading_length;
        for (index, &number) in numbers.iter().enumerate() {
            let last = number.wrapping_sub(self.shared_from);
            if last >= SHARED_BY || length > BUFFER_BYTES - LINE_BYTES_MAX {
                self.length = length;
                return &numbers[index..];
            }
            let line = &mut self.buffer[length..length + LINE_BYTES_MAX];
            line[..LEADING_DIGITS_MAX].copy_from_slice(&self.leading);
            let ending = &mut line[leading_length..leading_length + 8];
            ending.copy_from_slice(&self.last_digits[last as usize]);
            length += leading_length + 5;
        }
        self.length = length;
        &[]
    }

    /// Formats new leading digits.
    fn share(&mut self, leading: u64) {
        if leading * SHARED_BY == self.shared_from {
            return;
        }
        let digits = leading.to_string();
        self.leading[..digits.len()].copy_from_slice(digits.as_bytes());
        self.leading_length = digits.len();
        self.shared_from = leading * SHARED_BY;
    }

    fn push_short(&mut self, number: u64) {
        let line = format!("{number}\n");
        self.buffer[self.length..self.length + line.len()].copy_from_slice(line.as_bytes());
        self.length += line.len();
    }
}

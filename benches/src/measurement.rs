//! Runs a trial, and parses its output into an answer and a cost.

use std::{
    io::{self, Read},
    time::Duration,
};

use crate::{
    child::{self, CapturedStreams},
    trial::{Cost, Output, Trial, TrialError},
};

/// The most bytes of a text output; a report with ten thousand spans has half of that.
const TEXT_BYTES_MAX: u64 = 4 << 20;

/// The size of the buffer for long outputs.
const DRAINED_BYTES: usize = 1 << 20;

/// The factor of the digest: any odd number with many one bits (these are from π).
const DIGEST_FACTOR: u64 = 0x3243_f6a8_885a_308d;

/// The measurement of a trial.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measurement {
    /// The answer, to be compared with those of other contenders.
    pub answer: String,
    /// The cost of the process, or the cost that it reports for the job.
    pub cost: Cost,
}

impl Trial {
    /// Runs the program, and returns its answer and its cost.
    ///
    /// # Errors
    /// When the program cannot be started, fails, hangs, or prints something else.
    pub fn measure(&self) -> Result<Measurement, TrialError> {
        let (output, cost) = match self.output {
            Output::Answer | Output::AnswerAndCost | Output::Report(_) => {
                child::run(self, CapturedStreams::Output, text)?
            }
            Output::Lines => {
                let (digest, _) = child::run(self, CapturedStreams::Output, digest)?;
                let (_, cost) = child::run(self, CapturedStreams::Nothing, text)?;
                (digest, cost)
            }
        };
        parse(self.output, &output, cost)
            .ok_or_else(|| TrialError::UnexpectedOutput { command: self.to_string(), output })
    }

    /// Runs the program, and returns its stdout.
    ///
    /// # Errors
    /// When it cannot be started, hangs or fails.
    pub fn stdout(&self) -> Result<String, TrialError> {
        child::run(self, CapturedStreams::Output, text).map(|(text, _)| text)
    }

    /// Runs the program, and returns its stdout and stderr.
    ///
    /// # Errors
    /// When it cannot be started, hangs or fails; the error has what it printed.
    pub fn transcript(&self) -> Result<String, TrialError> {
        child::run(self, CapturedStreams::OutputAndErrors, text).map(|(text, _)| text)
    }
}

fn parse(output: Output, text: &str, cost: Cost) -> Option<Measurement> {
    if let Output::Report(format) = output {
        return Some(Measurement { answer: format.parse_answer(text)?, cost });
    }
    let mut lines = text.lines();
    let answer = lines.next().map(str::trim).filter(|answer| !answer.is_empty())?.to_owned();
    let cost = match output {
        Output::Answer | Output::Lines | Output::Report(_) => cost,
        Output::AnswerAndCost => {
            let (cpu, wall) = lines.next()?.split_once(' ')?;
            let nanoseconds = |text: &str| text.parse().ok().map(Duration::from_nanos);
            Cost { cpu: nanoseconds(cpu)?, wall: nanoseconds(wall)?, ..cost }
        }
    };
    lines.next().is_none().then_some(Measurement { answer, cost })
}

/// Reads a text output, if it is short. The rest is drained, lest the program waits for us.
fn text(output: &mut dyn Read) -> io::Result<String> {
    let mut bytes = Vec::new();
    output.take(TEXT_BYTES_MAX).read_to_end(&mut bytes)?;
    io::copy(output, &mut io::sink())?;
    Ok(String::from_utf8(bytes)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()))
}

/// Reads a long output, and returns its length and a digest.
///
/// It has to be quick rather than safe from forgers: the writer is not to wait for its reader.
fn digest(output: &mut dyn Read) -> io::Result<String> {
    let mut buffer = vec![0; DRAINED_BYTES];
    let (mut total_bytes, mut digest) = (0, 0_u64);
    loop {
        let bytes = fill(output, &mut buffer)?;
        if bytes == 0 {
            return Ok(format!("{total_bytes} bytes with digest {digest:016x}"));
        }
        total_bytes += bytes;
        // What does not fill a word is padded; only the last buffer has such a rest.
        buffer[bytes..].fill(0);
        let (words, _) = buffer[..bytes.next_multiple_of(8)].as_chunks();
        for word in words {
            digest =
                (digest.rotate_left(5) ^ u64::from_le_bytes(*word)).wrapping_mul(DIGEST_FACTOR);
        }
    }
}

/// Reads until the buffer is full or the output ends.
fn fill(output: &mut dyn Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match output.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(bytes) => filled += bytes,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::AnswerFormat;

    const PROCESS: Cost =
        Cost { wall: Duration::from_secs(2), cpu: Duration::from_secs(1), memory_bytes: 1 << 20 };

    fn check(output: Output, text: &str, expected: Option<(&str, Cost)>) {
        let expected =
            expected.map(|(answer, cost)| Measurement { answer: answer.to_owned(), cost });
        assert_eq!(parse(output, text, PROCESS), expected, "{text:?}");
    }

    #[test]
    fn a_line_is_an_answer() {
        check(Output::Answer, "50847534\n", Some(("50847534", PROCESS)));
        check(Output::Answer, "50847534", Some(("50847534", PROCESS)));
        for nonsense in ["", "\n", "1\n2\n"] {
            check(Output::Answer, nonsense, None);
        }
    }

    #[test]
    fn a_second_line_is_the_cost_of_the_job() {
        let [cpu, wall] = [3, 4].map(Duration::from_nanos);
        let job = Cost { wall, cpu, ..PROCESS };
        check(Output::AnswerAndCost, "7\n3 4\n", Some(("7", job)));
        for nonsense in ["7\n", "7\n3\n", "7\n3 x\n", "7\n3 4\n5\n"] {
            check(Output::AnswerAndCost, nonsense, None);
        }
    }

    #[test]
    fn a_report_has_the_answer_in_it() {
        let report = Output::Report(AnswerFormat::Statuses);
        check(report, "200\n404\n200\n", Some(("2 items, 1 missing", PROCESS)));
        check(report, "200\n503\n", None);
    }

    #[test]
    fn a_digest_is_of_bytes_not_of_writes() {
        let digest_of = |parts: &[&str]| {
            let mut output: Box<dyn Read> = Box::new(io::empty());
            for part in parts {
                output = Box::new(output.chain(part.as_bytes()));
            }
            digest(&mut output).expect("memory can be read")
        };
        assert_eq!(digest_of(&["2\n3\n5\n7\n11\n"]), digest_of(&["2\n3", "\n5\n7\n1", "1\n"]));
        assert_ne!(digest_of(&["2\n3\n5\n7\n11\n"]), digest_of(&["2\n3\n5\n7\n13\n"]));
        assert_ne!(digest_of(&["2\n"]), digest_of(&["2\n\0"]));
        assert!(digest_of(&["2\n3\n"]).starts_with("4 bytes"));
    }
}

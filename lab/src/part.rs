//! The parts of the lab, and the names of their packages and programs.

/// A part of the lab.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// CPU-bound work.
    Part1,
    /// I/O-bound work.
    Part2,
    /// Both: processes with threads.
    Part3,
}

impl Part {
    /// All parts.
    pub const ALL: [Self; 3] = [Self::Part1, Self::Part2, Self::Part3];

    /// The part's name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Part1 => "part1",
            Self::Part2 => "part2",
            Self::Part3 => "part3",
        }
    }

    /// The part's package.
    pub fn package(self) -> &'static str {
        match self {
            Self::Part1 => "part1-primes",
            Self::Part2 => "part2-threads",
            Self::Part3 => "part3-yelp",
        }
    }

    /// The name of the part's candidate program.
    pub fn candidate(self) -> &'static str {
        match self {
            Self::Part1 => "part1_exam",
            Self::Part2 => "part2_exam",
            Self::Part3 => "part3_exam",
        }
    }
}

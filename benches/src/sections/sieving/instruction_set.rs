//! The instruction sets of our crate, as the command line and the tables name them.

use sieve::Instructions;

/// An instruction set of our crate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InstructionSet {
    /// The instructions of every processor of the architecture.
    Plain,
    /// AVX2.
    Avx2,
    /// AVX-512.
    Avx512,
}

impl InstructionSet {
    /// All instruction sets, in ascending order.
    pub const ALL: [Self; 3] = [Self::Plain, Self::Avx2, Self::Avx512];

    /// The best one of this machine, which the crate uses by default.
    pub fn best() -> Self {
        let mut available = Self::ALL.into_iter().filter(|set| set.is_available());
        available.next_back().unwrap_or(Self::Plain)
    }

    /// Whether this machine has it.
    pub fn is_available(self) -> bool {
        self.instructions().are_available()
    }

    /// The setting of the crate.
    pub fn instructions(self) -> Instructions {
        match self {
            Self::Plain => Instructions::Plain,
            Self::Avx2 => Instructions::Avx2,
            Self::Avx512 => Instructions::Avx512,
        }
    }

    /// The name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Avx2 => "avx2",
            Self::Avx512 => "avx512",
        }
    }

    /// The name in a table.
    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Plain => "plain instructions",
            Self::Avx2 => "AVX2",
            Self::Avx512 => "AVX-512",
        }
    }
}

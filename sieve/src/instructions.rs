//! Which instructions the hot loops are compiled for, decided when the program runs.
//!
//! The loops are written once, in plain Rust, and compiled once for each set of instructions; what
//! a set adds by hand stands with the loop that it speeds up. Every set gives the same answer.

use std::sync::LazyLock;

/// A set of machine instructions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Instructions {
    /// What every processor of the architecture has: SSE2 on x86-64, NEON on ARM with 64 bits.
    Plain,
    /// x86-64 with AVX2, BMI 1 and 2, LZCNT and POPCNT: since Haswell (2013) and Zen (2017).
    Avx2,
    /// The same and AVX-512 with VL, BW, DQ, VBMI 2 and VPOPCNT: since Ice Lake (2019) and Zen 4
    /// (2022).
    Avx512,
}

impl Instructions {
    /// Every set, the plainest first.
    pub const ALL: [Self; 3] = [Self::Plain, Self::Avx2, Self::Avx512];

    /// Whether this machine has them.
    pub fn are_available(self) -> bool {
        match self {
            Self::Plain => true,
            #[cfg(all(target_arch = "x86_64", not(miri)))]
            Self::Avx2 => {
                is_x86_feature_detected!("avx2")
                    && is_x86_feature_detected!("bmi1")
                    && is_x86_feature_detected!("bmi2")
                    && is_x86_feature_detected!("lzcnt")
                    && is_x86_feature_detected!("popcnt")
            }
            #[cfg(all(target_arch = "x86_64", not(miri)))]
            Self::Avx512 => {
                Self::Avx2.are_available()
                    && is_x86_feature_detected!("avx512f")
                    && is_x86_feature_detected!("avx512vl")
                    && is_x86_feature_detected!("avx512bw")
                    && is_x86_feature_detected!("avx512dq")
                    && is_x86_feature_detected!("avx512vbmi2")
                    && is_x86_feature_detected!("avx512vpopcntdq")
            }
            #[cfg(any(not(target_arch = "x86_64"), miri))]
            Self::Avx2 | Self::Avx512 => false,
        }
    }

    /// The best set that this machine has.
    pub fn best() -> Self {
        static BEST: LazyLock<Instructions> = LazyLock::new(|| {
            let mut available = Instructions::ALL.into_iter().filter(|set| set.are_available());
            available.next_back().unwrap_or(Instructions::Plain)
        });
        *BEST
    }
}

/// Instructions that this machine was seen to have: the proof that [`dispatched!`] rests upon.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Available(Instructions);

impl Available {
    /// None if this machine lacks them.
    pub(crate) fn new(instructions: Instructions) -> Option<Self> {
        instructions.are_available().then_some(Self(instructions))
    }

    pub(crate) fn best() -> Self {
        Self(Instructions::best())
    }

    pub(crate) fn get(self) -> Instructions {
        self.0
    }
}

/// Compiles a function once for each set of instructions, and chooses among them by its first
/// argument, which is [`Available`].
///
/// `= path` names the one function that serves all sets. `plain => path, avx2 => path,
/// avx512 => path` name one each, where more is to be gained than the compiler finds.
macro_rules! dispatched {
    (
        $(#[$doc:meta])*
        $visibility:vis fn $name:ident $(<$generic:ident: $bound:path>)?
            ($($argument:ident: $type:ty),* $(,)?) $(-> $result:ty)? = $all:path
    ) => {
        $crate::instructions::dispatched! {
            $(#[$doc])*
            $visibility fn $name $(<$generic: $bound>)? ($($argument: $type),*) $(-> $result)?
                { plain => $all, avx2 => $all, avx512 => $all }
        }
    };
    (
        $(#[$doc:meta])*
        $visibility:vis fn $name:ident $(<$generic:ident: $bound:path>)?
            ($($argument:ident: $type:ty),* $(,)?) $(-> $result:ty)?
            { plain => $plain:path, avx2 => $avx2:path, avx512 => $avx512:path }
    ) => {
        $(#[$doc])*
        #[cfg_attr(
            target_arch = "x86_64",
            expect(unsafe_code, reason = "only here it is known that the machine has what is used")
        )]
        $visibility fn $name $(<$generic: $bound>)? (
            instructions: $crate::instructions::Available,
            $($argument: $type),*
        ) $(-> $result)? {
            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
            fn avx2 $(<$generic: $bound>)? ($($argument: $type),*) $(-> $result)? {
                $avx2($($argument),*)
            }

            #[cfg(target_arch = "x86_64")]
            #[target_feature(
                enable = "avx2,bmi1,bmi2,lzcnt,popcnt,avx512f,avx512vl,avx512bw,avx512dq,\
                          avx512vbmi2,avx512vpopcntdq"
            )]
            fn avx512 $(<$generic: $bound>)? ($($argument: $type),*) $(-> $result)? {
                $avx512($($argument),*)
            }

            match instructions.get() {
                // SAFETY: `Available` was made on this machine, and only if it has them.
                #[cfg(target_arch = "x86_64")]
                $crate::Instructions::Avx2 => unsafe { avx2($($argument),*) },
                // SAFETY: as above
                #[cfg(target_arch = "x86_64")]
                $crate::Instructions::Avx512 => unsafe { avx512($($argument),*) },
                _ => $plain($($argument),*),
            }
        }
    };
}
pub(crate) use dispatched;

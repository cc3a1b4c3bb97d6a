//! The instruction sets of the hot loops, and the choice between them at run time.
//!
//! The loops are written once, in plain Rust, and compiled once for each instruction set. Code by
//! hand for an instruction set is next to the loop that it replaces. All instruction sets give the
//! same answers.

#[cfg(all(target_arch = "x86_64", not(miri), feature = "std"))]
use std::is_x86_feature_detected as has;

use crate::lazy_lock::LazyLock;

/// Without `std`, the crate knows only the extensions that the whole program is compiled for.
#[cfg(all(target_arch = "x86_64", not(miri), not(feature = "std")))]
macro_rules! has {
    ($feature:tt) => {
        cfg!(target_feature = $feature)
    };
}

/// An instruction set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Instructions {
    /// The instructions of every processor of the architecture: SSE2 on x86-64, NEON on 64-bit ARM.
    Plain,
    /// AVX2, BMI 1 and 2, LZCNT and POPCNT on x86-64: since Haswell (2013) and Zen (2017).
    Avx2,
    /// `Avx2`, and AVX-512 with VL, BW, DQ, VBMI 2 and VPOPCNT: since Ice Lake (2019) and Zen 4
    /// (2022).
    Avx512,
}

impl Instructions {
    /// Every instruction set, in ascending order.
    pub const ALL: [Self; 3] = [Self::Plain, Self::Avx2, Self::Avx512];

    /// Whether this machine has the instruction set.
    pub fn are_available(self) -> bool {
        match self {
            Self::Plain => true,
            #[cfg(all(target_arch = "x86_64", not(miri)))]
            Self::Avx2 => {
                [has!("avx2"), has!("bmi1"), has!("bmi2"), has!("lzcnt"), has!("popcnt")]
                    == [true; 5]
            }
            #[cfg(all(target_arch = "x86_64", not(miri)))]
            Self::Avx512 => {
                let has_all = [
                    Self::Avx2.are_available(),
                    has!("avx512f"),
                    has!("avx512vl"),
                    has!("avx512bw"),
                    has!("avx512dq"),
                    has!("avx512vbmi2"),
                    has!("avx512vpopcntdq"),
                ];
                has_all == [true; 7]
            }
            #[cfg(any(not(target_arch = "x86_64"), miri))]
            Self::Avx2 | Self::Avx512 => false,
        }
    }
}

/// An instruction set that this machine has; [`dispatched!`] relies on that.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Available(Instructions);

impl Available {
    /// Returns `None` if this machine lacks the instructions.
    pub(crate) fn new(instructions: Instructions) -> Option<Self> {
        instructions.are_available().then_some(Self(instructions))
    }

    /// Returns the best instruction set of this machine.
    pub(crate) fn best() -> Self {
        static BEST: LazyLock<Available> = LazyLock::new(|| {
            let mut available = Instructions::ALL.into_iter().filter_map(Available::new);
            available.next_back().unwrap_or(Available(Instructions::Plain))
        });
        *BEST
    }

    pub(crate) fn get(self) -> Instructions {
        self.0
    }
}

/// Compiles a function once for each instruction set, and calls the one for its first argument.
///
/// The first argument is [`Available`]. `= path` names one function for all instruction sets.
/// `plain => path, avx2 => path, avx512 => path` name a function for each, where code by hand is
/// faster.
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
            expect(unsafe_code, reason = "`Available` proves that the machine has the instructions")
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
                // SAFETY: an `Available` is made only on a machine that has these instructions.
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

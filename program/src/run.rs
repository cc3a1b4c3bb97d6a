//! The loop over variants, which all parts share.

use std::ops::ControlFlow;

use interrupt::Interrupt;
use report::Unwritten;

use crate::exercise::attempt;

/// Runs the variants one after another, until one of them breaks or fails, or an interrupt comes. Then
/// the time for the report begins.
///
/// Returns the unimplemented variants.
///
/// # Errors
/// The first error of `run`.
pub fn each_variant<Variant: Copy, Failure>(
    variants: &[Variant],
    name: impl Fn(Variant) -> &'static str,
    interrupt: &Interrupt,
    mut run: impl FnMut(Variant) -> Result<ControlFlow<()>, Failure>,
) -> Result<Vec<Unwritten>, Failure> {
    let mut unwritten = Vec::new();
    for &variant in variants {
        if interrupt.is_raised() {
            break;
        }
        match attempt(name(variant), || run(variant)) {
            Ok(result) => {
                if result?.is_break() {
                    break;
                }
            }
            Err(exercise) => unwritten.push(exercise),
        }
    }
    interrupt.begin_report();
    Ok(unwritten)
}

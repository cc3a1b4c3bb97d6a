//! The natural logarithm, for estimates: `core` has none.

/// Returns the natural logarithm.
#[cfg(feature = "std")]
pub(crate) fn ln(x: f64) -> f64 {
    x.ln()
}

/// Returns the natural logarithm of an x from 1 on, or up to 0.06 less.
#[cfg(not(feature = "std"))]
#[expect(clippy::cast_precision_loss, reason = "an estimate")]
pub(crate) fn ln(x: f64) -> f64 {
    // The exponent and the 52 bits of the fraction, as one number: the binary logarithm, interpolated
    // between powers of two.
    let exponent_and_fraction = x.to_bits() - 1_f64.to_bits();
    exponent_and_fraction as f64 / (1_u64 << 52) as f64 * core::f64::consts::LN_2
}

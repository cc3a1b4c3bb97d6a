//! Text for people: numbers as they write them, an error with its causes, and text from outside as a
//! terminal may show it.
#![forbid(unsafe_code)]

pub mod error_causes;
pub mod number;
pub mod printable;

//! The parser of arguments that are one name of a few.

use clap::builder::{PossibleValuesParser, TypedValueParser};

/// Parses the name of one of these values.
pub fn one_of<Value: Copy + Send + Sync + 'static, const COUNT: usize>(
    values: [Value; COUNT],
    name: fn(Value) -> &'static str,
) -> impl TypedValueParser<Value = Value> {
    PossibleValuesParser::new(values.map(name)).map(move |typed| {
        let value = values.into_iter().find(|&value| name(value) == typed);
        value.expect("clap to let only these names through")
    })
}

//! The parser of arguments that may hold a secret.

use std::{ffi::OsStr, fmt::Display};

use clap::{
    Arg, Command,
    builder::TypedValueParser,
    error::{Error, ErrorKind},
};

/// Parses an argument that may hold a secret: unlike clap's own parsers, it does not repeat the
/// argument when `parse` refuses it. The reason that `parse` returns must not repeat it, either.
pub fn unquoted<Value: Clone + Send + Sync + 'static, Reason: Display + 'static>(
    parse: impl Fn(&str) -> Result<Value, Reason> + Clone + Send + Sync + 'static,
) -> impl TypedValueParser<Value = Value> {
    Unquoted(parse)
}

#[derive(Clone)]
struct Unquoted<Parse>(Parse);

impl<Value, Reason, Parse> TypedValueParser for Unquoted<Parse>
where
    Value: Clone + Send + Sync + 'static,
    Reason: Display,
    Parse: Fn(&str) -> Result<Value, Reason> + Clone + Send + Sync + 'static,
{
    type Value = Value;

    fn parse_ref(
        &self,
        _: &Command,
        argument: Option<&Arg>,
        value: &OsStr,
    ) -> Result<Value, Error> {
        let text = value.to_str().ok_or_else(|| "it is not UTF-8".to_owned());
        let parsed = text.and_then(|text| (self.0)(text).map_err(|reason| reason.to_string()));
        parsed.map_err(|reason| {
            let argument = argument.map(|argument| format!(" '{argument}'")).unwrap_or_default();
            Error::raw(ErrorKind::ValueValidation, format!("cannot use{argument}: {reason}\n"))
        })
    }
}

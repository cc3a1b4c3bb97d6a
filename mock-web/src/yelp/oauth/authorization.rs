//! Parses the parameters in the header `Authorization` (RFC 5849, 3.5.1).

use super::Parameter;
use crate::percent;

const SCHEME: &str = "OAuth";

/// The decoded parameters, without the realm, which is not signed; none for another scheme.
pub(super) fn parameters(header: &str) -> Vec<Parameter> {
    let Some((scheme, list)) = header.trim_start().split_once([' ', '\t']) else {
        return Vec::new();
    };
    if !scheme.eq_ignore_ascii_case(SCHEME) {
        return Vec::new();
    }
    list_items(list)
        .filter_map(|item| {
            let (name, value) = item.split_once('=')?;
            let value = value.trim();
            let value = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
            Some((percent::decode(name.trim()), percent::decode(value?)))
        })
        .filter(|(name, _)| !name.eq_ignore_ascii_case(b"realm"))
        .collect()
}

/// The items between commas, except for commas in quotes.
fn list_items(list: &str) -> impl Iterator<Item = &str> {
    let mut is_quoted = false;
    list.split(move |char| {
        is_quoted ^= char == '"';
        char == ',' && !is_quoted
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(header: &str, expected: &[(&str, &str)]) {
        let expected: Vec<Parameter> =
            expected.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
        assert_eq!(parameters(header), expected, "{header}");
    }

    #[test]
    fn parameters_are_found_among_other_text() {
        check(r#"OAuth a="1",b="2""#, &[("a", "1"), ("b", "2")]);
        check("oAUTH \t a = \"1\" ,\t b=\"\"", &[("a", "1"), ("b", "")]);
        check(r#"OAuth realm="a, b=c", a="%20%26%C3%A3+""#, &[("a", " &ã+")]);
        check(r#"OAuth a="1=2",b="%""#, &[("a", "1=2"), ("b", "%")]);
    }

    #[test]
    fn malformed_lists_have_no_parameters() {
        for header in ["", "OAuth", "OAuth ", "Bearer a=\"1\"", "OAutha=\"1\"", "OAuth a=1, b=\"2"]
        {
            check(header, &[]);
        }
        check("OAuth ,,=\"\",a", &[("", "")]);
    }
}

//! Numbers as people write them on a command line, and as they like to read them.

/// A whole number such as `100000000`, `100_000_000`, `1e8` or `1.01e8`.
///
/// A dot needs an exponent: `100.000` is a hundred to some, and a hundred thousand to others.
///
/// # Errors
/// When it is not a number, is not whole, or does not fit into 64 bits; the text says which.
pub fn parse(text: &str) -> Result<u64, String> {
    let digits = text.replace('_', "");
    let (mantissa, exponent) = match digits.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => {
            (mantissa, Some(exponent.parse::<u32>().map_err(|_| not_a_number(text))?))
        }
        None => (digits.as_str(), None),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let fraction = fraction.trim_end_matches('0');
    let is_number = !whole.is_empty()
        && !text.starts_with('_')
        && whole.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit());
    if !is_number {
        return Err(not_a_number(text));
    }
    if exponent.is_none() && mantissa.contains('.') {
        return Err(format!(
            "{text:?} is not a whole number: a dot needs an exponent, as in 1.5e6; group digits \
             by underscores, as in 1_500_000"
        ));
    }
    let shift = exponent
        .unwrap_or(0)
        .checked_sub(u32::try_from(fraction.len()).map_err(|_| not_a_number(text))?)
        .ok_or_else(|| "it is not a whole number".to_owned())?;
    let value: Option<u64> = match format!("{whole}{fraction}").parse::<u64>() {
        Ok(0) => Some(0),
        Ok(value) => 10_u64.checked_pow(shift).and_then(|power| value.checked_mul(power)),
        Err(_) => None,
    };
    value.ok_or_else(|| format!("it is above {}, the largest number of 64 bits", grouped(u64::MAX)))
}

fn not_a_number(text: &str) -> String {
    format!("{text:?} is not a number; write 1000000, 1_000_000 or 1e6")
}

/// The digits in groups of three: `100 000 000`.
pub fn grouped(number: impl Into<u128>) -> String {
    let digits = number.into().to_string();
    let head = digits.len() % 3;
    let (head, tail) = digits.split_at(head);
    let mut groups: Vec<&str> = Vec::new();
    if !head.is_empty() {
        groups.push(head);
    }
    groups.extend(
        tail.as_bytes()
            .chunks(3)
            .map(|group| std::str::from_utf8(group).expect("digits are ASCII")),
    );
    groups.join(" ")
}

/// A number of things: `1 core`, `2 cores`, `3 processes`.
pub fn counted(number: usize, thing: &str) -> String {
    let ending = match number {
        1 => "",
        _ if thing.ends_with('s') => "es",
        _ => "s",
    };
    format!("{} {thing}{ending}", grouped(number as u64))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: u64) {
        assert_eq!(parse(text), Ok(expected), "{text}");
    }

    fn check_refused(text: &str, reason: &str) {
        let message = parse(text).expect_err(text);
        assert!(message.contains(reason), "{text}: {message}");
    }

    #[test]
    fn numbers_are_read_in_all_their_forms() {
        check("0", 0);
        check("100000000", 100_000_000);
        check("100_000_000", 100_000_000);
        check("1e9", 1_000_000_000);
        check("1E9", 1_000_000_000);
        check("1.01e8", 101_000_000);
        check("18446744073709551615", u64::MAX);
        check("0e99", 0);
        check("1.5e3", 1_500);
        check("1.000e6", 1_000_000);
        check("1e+3", 1_000);
    }

    #[test]
    fn other_texts_than_numbers_of_64_bits_are_refused() {
        for text in [
            "",
            "e9",
            "_1",
            "-1",
            "1e",
            "1e-3",
            "0x10",
            "1.2.3",
            "ten",
            "1 000",
            "100,000",
            "1.234.567",
            "1,5e3",
        ] {
            check_refused(text, "is not a number");
        }
        for text in ["1.5", "100.000", "1.234", "0.0", "1.", "100_000.0"] {
            check_refused(text, "a dot needs an exponent");
        }
        check_refused("1.234e2", "not a whole number");
        check_refused("18446744073709551616", "above 18 446 744 073 709 551 615");
        check_refused("1e20", "above");
        check_refused("2e4294967295", "above");
    }

    #[test]
    fn one_thing_is_no_plural() {
        assert_eq!(counted(1, "process"), "1 process");
        assert_eq!([0, 2].map(|number| counted(number, "process")), ["0 processes", "2 processes"]);
        assert_eq!(counted(3, "core"), "3 cores");
    }

    #[test]
    fn digits_are_grouped_by_three() {
        for (number, expected) in
            [(0_u64, "0"), (999, "999"), (1_000, "1 000"), (5_447_899_551_826, "5 447 899 551 826")]
        {
            assert_eq!(grouped(number), expected);
        }
    }
}

//! The cities to scrape: a text file with one city on each line.

use std::{collections::BTreeSet, fmt};

use serde::{Deserialize, Serialize};

/// The lab's four, as `data/cities` has them.
pub const BUILT_IN: &str = include_str!("../../data/cities");

/// The longest name of a city.
const NAME_BYTES_MAX: usize = 200;

/// The kernel keeps 15 bytes of a thread's name; the rest is for the number of a business.
const SLUG_CHARACTERS_MAX: usize = 11;

/// The name of a city, as users type it into a search.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct City(String);

impl City {
    /// Its name.
    pub fn name(&self) -> &str {
        &self.0
    }

    /// The name of the thread with this number, from 1, that fetches businesses of the city.
    pub fn thread_name(&self, number: usize) -> String {
        format!("{}-{number}", self.slug())
    }

    /// A short form without spaces.
    pub fn slug(&self) -> String {
        let letters = self.0.chars().filter(char::is_ascii_alphanumeric);
        let slug: String =
            letters.take(SLUG_CHARACTERS_MAX).map(|letter| letter.to_ascii_lowercase()).collect();
        if slug.is_empty() { "city".to_owned() } else { slug }
    }
}

impl fmt::Display for City {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Cities, each once, in the order of the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cities {
    /// The cities.
    pub cities: Vec<City>,
    /// Repeated names; each city is scraped once.
    pub repeated: Vec<String>,
}

/// An error in a list of cities.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CitiesError {
    /// It has no city at all.
    #[error("it has no city: write one city on each line, such as Seattle")]
    Empty,
    /// It is not UTF-8.
    #[error("it is not UTF-8: save it as UTF-8")]
    NotText,
    /// A line is not the name of a city.
    #[error("line {line} is not the name of a city: {reason}")]
    NotACity {
        /// Its number, from 1.
        line: usize,
        /// What is wrong with it.
        reason: &'static str,
    },
}

/// Parses a list of cities: a name on each line. Blank lines and lines that begin with `#` are ignored.
///
/// # Errors
/// When there is no city, or a line is not the name of one.
pub fn parse(bytes: &[u8]) -> Result<Cities, CitiesError> {
    let text = str::from_utf8(bytes).map_err(|_| CitiesError::NotText)?;
    // Some editors begin each file with a byte order mark.
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let mut known = BTreeSet::new();
    let mut cities = Cities::default();
    for (line, name) in (1..).zip(text.lines().map(str::trim)) {
        if name.is_empty() || name.starts_with('#') {
            continue;
        }
        check(name).map_err(|reason| CitiesError::NotACity { line, reason })?;
        if known.insert(name.to_lowercase()) {
            cities.cities.push(City(name.to_owned()));
        } else {
            cities.repeated.push(name.to_owned());
        }
    }
    if cities.cities.is_empty() { Err(CitiesError::Empty) } else { Ok(cities) }
}

fn check(name: &str) -> Result<(), &'static str> {
    if name.len() > NAME_BYTES_MAX {
        Err("it is longer than 200 bytes; write one city on each line")
    } else if name.chars().any(char::is_control) {
        Err("it has control characters")
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(bytes: &[u8]) -> Vec<String> {
        let cities = parse(bytes).expect("a list of cities").cities;
        cities.into_iter().map(|city| city.0).collect()
    }

    #[test]
    fn the_labs_cities_are_built_in() {
        assert_eq!(names(BUILT_IN.as_bytes()), ["Seattle", "Austin", "Chicago", "Boston"]);
    }

    #[test]
    fn files_of_all_systems_are_read() {
        let cities = "\u{FEFF}Seattle\r\n\r\n  São Paulo \r\n# not this one\r\n東京\r\n";
        assert_eq!(names(cities.as_bytes()), ["Seattle", "São Paulo", "東京"]);
        assert_eq!(names(b"Boston"), ["Boston"]);
        let many: Vec<String> = (0..10_000).map(|number| format!("City {number}")).collect();
        assert_eq!(names(many.join("\n").as_bytes()).len(), 10_000);
    }

    #[test]
    fn a_city_that_is_there_again_is_noted() {
        let cities = parse(b"Seattle\nBoston\nSEATTLE\n").expect("a list of cities");
        assert_eq!(cities.cities.len(), 2);
        assert_eq!(cities.repeated, ["SEATTLE"]);
    }

    #[test]
    fn malformed_lists_of_cities_are_refused() {
        let check = |bytes: &[u8], expected| assert_eq!(parse(bytes), Err(expected), "{bytes:?}");
        check(b"", CitiesError::Empty);
        check(b"\n \r\n# nothing\n", CitiesError::Empty);
        check(b"S\xE3o Paulo\n", CitiesError::NotText);
        let reason = "it has control characters";
        check(b"Seattle\nBos\0ton\n", CitiesError::NotACity { line: 2, reason });
        let reason = "it is longer than 200 bytes; write one city on each line";
        check("x".repeat(201).as_bytes(), CitiesError::NotACity { line: 1, reason });
    }

    #[test]
    fn threads_have_names_that_the_kernel_keeps_whole() {
        let check = |name: &str, expected| {
            let name = City(name.to_owned()).thread_name(20);
            assert_eq!(name, expected);
            assert!(name.len() <= 15);
        };
        check("Seattle", "seattle-20");
        check("San Francisco", "sanfrancisc-20");
        check("東京", "city-20");
    }
}

//! Generates cities: any name is a city, and everything about it is made from the name.

use std::ops::RangeInclusive;

use super::seeded_choice::{Choice, SeededChoices};

/// The longest name of a city.
const NAME_CHARS_MAX: usize = 100;

/// The beginning of names that are no cities, for users who want to see the error.
const NOWHERE: &str = "nowhere";

/// The numbers of businesses of a city.
const BUSINESS_COUNTS: RangeInclusive<u32> = 60..=240;

/// A city by its name in small letters, with a hyphen between words: `são-paulo`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct City {
    slug: String,
}

/// A point on earth, in millionths of a degree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Point {
    latitude_micro: i32,
    longitude_micro: i32,
}

impl Point {
    /// The latitude in degrees.
    pub(super) fn latitude(self) -> f64 {
        f64::from(self.latitude_micro) / 1e6
    }

    /// The longitude in degrees.
    pub(super) fn longitude(self) -> f64 {
        f64::from(self.longitude_micro) / 1e6
    }

    /// A point near this one, within `reach_micro` in either direction.
    pub(super) fn near(self, choices: SeededChoices, reach_micro: i32) -> Self {
        Self {
            latitude_micro: self.latitude_micro + choices.draw_near(Choice::Latitude, reach_micro),
            longitude_micro: self.longitude_micro
                + choices.draw_near(Choice::Longitude, reach_micro),
        }
    }
}

impl City {
    /// Finds the city of a location; none if there is no such city.
    ///
    /// What follows a comma is left out: a state or a country does not make another city. So are
    /// case, and anything but letters and digits. Letters are taken as they are: an accent is the
    /// same accent only if it is written the same way.
    pub(super) fn find(location: &str) -> Option<Self> {
        let name = location.split(',').next().unwrap_or_default().to_lowercase();
        let is_between =
            |char: char| char.is_whitespace() || char.is_control() || char.is_ascii_punctuation();
        let words: Vec<&str> = name.split(is_between).filter(|word| !word.is_empty()).collect();
        let slug = words.join("-");
        let is_somewhere = slug.chars().any(char::is_alphanumeric)
            && slug.chars().count() <= NAME_CHARS_MAX
            && !slug.starts_with(NOWHERE);
        is_somewhere.then_some(Self { slug })
    }

    pub(super) fn slug(&self) -> &str {
        &self.slug
    }

    /// The name as it is usually written: `São Paulo`.
    pub(super) fn name(&self) -> String {
        let capitalized = |word: &str| {
            let mut chars = word.chars();
            let first = chars.next().into_iter().flat_map(char::to_uppercase);
            first.chain(chars).collect::<String>()
        };
        self.slug.split('-').map(capitalized).collect::<Vec<_>>().join(" ")
    }

    pub(super) fn choices(&self) -> SeededChoices {
        SeededChoices::of(&self.slug)
    }

    /// The number of businesses, which are numbered from 1.
    pub(super) fn business_count(&self) -> u32 {
        let (fewest, most) = BUSINESS_COUNTS.into_inner();
        fewest + self.choices().draw(Choice::Total, most - fewest + 1)
    }

    /// The center, between the polar circles and away from the date line.
    pub(super) fn center(&self) -> Point {
        let choices = self.choices();
        Point {
            latitude_micro: choices.draw_near(Choice::Latitude, 60_000_000),
            longitude_micro: choices.draw_near(Choice::Longitude, 179_000_000),
        }
    }

    pub(super) fn postal_code(&self) -> String {
        // The United States have no codes that begin with three zeros.
        format!("000{:02}", self.choices().draw(Choice::PostalCode, 100))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_city_is_the_same_however_it_is_written() {
        let check = |location, slug, name| {
            let city = City::find(location).expect("a city");
            assert_eq!((city.slug(), city.name().as_str()), (slug, name), "{location}");
            assert_eq!(City::find(&city.name()), Some(city.clone()), "{location}");
            assert_eq!(City::find(city.slug()), Some(city), "{location}");
        };
        check("Seattle", "seattle", "Seattle");
        check("  SEATTLE,WA ", "seattle", "Seattle");
        check("new\tyork", "new-york", "New York");
        check("São Paulo", "são-paulo", "São Paulo");
        check("東京", "東京", "東京");
        check("İzmir", "i\u{307}zmir", "I\u{307}zmir");
        check("ΑΘΗΝΑΣ", "αθηνας", "Αθηνας");
        check("98101", "98101", "98101");
        check("L'Aquila/100%", "l-aquila-100", "L Aquila 100");
    }

    #[test]
    fn some_locations_are_nowhere() {
        let long = "a".repeat(NAME_CHARS_MAX + 1);
        for location in ["", "  ", "!?", ", WA", "-", "\0", "Nowhere", "nowhere else", &long] {
            assert_eq!(City::find(location), None, "{location:?}");
        }
    }

    #[test]
    fn cities_are_of_different_sizes() {
        let totals: Vec<u32> = (0..1_000)
            .filter_map(|n| City::find(&n.to_string()))
            .map(|city| city.business_count())
            .collect();
        assert_eq!((totals.iter().min(), totals.iter().max()), (Some(&60), Some(&240)));
    }
}

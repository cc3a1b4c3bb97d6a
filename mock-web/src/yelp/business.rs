//! Generates businesses from their city and number alone.

use std::cmp::Reverse;

use super::{
    city::{City, Point},
    prose,
    seeded_choice::{Choice, SeededChoices},
};
use crate::percent;

/// The greatest distance of a business from the center of its city, in either direction.
const REACH_MICRO_DEGREES: i32 = 60_000;

/// The length of a degree, on a meridian and on the equator.
const DEGREE_METERS: f64 = 111_195.0;

/// The number of reviews that are shown.
const REVIEWS: u8 = 3;

/// The earliest time of a review, in 2006; the latest is ten years later.
const FIRST_REVIEW: u32 = 1_136_073_600;
const TEN_YEARS_SECONDS: u32 = 10 * 365 * 24 * 60 * 60;

/// A business of a city.
#[derive(Clone, Debug)]
pub(super) struct Business {
    pub(super) city: City,
    number: u32,
    choices: SeededChoices,
}

/// A review.
#[derive(Clone, Debug)]
pub(super) struct Review {
    pub(super) id: String,
    pub(super) author: &'static str,
    /// The stars, from 1 to 5.
    pub(super) rating: u32,
    /// The time in seconds since 1970.
    pub(super) written_at: u32,
    pub(super) text: String,
}

impl Business {
    /// Finds the business of this alias.
    ///
    /// Its name is not needed to find it, but has to be right.
    pub(super) fn find(alias: &str) -> Option<Self> {
        let (front, number) = alias.rsplit_once('-')?;
        let city = City::find(front.splitn(3, '-').nth(2)?)?;
        let number =
            number.parse().ok().filter(|number| (1..=city.business_count()).contains(number))?;
        let found = Self::of(&city, number);
        (found.alias() == alias).then_some(found)
    }

    /// All businesses of a city, best first.
    pub(super) fn all_of(city: &City) -> Vec<Self> {
        let mut all: Vec<Self> =
            (1..=city.business_count()).map(|number| Self::of(city, number)).collect();
        all.sort_by_key(|business| Reverse((business.half_stars(), business.review_count())));
        all
    }

    fn of(city: &City, number: u32) -> Self {
        Self { city: city.clone(), number, choices: city.choices().of_business(number) }
    }

    /// The alias, used in addresses, such as `café-lumen-são-paulo-7`.
    pub(super) fn alias(&self) -> String {
        let [first, second] = self.words().map(|word| {
            let letters = word.chars().filter(|char| char.is_alphanumeric());
            letters.flat_map(char::to_lowercase).collect::<String>()
        });
        format!("{first}-{second}-{}-{}", self.city.slug(), self.number)
    }

    pub(super) fn name(&self) -> String {
        self.words().join(" ")
    }

    fn words(&self) -> [&'static str; 2] {
        [
            self.choices.pick(Choice::FirstWord, prose::FIRST_WORDS),
            self.choices.pick(Choice::SecondWord, prose::SECOND_WORDS),
        ]
    }

    /// The URL of its page, on a host that cannot exist (RFC 2606).
    pub(super) fn url(&self, host: &str) -> String {
        format!("http://{host}yelp.example/biz/{}", percent::encode(self.alias().as_bytes()))
    }

    /// The URL of a picture, on a host that cannot exist.
    pub(super) fn picture_url(&self, place: u8) -> String {
        let picture = self.choices.draw_any(Choice::Picture).wrapping_add(u64::from(place));
        format!("http://media.yelp.example/bphoto/{picture:016x}/o.jpg")
    }

    /// The rating, from 1 to 5 in steps of one half.
    pub(super) fn rating(&self) -> f64 {
        f64::from(self.half_stars()) / 2.0
    }

    /// The rating in half stars: the better of two draws.
    fn half_stars(&self) -> u32 {
        let draw = self.choices.draw(Choice::Rating, 81);
        2 + (draw / 9).max(draw % 9)
    }

    pub(super) fn review_count(&self) -> u32 {
        let draw = self.choices.draw(Choice::ReviewCount, 40);
        u32::from(REVIEWS) + draw * draw
    }

    /// The one or two categories, each as it is shown and as it is searched.
    pub(super) fn categories(&self) -> Vec<(&'static str, &'static str)> {
        let first = self.choices.pick(Choice::Category, prose::CATEGORIES);
        let second = self.choices.pick(Choice::SecondCategory, prose::CATEGORIES);
        if first == second { vec![first] } else { vec![first, second] }
    }

    /// The price level, from 1 to 4; unknown for some.
    pub(super) fn price(&self) -> Option<usize> {
        let draw = self.choices.draw(Choice::Price, 5) as usize;
        (draw > 0).then_some(draw)
    }

    pub(super) fn is_claimed(&self) -> bool {
        self.choices.draw(Choice::Claim, 3) > 0
    }

    pub(super) fn is_closed(&self) -> bool {
        self.choices.draw(Choice::Closure, 50) == 0
    }

    /// The phone number, in a range for fiction; unknown for some.
    pub(super) fn phone(&self) -> Option<String> {
        let draw = self.choices.draw(Choice::Phone, 110);
        (draw < 100).then(|| format!("55555501{draw:02}"))
    }

    pub(super) fn street_address(&self) -> String {
        let house = 1 + self.choices.draw(Choice::House, 2_400);
        format!("{house} {}", self.choices.pick(Choice::Street, prose::STREETS))
    }

    pub(super) fn neighborhood(&self) -> &'static str {
        self.choices.pick(Choice::Neighborhood, prose::NEIGHBORHOODS)
    }

    pub(super) fn point(&self) -> Point {
        self.city.center().near(self.choices, REACH_MICRO_DEGREES)
    }

    /// The distance from the center of its city, computed on a plane.
    pub(super) fn distance_meters(&self) -> f64 {
        let (center, point) = (self.city.center(), self.point());
        let shrinking = center.latitude().to_radians().cos();
        let north = point.latitude() - center.latitude();
        let east = (point.longitude() - center.longitude()) * shrinking;
        north.hypot(east) * DEGREE_METERS
    }

    /// The opening and closing hours.
    pub(super) fn hours(&self) -> (u32, u32) {
        let draw = self.choices.draw(Choice::Hours, 12);
        (6 + draw % 6, 20 + draw % 4)
    }

    pub(super) fn reviews(&self) -> impl Iterator<Item = Review> {
        (0..REVIEWS).map(|place| self.review(place))
    }

    fn review(&self, place: u8) -> Review {
        let choices = self.choices.at(place);
        let sentence =
            |number| choices.at(3 * place + number).pick(Choice::Sentence, prose::SENTENCES);
        Review {
            id: format!("{:016x}", choices.draw_any(Choice::ReviewTime)),
            author: choices.pick(Choice::Reviewer, prose::REVIEWERS),
            rating: 1 + choices.draw(Choice::ReviewRating, 5),
            written_at: FIRST_REVIEW + choices.draw(Choice::ReviewTime, TEN_YEARS_SECONDS),
            text: [0, 1, 2].map(sentence).join(" "),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_business_is_found_by_its_alias() {
        for location in ["Seattle", "São Paulo", "東京", "98101", "Stratford-upon-Avon"] {
            let city = City::find(location).expect("a city");
            for business in Business::all_of(&city) {
                let alias = business.alias();
                let found = Business::find(&alias).expect(&alias);
                assert_eq!((&found.city, found.number), (&city, business.number), "{alias}");
            }
        }
    }

    #[test]
    fn nothing_else_is_found() {
        let city = City::find("Seattle").expect("a city");
        let known = Business::of(&city, 1).alias();
        assert!(Business::find(&known).is_some(), "{known}");
        let unknown = [
            String::new(),
            "-".to_owned(),
            "----".to_owned(),
            "seattle-1".to_owned(),
            "wrong-name-seattle-1".to_owned(),
            known.to_uppercase(),
            known.replace("-1", "-0"),
            known.replace("-1", "-01"),
            known.replace("-1", "-+1"),
            known.replace("-1", "-241"),
            known.replace("-1", "-99999999999"),
            known.replace("seattle", "austin"),
            known.replace("seattle", "sea,ttle"),
            known.replace("seattle", ""),
            format!("{known}-1"),
            format!("{known}/"),
        ];
        for alias in unknown {
            assert!(Business::find(&alias).is_none(), "{alias}");
        }
    }

    #[test]
    fn names_have_two_words() {
        for word in prose::FIRST_WORDS.iter().chain(prose::SECOND_WORDS) {
            assert!(!word.contains([' ', '-']) && word.contains(char::is_alphanumeric), "{word}");
        }
    }
}

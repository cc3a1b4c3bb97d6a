//! Businesses, which depend on nothing but their city and their number in it.

use std::cmp::Reverse;

use super::{
    city::{City, Point},
    prose,
    seeded_choice::{Choice, SeededChoices},
};
use crate::percent;

/// How far a business is from the center of its city at most, either way.
const REACH_MICRO_DEGREES: i32 = 60_000;

/// How long a degree is, on a meridian and on the equator.
const DEGREE_METERS: f64 = 111_195.0;

/// How many reviews are shown.
const REVIEWS: u8 = 3;

/// Reviews are from the ten years after this one: 2006.
const FIRST_REVIEW: u32 = 1_136_073_600;
const TEN_YEARS_SECONDS: u32 = 10 * 365 * 24 * 60 * 60;

/// A business of a city.
#[derive(Clone, Debug)]
pub(super) struct Business {
    pub(super) city: City,
    number: u32,
    choices: SeededChoices,
}

/// What a customer wrote.
#[derive(Clone, Debug)]
pub(super) struct Review {
    pub(super) id: String,
    pub(super) author: &'static str,
    /// From 1 to 5.
    pub(super) rating: u32,
    /// In seconds since 1970.
    pub(super) written_at: u32,
    pub(super) text: String,
}

impl Business {
    /// The business of this alias, if there is one.
    ///
    /// Its name is not needed to find it, but has to be right.
    pub(super) fn find(alias: &str) -> Option<Self> {
        let (front, number) = alias.rsplit_once('-')?;
        let city = City::at(front.splitn(3, '-').nth(2)?)?;
        let number = number.parse().ok().filter(|number| (1..=city.total()).contains(number))?;
        let found = Self::of(&city, number);
        (found.alias() == alias).then_some(found)
    }

    /// All of a city, best first.
    pub(super) fn all_of(city: &City) -> Vec<Self> {
        let mut all: Vec<Self> = (1..=city.total()).map(|number| Self::of(city, number)).collect();
        all.sort_by_key(|business| Reverse((business.half_stars(), business.review_count())));
        all
    }

    fn of(city: &City, number: u32) -> Self {
        Self { city: city.clone(), number, choices: city.choices().of_business(number) }
    }

    /// What it is called in addresses, such as `café-lumen-são-paulo-7`: two words of its name,
    /// the city, and a number.
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

    /// Its page, on a host that cannot be (RFC 2606).
    pub(super) fn url(&self, host: &str) -> String {
        format!("http://{host}yelp.example/biz/{}", percent::encode(self.alias().as_bytes()))
    }

    /// Addresses of pictures, on a host that cannot be.
    pub(super) fn picture_url(&self, place: u8) -> String {
        let picture = self.choices.draw_any(Choice::Picture).wrapping_add(u64::from(place));
        format!("http://media.yelp.example/bphoto/{picture:016x}/o.jpg")
    }

    /// From 1 to 5 in steps of one half.
    pub(super) fn rating(&self) -> f64 {
        f64::from(self.half_stars()) / 2.0
    }

    /// Two draws, of which the better one counts: bad places do not last.
    fn half_stars(&self) -> u32 {
        let draw = self.choices.draw(Choice::Rating, 81);
        2 + (draw / 9).max(draw % 9)
    }

    pub(super) fn review_count(&self) -> u32 {
        let draw = self.choices.draw(Choice::ReviewCount, 40);
        u32::from(REVIEWS) + draw * draw
    }

    /// What is shown and what is searched by, for one category or two.
    pub(super) fn categories(&self) -> Vec<(&'static str, &'static str)> {
        let first = self.choices.pick(Choice::Category, prose::CATEGORIES);
        let second = self.choices.pick(Choice::SecondCategory, prose::CATEGORIES);
        if first == second { vec![first] } else { vec![first, second] }
    }

    /// From 1 to 4; not known of each.
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

    /// Ten digits, of a range that is set aside for fiction; not known of each.
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

    /// How far it is from the center of its city; over such a distance, the earth is flat.
    pub(super) fn distance_meters(&self) -> f64 {
        let (center, point) = (self.city.center(), self.point());
        let shrinking = center.latitude().to_radians().cos();
        let north = point.latitude() - center.latitude();
        let east = (point.longitude() - center.longitude()) * shrinking;
        north.hypot(east) * DEGREE_METERS
    }

    /// The full hours at which it opens and closes.
    pub(super) fn hours(&self) -> (u32, u32) {
        let draw = self.choices.draw(Choice::Hours, 12);
        (6 + draw % 6, 20 + draw % 4)
    }

    pub(super) fn reviews(&self) -> impl Iterator<Item = Review> {
        (0..REVIEWS).map(|place| self.review(place))
    }

    fn review(&self, place: u8) -> Review {
        let choices = self.choices;
        let sentence =
            |number| choices.pick(Choice::Sentence(3 * place + number), prose::SENTENCES);
        Review {
            id: format!("{:016x}", choices.draw_any(Choice::ReviewTime(place))),
            author: choices.pick(Choice::Reviewer(place), prose::REVIEWERS),
            rating: 1 + choices.draw(Choice::ReviewRating(place), 5),
            written_at: FIRST_REVIEW + choices.draw(Choice::ReviewTime(place), TEN_YEARS_SECONDS),
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
            let city = City::at(location).expect("a city");
            for business in Business::all_of(&city) {
                let alias = business.alias();
                let found = Business::find(&alias).expect(&alias);
                assert_eq!((&found.city, found.number), (&city, business.number), "{alias}");
            }
        }
    }

    #[test]
    fn nothing_else_is_found() {
        let city = City::at("Seattle").expect("a city");
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

//! Pseudo-random choices about cities and businesses, the same in each run.

use crate::pseudo_random;

/// The seed; another seed gives other cities.
const SEED: u64 = 0x9e15;

/// A property that is chosen pseudo-randomly.
#[derive(Clone, Copy, Debug)]
pub(super) enum Choice {
    Latitude,
    Longitude,
    Total,
    PostalCode,
    FirstWord,
    SecondWord,
    Rating,
    ReviewCount,
    Category,
    SecondCategory,
    Price,
    Claim,
    Closure,
    Phone,
    House,
    Street,
    Neighborhood,
    Hours,
    Picture,
    /// The reviewer of a review, by its index.
    Reviewer(u8),
    ReviewRating(u8),
    ReviewTime(u8),
    Sentence(u8),
}

impl Choice {
    fn number(self) -> u64 {
        let (kind, index) = match self {
            Self::Latitude => (1, 0),
            Self::Longitude => (2, 0),
            Self::Total => (3, 0),
            Self::PostalCode => (4, 0),
            Self::FirstWord => (5, 0),
            Self::SecondWord => (6, 0),
            Self::Rating => (7, 0),
            Self::ReviewCount => (8, 0),
            Self::Category => (9, 0),
            Self::SecondCategory => (10, 0),
            Self::Price => (11, 0),
            Self::Claim => (12, 0),
            Self::Closure => (13, 0),
            Self::Phone => (14, 0),
            Self::House => (15, 0),
            Self::Street => (16, 0),
            Self::Neighborhood => (17, 0),
            Self::Hours => (18, 0),
            Self::Picture => (19, 0),
            Self::Reviewer(index) => (20, index),
            Self::ReviewRating(index) => (21, index),
            Self::ReviewTime(index) => (22, index),
            Self::Sentence(index) => (23, index),
        };
        u64::from(index) << 8 | kind
    }
}

/// The choices of one city or business.
#[derive(Clone, Copy, Debug)]
pub(super) struct SeededChoices(u64);

impl SeededChoices {
    /// The choices of a city.
    pub(super) fn of(city: &str) -> Self {
        Self(pseudo_random::of_text(SEED, city))
    }

    /// The choices of a business in the city.
    pub(super) fn of_business(self, number: u32) -> Self {
        Self(pseudo_random::mix(self.0 ^ u64::from(number)))
    }

    /// A number below `bound`.
    pub(super) fn draw(self, choice: Choice, bound: u32) -> u32 {
        let number = self.draw_any(choice);
        u32::try_from(number % u64::from(bound)).expect("less than the bound")
    }

    /// A number from `-most` to `most`.
    pub(super) fn draw_near(self, choice: Choice, most: i32) -> i32 {
        let count = 2 * most.unsigned_abs() + 1;
        self.draw(choice, count).cast_signed() - most
    }

    /// Any number.
    pub(super) fn draw_any(self, choice: Choice) -> u64 {
        pseudo_random::mix(self.0 ^ pseudo_random::mix(choice.number()))
    }

    pub(super) fn pick<T: Copy>(self, choice: Choice, among: &[T]) -> T {
        let count = u32::try_from(among.len()).expect("a short list");
        among[self.draw(choice, count) as usize]
    }
}

//! Pseudo-random choices about cities and businesses, the same in each run.

use crate::pseudo_random;

/// The seed; another seed gives other cities.
const SEED: u64 = 0x9e15;

/// A property that is chosen pseudo-randomly.
#[derive(Clone, Copy, Debug)]
pub(super) enum Choice {
    Latitude = 1,
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
    Reviewer,
    ReviewRating,
    ReviewTime,
    Sentence,
}

/// The choices of one city or business.
#[derive(Clone, Copy, Debug)]
pub(super) struct SeededChoices {
    seed: u64,
    /// The index among choices of the same property, such as that of a review.
    index: u8,
}

impl SeededChoices {
    /// The choices of a city.
    pub(super) fn of(city: &str) -> Self {
        Self { seed: pseudo_random::of_text(SEED, city), index: 0 }
    }

    /// The choices of a business in the city.
    pub(super) fn of_business(self, number: u32) -> Self {
        Self { seed: pseudo_random::mix(self.seed ^ u64::from(number)), index: 0 }
    }

    /// The choices of the same city or business with another index.
    pub(super) fn at(self, index: u8) -> Self {
        Self { index, ..self }
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
        let number = u64::from(self.index) << 8 | choice as u64;
        pseudo_random::mix(self.seed ^ pseudo_random::mix(number))
    }

    pub(super) fn pick<T: Copy>(self, choice: Choice, among: &[T]) -> T {
        let count = u32::try_from(among.len()).expect("a short list");
        among[self.draw(choice, count) as usize]
    }
}

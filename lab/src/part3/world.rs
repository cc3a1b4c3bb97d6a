//! Cities and businesses that only a seed knows.

use std::{fmt, ops::Range};

use serde_json::{Value, json};

use crate::{examiner::Reply, hold::Rule, seed::Seed};

/// Numbers below are those of cities, all others those of businesses.
const BUSINESSES_FROM: u64 = 1000;

/// The kernel keeps 15 bytes of a thread's name, and a number has to go behind it.
const LETTERS: u64 = 8;

/// A city that does not exist.
#[derive(Clone, Debug)]
pub(super) struct City {
    /// A made-up word, and its number.
    pub(super) name: String,
    number: u64,
    businesses: Vec<u64>,
}

/// All that there is for one assignment.
#[derive(Clone, Debug)]
pub(super) struct World {
    pub(super) cities: Vec<City>,
    pub(super) seed: u64,
    share: Share,
}

/// Who is to scrape it.
#[derive(Clone, Copy, Debug)]
enum Share {
    /// Threads of one process: this many, or one for each business.
    Threads(Option<usize>),
    /// This many processes, each with threads as above.
    Workers(usize, Option<usize>),
}

impl World {
    /// One city.
    pub(super) fn of_city(businesses: usize, threads: Option<usize>) -> Self {
        Self::new(1, businesses, Share::Threads(threads))
    }

    /// Several cities, each with as many businesses.
    pub(super) fn of_cities(
        cities: usize,
        businesses: usize,
        workers: usize,
        threads: Option<usize>,
    ) -> Self {
        Self::new(cities, businesses, Share::Workers(workers, threads))
    }

    fn new(cities: usize, businesses: usize, share: Share) -> Self {
        let mut seed = Seed::fresh();
        let mut next = BUSINESSES_FROM;
        let first = seed.within(100..900);
        let cities = (first..).take(cities).map(|number| {
            let name = format!("{} {number}", word(&mut seed));
            let mut business = || {
                next += seed.within(1..1000);
                next
            };
            City { name, number, businesses: (0..businesses).map(|_| business()).collect() }
        });
        let cities = cities.collect();
        Self { cities, seed: seed.number(), share }
    }

    /// How many businesses there are in all.
    pub(super) fn businesses(&self) -> usize {
        self.cities.iter().map(|city| city.businesses.len()).sum()
    }

    /// The assignment, as part 3 reads it.
    pub(super) fn assignment(&self) -> Value {
        let names: Vec<&str> = self.cities.iter().map(|city| city.name.as_str()).collect();
        match self.share {
            Share::Threads(threads) => json!({ "city": { "city": names[0], "threads": threads } }),
            Share::Workers(workers, threads) => {
                json!({ "parallel": { "cities": names, "workers": workers, "threads": threads } })
            }
        }
    }

    /// What a piece of work yields: the businesses of a city, at once, or the details of a business,
    /// held back.
    pub(super) fn piece(&self, numbers: &Range<u64>) -> Option<Reply> {
        let number = numbers.start;
        if let Some(city) = self.cities.iter().find(|city| city.number == number) {
            return Some(Reply::Now(json!(city.businesses)));
        }
        let mut businesses = self.cities.iter().flat_map(|city| &city.businesses);
        businesses
            .any(|&business| business == number)
            .then(|| Reply::Held(json!(body(self.seed, number))))
    }

    /// How its businesses are held back, so that cities and businesses end in an order of their own.
    pub(super) fn first_last(&self) -> Rule {
        let businesses = self.cities.iter().flat_map(|city| &city.businesses);
        Rule::first_last(&businesses.map(|&number| number..number + 1).collect::<Vec<_>>())
    }

    /// All pieces of work: each search, each business.
    pub(super) fn pieces(&self) -> Vec<Range<u64>> {
        let numbers = self
            .cities
            .iter()
            .flat_map(|city| std::iter::once(city.number).chain(city.businesses.iter().copied()));
        numbers.map(|number| number..number + 1).collect()
    }
}

impl City {
    /// What its search says is stored already: an id that is no business's.
    pub(super) fn kept(&self) -> String {
        self.number.to_string()
    }

    /// What its threads are called; a number follows.
    pub(super) fn slug(&self) -> String {
        let name = self.name.to_lowercase();
        name.chars().filter(char::is_ascii_alphanumeric).collect()
    }
}

impl fmt::Display for World {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cities = self.cities.len();
        let businesses = self.businesses();
        match self.share {
            Share::Threads(None) => write!(formatter, "{businesses} businesses of a city"),
            Share::Threads(Some(threads)) => {
                write!(formatter, "{businesses} businesses of a city, {threads} threads")
            }
            Share::Workers(workers, _) => {
                write!(formatter, "{cities} cities, {businesses} businesses, {workers} workers")
            }
        }
    }
}

/// What the answer has to say of a city: its businesses, and what each of them is.
pub(super) fn business_list(city: &City, seed: u64) -> Vec<String> {
    city.businesses.iter().map(|&number| format!("{number}={}", body(seed, number))).collect()
}

fn body(seed: u64, business: u64) -> String {
    format!("{:016x}", Seed::of(seed ^ business).number())
}

/// A name that can be said.
fn word(seed: &mut Seed) -> String {
    let mut letter = |letters: &[u8]| {
        let index = seed.within(0..letters.len() as u64);
        char::from(letters[usize::try_from(index).unwrap_or_default()])
    };
    let letters = (0..LETTERS)
        .map(|index| if index % 2 == 0 { letter(b"bdfgklmnprstvz") } else { letter(b"aeiou") });
    let mut word: String = letters.collect();
    word[..1].make_ascii_uppercase();
    word
}

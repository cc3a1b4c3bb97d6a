//! Cities and businesses that only a seed knows.

use std::{fmt, num::NonZeroUsize, ops::Range};

use exam::part3::{Assignment, Business, Wanted, Web};

use crate::{examiner::Reply, hold::Rule, seed::Seed};

/// Numbers below are those of cities, all others those of businesses: all of one length, so that they have
/// the same order as texts.
const BUSINESSES_FROM: u64 = 100_000;

/// A city with at least four businesses has one that cannot be fetched.
const WITH_A_LOSS: usize = 4;

/// The kernel keeps 15 bytes of a thread's name, and a number has to go behind it.
const LETTERS: u64 = 8;

/// A city that does not exist.
#[derive(Clone, Debug)]
pub(super) struct City {
    /// A made-up word, and its number.
    pub(super) name: String,
    pub(super) number: u64,
    pub(super) businesses: Vec<u64>,
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
    pub(super) fn of_city(businesses: usize, threads: Option<usize>, seed: &mut Seed) -> Self {
        Self::new(1, businesses, Share::Threads(threads), seed)
    }

    /// Several cities, each with as many businesses.
    pub(super) fn of_cities(
        cities: usize,
        businesses: usize,
        workers: usize,
        threads: Option<usize>,
        seed: &mut Seed,
    ) -> Self {
        Self::new(cities, businesses, Share::Workers(workers, threads), seed)
    }

    fn new(cities: usize, businesses: usize, share: Share, seed: &mut Seed) -> Self {
        let mut next = BUSINESSES_FROM;
        let first = seed.within(100..900);
        let mut words: Vec<String> = (0..cities).map(|_| word(seed)).collect();
        unsort(&mut words);
        let mut numbers: Vec<u64> = (first..).take(cities).collect();
        unsort(&mut numbers);
        let cities = words.into_iter().zip(numbers).map(|(word, number)| {
            let mut business = || {
                next += seed.within(1..1000);
                next
            };
            let mut businesses: Vec<u64> = (0..businesses).map(|_| business()).collect();
            unsort(&mut businesses);
            City { name: format!("{word} {number}"), number, businesses }
        });
        let cities = cities.collect();
        Self { cities, seed: seed.number(), share }
    }

    /// How many businesses there are in all.
    pub(super) fn businesses(&self) -> usize {
        self.cities.iter().map(|city| city.businesses.len()).sum()
    }

    /// What the candidate is told.
    pub(super) fn assignment(&self) -> Assignment {
        self.assignment_at(None)
    }

    /// The same, to be asked for at a web.
    pub(super) fn assignment_at(&self, web: Option<Web>) -> Assignment {
        let number = |number| NonZeroUsize::new(number).expect("some threads or processes");
        let mut cities: Vec<String> = self.cities.iter().map(|city| city.name.clone()).collect();
        match self.share {
            Share::Threads(threads) => {
                Assignment::City { city: cities.remove(0), threads: threads.map(number) }
            }
            Share::Workers(workers, threads) => {
                let (workers, threads) = (number(workers), threads.map(number));
                Assignment::Parallel { cities, workers, threads, web }
            }
        }
    }

    /// What a piece of work yields: the businesses of a city, at once, or the details of a business,
    /// held back.
    pub(super) fn piece(&self, numbers: &Range<u64>) -> Option<Reply> {
        let number = numbers.start;
        if let Some(city) = self.cities.iter().find(|city| city.number == number) {
            let wanted: &Wanted = &city.businesses;
            return Some(Reply::now(wanted));
        }
        let mut businesses = self.cities.iter().flat_map(|city| &city.businesses);
        businesses.any(|&business| business == number).then(|| Reply::held(self.business(number)))
    }

    fn business(&self, number: u64) -> Business {
        let is_lost = self.cities.iter().any(|city| city.lost() == Some(number));
        if is_lost { Business::Lost } else { Business::Known(body(self.seed, number)) }
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

    /// A piece of work in words: its name, and what is done with it.
    pub(super) fn words(&self, piece: &Range<u64>) -> (String, &'static str) {
        let number = piece.start;
        if let Some(City { name, .. }) = self.cities.iter().find(|city| city.number == number) {
            return (format!("the city {name}"), "searched");
        }
        let city = self.cities.iter().find(|city| city.businesses.contains(&number));
        let place = city.map_or_else(String::new, |city| format!(" of {}", city.name));
        (format!("business {number}{place}"), "asked for")
    }
}

impl City {
    /// A business that cannot be fetched, if it has enough of them.
    pub(super) fn lost(&self) -> Option<u64> {
        self.businesses.get(1).copied().filter(|_| self.businesses.len() >= WITH_A_LOSS)
    }

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

/// Changes the order of things that are sorted, so that sorting them would show.
fn unsort<T: Ord>(things: &mut [T]) {
    if things.is_sorted() {
        things.rotate_left(things.len().min(1));
    } else if things.is_sorted_by(|one, next| one >= next) && things.len() > 2 {
        things.rotate_left(1);
    }
}

/// What the answer has to say of a city: its businesses, and what each of them is.
pub(super) fn business_list(city: &City, seed: u64) -> Vec<String> {
    let stored = city.businesses.iter().filter(|&&number| city.lost() != Some(number));
    stored.map(|&number| format!("{number}={}", body(seed, number))).collect()
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

//! The scrape jobs of part 3: cities whose businesses have details that only a seed determines.

use std::{fmt, iter, num::NonZeroUsize, ops::Range};

use exam::part3::{self, Assignment, Business, Found, Wanted, Web};

use crate::{examiner::Reply, piece_gate::ReleaseRule, seed::Seed};

/// The cities of a run without arguments.
const LAB_CITIES: &str = include_str!("../../../data/cities");
pub(super) const LAB_BUSINESSES: usize = 20;

/// The number of worker processes of a run without arguments, if there are as many cities.
const LAB_WORKERS: usize = 16;

/// The first piece of work that is a business; those below are searches of cities.
const BUSINESSES_FROM: u64 = 1000;

/// The number of businesses of a made-up city that are stored already.
const KEPT: usize = 1;

/// The least number of businesses of a city in which one cannot be fetched.
const BUSINESSES_WITH_ERROR: usize = 4;

/// The length of a city's name: the kernel keeps 15 bytes of a thread's name, which also has a
/// number.
const LETTERS: u64 = 8;

/// A city, with the businesses that its search finds.
#[derive(Clone, Debug)]
pub(super) struct City {
    pub(super) name: String,
    pub(super) number: u64,
    pub(super) businesses: Vec<Wanted>,
    /// The businesses that are stored already, by the answer to the search.
    pub(super) kept: Vec<String>,
    /// The business that cannot be fetched, if there is one.
    pub(super) lost: Option<String>,
}

/// A scrape job: its cities, and the threads or processes that scrape them.
#[derive(Clone, Debug)]
pub(super) struct ScrapeJob {
    pub(super) cities: Vec<City>,
    pub(super) seed: u64,
    share: Share,
}

/// The threads or processes of a scrape job.
#[derive(Clone, Copy, Debug)]
enum Share {
    /// Threads of one process: this many, or one for each business.
    Threads(Option<usize>),
    /// This many processes, each with threads as above.
    Workers(usize, Option<usize>),
}

impl ScrapeJob {
    /// A job with one made-up city.
    pub(super) fn of_city(businesses: usize, threads: Option<usize>, seed: &mut Seed) -> Self {
        Self::made_up(1, businesses, Share::Threads(threads), seed)
    }

    /// A job with several made-up cities of the same size.
    pub(super) fn of_cities(
        cities: usize,
        businesses: usize,
        workers: usize,
        threads: Option<usize>,
        seed: &mut Seed,
    ) -> Self {
        Self::made_up(cities, businesses, Share::Workers(workers, threads), seed)
    }

    /// The first city of a run without arguments.
    pub(super) fn of_the_first_city(seed: &mut Seed) -> Self {
        let first = LAB_CITIES.lines().take(1).map(str::to_owned).collect();
        Self::new(first, LAB_BUSINESSES, 0, Share::Threads(None), seed)
    }

    /// All cities of a run without arguments, with a worker for each.
    pub(super) fn of_the_lab(seed: &mut Seed) -> Self {
        let names: Vec<String> = LAB_CITIES.lines().map(str::to_owned).collect();
        let share = Share::Workers(LAB_WORKERS, None);
        Self::new(names, LAB_BUSINESSES, 0, share, seed)
    }

    /// Made-up cities, with businesses that are stored already and businesses that cannot be
    /// fetched.
    fn made_up(cities: usize, businesses: usize, share: Share, seed: &mut Seed) -> Self {
        let mut names: Vec<String> = (0..cities).map(|_| word(seed)).collect();
        unsort(&mut names);
        let mut job = Self::new(names, businesses, KEPT, share, seed);
        for city in &mut job.cities {
            if city.businesses.len() >= BUSINESSES_WITH_ERROR {
                city.lost = city.businesses.get(1).map(|business| business.id.clone());
            }
        }
        job
    }

    fn new(
        names: Vec<String>,
        businesses: usize,
        kept: usize,
        share: Share,
        seed: &mut Seed,
    ) -> Self {
        let mut pieces = BUSINESSES_FROM..;
        let cities = (1..).zip(names).map(|(number, name)| {
            // Those of the local web, which are there for every name of a city.
            let mut ids = mock_web::business_ids(&name);
            ids.truncate(businesses + kept);
            let kept = ids.split_off(businesses);
            unsort(&mut ids);
            let businesses = ids.into_iter().zip(&mut pieces);
            let businesses = businesses.map(|(id, piece)| Wanted { id, piece }).collect();
            City { name, number, businesses, kept, lost: None }
        });
        let cities = cities.collect();
        Self { cities, seed: seed.number(), share }
    }

    /// The number of businesses in all cities.
    pub(super) fn businesses(&self) -> usize {
        self.cities.iter().map(|city| city.businesses.len()).sum()
    }

    /// The assignment for the candidate.
    pub(super) fn assignment(&self) -> Assignment {
        self.assignment_at(None)
    }

    /// The assignment, whose cities are served by this web.
    pub(super) fn assignment_at(&self, web: Option<Web>) -> Assignment {
        let number = |number| NonZeroUsize::new(number).expect("some threads or processes");
        let city = |city: &City| part3::City { name: city.name.clone(), piece: city.number };
        let mut cities: Vec<part3::City> = self.cities.iter().map(city).collect();
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

    /// The answer to a piece of work: the businesses of a city, or the details of a business.
    pub(super) fn piece(&self, numbers: &Range<u64>) -> Option<Reply> {
        let number = numbers.start;
        if let Some(city) = self.cities.iter().find(|city| city.number == number) {
            let found = Found { wanted: city.businesses.clone(), kept: city.kept.clone() };
            return Some(Reply::later(found));
        }
        let (city, business) = self.business(number)?;
        Some(Reply::held(if city.lost.as_ref() == Some(&business.id) {
            Business::Lost
        } else {
            Business::Known(body(self.seed, number))
        }))
    }

    /// The business whose details are this piece of work, and its city.
    fn business(&self, piece: u64) -> Option<(&City, &Wanted)> {
        let of = |city: &'_ City| city.businesses.iter().position(|one| one.piece == piece);
        self.cities.iter().find_map(|city| Some((city, &city.businesses[of(city)?])))
    }

    /// The release rule that makes cities and businesses end out of order.
    pub(super) fn first_last(&self) -> ReleaseRule {
        let businesses = self.cities.iter().flat_map(|city| &city.businesses);
        let pieces = businesses.map(|business| business.piece..business.piece + 1);
        ReleaseRule::first_last(&pieces.collect::<Vec<_>>())
    }

    /// All pieces of work: each search, each business.
    pub(super) fn pieces(&self) -> Vec<Range<u64>> {
        let of = |city: &'_ City| {
            let businesses = city.businesses.iter().map(|business| business.piece);
            iter::once(city.number).chain(businesses).collect::<Vec<_>>()
        };
        let numbers = self.cities.iter().flat_map(of);
        numbers.map(|number| number..number + 1).collect()
    }

    /// A piece of work in words: its name and its verb.
    pub(super) fn words(&self, piece: &Range<u64>) -> (String, &'static str) {
        let number = piece.start;
        if let Some(City { name, .. }) = self.cities.iter().find(|city| city.number == number) {
            return (format!("the city {name}"), "searched");
        }
        let id =
            self.business(number).map_or_else(|| number.to_string(), |(_, one)| one.id.clone());
        (format!("business {id}"), "asked for")
    }
}

impl City {
    /// The name of the city's threads, without the number.
    pub(super) fn slug(&self) -> String {
        let name = self.name.to_lowercase();
        name.chars().filter(char::is_ascii_alphanumeric).collect()
    }
}

impl fmt::Display for ScrapeJob {
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

/// The businesses that the answer must have for a city, each with its details.
pub(super) fn business_list(city: &City, seed: u64) -> Vec<String> {
    let stored = city.businesses.iter().filter(|one| city.lost.as_ref() != Some(&one.id));
    stored.map(|Wanted { id, piece }| format!("{id}={}", body(seed, *piece))).collect()
}

fn body(seed: u64, business: u64) -> String {
    format!("{:016x}", Seed::of(seed ^ business).number())
}

/// A pronounceable name.
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

//! Cities to scrape, whose businesses have details that only a seed knows.

use std::{fmt, iter, num::NonZeroUsize, ops::Range};

use exam::part3::{self, Assignment, Business, Found, Wanted, Web};

use crate::{examiner::Reply, piece_gate::ReleaseRule, seed::Seed};

/// The cities of every other run, and how many businesses of each it asks for.
const LAB_CITIES: &str = include_str!("../../../data/cities");
pub(super) const LAB_BUSINESSES: usize = 20;

/// How many worker processes every other run may have, if there are as many cities.
const LAB_WORKERS: usize = 16;

/// The pieces of work below are searches of cities, all others are details of businesses.
const BUSINESSES_FROM: u64 = 1000;

/// How many more businesses of a city that is made up are stored already.
const KEPT: usize = 1;

/// A city with at least four businesses has one that cannot be fetched.
const WITH_A_LOSS: usize = 4;

/// The kernel keeps 15 bytes of a thread's name, and a number has to go behind it.
const LETTERS: u64 = 8;

/// A city, with the businesses that its search finds.
#[derive(Clone, Debug)]
pub(super) struct City {
    pub(super) name: String,
    pub(super) number: u64,
    pub(super) businesses: Vec<Wanted>,
    /// What its search says is stored already.
    pub(super) kept: Vec<String>,
    /// The business that cannot be fetched, if there is one.
    pub(super) lost: Option<String>,
}

/// All that there is for one assignment.
#[derive(Clone, Debug)]
pub(super) struct ScrapeJob {
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

impl ScrapeJob {
    /// One city that is made up.
    pub(super) fn of_city(businesses: usize, threads: Option<usize>, seed: &mut Seed) -> Self {
        Self::made_up(1, businesses, Share::Threads(threads), seed)
    }

    /// Several cities that are made up, each with as many businesses.
    pub(super) fn of_cities(
        cities: usize,
        businesses: usize,
        workers: usize,
        threads: Option<usize>,
        seed: &mut Seed,
    ) -> Self {
        Self::made_up(cities, businesses, Share::Workers(workers, threads), seed)
    }

    /// The first city of every other run, with nothing that such a run does not have.
    pub(super) fn of_the_labs_first_city(seed: &mut Seed) -> Self {
        let first = LAB_CITIES.lines().take(1).map(str::to_owned).collect();
        Self::new(first, LAB_BUSINESSES, 0, Share::Threads(None), seed)
    }

    /// All cities of every other run, each with a worker.
    pub(super) fn of_the_lab(seed: &mut Seed) -> Self {
        let names: Vec<String> = LAB_CITIES.lines().map(str::to_owned).collect();
        let share = Share::Workers(LAB_WORKERS, None);
        Self::new(names, LAB_BUSINESSES, 0, share, seed)
    }

    /// Cities with businesses that are stored already, and with some that cannot be fetched.
    fn made_up(cities: usize, businesses: usize, share: Share, seed: &mut Seed) -> Self {
        let mut names: Vec<String> = (0..cities).map(|_| word(seed)).collect();
        unsort(&mut names);
        let mut job = Self::new(names, businesses, KEPT, share, seed);
        for city in &mut job.cities {
            if city.businesses.len() >= WITH_A_LOSS {
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

    /// What a piece of work yields: the businesses of a city, or the details of a business, held back.
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

    /// How its businesses are held back, so that cities and businesses end in an order of their own.
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

    /// A piece of work in words: its name, and what is done with it.
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
    /// What its threads are called; a number follows.
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

/// What the answer has to say of a city: its businesses, and what each of them is.
pub(super) fn business_list(city: &City, seed: u64) -> Vec<String> {
    let stored = city.businesses.iter().filter(|one| city.lost.as_ref() != Some(&one.id));
    stored.map(|Wanted { id, piece }| format!("{id}={}", body(seed, *piece))).collect()
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

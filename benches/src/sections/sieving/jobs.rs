//! The jobs of the section `sieve`.

use std::{num::NonZeroU32, ops::Range};

use super::task::{Task, Verb};
use crate::sections::{Selection, part1::PART};

/// The page size of the peers' memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PeerMemory {
    /// The default pages.
    AsItIs,
    /// Huge pages, requested through the environment of their allocator.
    HugePages,
}

/// A job of this section.
#[derive(Clone, Debug)]
pub(super) struct Job {
    pub(super) title: String,
    pub(super) task: Task,
    pub(super) peer_memory: PeerMemory,
}

const IN_PROCESS: &str = "Jobs “in process” are repeated within one process, after a warm-up, and \
     the time is that of one repetition; all other times are of whole processes, from start to end.";
const HUGE_PAGES: &str = "With “huge pages” the peers' allocator is told to ask for them \
     (`GLIBC_TUNABLES=glibc.malloc.hugetlb=1`), ours runs as it is: mostly the best case of the \
     peers, unless the kernel has to make room for such pages first.";
const LINES: &str = "Lines are written to `/dev/null`; in another run, which is not timed, they go through a pipe to \
     this program, which makes sure that all write the same bytes.";

const PROGRAM: &str = "In the table of `part1-primes`, ours is that program with `--variant \
     sequential --method sieve --count`, and theirs is one call of the crate.";

const ONCE: NonZeroU32 = NonZeroU32::MIN;
const OFTEN: NonZeroU32 = NonZeroU32::new(1_000).expect("a thousand");
const HUNDRED_TIMES: NonZeroU32 = NonZeroU32::new(100).expect("a hundred");
const SOMETIMES: NonZeroU32 = NonZeroU32::new(20).expect("twenty");

/// The range of the lab's first part.
const LAB: Range<u64> = 100_000_000..101_000_000;

const BILLION: u64 = 1_000_000_000;
const TRILLION: u64 = 1_000 * BILLION;
const QUADRILLION: u64 = 1_000 * TRILLION;
const QUINTILLION: u64 = 1_000 * QUADRILLION;

/// A hundred million numbers with large sieving primes.
const HIGH: Range<u64> = QUADRILLION..QUADRILLION + BILLION / 10;

/// The jobs of the crate.
pub(super) fn of_the_crate(selection: Selection) -> Vec<Job> {
    match selection {
        Selection::Quick => {
            let [count, collect] = of_the_lab(SOMETIMES);
            vec![count, collect, count_to_1e8(), first_primes("1e9", BILLION, SOMETIMES)]
        }
        Selection::Full => {
            [of_the_lab(OFTEN).into(), of_counting(), of_all_cores(), of_using()].concat()
        }
    }
}

/// The jobs of the program of part 1.
pub(super) fn of_the_program(selection: Selection) -> Vec<Job> {
    let jobs = match selection {
        Selection::Quick => vec![count_to_1e8()],
        Selection::Full => of_counting(),
    };
    let by_program = |job: Job| Job { title: format!("{} by `{PART}`", job.title), ..job };
    jobs.into_iter().map(by_program).collect()
}

/// The jobs of the function `prime_count`.
pub(super) fn of_prime_count(selection: Selection) -> Vec<Job> {
    let up_to = |title: &str, number| {
        let title = format!("count to {title} without a sieve");
        job(&title, Verb::PrimeCount, 0..number + 1)
    };
    match selection {
        Selection::Quick => vec![up_to("1e9", BILLION)],
        Selection::Full => vec![up_to("1e12", TRILLION), up_to("1e13", 10 * TRILLION)],
    }
}

/// Remarks that explain the titles of these jobs.
pub(super) fn remarks(jobs: &[Job], jobs_of_the_program: &[Job]) -> Vec<String> {
    let has = |is_such: fn(&Job) -> bool| jobs.iter().any(is_such);
    let remarks = [
        (has(|job| job.task.verb.is_repeated()), IN_PROCESS),
        (has(|job| job.peer_memory == PeerMemory::HugePages), HUGE_PAGES),
        (has(|job| job.task.verb == Verb::Lines), LINES),
        (!jobs_of_the_program.is_empty(), PROGRAM),
    ];
    let needed = remarks.into_iter().filter(|(is_needed, _)| *is_needed);
    needed.map(|(_, remark)| remark.to_owned()).collect()
}

fn of_the_lab(repetitions: NonZeroU32) -> [Job; 2] {
    [
        repeated("count 1e8 to 1e8 + 1e6, in process", Verb::CountRepeatedly, LAB, repetitions),
        repeated(
            "list 1e8 to 1e8 + 1e6 as `Vec<u64>`, in process",
            Verb::CollectRepeatedly,
            LAB,
            repetitions,
        ),
    ]
}

fn count_to_1e8() -> Job {
    job("count to 1e8", Verb::Count, 0..BILLION / 10)
}

fn of_counting() -> Vec<Job> {
    vec![
        job("count to 1e9", Verb::Count, 0..BILLION),
        job("count to 1e10", Verb::Count, 0..10 * BILLION),
        job("count to 1e11", Verb::Count, 0..100 * BILLION),
        count_billion("1e12", TRILLION),
        count_billion("1e13", 10 * TRILLION),
        count_billion("1e14", 100 * TRILLION),
        job("count 1e15 to 1e15 + 1e8", Verb::Count, HIGH),
        count_billion("1e15", QUADRILLION),
        count_billion("1e16", 10 * QUADRILLION),
        count_billion("1e17", 100 * QUADRILLION),
        count_billion("1e18", QUINTILLION),
        count_billion("1e19", 10 * QUINTILLION),
    ]
}

fn of_all_cores() -> Vec<Job> {
    let on_all_cores = |one: Job| {
        let title = format!("{} on all cores, CPU time of all threads", one.title);
        job(&title, Verb::CountOnAllThreads, one.task.range)
    };
    vec![
        on_all_cores(job("count 1e15 to 1e15 + 1e8", Verb::Count, HIGH)),
        on_all_cores(count_billion("1e15", QUADRILLION)),
        on_all_cores(count_billion("1e18", QUINTILLION)),
    ]
}

fn of_using() -> Vec<Job> {
    let list = job("list to 1e9 as `Vec<u64>`", Verb::Collect, 0..BILLION);
    let list_with_huge_pages = Job {
        title: format!("{}, peers with huge pages", list.title),
        peer_memory: PeerMemory::HugePages,
        ..list.clone()
    };
    vec![
        job("add up to 1e9, in order", Verb::Sum, 0..BILLION),
        job("add up to 1e9, in a `for` loop", Verb::SumByFor, 0..BILLION),
        first_primes("1e9", BILLION, HUNDRED_TIMES),
        first_primes("1e12", TRILLION, HUNDRED_TIMES),
        list,
        list_with_huge_pages,
        job("write to 1e9 as decimal lines", Verb::Lines, 0..BILLION),
    ]
}

fn count_billion(from: &str, start: u64) -> Job {
    job(&format!("count {from} to {from} + 1e9"), Verb::Count, start..start + BILLION)
}

fn first_primes(from: &str, start: u64, repetitions: NonZeroU32) -> Job {
    let title = format!("add up the first 100 000 primes from {from} on, in process");
    repeated(&title, Verb::SumFirstRepeatedly, start..start + 100_000, repetitions)
}

fn job(title: &str, verb: Verb, range: Range<u64>) -> Job {
    repeated(title, verb, range, ONCE)
}

fn repeated(title: &str, verb: Verb, range: Range<u64>, repetitions: NonZeroU32) -> Job {
    Job {
        title: title.to_owned(),
        task: Task { verb, range, repetitions },
        peer_memory: PeerMemory::AsItIs,
    }
}

//! The jobs of the section `sieve`.

use std::{num::NonZeroU32, ops::Range};

use super::task::{Task, Verb};
use crate::sections::Selection;

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
    pub(super) title: &'static str,
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

const ONCE: NonZeroU32 = NonZeroU32::MIN;
const OFTEN: NonZeroU32 = NonZeroU32::new(1_000).expect("a thousand");
const SOMETIMES: NonZeroU32 = NonZeroU32::new(20).expect("twenty");

/// The range of the lab's first part.
const LAB: Range<u64> = 100_000_000..101_000_000;

const BILLION: u64 = 1_000_000_000;
const TRILLION: u64 = 1_000 * BILLION;
const QUADRILLION: u64 = 1_000 * TRILLION;

pub(super) fn all(selection: Selection) -> Vec<Job> {
    match selection {
        Selection::Quick => {
            let [count, collect] = of_the_lab(SOMETIMES);
            vec![count, collect, job("count to 1e8", Verb::Count, 0..BILLION / 10)]
        }
        Selection::Full => [of_the_lab(OFTEN).into(), of_counting(), of_using()].concat(),
    }
}

/// Remarks that explain the titles of these jobs.
pub(super) fn remarks(selection: Selection) -> Vec<String> {
    let remarks: &[&str] = match selection {
        Selection::Quick => &[IN_PROCESS],
        Selection::Full => &[IN_PROCESS, HUGE_PAGES, LINES],
    };
    remarks.iter().map(ToString::to_string).collect()
}

fn of_the_lab(repetitions: NonZeroU32) -> [Job; 2] {
    let of_the_lab = |title, verb| Job {
        title,
        task: Task { verb, range: LAB, repetitions },
        peer_memory: PeerMemory::AsItIs,
    };
    [
        of_the_lab("count 1e8 to 1e8 + 1e6, in process", Verb::CountRepeatedly),
        of_the_lab("list 1e8 to 1e8 + 1e6 as `Vec<u64>`, in process", Verb::CollectRepeatedly),
    ]
}

fn of_counting() -> Vec<Job> {
    let billion_from = |start| start..start + BILLION;
    let high = QUADRILLION..QUADRILLION + BILLION / 10;
    vec![
        job("count to 1e9", Verb::Count, 0..BILLION),
        job("count to 1e10", Verb::Count, 0..10 * BILLION),
        job("count 1e12 to 1e12 + 1e9", Verb::Count, billion_from(TRILLION)),
        job("count 1e15 to 1e15 + 1e8", Verb::Count, high.clone()),
        job(
            "count 1e15 to 1e15 + 1e8 on all cores, CPU time of all threads",
            Verb::CountOnAllThreads,
            high,
        ),
        job("count 1e15 to 1e15 + 1e9", Verb::Count, billion_from(QUADRILLION)),
        job("count 1e16 to 1e16 + 1e9", Verb::Count, billion_from(10 * QUADRILLION)),
        job("count 1e17 to 1e17 + 1e9", Verb::Count, billion_from(100 * QUADRILLION)),
        job("count 1e18 to 1e18 + 1e9", Verb::Count, billion_from(1_000 * QUADRILLION)),
        job("count 1e19 to 1e19 + 1e9", Verb::Count, billion_from(10_000 * QUADRILLION)),
    ]
}

fn of_using() -> Vec<Job> {
    let list = "list to 1e9 as `Vec<u64>`";
    let with_huge_pages = Job {
        title: "list to 1e9 as `Vec<u64>`, peers with huge pages",
        peer_memory: PeerMemory::HugePages,
        ..job(list, Verb::Collect, 0..BILLION)
    };
    vec![
        job("add up to 1e9, in order", Verb::Sum, 0..BILLION),
        job(list, Verb::Collect, 0..BILLION),
        with_huge_pages,
        job("write to 1e9 as decimal lines", Verb::Lines, 0..BILLION),
    ]
}

fn job(title: &'static str, verb: Verb, range: Range<u64>) -> Job {
    Job { title, task: Task { verb, range, repetitions: ONCE }, peer_memory: PeerMemory::AsItIs }
}

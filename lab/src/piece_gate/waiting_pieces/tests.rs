//! Tests of the release rules, at times that the tests choose.

use super::*;

/// A release without a wave.
const FREE: Release = Release { wave: None };

const STILL: Duration = Duration::from_millis(200);
const MOVING: Duration = Duration::from_secs(2);
const HOLD_TIMEOUTS: HoldTimeouts = HoldTimeouts { still: STILL, moving: MOVING };

/// Waiting pieces at a time that the test chooses.
struct Fixture {
    pieces: WaitingPieces,
    now: Duration,
}

impl Fixture {
    fn new(rule: ReleaseRule) -> Self {
        Self { pieces: WaitingPieces::new(rule), now: Duration::ZERO }
    }

    fn arrive(&mut self, piece: u64) -> u64 {
        self.pieces.arrive(&(piece..piece + 1), self.now)
    }

    /// Looks at a candidate twice, this far apart.
    fn look(&mut self, stillness: Stillness, passes: Duration) {
        self.pieces.look(stillness, self.now, HOLD_TIMEOUTS);
        self.now += passes;
        self.pieces.look(stillness, self.now, HOLD_TIMEOUTS);
    }

    fn shortage(&self) -> Option<(usize, usize, usize)> {
        self.pieces.seen().shortage.map(|short| (short.released, short.waiting, short.left))
    }
}

#[test]
fn every_wave_waits_until_it_is_complete() {
    let mut fixture = Fixture::new(ReleaseRule::Waves { wave_size: 2, pieces: 6, share: 0 });
    for wave in 0..3 {
        let first = fixture.arrive(2 * wave);
        assert_eq!(fixture.pieces.take(first), None, "wave {wave}");
        let second = fixture.arrive(2 * wave + 1);
        let wave = usize::try_from(wave).unwrap();
        assert_eq!(
            [first, second].map(|ticket| fixture.pieces.take(ticket)),
            [Some(Release { wave: Some(wave) }); 2]
        );
    }
    assert_eq!(fixture.shortage(), None);
}

#[test]
fn a_second_wave_that_does_not_come_is_a_shortage_and_then_all_is_open() {
    let mut fixture = Fixture::new(ReleaseRule::Waves { wave_size: 2, pieces: 8, share: 2 });
    fixture.arrive(0);
    fixture.arrive(1);
    let late = fixture.arrive(2);
    fixture.look(Stillness::Still, STILL / 2);
    assert_eq!(fixture.pieces.take(late), None, "there is still time");
    fixture.look(Stillness::Still, STILL);
    assert_eq!(fixture.shortage(), Some((2, 1, 5)));
    assert_eq!(
        fixture.pieces.take(late),
        Some(Release { wave: Some(1) }),
        "the last wave is short"
    );
    let next = fixture.arrive(3);
    assert_eq!(fixture.pieces.take(next), Some(FREE));
}

#[test]
fn a_last_wave_may_be_smaller_as_far_as_each_has_its_share() {
    for (share, expected) in [(2, None), (1, Some((6, 1, 1)))] {
        let mut fixture = Fixture::new(ReleaseRule::Waves { wave_size: 2, pieces: 8, share });
        for piece in 0..6 {
            fixture.arrive(piece);
        }
        let alone = fixture.arrive(6);
        assert_eq!(fixture.pieces.take(alone), None, "another one may come");
        fixture.look(Stillness::Still, STILL);
        assert!(fixture.pieces.take(alone).is_some());
        assert_eq!(fixture.shortage(), expected, "share {share}");
    }
}

#[test]
fn a_candidate_that_moves_is_waited_for_but_not_without_end() {
    let mut fixture = Fixture::new(ReleaseRule::Waves { wave_size: 2, pieces: 4, share: 0 });
    fixture.arrive(0);
    fixture.look(Stillness::Moving, MOVING * (NEVER_STILL_FACTOR - 1));
    assert_eq!(fixture.shortage(), None);
    fixture.look(Stillness::Moving, MOVING);
    assert_eq!(fixture.shortage(), Some((0, 1, 3)));
}

#[test]
fn the_timeout_starts_again_when_the_candidate_has_moved() {
    let mut fixture = Fixture::new(ReleaseRule::Waves { wave_size: 2, pieces: 4, share: 0 });
    fixture.arrive(0);
    fixture.look(Stillness::Still, STILL * 3 / 4);
    fixture.look(Stillness::Moving, Duration::ZERO);
    fixture.look(Stillness::Still, STILL * 3 / 4);
    assert_eq!(fixture.shortage(), None);
}

#[test]
fn the_first_piece_ends_last() {
    let mut fixture = Fixture::new(ReleaseRule::FirstLast { first: 0..1, pieces: 3 });
    let first = fixture.arrive(0);
    let second = fixture.arrive(1);
    assert_eq!([first, second].map(|ticket| fixture.pieces.take(ticket)), [None, Some(FREE)]);
    fixture.arrive(2);
    assert_eq!(fixture.pieces.take(first), Some(FREE), "all other pieces were released");
}

#[test]
fn the_first_piece_is_released_when_nothing_else_moves() {
    let mut fixture = Fixture::new(ReleaseRule::FirstLast { first: 0..1, pieces: 3 });
    let first = fixture.arrive(0);
    fixture.look(Stillness::Moving, Duration::ZERO);
    assert_eq!(fixture.pieces.take(first), None);
    fixture.look(Stillness::Still, Duration::ZERO);
    assert!(fixture.pieces.take(first).is_some());
}

#[test]
fn all_that_come_are_seen_at_once() {
    let mut fixture = Fixture::new(ReleaseRule::AllWhenStill);
    for wave in [3, 2, 4, 1] {
        let tickets: Vec<u64> = (0..wave).map(|piece| fixture.arrive(piece)).collect();
        fixture.look(Stillness::Moving, Duration::ZERO);
        assert!(tickets.iter().all(|&ticket| fixture.pieces.take(ticket).is_none()));
        fixture.look(Stillness::Still, STILL);
        assert!(tickets.iter().all(|&ticket| fixture.pieces.take(ticket).is_some()));
    }
    assert_eq!(fixture.pieces.seen().peak, 4);
}

#[test]
fn a_candidate_that_never_is_still_is_waited_for_once() {
    let mut fixture = Fixture::new(ReleaseRule::AllWhenStill);
    for timeout in [MOVING, STILL, STILL] {
        let ticket = fixture.arrive(0);
        fixture.look(Stillness::Moving, timeout / 2);
        assert_eq!(fixture.pieces.take(ticket), None);
        fixture.look(Stillness::Moving, timeout / 2);
        assert!(fixture.pieces.take(ticket).is_some());
    }
    assert_eq!(fixture.pieces.seen().waves_by_clock, 3);
}

#[test]
fn a_candidate_that_is_still_again_has_the_whole_timeout_again() {
    let mut fixture = Fixture::new(ReleaseRule::AllWhenStill);
    for (stillness, passes) in [(Stillness::Moving, MOVING), (Stillness::Still, STILL)] {
        let ticket = fixture.arrive(0);
        fixture.look(stillness, passes);
        assert!(fixture.pieces.take(ticket).is_some(), "{stillness:?}");
    }
    let ticket = fixture.arrive(0);
    fixture.look(Stillness::Moving, STILL);
    assert_eq!(fixture.pieces.take(ticket), None);
}

/// The number of pieces under way at each wave, when the workers of a fair partition proceed in
/// step.
fn under_way(batches: &[usize], workers: usize) -> Vec<usize> {
    let mut queue = batches.iter().copied();
    let mut left: Vec<usize> = Vec::new();
    let mut counts = Vec::new();
    loop {
        left.retain(|&left| left > 0);
        while left.len() < workers {
            let Some(batch) = queue.next() else { break };
            left.push(batch);
        }
        if left.is_empty() {
            return counts;
        }
        counts.push(left.len());
        for left in &mut left {
            *left -= 1;
        }
    }
}

/// Numbers of workers, of pieces at once for each, and of pieces in all, as the checks use them.
fn shapes() -> impl Iterator<Item = (usize, usize, usize)> {
    let of_one = |each: usize| (2..9).map(move |workers| (workers, 1, workers * each));
    let of_the_lab = (2..9).map(|workers| (workers, 1, 200));
    let of_cities = (2..9).map(|workers| (workers, 4, workers * 4 * 4));
    of_one(12).chain(of_one(8)).chain(of_the_lab).chain(of_cities)
}

/// The first wave to which the rule objects, for workers that take these batches.
fn objection(
    batches: &[usize],
    (workers, at_once, pieces): (usize, usize, usize),
) -> Option<usize> {
    let ReleaseRule::Waves { share, .. } = ReleaseRule::waves(workers, at_once, pieces) else {
        panic!("waves")
    };
    let mut done = 0;
    under_way(batches, workers).into_iter().find(|&count| {
        let left = pieces - done;
        let is_short = count < workers && left > fair_rest(pieces, count * at_once, share);
        done += count * at_once;
        is_short
    })
}

#[test]
fn no_fair_partition_is_short() {
    for shape in shapes() {
        let (workers, at_once, pieces) = shape;
        let tasks = pieces / at_once;
        // Batches of a size that gives each worker at least two, or exactly its share; and halves of what
        // is left, shared by all; and the parts that rayon makes.
        let batches = |size: usize| {
            (0..tasks).step_by(size).map(move |from| size.min(tasks - from)).collect::<Vec<_>>()
        };
        let mut guided = Vec::new();
        let mut left = tasks;
        while left > 0 {
            let batch = left.div_ceil(2 * workers);
            guided.push(batch);
            left -= batch;
        }
        let halved = tasks.div_ceil(2 << workers.ilog2());
        let sizes = (1..=tasks / workers / 2).chain([tasks.div_ceil(workers), halved]);
        for partition in sizes.map(batches).chain([guided]) {
            assert_eq!(objection(&partition, shape), None, "{shape:?}, {partition:?}");
        }
    }
}

#[test]
fn a_worker_that_stops_early_is_missed() {
    // The others of seven do its share.
    let objection = objection(&[3, 14, 14, 14, 13, 13, 13], (7, 1, 84));
    assert_eq!(objection, Some(6));
    // Of three, two have five cities each, and the third has two.
    let objection = self::objection(&[5, 5, 2], (3, 4, 48));
    assert_eq!(objection, Some(2));
}

#[test]
fn a_tail_that_one_worker_does_alone_is_short() {
    for shape in shapes() {
        let (workers, at_once, pieces) = shape;
        let tasks = pieces / at_once;
        // Twice the most that a worker may take at a time.
        let tail = 2 * tasks.div_ceil(2 << workers.ilog2());
        let batches = [vec![1; tasks - tail], vec![tail]].concat();
        assert!(objection(&batches, shape).is_some(), "{shape:?}");
    }
}

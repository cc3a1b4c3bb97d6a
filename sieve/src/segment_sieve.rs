//! One window after another: its lines sieved, and counted or put in order.

use crate::{
    Number,
    cross_off::Crossing,
    decode::{self, Words},
    large_primes::Strikes,
    plan::{Part, Plan},
    presieve::PreSieve,
    residue_class,
};

/// Appends all primes of a plan, which has to be one for primes in order.
pub(crate) fn append_all<N: Number>(plan: Plan, list: &mut Vec<N>) {
    let (instructions, parts) = (plan.machine.instructions, plan.parts);
    let (mut sieve, mut words) = (WindowSieve::new(plan), Words::default());
    for part in parts.iter() {
        sieve.words(&part, &mut words);
        decode::append(instructions, words.all(), list);
    }
}

/// Sieves the parts of a plan, any of them in any order.
pub(crate) struct WindowSieve {
    plan: Plan,
    crossing: Crossing,
    strikes: Strikes,
    /// The lines of the window: one that is used again and again, or all of them.
    lines: Vec<Vec<u8>>,
}

impl WindowSieve {
    pub(crate) fn new(plan: Plan) -> Self {
        let Part { window, .. } = plan.parts.get(0);
        let crossing = Crossing::new(plan.wheel, plan.numbers.end, &window, &plan.rare_primes);
        Self { plan, crossing, strikes: Strikes::default(), lines: Vec::new() }
    }

    /// How many primes of the plan's range are in a part.
    pub(crate) fn count(&mut self, part: &Part) -> u64 {
        let Plan { numbers, wheel, machine, large_primes, .. } = self.plan.clone();
        let mut count = 0;
        let lines_kept = if large_primes.is_some() { part.lines.len() } else { 1 };
        self.sieve(part, lines_kept, |residue, line| {
            let bits = part.window.bits_of(&numbers, wheel, residue);
            count += residue_class::count(machine.instructions, line, bits);
        });
        count
    }

    /// The lines of a part, in the order of their residues.
    pub(crate) fn lines(&mut self, part: &Part) -> &[Vec<u8>] {
        self.sieve(part, part.lines.len(), |_, _| {});
        &self.lines
    }

    /// The primes of a part, in order; it has to be a whole window.
    pub(crate) fn words(&mut self, part: &Part, words: &mut Words) {
        self.lines(part);
        let Plan { numbers, machine, .. } = &self.plan;
        words.turn(machine.instructions, &self.lines, &part.window, numbers);
    }

    /// Sieves line after line, and hands out each with its residue. If fewer lines are kept than
    /// there are, their room is used again.
    fn sieve(&mut self, part: &Part, lines_kept: usize, mut take: impl FnMut(u32, &[u8])) {
        let Plan { wheel, machine, large_primes, .. } = &self.plan;
        let Part { window, lines } = part;
        let residues = &wheel.residues[lines.clone()];
        self.crossing.begin_window(window, residues[0]);
        let mut presieve = PreSieve::of_lines(wheel, window.first, residues[0]);
        self.lines.resize_with(lines_kept, || vec![0; window.buffer_bytes()]);
        let mut before = residues[0];
        for (number, &residue) in residues.iter().enumerate() {
            let line = &mut self.lines[number % lines_kept];
            let half_gap = (residue - before) / 2; // all residues are odd
            before = residue;
            let (presieve, crossing) = (&mut presieve, &mut self.crossing);
            residue_class::sieve(machine.instructions, line, half_gap, presieve, crossing, window);
            if large_primes.is_none() {
                take(residue, line);
            }
        }
        let Some(large_primes) = large_primes else { return };
        let root = (window.end(wheel) - 1).isqrt();
        let instructions = machine.instructions;
        large_primes.strike(root, window, &mut self.lines, &mut self.strikes, instructions);
        for (&residue, line) in residues.iter().zip(&self.lines) {
            take(residue, line);
        }
    }
}

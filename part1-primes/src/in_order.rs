//! Puts results in the order of their tasks, in bounded memory.

use std::collections::BTreeMap;

/// Hands out tasks as long as fewer than `window` results are outstanding, and yields the results
/// in the tasks' order.
///
/// `send` gives a task and its number to a worker. `receive` waits for a result and the number of its
/// task. Early results are kept until all before them have come, at most `window` of them. The
/// iterator is lazy: the workers get tasks only while it is driven.
///
/// ```
/// use part1_primes::in_order::in_order;
///
/// let outstanding = std::cell::RefCell::new(Vec::new());
/// let last_in_first_out = in_order(
///     ["a", "b", "c"],
///     2,
///     |number, task| outstanding.borrow_mut().push((number, task.to_uppercase())),
///     || outstanding.borrow_mut().pop().expect("a task"),
/// );
/// assert_eq!(last_in_first_out.collect::<String>(), "ABC");
/// ```
pub fn in_order<Task, Output>(
    tasks: impl IntoIterator<Item = Task>,
    window: usize,
    mut send: impl FnMut(u64, Task),
    mut receive: impl FnMut() -> (u64, Output),
) -> impl Iterator<Item = Output> {
    let mut tasks = (0..).zip(tasks).fuse();
    let (mut handed_out, mut yielded) = (0, 0);
    let mut early = BTreeMap::new();
    std::iter::from_fn(move || {
        loop {
            while handed_out - yielded < window as u64
                && let Some((number, task)) = tasks.next()
            {
                send(number, task);
                handed_out = number + 1;
            }
            if let Some(output) = early.remove(&yielded) {
                yielded += 1;
                return Some(output);
            }
            if handed_out == yielded {
                return None;
            }
            let (number, output) = receive();
            early.insert(number, output);
        }
    })
}

#[cfg(test)]
mod tests {
    use std::{cell::RefCell, collections::VecDeque};

    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// The tasks may be done in any order: no result is lost, doubled, or out of order, and at most
        /// `window` tasks are outstanding.
        #[test]
        fn results_come_in_the_order_of_tasks(
            tasks in 0_u64..200,
            window in 1_usize..20,
            choices in prop::collection::vec(any::<prop::sample::Index>(), 200),
        ) {
            let outstanding = RefCell::new(Vec::new());
            let choices = RefCell::new(VecDeque::from(choices));
            let outputs: Vec<u64> = in_order(
                0..tasks,
                window,
                |number, task| {
                    outstanding.borrow_mut().push((number, task * task));
                    assert!(outstanding.borrow().len() <= window);
                },
                || {
                    let mut outstanding = outstanding.borrow_mut();
                    let choice = choices.borrow_mut().pop_front().expect("a choice per task");
                    let index = choice.index(outstanding.len());
                    outstanding.swap_remove(index)
                },
            )
            .collect();
            prop_assert_eq!(outputs, (0..tasks).map(|task| task * task).collect::<Vec<_>>());
        }
    }
}

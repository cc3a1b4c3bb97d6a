//! The timeline as text, for a terminal of 80 columns.

use std::{ops::Range, time::Duration};

use super::{Lane, Timeline};

/// The most rows. If there are more lanes, they share rows evenly.
const ROWS_MAX: usize = 24;

/// The characters of cells, from idle to busy all the time.
const SHADES: [char; 5] = ['·', '░', '▒', '▓', '█'];

/// A row of the drawing: one lane, or several neighbouring ones if there are many, and their cells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Indices into [`Timeline::lanes`].
    pub lanes: Range<usize>,
    /// One character for each column.
    pub cells: String,
}

/// Draws the lanes as rows of `columns` cells that reach from 0 to `total`.
///
/// The darker a cell, the busier the lane. If there are more than 24 lanes, a row shows the average of
/// several neighbouring lanes of the same process.
pub fn draw(timeline: &Timeline, total: Duration, columns: usize) -> Vec<Row> {
    let rows = rows(&timeline.lanes);
    let busy = busy_cells(timeline, &rows, total, columns);
    let shades = |lanes: &Range<usize>, busy: Vec<u128>| {
        let cells = busy.into_iter().enumerate().map(|(column, busy)| {
            let cell = edge(total, column + 1, columns) - edge(total, column, columns);
            shade(busy, cell * lanes.len() as u128)
        });
        cells.collect()
    };
    rows.into_iter()
        .zip(busy)
        .map(|(lanes, busy)| Row { cells: shades(&lanes, busy), lanes })
        .collect()
}

/// The lanes of each row, such that there are few rows. Lanes of several processes share a row only if
/// there are too many processes.
pub fn rows(lanes: &[Lane]) -> Vec<Range<usize>> {
    let lanes_per_row = lanes.len().div_ceil(ROWS_MAX).max(1);
    let mut rows = Vec::new();
    let mut first = 0;
    for of_process in lanes.chunk_by(|lane, next| lane.pid == next.pid) {
        let end = first + of_process.len();
        rows.extend(parts(first..end, lanes_per_row));
        first = end;
    }
    if rows.len() > ROWS_MAX { parts(0..lanes.len(), lanes_per_row).collect() } else { rows }
}

fn parts(lanes: Range<usize>, lanes_per_part: usize) -> impl Iterator<Item = Range<usize>> {
    let end = lanes.end;
    lanes.step_by(lanes_per_part).map(move |first| first..(first + lanes_per_part).min(end))
}

/// The start of a column, in nanoseconds.
fn edge(total: Duration, column: usize, columns: usize) -> u128 {
    total.as_nanos() * column as u128 / columns as u128
}

/// The sum of the working times of each row's lanes, for each cell, in nanoseconds.
///
/// The rows contain all lanes, in order. The function takes a step for each cell of each span, so a
/// million spans take little time.
pub fn busy_cells(
    timeline: &Timeline,
    rows: &[Range<usize>],
    total: Duration,
    columns: usize,
) -> Vec<Vec<u128>> {
    let row_of_lane: Vec<usize> =
        (0..).zip(rows).flat_map(|(row, lanes)| lanes.clone().map(move |_| row)).collect();
    let mut busy = vec![vec![0; columns]; rows.len()];
    for span in &timeline.spans {
        let (start, end) = (span.start.as_nanos(), span.end.min(total).as_nanos());
        let cells = &mut busy[row_of_lane[span.lane]];
        let mut column = column_of(start, total, columns);
        while column < columns && edge(total, column, columns) < end {
            let cell = edge(total, column, columns)..edge(total, column + 1, columns);
            cells[column] += end.min(cell.end).saturating_sub(start.max(cell.start));
            column += 1;
        }
    }
    busy
}

/// The column of a time, or the column before, since both are rounded down.
fn column_of(nanos: u128, total: Duration, columns: usize) -> usize {
    let column = nanos * columns as u128 / total.as_nanos().max(1);
    usize::try_from(column).unwrap_or(columns).saturating_sub(1)
}

fn shade(busy: u128, capacity: u128) -> char {
    let darkest = SHADES.len() - 1;
    let level = (busy * darkest as u128).div_ceil(capacity.max(1));
    SHADES[usize::try_from(level).unwrap_or(darkest).min(darkest)]
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::timeline::{Lane, Span};

    fn check(lanes: usize, spans: &[(usize, u64, u64)], expected: &Expect) {
        let timeline = Timeline {
            lanes: (0..lanes).map(|lane| Lane::of_thread(&format!("worker-{lane}"))).collect(),
            spans: spans
                .iter()
                .map(|&(lane, start, end)| Span {
                    lane,
                    label: String::new(),
                    start: Duration::from_millis(start),
                    end: Duration::from_millis(end),
                })
                .collect(),
            losses: Vec::new(),
        };
        let rows = draw(&timeline, Duration::from_millis(40), 8);
        let drawing: Vec<String> =
            rows.iter().map(|row| format!("{:?} {}", row.lanes, row.cells)).collect();
        expected.assert_eq(&(drawing.join("\n") + "\n"));
    }

    #[test]
    fn a_lane_is_a_row() {
        check(
            3,
            &[(0, 0, 40), (1, 0, 20), (1, 30, 40)],
            &expect![[r#"
                0..1 ████████
                1..2 ████··██
                2..3 ········
            "#]],
        );
    }

    #[test]
    fn a_cell_is_as_dark_as_it_is_busy() {
        check(
            1,
            &[(0, 0, 1), (0, 7, 9), (0, 11, 14), (0, 15, 19)],
            &expect![[r#"
            0..1 ░▒▓█····
        "#]],
        );
    }

    #[test]
    fn many_lanes_share_rows() {
        let spans: Vec<_> = (0..32).map(|lane| (lane, 0, 40)).collect();
        check(
            64,
            &spans,
            &expect![[r#"
                0..3 ████████
                3..6 ████████
                6..9 ████████
                9..12 ████████
                12..15 ████████
                15..18 ████████
                18..21 ████████
                21..24 ████████
                24..27 ████████
                27..30 ████████
                30..33 ▓▓▓▓▓▓▓▓
                33..36 ········
                36..39 ········
                39..42 ········
                42..45 ········
                45..48 ········
                48..51 ········
                51..54 ········
                54..57 ········
                57..60 ········
                60..63 ········
                63..64 ········
            "#]],
        );
    }

    #[test]
    fn without_time_there_is_nothing_to_see() {
        let timeline = Timeline { lanes: vec![Lane::of_thread("worker-0")], ..Timeline::default() };
        assert_eq!(draw(&timeline, Duration::ZERO, 4)[0].cells, "····");
    }
}

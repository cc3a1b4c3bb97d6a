//! The layout with a row for each job and columns for each contender, with CPU times. Each contender of
//! ours has a table of its own.

use super::{NOTHING, median_time, or_nothing, ratio_text, table};
use crate::{
    race::{RaceResult, Timings},
    report::{Chapter, ratio},
};

pub(super) const LEGEND: &str = "CPU time (user and kernel, all threads) is the median of ROUNDS. \
     A ratio is our CPU time by theirs in the same round: median (min–max); below 1, ours is \
     quicker.";

pub(super) fn tables(chapter: &Chapter) -> String {
    let ours = |row: &RaceResult| row.results.first().map(|timings| timings.contender.clone());
    let groups = chapter.outcome.rows.chunk_by(|row, next| ours(row) == ours(next));
    groups.map(|rows| table_of(rows, &columns(rows, &chapter.outcome.contenders))).collect()
}

/// The contenders that have a column: ours, then all others that do one of the jobs.
fn columns(rows: &[RaceResult], contenders: &[String]) -> Vec<String> {
    let results = || rows.iter().flat_map(|row| &row.results);
    let ours = results().next().map(|timings| timings.contender.clone());
    let is_peer = |name: &&String| {
        Some(*name) != ours.as_ref() && results().any(|timings| timings.contender == **name)
    };
    let peers = contenders.iter().filter(is_peer).cloned();
    ours.clone().into_iter().chain(peers).collect()
}

fn table_of(rows: &[RaceResult], contenders: &[String]) -> String {
    let peers = contenders.get(1..).unwrap_or_default();
    let mut header = vec!["job".to_owned()];
    header.extend(contenders.iter().map(|contender| format!("{contender}, CPU time")));
    header.extend(peers.iter().map(|peer| format!("ours / {peer}")));
    let lines: Vec<Vec<String>> = rows.iter().map(|row| line(row, contenders, peers)).collect();
    table(&header, &lines)
}

fn line(row: &RaceResult, contenders: &[String], peers: &[String]) -> Vec<String> {
    let cell = |name: &String, content: fn(&RaceResult, &Timings) -> Option<String>| {
        let result = row.results.iter().find(|result| result.contender == *name);
        result.map_or(NOTHING.to_owned(), |timings| or_nothing(content(row, timings)))
    };
    let mut cells = vec![row.job.clone()];
    cells
        .extend(contenders.iter().map(|name| cell(name, |_, timings| median_time(&timings.cpu()))));
    cells.extend(peers.iter().map(|name| {
        cell(name, |row, timings| {
            let ratio = ratio(&row.results, timings, Timings::cpu)?;
            Some(ratio_text(ratio, timings.costs.len()))
        })
    }));
    cells
}

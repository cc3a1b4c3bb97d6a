//! The points of each check, and when students see them.

use std::collections::BTreeMap;

use lab::{
    exercises::{EXERCISES, Exercise},
    verdict::{Status, Verdict},
};
use serde::{Deserialize, Serialize};

use crate::{hidden, speed};

/// The last part of the names of checks whose points are a bonus.
const BONUS: &str = "speed";

/// The points of each check, and when students see them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Points(BTreeMap<&'static str, CheckPoints>);

/// The points of a check, and when students see them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct CheckPoints {
    points: u32,
    visibility: Visibility,
    tells: FeedbackLevel,
}

/// The changes to a check in a file: only the points, or several settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
enum Change {
    Points(u32),
    Some(PartialChange),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct PartialChange {
    points: Option<u32>,
    visibility: Option<Visibility>,
    tells: Option<FeedbackLevel>,
}

/// The time from which a student may see the result of a check.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Visibility {
    /// As soon as the check is graded.
    #[default]
    Visible,
    /// After the due date.
    AfterDueDate,
    /// After the grades are published.
    AfterPublished,
    /// Never.
    Hidden,
}

/// The amount of feedback that a student sees.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FeedbackLevel {
    /// The verdict, the evidence, and one next step.
    #[default]
    Evidence,
    /// Only the verdict.
    Verdict,
}

/// A verdict with its points.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GradedCheck {
    /// The verdict.
    #[serde(flatten)]
    pub verdict: Verdict,
    /// The earned points.
    pub score: u32,
    /// The most points; 0 for a bonus that could not be judged.
    pub score_max: u32,
    /// Whether the points are a bonus.
    pub is_bonus: bool,
    /// The time from which the student may see it.
    pub visibility: Visibility,
    /// The amount of feedback that the student sees then.
    pub tells: FeedbackLevel,
}

/// An error in a file of points.
#[derive(Debug, thiserror::Error)]
pub enum PointsError {
    /// The file is not TOML of the right shape.
    #[error(
        "each line of the points has to be a number, or a table with points, visibility or tells"
    )]
    Malformed(#[from] toml::de::Error),
    /// A check that does not exist.
    #[error("there is no check {check}: the checks are {}", known.join(", "))]
    Unknown {
        /// The name in the file.
        check: String,
        /// The names of all checks.
        known: Vec<&'static str>,
    },
}

impl Points {
    /// The default points. Of hidden ones, a student sees when all is handed in whether they
    /// passed, and no more.
    pub fn built_in() -> Self {
        fn of(
            exercises: &'static [Exercise],
            shown: CheckPoints,
        ) -> impl Iterator<Item = (&'static str, CheckPoints)> {
            let checks = exercises.iter().flat_map(|exercise| exercise.checks);
            checks.map(move |check| (check.name, CheckPoints { points: check.points, ..shown }))
        }
        let hidden = CheckPoints {
            visibility: Visibility::AfterDueDate,
            tells: FeedbackLevel::Verdict,
            ..CheckPoints::default()
        };
        let bonus = CheckPoints { points: speed::POINTS, ..CheckPoints::default() };
        let known = of(EXERCISES, CheckPoints::default()).chain(of(hidden::EXERCISES, hidden));
        Self(known.chain([(speed::CHECK, bonus)]).collect())
    }

    /// The points, changed by a table in TOML.
    ///
    /// # Errors
    /// When it is malformed, or names a check that does not exist.
    pub fn changed_by(mut self, table: &str) -> Result<Self, PointsError> {
        let changes: BTreeMap<String, Change> = toml::from_str(table)?;
        for (check, change) in changes {
            let Some(worth) = self.0.get_mut(check.as_str()) else {
                return Err(PointsError::Unknown { check, known: self.0.into_keys().collect() });
            };
            worth.change(change);
        }
        Ok(self)
    }

    /// The sum of all points without bonus.
    pub fn max(&self) -> u32 {
        let checks = self.0.iter().filter(|(check, _)| !is_bonus(check));
        checks.map(|(_, worth)| worth.points).sum()
    }

    /// The points that a verdict earns.
    pub fn grade(&self, verdict: Verdict) -> GradedCheck {
        let CheckPoints { points, visibility, tells } =
            self.0.get(verdict.check.as_str()).copied().unwrap_or_default();
        let percent = match verdict.status {
            Status::Passed => verdict.earned_percent.unwrap_or(100),
            Status::Failed | Status::NotRun | Status::NotJudged => 0,
        };
        GradedCheck {
            score: (points * u32::from(percent) + 50) / 100,
            score_max: if verdict.status == Status::NotJudged { 0 } else { points },
            is_bonus: is_bonus(&verdict.check),
            visibility,
            tells,
            verdict,
        }
    }
}

impl CheckPoints {
    fn change(&mut self, change: Change) {
        let PartialChange { points, visibility, tells } = match change {
            Change::Points(points) => {
                PartialChange { points: Some(points), visibility: None, tells: None }
            }
            Change::Some(change) => change,
        };
        *self = Self {
            points: points.unwrap_or(self.points),
            visibility: visibility.unwrap_or(self.visibility),
            tells: tells.unwrap_or(self.tells),
        };
    }
}

fn is_bonus(check: &str) -> bool {
    check.rsplit('/').next() == Some(BONUS)
}

#[cfg(test)]
mod tests {
    use lab::verdict::Diagnosis;

    use super::*;
    use crate::graded;

    #[test]
    fn a_table_changes_only_the_checks_that_it_names() {
        let worth = |table: &str, check: &str| {
            let Points(all) = Points::built_in().changed_by(table).unwrap();
            let CheckPoints { points, visibility, tells } = all[check];
            (points, visibility, tells)
        };
        let (overlap, hidden) = ("part1/parallel/overlap", "part1/parallel/other-sizes");
        let seen = |points| (points, Visibility::Visible, FeedbackLevel::Evidence);
        assert_eq!(worth("", overlap), seen(4));
        assert_eq!(worth("'part1/parallel/overlap' = 10", overlap), seen(10));
        assert_eq!(worth("'part1/parallel/overlap' = 10", "part1/parallel/bound"), seen(1));
        let table = "'part1/parallel/overlap' = { tells = 'verdict' }";
        assert_eq!(worth(table, overlap), (4, Visibility::Visible, FeedbackLevel::Verdict));
        assert_eq!(worth("", hidden), (1, Visibility::AfterDueDate, FeedbackLevel::Verdict));
        let table = "'part1/parallel/other-sizes' = { points = 0, visibility = 'hidden' }";
        assert_eq!(worth(table, hidden), (0, Visibility::Hidden, FeedbackLevel::Verdict));
    }

    #[test]
    fn a_table_is_about_checks_that_there_are() {
        let refused = |table: &str| Points::built_in().changed_by(table).unwrap_err().to_string();
        let malformed = "each line of the points has to be a number, or a table with points, \
                         visibility or tells";
        for table in
            ["x = y", "'part1/parallel/bound' = 'one'", "'part1/parallel/bound' = { p = 1 }"]
        {
            assert_eq!(refused(table), malformed, "{table}");
        }
        let error = refused("sped = 3");
        assert!(error.starts_with("there is no check sped: the checks are part1/"), "{error}");
        for check in graded::checks() {
            assert!(error.contains(check), "{check}: {error}");
        }
    }

    /// A row of the table that instructors read.
    fn row((check, prerequisite): (&str, Option<&str>)) -> String {
        let Points(all) = Points::built_in();
        let CheckPoints { points, visibility, .. } = all[check];
        let kind = match visibility {
            _ if is_bonus(check) => "bonus",
            Visibility::Visible => "visible",
            _ => "hidden",
        };
        let prerequisite =
            prerequisite.map_or_else(|| "–".to_owned(), |prerequisite| format!("`{prerequisite}`"));
        format!("| `{check}` | {points} | {prerequisite} | {kind} |\n")
    }

    #[test]
    fn the_table_for_instructors_has_the_default_points() {
        let checks = graded::exercises().flat_map(|exercise| exercise.checks);
        let checks = checks.map(|check| (check.name, check.prerequisite));
        let rows: String = checks.chain([(speed::CHECK, Some(speed::AFTER))]).map(row).collect();
        let guide = include_str!("../../INSTRUCTORS.md");
        assert!(guide.contains(&rows), "the table in INSTRUCTORS.md is to be:\n{rows}");
    }

    #[test]
    fn earned_points_depend_on_the_verdict() {
        let points = Points::built_in();
        let check = |verdict: Verdict, score, score_max| {
            let graded = points.grade(verdict);
            assert_eq!((graded.score, graded.score_max), (score, score_max), "{graded:?}");
        };
        let overlap = "part1/parallel/overlap";
        check(Verdict::passed(overlap, "seen"), 4, 4);
        check(Verdict::failed(overlap, Diagnosis::BehindALock, "seen"), 0, 4);
        check(Verdict::not_run(overlap, "another"), 0, 4);
        check(Verdict::not_judged(overlap, "one core"), 0, 0);
        let half = Verdict { earned_percent: Some(50), ..Verdict::passed(overlap, "seen") };
        check(half, 2, 4);
    }

    #[test]
    fn a_bonus_comes_on_top() {
        let max = |table: &str| Points::built_in().changed_by(table).unwrap().max();
        assert_eq!(max(""), max("'part1/parallel/bound' = 0") + 1);
        assert_eq!(max(""), max("'part1/parallel/speed' = 0"));
        assert!(is_bonus("part1/parallel/speed"));
        assert!(!is_bonus("part1/parallel/speedy"));
    }
}

//! What each check is worth.

use std::collections::BTreeMap;

use lab::verdict::{Status, Verdict};
use serde::{Deserialize, Serialize};

use crate::{graded, results::Judged};

/// What checks are worth by default.
pub(crate) const BUILT_IN: &[&str] = &[include_str!("../points.toml"), crate::hidden::POINTS];

/// The last part of the names of checks whose points come on top.
const BONUS: &str = "speed";

/// What each check is worth, and who sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Points(BTreeMap<String, Worth>);

/// A number, if that is all there is to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
enum Worth {
    Points(u32),
    Shown(Shown),
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Shown {
    points: u32,
    #[serde(default)]
    visibility: Visibility,
    #[serde(default)]
    tells: Tells,
}

/// When a student may see what became of a check.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Visibility {
    /// At once.
    #[default]
    Visible,
    /// When nothing more can be handed in.
    AfterDueDate,
    /// When the grades are published.
    AfterPublished,
    /// Never.
    Hidden,
}

/// How much of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tells {
    /// What was seen, and one next step.
    #[default]
    Evidence,
    /// Whether it passed.
    Verdict,
}

/// Why points are not what they should be.
#[derive(Debug, thiserror::Error)]
pub enum PointsError {
    /// It is not TOML with a number for each check.
    #[error("the points are not a number, or a table with points, for each check")]
    Malformed(#[from] toml::de::Error),
    /// A check is left out.
    #[error("no points are said for {check}: give it a line, with 0 if it is to count for nothing")]
    Missing {
        /// The check.
        check: &'static str,
    },
    /// A check that does not exist.
    #[error("there is no check {check}: see instructor/points.toml for their names")]
    Unknown {
        /// What was written.
        check: String,
    },
}

impl Points {
    /// What checks are worth by default.
    ///
    /// # Errors
    /// When it does not fit the checks.
    pub fn built_in() -> Result<Self, PointsError> {
        Self::parse(&BUILT_IN.concat())
    }

    /// Reads a table of points.
    ///
    /// # Errors
    /// When it is malformed, or does not fit the checks.
    pub fn parse(text: &str) -> Result<Self, PointsError> {
        let points: BTreeMap<String, Worth> = toml::from_str(text)?;
        let checks: Vec<&str> = graded::checks().collect();
        if let Some(check) = checks.iter().find(|&&check| !points.contains_key(check)) {
            return Err(PointsError::Missing { check });
        }
        let unknown = points.keys().find(|check| !checks.contains(&check.as_str())).cloned();
        match unknown {
            Some(check) => Err(PointsError::Unknown { check }),
            None => Ok(Self(points)),
        }
    }

    /// What all checks are worth together, but for a bonus.
    pub fn max(&self) -> u32 {
        let checks = self.0.iter().filter(|(check, _)| !is_bonus(check));
        checks.map(|(_, worth)| worth.shown().points).sum()
    }

    /// What a verdict is worth.
    pub fn judge(&self, verdict: Verdict) -> Judged {
        let Shown { points, visibility, tells } =
            self.0.get(&verdict.check).copied().map(Worth::shown).unwrap_or_default();
        let percent = match verdict.status {
            Status::Passed => verdict.earned_percent.unwrap_or(100),
            Status::Failed | Status::NotRun | Status::NotJudged => 0,
        };
        Judged {
            score: (points * u32::from(percent) + 50) / 100,
            score_max: if verdict.status == Status::NotJudged { 0 } else { points },
            is_bonus: is_bonus(&verdict.check),
            visibility,
            tells,
            verdict,
        }
    }
}

impl Worth {
    fn shown(self) -> Shown {
        match self {
            Self::Points(points) => Shown { points, ..Shown::default() },
            Self::Shown(shown) => shown,
        }
    }
}

fn is_bonus(check: &str) -> bool {
    check.rsplit('/').next() == Some(BONUS)
}

#[cfg(test)]
mod tests {
    use lab::verdict::Diagnosis;

    use super::*;

    #[test]
    fn points_are_for_each_check_and_no_other() {
        Points::built_in().unwrap();
        let check = |text: &str, expected: &str| {
            assert_eq!(Points::parse(text).unwrap_err().to_string(), expected);
        };
        check("x = y", "the points are not a number, or a table with points, for each check");
        check(
            &BUILT_IN.concat().replace("\"part1/parallel/bound\" = 1", ""),
            "no points are said for part1/parallel/bound: give it a line, with 0 if it is to count \
             for nothing",
        );
        check(
            &format!("{}\nsped = 3", BUILT_IN.concat()),
            "there is no check sped: see instructor/points.toml for their names",
        );
    }

    #[test]
    fn what_is_earned_depends_on_the_verdict() {
        let points = Points::built_in().unwrap();
        let check = |verdict: Verdict, score, score_max| {
            let judged = points.judge(verdict);
            assert_eq!((judged.score, judged.score_max), (score, score_max), "{judged:?}");
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
        let text = BUILT_IN
            .concat()
            .replace("\"part1/parallel/bound\" = 1", "\"part1/parallel/bound\" = 0");
        let less = Points::parse(&text).unwrap().max();
        assert_eq!(Points::built_in().unwrap().max(), less + 1);
        assert!(is_bonus("part1/parallel/speed"));
        assert!(!is_bonus("part1/parallel/speedy"));
    }
}

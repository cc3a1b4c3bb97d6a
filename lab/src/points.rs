//! What each check is worth.

use std::collections::BTreeMap;

use crate::{
    exercises::EXERCISES,
    verdict::{Status, Verdict},
};

/// What a check is worth if nobody says otherwise.
pub const BUILT_IN: &str = include_str!("../points.toml");

/// Points for each check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Points(BTreeMap<String, u32>);

/// Why points are not what they should be.
#[derive(Debug, thiserror::Error)]
pub enum PointsError {
    /// It is not TOML with a number for each check.
    #[error("the points are not a number for each check")]
    Malformed(#[from] toml::de::Error),
    /// A check is left out.
    #[error("no points are said for {check}: give it a line, with 0 if it is to count for nothing")]
    Missing {
        /// The check.
        check: &'static str,
    },
    /// A check that does not exist.
    #[error("there is no check {check}: see lab/points.toml for their names")]
    Unknown {
        /// What was written.
        check: String,
    },
}

impl Points {
    /// Reads a table of points.
    ///
    /// # Errors
    /// When it is malformed, or does not fit the checks.
    pub fn parse(text: &str) -> Result<Self, PointsError> {
        let points: BTreeMap<String, u32> = toml::from_str(text)?;
        let checks: Vec<&str> =
            EXERCISES.iter().flat_map(|exercise| exercise.checks).copied().collect();
        if let Some(check) = checks.iter().find(|&&check| !points.contains_key(check)) {
            return Err(PointsError::Missing { check });
        }
        let unknown = points.keys().find(|check| !checks.contains(&check.as_str())).cloned();
        match unknown {
            Some(check) => Err(PointsError::Unknown { check }),
            None => Ok(Self(points)),
        }
    }

    /// What all checks are worth together.
    pub fn max(&self) -> u32 {
        self.0.values().sum()
    }

    /// What a check is worth.
    pub fn of(&self, check: &str) -> u32 {
        self.0.get(check).copied().unwrap_or_default()
    }

    /// What these verdicts are worth together.
    pub fn score(&self, verdicts: &[Verdict]) -> u32 {
        let passed = verdicts.iter().filter(|verdict| verdict.status == Status::Passed);
        passed.map(|verdict| self.of(&verdict.check)).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_are_for_each_check_and_no_other() {
        let points = Points::parse(BUILT_IN).unwrap();
        assert_eq!(points.max(), 28);
        let passed = Verdict::passed("part1/parallel/overlap", "seen");
        assert_eq!(points.score(&[passed, Verdict::not_run("part1/parallel/bound", "x")]), 4);

        let check = |text: &str, expected: &str| {
            assert_eq!(Points::parse(text).unwrap_err().to_string(), expected);
        };
        check("x = y", "the points are not a number for each check");
        check(
            &BUILT_IN.replace("\"part1/parallel/bound\" = 1", ""),
            "no points are said for part1/parallel/bound: give it a line, with 0 if it is to count \
             for nothing",
        );
        check(
            &format!("{BUILT_IN}\nspeed = 3"),
            "there is no check speed: see lab/points.toml for their names",
        );
    }
}

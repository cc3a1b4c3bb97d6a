//! The number of an element of a job array, which a batch system passes in the environment.

use std::{ffi::OsString, str::FromStr};

use crate::JobArrayError;

/// The variables in which batch systems pass the number: Slurm, and indexed jobs of Kubernetes.
const VARIABLES: [&str; 2] = ["SLURM_ARRAY_TASK_ID", "JOB_COMPLETION_INDEX"];

/// The number of an element, as a command line gives it: `17`, `auto`, or `auto+1000`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Index {
    /// This number.
    Number(u64),
    /// The number in the environment, plus an offset.
    Auto {
        /// The offset, since the numbers in a job array of Slurm end at 1000.
        offset: u64,
    },
}

impl FromStr for Index {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let number = |digits: &str| {
            digits
                .parse()
                .map_err(|_| format!("{text:?} is no index: write a number, auto, or auto+1000"))
        };
        match text.strip_prefix("auto") {
            Some("") => Ok(Self::Auto { offset: 0 }),
            Some(offset) => match offset.strip_prefix('+') {
                Some(offset) => Ok(Self::Auto { offset: number(offset)? }),
                None => number(text).map(Self::Number),
            },
            None => number(text).map(Self::Number),
        }
    }
}

impl Index {
    /// The number, which is below `count`; `variable` reads the environment.
    ///
    /// # Errors
    /// When the environment has no number, or the number is not below `count`. A job that is no job
    /// array, such as `sbatch --array=` with an empty list starts, has no number.
    pub fn resolve(
        self,
        count: u64,
        variable: impl Fn(&str) -> Option<OsString>,
    ) -> Result<u64, JobArrayError> {
        let (number, source) = match self {
            Self::Number(number) => (Some(number), format!("the index {number}")),
            Self::Auto { offset: 0 } => {
                let (name, value) = from_environment(variable)?;
                (Some(value), format!("{name}={value}"))
            }
            Self::Auto { offset } => {
                let (name, value) = from_environment(variable)?;
                (value.checked_add(offset), format!("{name}={value} with the offset {offset}"))
            }
        };
        number.filter(|number| *number < count).ok_or_else(|| {
            JobArrayError::Index(format!(
                "{source} is not below {count}, the number of elements: they are counted from 0"
            ))
        })
    }
}

fn from_environment(
    variable: impl Fn(&str) -> Option<OsString>,
) -> Result<(&'static str, u64), JobArrayError> {
    let set = VARIABLES.into_iter().find_map(|name| Some((name, variable(name)?)));
    let (name, value) = set.ok_or_else(|| {
        JobArrayError::Index(format!(
            "auto finds no number: neither {} nor {} is set; submit a job array (sbatch --array=0-9), \
             or give a number",
            VARIABLES[0], VARIABLES[1]
        ))
    })?;
    let number = value.to_str().and_then(|digits| digits.parse().ok());
    let number = number.ok_or_else(|| {
        JobArrayError::Index(format!(
            "{name} is {:?}, which is no number: submit a job array (sbatch --array=0-9)",
            value.to_string_lossy()
        ))
    })?;
    Ok((name, number))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolve(text: &str, variables: &[(&str, &str)]) -> Result<u64, String> {
        let index: Index = text.parse()?;
        let variable = |name: &str| {
            let found = variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| OsString::from(value))
        };
        index.resolve(2_000, variable).map_err(|error| error.to_string())
    }

    #[test]
    fn a_number_is_given_or_found_in_the_environment() {
        let slurm = ("SLURM_ARRAY_TASK_ID", "17");
        assert_eq!(resolve("3", &[slurm]), Ok(3));
        assert_eq!(resolve("auto", &[slurm]), Ok(17));
        assert_eq!(resolve("auto+1000", &[slurm]), Ok(1_017));
        assert_eq!(resolve("auto", &[("JOB_COMPLETION_INDEX", "4")]), Ok(4));
        assert_eq!(resolve("auto", &[("SLURM_ARRAY_TASK_COUNT", "9"), slurm]), Ok(17));
    }

    #[test]
    fn an_element_without_a_number_in_the_plan_is_refused() {
        let check = |text: &str, variables: &[(&str, &str)], reason: &str| {
            let message = resolve(text, variables).expect_err(text);
            assert!(message.contains(reason), "{text}: {message}");
        };
        check("auto", &[], "neither SLURM_ARRAY_TASK_ID nor JOB_COMPLETION_INDEX is set");
        for value in ["", "seventeen", "-1", "1.5", "18446744073709551616"] {
            check("auto", &[("SLURM_ARRAY_TASK_ID", value)], "which is no number");
        }
        check("auto", &[("SLURM_ARRAY_TASK_ID", "2000")], "is not below 2000");
        check("auto+1999", &[("SLURM_ARRAY_TASK_ID", "1")], "is not below 2000");
        check("auto+1", &[("SLURM_ARRAY_TASK_ID", "18446744073709551615")], "is not below 2000");
        check("2000", &[], "is not below 2000");
        for text in ["", "auto-1", "auto+", "automatic", "-1", "1e3"] {
            check(text, &[], "is no index");
        }
    }
}

//! The machine that a report was measured on.

use std::{env, fs, num::NonZeroUsize};

/// The facts about a machine that a reader needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Machine {
    /// The model of its processor, or at least the architecture.
    pub processor: String,
    /// The number of cores that this process may use.
    pub cores: NonZeroUsize,
}

/// The machine that this process runs on.
pub fn of_this_process() -> Machine {
    let processors = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    Machine {
        processor: model(&processors).unwrap_or(env::consts::ARCH).to_owned(),
        cores: report::cores(),
    }
}

/// The first model of a text such as `/proc/cpuinfo` (proc(5)).
fn model(processors: &str) -> Option<&str> {
    processors.lines().find_map(|line| {
        let (key, value) = line.split_once(':')?;
        (key.trim() == "model name").then_some(value.trim()).filter(|value| !value.is_empty())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_model_is_read_where_the_kernel_lists_it() {
        let check = |text, expected| assert_eq!(model(text), expected, "{text}");
        check("model\t\t: 1\nmodel name\t: AMD EPYC\n\nmodel name\t: other", Some("AMD EPYC"));
        check("processor: 0\nmodel name\t:", None);
        check("", None);
    }
}

//! The machine that a report was measured on.

use std::{env, fmt, fs, num::NonZeroUsize};

/// The folder with the caches of the first processor.
const CACHES: &str = "/sys/devices/system/cpu/cpu0/cache";

/// The most caches of a processor.
const CACHES_MAX: u32 = 8;

/// The facts about a machine that a reader needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Machine {
    /// The model of its processor, or at least the architecture.
    pub processor: String,
    /// The numbers of its family and model, which tell the generation where a virtual machine hides the
    /// name; none if the kernel lists none.
    pub family_and_model: Option<[u32; 2]>,
    /// The sizes of its caches, such as `L1d 32 KiB`.
    pub caches: Vec<String>,
    /// The number of cores that this process may use.
    pub cores: NonZeroUsize,
}

/// The machine that this process runs on.
pub fn of_this_process() -> Machine {
    let processors = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    Machine {
        processor: model(&processors).unwrap_or(env::consts::ARCH).to_owned(),
        family_and_model: family_and_model(&processors),
        caches: (0..CACHES_MAX).filter_map(cache).collect(),
        cores: report::cores(),
    }
}

impl fmt::Display for Machine {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.processor)?;
        if let Some([family, model]) = self.family_and_model {
            write!(formatter, " (family {family}, model {model})")?;
        }
        write!(formatter, " with {} cores", self.cores)?;
        self.caches.iter().try_for_each(|cache| write!(formatter, ", {cache}"))
    }
}

/// The first model of a text such as `/proc/cpuinfo` (proc(5)).
fn model(processors: &str) -> Option<&str> {
    values(processors, "model name").find(|value| !value.is_empty())
}

fn family_and_model(processors: &str) -> Option<[u32; 2]> {
    let number = |key| values(processors, key).next()?.parse().ok();
    Some([number("cpu family")?, number("model")?])
}

/// The values of a key, one for each processor.
fn values<'a>(processors: &'a str, key: &str) -> impl Iterator<Item = &'a str> {
    processors.lines().filter_map(move |line| {
        let (name, value) = line.split_once(':')?;
        (name.trim() == key).then_some(value.trim())
    })
}

/// The level and size of a cache that has data, up to the second level, as the kernel names them.
fn cache(index: u32) -> Option<String> {
    let read = |name: &str| fs::read_to_string(format!("{CACHES}/index{index}/{name}")).ok();
    cache_title(read("level")?.trim(), read("type")?.trim(), read("size")?.trim())
}

fn cache_title(level: &str, kind: &str, size: &str) -> Option<String> {
    let name = match (level, kind) {
        ("1", "Data") => "L1d",
        ("2", "Data" | "Unified") => "L2",
        _ => return None,
    };
    Some(format!("{name} {} KiB", size.strip_suffix('K')?))
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

    #[test]
    fn family_and_model_are_numbers() {
        let check = |text, expected| assert_eq!(family_and_model(text), expected, "{text}");
        check("cpu family\t: 25\nmodel\t\t: 1\nmodel name\t: AMD EPYC\n", Some([25, 1]));
        check("cpu family\t: 25\nmodel name\t: AMD EPYC\n", None);
        check("", None);
    }

    #[test]
    fn caches_for_data_are_named_up_to_the_second_level() {
        let check = |level, kind, size, expected: Option<&str>| {
            assert_eq!(
                cache_title(level, kind, size).as_deref(),
                expected,
                "{level} {kind} {size}"
            );
        };
        check("1", "Data", "32K", Some("L1d 32 KiB"));
        check("1", "Instruction", "32K", None);
        check("2", "Unified", "512K", Some("L2 512 KiB"));
        check("3", "Unified", "32768K", None);
        check("2", "Unified", "", None);
    }

    #[test]
    fn all_that_is_known_is_shown() {
        let machine = Machine {
            processor: "AMD EPYC".to_owned(),
            family_and_model: Some([25, 1]),
            caches: ["L1d 32 KiB", "L2 512 KiB"].map(str::to_owned).into(),
            cores: NonZeroUsize::MIN,
        };
        assert_eq!(
            machine.to_string(),
            "AMD EPYC (family 25, model 1) with 1 cores, L1d 32 KiB, L2 512 KiB"
        );
    }
}

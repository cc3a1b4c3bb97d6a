//! Rule: `.ci/run-readmes` can run the code blocks of READMEs. It needs a build, so no test runs it.

use crate::{
    assert_none,
    markdown::{Fence, fences},
    tree::{self, File},
};

/// The only command that CI runs in its own step.
const TEST_COMMAND: &str = "cargo test --workspace";

/// The file that shows [`TEST_COMMAND`], and the one that runs it.
const SHOWN_IN: &str = "README.md";
const CALLED_BY: &str = ".ci/run";

#[test]
fn code_fences_name_their_language() {
    assert_none(&offences(|_, fence| {
        let is_nameless = fence.language.is_empty();
        is_nameless
            .then(|| "names no language: `sh` is run, `console` and `text` are shown".to_owned())
    }));
}

#[test]
fn shell_blocks_hold_no_prompt() {
    assert_none(&offences(|_, fence| {
        let has_prompt = fence.text.lines().any(|line| line.trim_start().starts_with("$ "));
        (fence.language == "sh" && has_prompt)
            .then(|| "holds a prompt: `sh` is run as it stands, make it `console`".to_owned())
    }));
}

#[test]
fn the_test_command_is_shown_once_and_called_by_ci() {
    let mut offences = offences(|readme, fence| {
        let is_repeated = fence.text == TEST_COMMAND && readme.path != SHOWN_IN;
        is_repeated.then(|| format!("repeats {SHOWN_IN}: link to it instead"))
    });
    let is_shown = |fence: &&Fence<'_>| fence.language == "sh" && fence.text == TEST_COMMAND;
    let times_shown = fences(&tree::text_of(SHOWN_IN)).iter().filter(is_shown).count();
    if times_shown != 1 {
        offences.push(format!(
            "{SHOWN_IN}:1: has {times_shown} `sh` blocks of just `{TEST_COMMAND}`: make it one"
        ));
    }
    if !tree::text_of(CALLED_BY).lines().any(|line| line.trim() == TEST_COMMAND) {
        offences
            .push(format!("{CALLED_BY}:1: has no line `{TEST_COMMAND}`: make it one of its steps"));
    }
    assert_none(&offences);
}

/// A line `path:line: what is wrong` for each faulty block of each README.
fn offences(judge: impl Fn(&File, &Fence<'_>) -> Option<String>) -> Vec<String> {
    let mut offences = Vec::new();
    for readme in tree::files_ending("README.md") {
        for fence in fences(&readme.text) {
            if let Some(offence) = judge(&readme, &fence) {
                offences.push(format!("{}:{}: {offence}", readme.path, fence.line));
            }
        }
    }
    offences
}

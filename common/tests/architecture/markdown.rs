//! Finds the fenced code blocks of a Markdown text; the rules check nothing else of it.

pub(crate) struct Fence<'a> {
    /// The line of the opening fence, counted from one.
    pub(crate) line: usize,
    /// The first word after the backticks; empty if there is none.
    pub(crate) language: &'a str,
    pub(crate) text: String,
}

/// Finds all fenced blocks, from top to bottom (`CommonMark` 4.5, with backticks only).
pub(crate) fn fences(markdown: &str) -> Vec<Fence<'_>> {
    let mut fences = Vec::new();
    let mut lines = (1..).zip(markdown.lines());
    while let Some((line, opening)) = lines.next() {
        let opening = opening.trim_start();
        let information = opening.trim_start_matches('`');
        let backticks = &opening[..opening.len() - information.len()];
        if backticks.len() < 3 {
            continue;
        }
        let language = information.trim_start().split([' ', ',']).next().unwrap_or_default();
        let block =
            lines.by_ref().map(|(_, line)| line).take_while(|line| line.trim() != backticks);
        fences.push(Fence { line, language, text: block.collect::<Vec<_>>().join("\n") });
    }
    fences
}

#[test]
fn fences_are_found() {
    let check = |markdown, expected: &[(usize, &str, &str)]| {
        let fences = fences(markdown);
        let found: Vec<_> =
            fences.iter().map(|fence| (fence.line, fence.language, fence.text.as_str())).collect();
        assert_eq!(found, expected, "{markdown}");
    };
    check("text\n```sh\none\ntwo\n```\n```\n```", &[(2, "sh", "one\ntwo"), (6, "", "")]);
    check("````markdown\n```sh\n```\n````", &[(1, "markdown", "```sh\n```")]);
    check("```rust,ignore\ncode", &[(1, "rust", "code")]);
    check("inline ```code```", &[]);
}

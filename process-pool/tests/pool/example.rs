//! Tests that the README shows the example as it is built.

#[test]
fn the_readme_holds_the_example() {
    let (_head, code) = include_str!("../../examples/squares.rs").split_once("\n\n").unwrap();
    let shown = format!("```rust,no_run\n{code}```\n");
    assert!(include_str!("../../README.md").contains(&shown), "copy it to the README:\n{shown}");
}

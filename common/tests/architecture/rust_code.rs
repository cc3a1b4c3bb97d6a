//! Searches Rust code without its comments and strings, so that rules about code ignore them.

use std::sync::OnceLock;

use crate::tree::{self, File};

/// Our code without comments and strings, for all rules.
static CODE: OnceLock<Vec<File>> = OnceLock::new();

/// The `path:line` of each line with this code, in the files that `is_judged` selects.
pub(crate) fn places_holding(wanted: &str, is_judged: impl Fn(&File) -> bool) -> Vec<String> {
    let mut places = Vec::new();
    let code = CODE.get_or_init(|| {
        let files = tree::rust_files().into_iter();
        files.map(|File { path, text }| File { path, text: without_prose(&text) }).collect()
    });
    for file in code.iter().filter(|file| is_judged(file)) {
        let lines = lines_holding(&file.text, wanted);
        places.extend(lines.iter().map(|line| format!("{}:{line}", file.path)));
    }
    places
}

/// Removes comments and the contents of literals. The number of lines stays the same.
pub(crate) fn without_prose(source: &str) -> String {
    let mut code = String::with_capacity(source.len());
    let mut rest = source;
    while let Some(first) = rest.chars().next() {
        let prose_bytes = prose_bytes(rest);
        let piece_bytes = prose_bytes.max(word_bytes(rest)).max(first.len_utf8());
        let (piece, after) = rest.split_at(piece_bytes);
        if prose_bytes == 0 {
            code.push_str(piece);
        } else {
            code.extend(piece.chars().filter(|&char| char == '\n'));
        }
        rest = after;
    }
    code
}

/// The lines, counted from one, that contain this code. It may not be only the end of a longer name.
pub(crate) fn lines_holding(code: &str, wanted: &str) -> Vec<usize> {
    let holds = |line: &str| {
        line.match_indices(wanted)
            .any(|(start, _)| !(wanted.starts_with(is_word) && line[..start].ends_with(is_word)))
    };
    (1..).zip(code.lines()).filter(|(_, line)| holds(line)).map(|(number, _)| number).collect()
}

pub(crate) fn is_word(char: char) -> bool {
    char.is_alphanumeric() || char == '_'
}

fn word_bytes(rest: &str) -> usize {
    rest.find(|char| !is_word(char)).unwrap_or(rest.len())
}

/// The length of the comment or literal that starts here; zero if there is none.
fn prose_bytes(rest: &str) -> usize {
    if rest.starts_with("//") {
        return rest.find('\n').unwrap_or(rest.len());
    }
    if rest.starts_with("/*") {
        return end_of(rest, "*/");
    }
    let (prefix, literal) = rest.split_at(word_bytes(rest));
    match prefix {
        "" | "b" | "c" => match quoted_bytes(literal) {
            0 => 0,
            bytes => prefix.len() + bytes,
        },
        "r" | "br" | "cr" => {
            let hashes = literal.len() - literal.trim_start_matches('#').len();
            let is_string = literal[hashes..].starts_with('"');
            let opening_bytes = prefix.len() + hashes + 1;
            let closing = format!("\"{}", "#".repeat(hashes));
            if is_string { opening_bytes + end_of(&rest[opening_bytes..], &closing) } else { 0 }
        }
        _ => 0,
    }
}

/// The length of the string or character that starts here; zero for a lifetime.
fn quoted_bytes(rest: &str) -> usize {
    let mut chars = rest.char_indices();
    let Some((_, quote @ ('"' | '\''))) = chars.next() else { return 0 };
    let is_lifetime =
        quote == '\'' && !rest[1..].starts_with('\\') && rest.chars().nth(2) != Some('\'');
    if is_lifetime {
        return 0;
    }
    while let Some((start, char)) = chars.next() {
        if char == '\\' {
            chars.next();
        } else if char == quote {
            return start + 1;
        }
    }
    rest.len()
}

fn end_of(rest: &str, closing: &str) -> usize {
    rest.find(closing).map_or(rest.len(), |start| start + closing.len())
}

#[test]
fn prose_is_left_out() {
    let check = |source, expected| assert_eq!(without_prose(source), expected, "{source}");
    check("a / b; // spawn(\nc", "a / b; \nc");
    check("a /* spawn(\n */ b", "a \n b");
    check(r#"call("spawn(\" // ") // no"#, "call() ");
    check("call(b\"x\", r#\"a \" b\n\"#, cr\"\\\", for_r)", "call(, \n, , for_r)");
    check(r"fn f<'a>(quotes: ['\'', '\\', '\n', '«'])", "fn f<'a>(quotes: [, , , ])");
    check("r#type + br + b'\"' + x", "r#type + br +  + x");
}

#[test]
fn names_are_matched_from_their_start() {
    let check = |code, wanted, expected| {
        assert_eq!(!lines_holding(code, wanted).is_empty(), expected, "{wanted} in {code}");
    };
    check("use nix::sys;", "nix::", true);
    check("use std::os::unix::net;", "nix::", false);
    check("std::os::unix::net, nix::sys", "nix::", true);
    check("pool.spawn(", ".spawn(", true);
}

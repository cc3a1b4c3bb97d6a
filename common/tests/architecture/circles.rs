//! Rule: no files of a library import each other in a circle.
//!
//! A file and the files in its folder are one module. So imports of a file from the files above it in
//! its own folder, as by `super::`, do not count.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    assert_none,
    paths::{is_export, last, paths, without_tests},
    rust_code::{is_word, without_prose},
    tree::{self, File},
};

/// The files of all libraries without their tests, by module, such as `lab::sandbox::relay`.
type Modules = BTreeMap<String, File>;

/// The names that a module takes from each module that it imports from.
type Imports = BTreeMap<String, BTreeSet<String>>;

#[test]
fn no_files_import_each_other_in_a_circle() {
    let is_program = |file: &File| file.is_in("*/src/bin") || file.is_in("*/src/main");
    let files = tree::rust_files().into_iter();
    let modules: Modules =
        files.filter(|file| file.is_in("*/src") && !is_program(file)).map(module).collect();
    assert_none(&circles(&modules, &all_imports(&modules)));
}

/// A paragraph for each circle, with the imported names.
fn circles(modules: &Modules, imports: &BTreeMap<&str, Imports>) -> Vec<String> {
    let below: BTreeMap<&str, BTreeSet<&str>> =
        imports.keys().map(|module| (*module, reachable(module, imports))).collect();
    let circle_of = |module| {
        let others = below[module].iter().copied();
        others.filter(|other| below[other].contains(module)).collect::<BTreeSet<_>>()
    };
    let circles: BTreeSet<BTreeSet<&str>> = imports.keys().copied().map(circle_of).collect();
    let path = |module: &str| modules[module].path.as_str();
    let line = |importer, imported, names: &BTreeSet<String>| {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        format!("{}:1: imports from {}: {}\n", path(importer), path(imported), names.join(", "))
    };
    let paragraphs = circles.iter().filter(|circle| !circle.is_empty()).map(|circle| {
        let ties = circle.iter().flat_map(|importer| {
            let inside =
                imports[importer].iter().filter(|(imported, _)| circle.contains(&***imported));
            inside.map(|(imported, names)| line(importer, imported, names))
        });
        format!(
            "a circle of {} files: move what two of them need to a file below both\n{}",
            circle.len(),
            ties.collect::<String>()
        )
    });
    paragraphs.collect()
}

fn module(File { path, text }: File) -> (String, File) {
    let name = path.trim_end_matches(".rs").replacen("/src/", "::", 1).replace('/', "::");
    let text = without_tests(&without_prose(&text));
    (name.trim_end_matches("::lib").to_owned(), File { path, text })
}

/// The items that modules re-export by `pub use`, each with the path of its definition.
fn exports(modules: &Modules) -> BTreeMap<String, String> {
    let mut exports = BTreeMap::new();
    for (module, file) in modules {
        let aliases = aliases(module, modules);
        let exported = paths(&file.text).into_iter().filter(|(before, _)| is_export(before));
        for (_, path) in exported {
            let own_path = absolute(&path, module, &aliases);
            // `pub use run::run` names a function like its module, and adds no path to others.
            let export = format!("{module}::{}", last(&path));
            let own_path = own_path.filter(|_| !modules.contains_key(&export));
            exports.extend(own_path.map(|own_path| (export, own_path)));
        }
    }
    exports
}

fn all_imports(modules: &Modules) -> BTreeMap<&str, Imports> {
    let exports = exports(modules);
    modules.keys().map(|module| (&**module, imports(module, modules, &exports))).collect()
}

fn imports(module: &str, modules: &Modules, exports: &BTreeMap<String, String>) -> Imports {
    let aliases = aliases(module, modules);
    let code = &modules[module].text;
    let times_named =
        |name: &str| code.split(|char| !is_word(char)).filter(|word| *word == name).count();
    let mut imports = Imports::new();
    for (before, path) in paths(code) {
        // What is only handed on is not used here.
        if is_export(before) && times_named(last(&path)) == 1 {
            continue;
        }
        let Some(mut path) = absolute(&path, module, &aliases) else { continue };
        let is_below = |path: &str, export: &str| {
            path.strip_prefix(export).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
        };
        while let Some((export, own_path)) =
            exports.iter().find(|(export, _)| is_below(&path, export))
        {
            path = path.replacen(&**export, own_path, 1);
        }
        let owner =
            modules.keys().filter(|owner| is_below(&path, owner)).max_by_key(|owner| owner.len());
        let owner = owner.filter(|owner| **owner != path && !is_below(module, owner));
        if let Some(owner) = owner {
            let name = path[owner.len() + 2..].split("::").next().unwrap_or_default();
            imports.entry(owner.clone()).or_default().insert(name.to_owned());
        }
    }
    imports
}

/// The modules that a module can name by one word: its submodules, and imported ones.
fn aliases(module: &str, modules: &Modules) -> BTreeMap<String, String> {
    let is_own =
        |other: &&String| other.rsplit_once("::").is_some_and(|(above, _)| above == module);
    let own = modules.keys().filter(is_own).map(|own| (last(own).to_owned(), own.clone()));
    let mut aliases: BTreeMap<String, String> = own.collect();
    for (_, path) in paths(&modules[module].text) {
        let path = absolute(&path, module, &aliases);
        let imported = path.filter(|path| modules.contains_key(path));
        aliases.extend(imported.map(|path| (last(&path).to_owned(), path)));
    }
    aliases
}

/// The path from the root of all crates, if it leads to a module of the same crate.
fn absolute(path: &str, module: &str, aliases: &BTreeMap<String, String>) -> Option<String> {
    let path = path.trim_end_matches("::self");
    let (first, rest) = path.split_once("::")?;
    let above = |module: &str| module.rsplit_once("::").map(|(above, _)| above.to_owned());
    match first {
        "crate" => Some(format!("{}::{rest}", module.split("::").next()?)),
        "self" => Some(format!("{module}::{rest}")),
        "super" if rest.starts_with("super::") => absolute(rest, &above(module)?, aliases),
        "super" => Some(format!("{}::{rest}", above(module)?)),
        alias => Some(format!("{}::{rest}", aliases.get(alias)?)),
    }
}

fn reachable<'a>(from: &str, imports: &'a BTreeMap<&str, Imports>) -> BTreeSet<&'a str> {
    let mut reached = BTreeSet::new();
    let mut left: Vec<&str> = imports[from].keys().map(String::as_str).collect();
    while let Some(module) = left.pop() {
        if reached.insert(module) {
            left.extend(imports[module].keys().map(String::as_str));
        }
    }
    reached
}

#[test]
fn circles_are_found() {
    let file =
        |(path, text): &(&str, &str)| File { path: (*path).to_owned(), text: (*text).to_owned() };
    let check = |files: &[(&str, &str)], expected| {
        let modules = files.iter().map(file).map(module).collect();
        let circles = circles(&modules, &all_imports(&modules));
        assert_eq!(!circles.is_empty(), expected, "{files:?}: {circles:?}");
    };
    let below = ("a/src/below.rs", "pub struct X;");
    let with = |above, text| {
        [
            ("a/src/lib.rs", above),
            below,
            ("a/src/one.rs", text),
            ("a/src/two.rs", "use crate::{below::X as Y, one::{self, Z}};\n"),
        ]
    };
    check(&with("", "use crate::below::*;"), false);
    check(&with("", "fn f() { crate::two::g::<u8>() }"), true);
    check(&with("", "use super::two;\nfn f() { two::g() }"), true);
    check(
        &with("", "// crate::two::g\n#[cfg(test)]\nmod tests {\n    use crate::two::g;\n}\n"),
        false,
    );
    check(&with("pub use self::two::g;", "use crate::g;"), true);
    check(&with("pub use self::one::Z;\npub use self::below::X;", "use crate::X;"), false);
    check(&[("a/src/b.rs", "use self::c::X;"), ("a/src/b/c.rs", "use super::Y;")], false);
}

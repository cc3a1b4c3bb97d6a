//! Rule: a part alone enables the same features of its dependencies as the whole workspace, so that
//! cargo builds each of them once.

use std::collections::{BTreeMap, BTreeSet};

use crate::{assert_none, cargo_metadata::cargo};

/// The packages that users build alone, and the dependencies that may have other features there.
const ALONE: &[(&[&str], &[&str])] = &[
    (&["part1-primes"], &[]),
    (&["part2-threads"], &[]),
    // These are built twice, since the driver of MongoDB needs more features. Few packages depend on them.
    (&["part3-yelp"], &["base64", "document-store", "futures-util", "part3-yelp", "zerocopy"]),
    (&["part3-yelp", "--features=mongodb"], &[]),
    (&["lab"], &[]),
];

/// The sets of features in which each dependency is built: two if build scripts want other ones.
type Features = BTreeMap<String, BTreeSet<String>>;

fn features(which: &[&str]) -> Features {
    let tree = ["tree", "--offline", "--prefix=none", "--format={p}|{f}"];
    let mut features = Features::new();
    let listed = cargo(&[&tree, which].concat());
    // An empty line ends each package of ours; a mark ends what was listed before.
    for (package, enabled) in listed.lines().filter_map(|line| line.split_once('|')) {
        let enabled = enabled.trim_end_matches("(*)").trim_end();
        let name_and_version: Vec<&str> = package.split(' ').take(2).collect();
        features.entry(name_and_version.join(" ")).or_default().insert(enabled.to_owned());
    }
    features
}

#[test]
fn a_part_alone_has_the_features_of_the_workspace() {
    let of_workspace = features(&["--workspace"]);
    let mut offences = Vec::new();
    for (build, may_differ) in ALONE {
        let which = [&["--edges=normal,build", "--package"], *build].concat();
        for (package, enabled) in features(&which) {
            let may_differ = may_differ.iter().any(|name| package.starts_with(&format!("{name} ")));
            let others = &of_workspace[&package];
            for enabled in enabled.difference(others).filter(|_| !may_differ) {
                offences.push(format!(
                    "workspace-hack/Cargo.toml:1: {package} has {enabled:?} for `{}`, and \
                     {others:?} for the workspace: ask for what is missing",
                    build.join(" ")
                ));
            }
        }
    }
    assert_none(&offences);
}

//! Tests of class folders: no submission keeps another one from being graded.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test may fail wherever its premises do not hold")]

use std::{
    ffi::OsStr,
    fs::{self, Permissions},
    os::unix::{
        ffi::OsStrExt,
        fs::{PermissionsExt, symlink},
        net::UnixListener,
    },
    path::Path,
    process::Command,
};

use instructor::{
    export::{self, Format},
    grade::{self, GradingOptions},
    points::Points,
    results::{self, StudentResult},
    submission::{self, Submission},
};
use lab::limits::Isolation;
use nix::{
    sys::stat::Mode,
    unistd::{geteuid, mkfifo},
};
use tempfile::TempDir;

const PARALLEL: &str = "part1-primes/src/variants/parallel.rs";

/// A folder with one source of an exercise, at this path in the class.
fn hand_in(class: &Path, student: impl AsRef<Path>) {
    let path = class.join(student).join(PARALLEL);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, "fn f() {}\n").unwrap();
}

fn submissions(class: &TempDir) -> Vec<Submission> {
    submission::all(class.path()).unwrap().submissions
}

fn students(class: &TempDir) -> Vec<String> {
    submissions(class).into_iter().map(|submission| submission.student).collect()
}

/// Why a student's submission is refused as a whole.
fn refusal_of(class: &TempDir, student: &str) -> Option<String> {
    let submissions = submissions(class);
    let submission = submissions.iter().find(|submission| submission.student == student);
    submission::read(submission.unwrap()).exercises.swap_remove(0).refusal
}

/// The results of a class that is not graded yet.
fn announced(submissions: &[Submission], results: &TempDir) -> Vec<StudentResult> {
    let points = Points::built_in();
    let isolation = Isolation::Namespaces;
    let book =
        GradingOptions { points: &points, results: results.path(), isolation, on_event: &|_| () };
    grade::announce(submissions, book).unwrap();
    results::all(results.path()).unwrap()
}

#[test]
fn a_student_who_hands_in_twice_is_refused_alone() {
    let class = tempfile::tempdir().unwrap();
    hand_in(class.path(), "alice");
    hand_in(class.path(), "bob");
    fs::write(class.path().join("alice.tar.gz"), "").unwrap();
    fs::write(class.path().join("alice.zip"), "").unwrap();
    assert_eq!(students(&class), ["alice", "bob"]);
    let refusal = refusal_of(&class, "alice").unwrap();
    let expected =
        "handed in 3 times, as `alice` and `alice.tar.gz` and `alice.zip`: keep one of them";
    assert_eq!(refusal, expected);
    assert_eq!(refusal_of(&class, "bob"), None);
}

#[test]
fn an_unreadable_submission_affects_one_student() {
    let class = tempfile::tempdir().unwrap();
    let path = |name: &str| class.path().join(name);
    mkfifo(&path("pipe.zip"), Mode::S_IRUSR).unwrap();
    mkfifo(&path("pipe"), Mode::S_IRUSR).unwrap();
    let _socket = UnixListener::bind(path("socket.tgz")).unwrap();
    symlink("/dev/zero", path("device.zip")).unwrap();
    symlink("loop.zip", path("loop.zip")).unwrap();
    symlink("nowhere", path("dangling")).unwrap();
    fs::create_dir(path("within")).unwrap();
    mkfifo(&path("within/lab.zip"), Mode::S_IRUSR).unwrap();
    hand_in(class.path(), "bob");
    // The name of `pipe` and that of `pipe.zip` are the same student's.
    let names = ["bob", "dangling", "device", "loop", "pipe", "socket", "within"];
    assert_eq!(students(&class), names);
    assert_eq!(refusal_of(&class, "bob"), None);
    for student in ["device", "socket", "within"] {
        let refusal = refusal_of(&class, student).unwrap();
        assert!(refusal.contains("is neither a folder nor a file"), "{student}: {refusal}");
    }
    for student in ["dangling", "loop"] {
        let refusal = refusal_of(&class, student).unwrap();
        assert!(refusal.starts_with("it cannot be read: "), "{student}: {refusal}");
    }
    fs::remove_file(path("pipe.zip")).unwrap();
    assert!(refusal_of(&class, "pipe").unwrap().contains("is neither a folder nor a file"));
    mkfifo(&path("pipe.zip"), Mode::S_IRUSR).unwrap();
    fs::remove_file(path("pipe")).unwrap();
    assert!(refusal_of(&class, "pipe").unwrap().contains("is neither a folder nor a file"));
}

#[test]
fn a_pipe_in_place_of_a_source_costs_its_exercise() {
    let class = tempfile::tempdir().unwrap();
    hand_in(class.path(), "alice");
    let source = class.path().join("alice").join(PARALLEL);
    fs::remove_file(&source).unwrap();
    mkfifo(&source, Mode::S_IRUSR).unwrap();
    assert_eq!(refusal_of(&class, "alice").unwrap(), format!("{PARALLEL} is not a regular file"));
}

#[test]
fn each_name_has_a_result_of_its_own() {
    let (class, results) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let long = "x".repeat(245);
    let names: [&[u8]; 14] = [
        b"alice",
        b"Alice",
        b"-rf",
        b"..zip",
        b"...",
        b"a\nb",
        b"a\x1b[2Jb",
        b"=cmd",
        b"\xff",
        b"\xfe",
        "東京".as_bytes(),
        b"Ada Lovelace_12345_assignsubmission_file_",
        &[long.as_bytes(), b"1.zip"].concat(),
        &[long.as_bytes(), b"2.zip"].concat(),
    ];
    for name in names {
        hand_in(class.path(), OsStr::from_bytes(name));
    }
    fs::write(class.path().join("...zip"), "").unwrap();
    let expected: Vec<String> = students(&class);
    assert_eq!(expected.len(), names.len() + 1);
    let results_of_all = announced(&submissions(&class), &results);
    let mut found: Vec<String> = results_of_all.into_iter().map(|result| result.student).collect();
    found.sort();
    assert_eq!(found, expected);
    // Each can be exported, alone and with the others.
    export::export(results.path(), Format::Gradescope, None, None).unwrap();
    let exported = fs::read_dir(results.path().join("gradescope")).unwrap().count();
    assert_eq!(exported, expected.len());
    for student in expected.iter().map(String::as_str).chain(["a\\u{a}b"]) {
        export::export(results.path(), Format::Csv, Some(student), None).unwrap();
    }
}

#[test]
fn a_result_says_that_nothing_is_graded_yet() {
    let (class, results) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    hand_in(class.path(), "alice");
    fs::write(class.path().join("bob.zip"), "damaged").unwrap();
    for result in announced(&submissions(&class), &results) {
        assert_eq!((result.is_complete, result.checks.len()), (false, 0));
        assert_eq!(result.note.as_deref(), Some("not graded yet"));
    }
    let junit = export::export(results.path(), Format::Junit, None, None).unwrap();
    assert!(junit.contains("tests=\"2\"") && junit.contains("errors=\"2\""), "{junit}");
    for format in Format::ALL {
        let text = export::export(results.path(), format, Some("bob"), None).unwrap();
        assert!(text.contains("not graded yet") || text.contains("Not all is judged"), "{text}");
    }
}

#[test]
fn a_class_without_a_complete_result_for_each_is_not_exported() {
    let (class, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    for student in ["ada", "bob", "cleo", "dan"] {
        hand_in(class.path(), student);
    }
    let submissions = submissions(&class);
    let points = Points::built_in();
    let keep = |result: &StudentResult| results::keep(folder.path(), result).unwrap();
    for submission in &submissions {
        let fingerprint = submission::read(submission).fingerprint();
        keep(&StudentResult {
            is_complete: true,
            contents_sha256: Some(fingerprint),
            ..StudentResult::new(&submission.student, 7, Vec::new(), &points)
        });
    }
    export::check_complete(folder.path(), &submissions).unwrap();
    fs::remove_file(folder.path().join("ada.json")).unwrap();
    keep(&StudentResult::not_graded_yet("bob", &points));
    fs::write(class.path().join("cleo").join(PARALLEL), "fn g() {}\n").unwrap();
    let error = export::check_complete(folder.path(), &submissions).unwrap_err().to_string();
    assert_eq!(
        error,
        "3 of 4 students have no complete result: ada (no result), bob (not complete), cleo (handed in \
         again since); grade the class again, into the same folder: complete results stay"
    );
    let exported = Command::new(env!("CARGO_BIN_EXE_instructor"))
        .args(["export", "--format", "csv", "--expect"])
        .args([class.path(), folder.path()])
        .output()
        .unwrap();
    assert_eq!((exported.status.code(), exported.stdout.len()), (Some(1), 0));
}

#[test]
fn files_that_are_no_submissions_are_listed() {
    let class = tempfile::tempdir().unwrap();
    hand_in(class.path(), "alice");
    for name in ["notes.txt", ".DS_Store", "._alice.zip"] {
        fs::write(class.path().join(name), "").unwrap();
    }
    assert_eq!(submission::all(class.path()).unwrap().skipped, ["notes.txt"]);
}

#[test]
fn results_stay_out_of_the_class_and_the_class_out_of_them() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let class = path("class");
    hand_in(&class, "alice");
    symlink("class", path("link")).unwrap();
    symlink("class/results", path("later")).unwrap();
    let is_apart = |out: &str| submission::check_no_overlap(&class, &path(out)).is_ok();
    for out in [
        "class",
        "class/",
        "class/results",
        "class/alice/new",
        "",
        ".",
        "link",
        "link/new/results",
        "later",
        "new/../class",
        "class/../link/x",
        "new/../link",
    ] {
        assert!(!is_apart(out), "{out}");
        assert!(submission::check_no_overlap(&path("link"), &path(out)).is_err(), "{out}");
    }
    for out in ["results", "class-results", "class/../results", "new/results"] {
        assert!(is_apart(out), "{out}");
    }
    let error = submission::check_no_overlap(&class, &class).unwrap_err().to_string();
    assert!(error.contains("name a folder outside with --out") && !error.contains('\n'), "{error}");
}

#[test]
fn results_among_submissions_are_a_mistake_in_the_arguments() {
    let class = tempfile::tempdir().unwrap();
    hand_in(class.path(), "alice");
    let refused = Command::new(env!("CARGO_BIN_EXE_instructor"))
        .arg("grade")
        .arg(class.path())
        .arg("--out")
        .arg(class.path().join("results"))
        .output()
        .unwrap();
    assert_eq!(refused.status.code(), Some(2));
    let stderr = String::from_utf8(refused.stderr).unwrap();
    assert!(stderr.starts_with("error: results in ") && stderr.lines().count() == 1, "{stderr}");
    assert_eq!(fs::read_dir(class.path()).unwrap().count(), 1, "nothing is written");
}

#[test]
fn an_unreadable_file_affects_nothing_else() {
    if geteuid().is_root() {
        eprintln!("skipped: root may read everything");
        return;
    }
    let class = tempfile::tempdir().unwrap();
    for student in ["alice", "carol", "dave/lab", "erin"] {
        hand_in(class.path(), student);
    }
    fs::create_dir(class.path().join("erin/cache")).unwrap();
    fs::write(class.path().join("bob.zip"), "").unwrap();
    let closed = ["alice", "bob.zip", "carol/part1-primes", "dave/lab", "erin/cache"];
    let set_mode = |mode| {
        for path in closed {
            fs::set_permissions(class.path().join(path), Permissions::from_mode(mode)).unwrap();
        }
    };
    set_mode(0o000);
    for student in ["alice", "bob", "carol", "dave"] {
        let refusal = refusal_of(&class, student).unwrap();
        assert!(refusal.contains("cannot be read: Permission denied"), "{student}: {refusal}");
    }
    assert_eq!(refusal_of(&class, "erin"), None);
    set_mode(0o700); // so that it can be removed
}

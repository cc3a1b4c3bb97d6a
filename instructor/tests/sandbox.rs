//! Tests that nothing is graded where submissions cannot be isolated.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test may fail wherever its premises do not hold")]

use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt,
    path::Path,
    process::Command,
};

/// Grades with what is in `tools` on the path; returns the output.
fn refusal(tools: &Path) -> String {
    let class = tempfile::tempdir().unwrap();
    fs::create_dir(class.path().join("alice")).unwrap();
    let results = tools.join("results");
    let output = Command::new(env!("CARGO_BIN_EXE_instructor"))
        .arg("grade")
        .arg(class.path())
        .arg("--out")
        .arg(&results)
        .env("PATH", tools)
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap())
        .output()
        .unwrap();
    assert!(!output.status.success() && !results.exists());
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn without_bubblewrap_it_says_what_to_install() {
    let tools = tempfile::tempdir().unwrap();
    let stderr = refusal(tools.path());
    assert!(stderr.contains("install the package bubblewrap"), "{stderr}");
    assert!(stderr.contains("--weaker-sandbox") && stderr.lines().count() == 1, "{stderr}");
}

#[test]
fn where_namespaces_are_refused_it_says_which_setting_allows_them() {
    let tools = tempfile::tempdir().unwrap();
    let bwrap = tools.path().join("bwrap");
    let script = "#!/bin/sh\necho 'bwrap: No permissions to create new namespace' >&2\nexit 1\n";
    fs::write(&bwrap, script).unwrap();
    fs::set_permissions(&bwrap, Permissions::from_mode(0o755)).unwrap();
    let stderr = refusal(tools.path());
    assert!(stderr.contains("No permissions to create new namespace"), "{stderr}");
    assert!(stderr.contains("user.max_user_namespaces"), "{stderr}");
    assert!(stderr.contains("--weaker-sandbox") && stderr.lines().count() == 1, "{stderr}");
}

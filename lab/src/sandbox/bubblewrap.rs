//! The command lines of bubblewrap (`bwrap(1)`): two sandboxes, one inside the other.
//!
//! The outer one holds the warden, and hides no file from it. Its PID namespace is killed as a whole
//! when the grader ends, also by SIGKILL. Its network has a loopback, and nothing is there but what
//! the warden serves. The inner one holds the submission, and hides everything that it does not need.

use std::{ffi::OsString, os::fd::AsRawFd, path::PathBuf};

use super::view::{Access, VisibleFile};
use crate::run_request::RunRequest;

/// The name of bubblewrap's program.
pub(crate) const PROGRAM: &str = "bwrap";

/// The outer sandbox, around the warden.
const OUTER: &[&[&str]] = &[
    &["--die-with-parent"], // kill all when the grader ends
    &["--unshare-pid"],
    &["--unshare-net"], // an empty loopback, for the warden and the submission
    &["--dev-bind", "/", "/"],
];

/// The inner sandbox, around the submission: namespaces and rights.
const INNER: &[&[&str]] = &[
    &["--unshare-user", "--disable-userns"], // no rights, and no way to gain them in a namespace
    &["--unshare-pid"],                      // it sees and signals no process but its own
    &["--unshare-ipc"],                      // no System V shared memory, no message queues
    &["--unshare-uts", "--hostname", "lab"],
    &["--unshare-cgroup-try"],
    &["--cap-drop", "ALL"],
    &["--new-session"], // no terminal
    &["--clearenv"],
    &["--proc", "/proc"],
    &["--dev", "/dev"],
];

/// Folders of its own that it may write to. They are in memory, and end with it.
const OWN_FOLDERS: &[&str] = &["/dev/shm", "/tmp"];

/// Paths that become read-only once all is in place.
const CLOSED: &[&[&str]] = &[&["--remount-ro", "/dev"], &["--remount-ro", "/"]];

/// The arguments of the outer sandbox; the warden's command line follows.
///
/// As root, it shows private files in a folder that the submission's user can enter.
pub(super) fn outer(request: &RunRequest) -> Vec<OsString> {
    let mut arguments = flat(OUTER);
    if let Some(stage) = &request.stage {
        arguments.extend(["--tmpfs".into(), stage.into()]);
    }
    for (number, file) in request.view.0.iter().enumerate() {
        if let Some(place) = staged(request, number, file) {
            arguments.extend(["--ro-bind".into(), (&file.source).into(), place.into()]);
        }
    }
    arguments.push("--".into());
    arguments
}

/// The path at which the outer sandbox shows a private file.
fn staged(request: &RunRequest, number: usize, file: &VisibleFile) -> Option<PathBuf> {
    let stage = request.stage.as_ref().filter(|_| file.access == Access::ReadPrivate)?;
    Some(stage.join(number.to_string()))
}

/// The arguments of the inner sandbox, the submission's command line included. Bubblewrap reports to
/// the descriptor `status` how it went.
pub(crate) fn inner(request: &RunRequest, status: &impl AsRawFd) -> Vec<OsString> {
    let mut arguments = flat(INNER);
    for folder in OWN_FOLDERS {
        let bytes = request.limits.file_bytes.to_string();
        arguments.extend(["--size", &bytes, "--tmpfs", folder].map(OsString::from));
    }
    for (number, file) in request.view.0.iter().enumerate() {
        let source = staged(request, number, file).unwrap_or_else(|| file.source.clone());
        let bind = if file.access == Access::Write { "--bind" } else { "--ro-bind" };
        arguments.extend([bind.into(), source.into(), (&file.place).into()]);
    }
    arguments.extend(flat(CLOSED));
    for (name, value) in &request.environment {
        arguments.extend(["--setenv".into(), name.clone(), value.clone()]);
    }
    arguments.extend(["--chdir".into(), (&request.directory).into()]);
    arguments.extend([
        "--json-status-fd".into(),
        status.as_raw_fd().to_string().into(),
        "--".into(),
    ]);
    arguments.push((&request.program).into());
    arguments.extend(request.arguments.iter().cloned());
    arguments
}

fn flat(table: &[&[&str]]) -> Vec<OsString> {
    table.iter().copied().flatten().map(OsString::from).collect()
}

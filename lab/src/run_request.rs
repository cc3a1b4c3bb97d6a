//! The messages between the grader and a warden: a request to run a submission, and the report on its
//! exit.

use std::{ffi::OsString, path::PathBuf};

use serde::{Deserialize, Serialize};

use crate::{
    limits::{ExceededLimit, Limits},
    sandbox::{Membership, View},
};

/// A request to a warden: run this program within these limits.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RunRequest {
    /// The program to start.
    pub program: PathBuf,
    /// Its arguments.
    pub arguments: Vec<OsString>,
    /// Its environment.
    pub environment: Vec<(OsString, OsString)>,
    /// The folder that it starts in.
    pub directory: PathBuf,
    /// The files that it can see inside namespaces.
    pub view: View,
    /// The folder in which the outer sandbox shows private files, if it does.
    pub stage: Option<PathBuf>,
    /// The limits of the run.
    pub limits: Limits,
    /// The user that it runs as; the grader's if none.
    pub user: Option<u32>,
    /// The control group that it runs in, if any.
    pub group: Option<Membership>,
    /// The socket that leads to the port in `limits`, if any.
    pub relay: Option<PathBuf>,
    /// The file for the report on its exit.
    pub report: PathBuf,
}

/// The report on the exit of a submission.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExitReport {
    /// Its exit code, if it ended by itself.
    pub exit_code: Option<i32>,
    /// The signal that it died of, if it did.
    pub signal: Option<i32>,
    /// The limit that it exceeded, if that ended it.
    pub killed: Option<ExceededLimit>,
    /// The number of processes that it left behind.
    pub left_behind: usize,
}

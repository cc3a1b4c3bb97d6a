//! The isolation of submissions: by namespaces, or only by limits.

use std::{env, path::Path};

use serde::{Deserialize, Serialize};

use super::{Sandbox, SandboxError, bubblewrap};
use crate::{kernel, warden::Limits};

/// The isolation of a submission.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Isolation {
    /// By namespaces, which bubblewrap makes, and by limits.
    #[default]
    Namespaces,
    /// By limits alone, and by a user of its own if root grades.
    Limits,
}

/// An error that leaves submissions without namespaces.
#[derive(Debug, thiserror::Error)]
pub enum NotIsolated {
    /// Bubblewrap is not installed.
    #[error(
        "submissions run inside bubblewrap, and there is no `bwrap`: install the package \
         bubblewrap, version 0.8 or newer, or grade with fewer protections: --weaker-sandbox"
    )]
    NoBubblewrap,
    /// Bubblewrap is installed, and does not work.
    #[error(
        "bubblewrap cannot isolate submissions: {said}: allow namespaces for ordinary users \
         (sysctl user.max_user_namespaces, kernel.unprivileged_userns_clone=1, or \
         kernel.apparmor_restrict_unprivileged_userns=0; in a container, its security profile), \
         use bubblewrap 0.8 or newer, or grade with fewer protections: --weaker-sandbox"
    )]
    Refused {
        /// The message of bubblewrap.
        said: String,
    },
}

impl Isolation {
    /// The protections that `--weaker-sandbox` gives up.
    pub const LOST: &'static str = "weaker sandbox: no namespaces. Submissions can read what every \
        user of this machine can read, use the network, and leave files in shared folders";

    /// Isolation by namespaces, tested by one trial run.
    ///
    /// # Errors
    /// When bubblewrap is missing, or the kernel refuses namespaces.
    pub fn by_namespaces(limits: &Limits) -> Result<Self, NotIsolated> {
        if !is_on_path(bubblewrap::PROGRAM) {
            return Err(NotIsolated::NoBubblewrap);
        }
        let refused = |error: SandboxError| {
            let said = match error {
                SandboxError::NoWarden { said } => said,
                SandboxError::Io { attempt, source } => format!("cannot {attempt}: {source}"),
            };
            NotIsolated::Refused { said: said.split_whitespace().collect::<Vec<_>>().join(" ") }
        };
        let limits = Limits { isolation: Self::Namespaces, ..limits.clone() };
        // Any program will do. This one is there, and so are its libraries.
        let outcome = env::current_exe()
            .map_err(SandboxError::io("find this program"))
            .and_then(|program| {
                let sandbox = Sandbox::new(limits)?;
                let program = sandbox.admit(&program, "lab")?;
                sandbox.run(&program, vec!["--version".into()])
            })
            .map_err(refused)?;
        match outcome.failure() {
            None => Ok(Self::Namespaces),
            Some(failure) => Err(NotIsolated::Refused { said: format!("a trial run {failure}") }),
        }
    }

    /// The strongest isolation that this machine allows.
    pub fn best(limits: &Limits) -> Self {
        if !kernel::HAS_NAMESPACES {
            return Self::Limits;
        }
        Self::by_namespaces(limits).unwrap_or(Self::Limits)
    }
}

fn is_on_path(program: &str) -> bool {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path).any(|folder: std::path::PathBuf| Path::is_file(&folder.join(program)))
}

//! Tests whether this machine allows the isolation by namespaces.

use std::{env, path::Path};

use super::{Sandbox, SandboxError, bubblewrap};
use crate::{
    kernel,
    limits::{Isolation, Limits},
};

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
        "bubblewrap cannot isolate submissions: {message}: allow namespaces for ordinary users \
         (sysctl user.max_user_namespaces, kernel.unprivileged_userns_clone=1, or \
         kernel.apparmor_restrict_unprivileged_userns=0; in a container, its security profile), \
         use bubblewrap 0.8 or newer, or grade with fewer protections: --weaker-sandbox"
    )]
    Refused {
        /// The message of bubblewrap.
        message: String,
    },
}

impl Isolation {
    /// Isolation by namespaces, tested by one trial run.
    ///
    /// # Errors
    /// When bubblewrap is missing, or the kernel refuses namespaces.
    pub fn by_namespaces(limits: &Limits) -> Result<Self, NotIsolated> {
        if !is_on_path(bubblewrap::PROGRAM) {
            return Err(NotIsolated::NoBubblewrap);
        }
        let refused = |error: SandboxError| {
            let message = match error {
                SandboxError::NoWarden { stderr } => stderr,
                SandboxError::Io { attempt, source } => format!("cannot {attempt}: {source}"),
            };
            let words: Vec<&str> = message.split_whitespace().collect();
            NotIsolated::Refused { message: words.join(" ") }
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
            Some(failure) => {
                Err(NotIsolated::Refused { message: format!("a trial run {failure}") })
            }
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

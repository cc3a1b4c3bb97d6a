//! A separate user for each submission, if the grader is root.

use std::{
    fs::File,
    io,
    sync::atomic::{AtomicU32, Ordering},
};

use nix::unistd::{Uid, User as Account};

use super::SandboxError;
use crate::lock;

/// The first of the user ids that belong to no package, on any system that we know of.
const FIRST_USER: u32 = 64_000;
const USERS: u32 = 1_000;

/// The user of one submission; no other grader takes it while this value lives.
///
/// The kernel counts the threads of a user over all its processes.
#[derive(Debug)]
pub(super) struct User {
    pub(super) id: u32,
    _lock: File,
}

impl User {
    /// A user that is free on this machine, and has no account.
    pub(super) fn take() -> Result<Self, SandboxError> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let locks = lock::folder().map_err(SandboxError::io("make the folder for locks"))?;
        for _ in 0..USERS {
            let id = FIRST_USER + NEXT.fetch_add(1, Ordering::Relaxed) % USERS;
            if !matches!(Account::from_uid(Uid::from_raw(id)), Ok(None)) {
                continue;
            }
            let lock = lock::take(&locks.join(format!("user-{id}")));
            if let Some(lock) = lock.map_err(SandboxError::io("lock a user id"))? {
                return Ok(Self { id, _lock: lock });
            }
        }
        Err(SandboxError::io("find a free user id for a submission")(
            io::ErrorKind::ResourceBusy.into(),
        ))
    }
}

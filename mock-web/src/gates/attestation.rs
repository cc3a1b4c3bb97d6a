//! Finds the processes of connections, according to the kernel (proc(5), Linux only).
//!
//! The client's end of a connection is a socket; `/proc/net/tcp` has its inode, and the open files
//! of a process, `/proc/PID/fd`, have it again. A socket that several processes share, as those of
//! a process that forked do, counts for each of them.

use std::{
    collections::{BTreeSet, HashSet},
    fs,
    net::SocketAddr,
    path::Path,
};

use common::threads;

use super::GatedProcess;
use crate::tcp_table::{self, Socket, State};

/// The processes that have these connections; processes whose files we may not read are left out.
pub(super) fn peers(clients: &BTreeSet<SocketAddr>, server: SocketAddr) -> Vec<GatedProcess> {
    let ports: HashSet<u16> = clients.iter().map(SocketAddr::port).collect();
    let inodes = inodes_of(&tcp_table::sockets(), &ports, server.port());
    let mut pids: Vec<u32> = names_in(Path::new("/proc"))
        .filter_map(|name| name.parse().ok())
        .filter(|pid| holds_any(*pid, &inodes))
        .collect();
    pids.sort_unstable();
    pids.into_iter().map(|pid| GatedProcess { pid, threads: threads_of(pid) }).collect()
}

/// The inodes of the connected sockets whose own port is one of `ports`, and the other `server`.
fn inodes_of(sockets: &[Socket], ports: &HashSet<u16>, server: u16) -> HashSet<u64> {
    let is_wanted = |socket: &&Socket| {
        socket.state == State::Established
            && ports.contains(&socket.own_port)
            && socket.other_port == server
    };
    sockets.iter().filter(is_wanted).map(|socket| socket.inode).collect()
}

fn holds_any(pid: u32, inodes: &HashSet<u64>) -> bool {
    let folder = format!("/proc/{pid}/fd");
    names_in(Path::new(&folder)).any(|name| {
        fs::read_link(format!("{folder}/{name}"))
            .ok()
            .and_then(|file| socket_inode(file.to_str()?))
            .is_some_and(|inode| inodes.contains(&inode))
    })
}

/// The inode in a link `socket:[INODE]`, as an open socket is shown.
fn socket_inode(link: &str) -> Option<u64> {
    link.strip_prefix("socket:[")?.strip_suffix(']')?.parse().ok()
}

fn threads_of(pid: u32) -> Vec<String> {
    let name_of = |id| fs::read_to_string(format!("/proc/{pid}/task/{id}/comm")).ok();
    let mut names: Vec<String> = threads::ids(pid)
        .into_iter()
        .filter_map(name_of)
        .map(|name| name.trim_end_matches('\n').to_owned())
        .collect();
    names.sort_unstable();
    names
}

/// The names in a folder; none if it cannot be read.
fn names_in(folder: &Path) -> impl Iterator<Item = String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.file_name().into_string().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_socket_is_found_by_both_of_its_ports() {
        let socket = |own_port, other_port, is_established, inode| Socket {
            own_port,
            other_port,
            state: if is_established { State::Established } else { State::Other },
            inode,
        };
        let sockets = [
            socket(0x1F90, 0, false, 100),
            socket(0xC001, 0x1F90, true, 101),
            socket(0x1F90, 0xC001, true, 102),
            socket(0xC002, 0x1F90, true, 103),
            socket(0xC001, 0x1F91, true, 104),
            socket(0xC003, 0x1F90, true, 105),
            socket(0xC001, 0x1F90, false, 0),
        ];
        assert_eq!(inodes_of(&sockets, &[0xC001, 0xC003].into(), 0x1F90), [101, 105].into());
    }

    #[test]
    fn only_sockets_have_the_inode_of_a_socket() {
        assert_eq!(socket_inode("socket:[4711]"), Some(4711));
        assert_eq!(socket_inode("pipe:[4711]"), None);
        assert_eq!(socket_inode("/tmp/socket:[4711]"), None);
    }
}

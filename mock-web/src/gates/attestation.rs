//! Who is at the other end of these connections, by the word of the kernel (proc(5), Linux only).
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

use super::Peer;

/// `TCP_ESTABLISHED`, as `/proc/net/tcp` writes it.
const ESTABLISHED: &str = "01";

/// The processes whose connections these are; those whose files we may not read are left out.
pub(super) fn peers(clients: &BTreeSet<SocketAddr>, server: SocketAddr) -> Vec<Peer> {
    let ports: HashSet<u16> = clients.iter().map(SocketAddr::port).collect();
    let inodes: HashSet<u64> = ["/proc/net/tcp", "/proc/net/tcp6"]
        .into_iter()
        .filter_map(|table| fs::read_to_string(table).ok())
        .flat_map(|table| inodes_of(&table, &ports, server.port()))
        .collect();
    let mut pids: Vec<u32> = names_in(Path::new("/proc"))
        .filter_map(|name| name.parse().ok())
        .filter(|pid| holds_any(*pid, &inodes))
        .collect();
    pids.sort_unstable();
    pids.into_iter().map(|pid| Peer { pid, threads: threads_of(pid) }).collect()
}

/// The inodes of those sockets of a table whose own port is one of `ports`, and the other `server`.
fn inodes_of(table: &str, ports: &HashSet<u16>, server: u16) -> Vec<u64> {
    let inode_of = |line: &str| {
        // Slot, own address, other address, state, and after five more columns the inode.
        let mut columns = line.split_whitespace().skip(1);
        let (own, other) = (port_of(columns.next()?)?, port_of(columns.next()?)?);
        let is_established = columns.next()? == ESTABLISHED;
        let inode = columns.nth(5)?.parse().ok()?;
        (is_established && ports.contains(&own) && other == server).then_some(inode)
    };
    table.lines().filter_map(inode_of).collect()
}

/// An address is written as `0100007F:1F90`, both parts in hexadecimal digits.
fn port_of(address: &str) -> Option<u16> {
    let (_, port) = address.rsplit_once(':')?;
    u16::from_str_radix(port, 16).ok()
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

/// An open socket is shown as a link to `socket:[INODE]`.
fn socket_inode(link: &str) -> Option<u64> {
    link.strip_prefix("socket:[")?.strip_suffix(']')?.parse().ok()
}

fn threads_of(pid: u32) -> Vec<String> {
    let folder = format!("/proc/{pid}/task");
    let name_of = |task: String| fs::read_to_string(format!("{folder}/{task}/comm")).ok();
    let mut names: Vec<String> = names_in(Path::new(&folder))
        .filter_map(name_of)
        .map(|name| name.trim_end_matches('\n').to_owned())
        .collect();
    names.sort_unstable();
    names
}

/// What a folder holds; nothing, if it is gone or not ours to read.
fn names_in(folder: &Path) -> impl Iterator<Item = String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.file_name().into_string().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_socket_is_found_by_both_of_its_ports() {
        let table = "\
  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 100 1
   1: 0100007F:C001 0100007F:1F90 01 00000000:00000000 00:00000000 00000000  1000        0 101 1
   2: 0100007F:1F90 0100007F:C001 01 00000000:00000000 00:00000000 00000000  1000        0 102 1
   3: 0100007F:C002 0100007F:1F90 01 00000000:00000000 00:00000000 00000000  1000        0 103 1
   4: 0100007F:C001 0100007F:1F91 01 00000000:00000000 00:00000000 00000000  1000        0 104 1
   5: 0000000000000000FFFF00000100007F:C003 0000000000000000FFFF00000100007F:1F90 01 0:0 0:0 0 1000 0 105 1
   6: 0100007F:C001 0100007F:1F90 06 00000000:00000000 03:000007D0 00000000     0        0 0 3
";
        assert_eq!(inodes_of(table, &[0xC001, 0xC003].into(), 0x1F90), [101, 105]);
    }

    #[test]
    fn only_sockets_have_the_inode_of_a_socket() {
        assert_eq!(socket_inode("socket:[4711]"), Some(4711));
        assert_eq!(socket_inode("pipe:[4711]"), None);
        assert_eq!(socket_inode("/tmp/socket:[4711]"), None);
    }
}

//! Tests of submissions that try to leave their sandbox, under a grader that is root and one that
//! is not.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test may fail wherever its premises do not hold")]

use std::{
    env,
    fs::{self, File, Permissions},
    io::{self, BufRead, BufReader, Read, Write},
    net::TcpListener,
    os::{
        fd::AsFd,
        linux::net::SocketAddrExt,
        unix::{
            fs::PermissionsExt,
            net::{SocketAddr, UnixListener},
            process::CommandExt,
        },
    },
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::LazyLock,
    thread,
    time::Duration,
};

use lab::{
    limits::{ExceededLimit, Isolation, Limits},
    run_request::ExitReport,
};
use nix::{
    fcntl::{FcntlArg, FdFlag, fcntl},
    sys::signal::{Signal, killpg},
    unistd::{Pid, Uid},
};
use serde::Deserialize;
use tempfile::TempDir;

const LIMITS: Limits = Limits {
    deadline: Duration::from_mins(2),
    cpu: Duration::from_mins(1),
    memory_bytes: 128 << 20,
    threads: 32,
    file_bytes: 1 << 20,
    isolation: Isolation::Namespaces,
    port: None,
};

/// A user without an account and without rights.
const ORDINARY_USER: u32 = 65_534;

/// The user of the grader.
#[derive(Clone, Copy, Debug)]
enum Grader {
    Root,
    OrdinaryUser,
}

/// The report of a submission on what it could do, as the fixture prints it.
#[derive(Debug, Deserialize)]
struct Report {
    exit: ExitReport,
    stdout: String,
}

/// The fixture, in a folder in which every user can run it.
struct Scene {
    folder: TempDir,
}

impl Scene {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
        fs::copy(env!("CARGO_BIN_EXE_sandbox-fixture"), folder.path().join("fixture")).unwrap();
        Self { folder }
    }

    fn fixture(&self) -> PathBuf {
        self.folder.path().join("fixture")
    }

    /// Calls `start` until the fixture is not open for writing any more: another test may have started
    /// a process while it was copied.
    fn once_it_is_closed<Started>(mut start: impl FnMut() -> io::Result<Started>) -> Started {
        loop {
            match start() {
                Err(error) if error.kind() == io::ErrorKind::ExecutableFileBusy => {
                    thread::yield_now();
                }
                started => return started.unwrap(),
            }
        }
    }

    fn grader(&self, grader: Grader) -> Command {
        let mut command = Command::new(self.fixture());
        if matches!(grader, Grader::OrdinaryUser) && Uid::effective().is_root() {
            command.uid(ORDINARY_USER).gid(ORDINARY_USER);
        }
        command
    }

    /// Lets a program run in a sandbox.
    fn run(&self, grader: Grader, limits: &Limits, program: &Path, words: &[&str]) -> Report {
        let limits = serde_json::to_string(limits).unwrap();
        let mut command = self.grader(grader);
        command.args(["grade", &limits]).arg(program).args(words);
        let output = Self::once_it_is_closed(|| command.output());
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{grader:?} {words:?}: {stderr}");
        serde_json::from_slice(&output.stdout).unwrap()
    }

    fn attempt(&self, grader: Grader, words: &[&str]) -> Report {
        self.run(grader, &LIMITS, &self.fixture(), words)
    }

    /// Waits until no process of the fixture is left that was a submission.
    fn wait_until_all_have_ended(&self) {
        File::open(self.fixture()).unwrap().lock().unwrap();
    }
}

/// Calls `test` for each grader that this machine allows.
fn each_grader(test: impl Fn(&Scene, Grader)) {
    static IS_POSSIBLE: LazyLock<bool> = LazyLock::new(|| {
        let limits = serde_json::to_string(&LIMITS).unwrap();
        let scene = Scene::new();
        let mut trial = scene.grader(Grader::OrdinaryUser);
        trial.args(["is-isolated", &limits]);
        let trial = Scene::once_it_is_closed(|| trial.output());
        let stderr = String::from_utf8_lossy(&trial.stderr).into_owned();
        let is_required = env::var_os("REQUIRE_BUBBLEWRAP").is_some();
        assert!(trial.status.success() || !is_required, "{stderr}");
        trial.status.success()
    });
    if !*IS_POSSIBLE {
        skip("bubblewrap is missing, or may not make namespaces");
        return;
    }
    let scene = Scene::new();
    if Uid::effective().is_root() {
        test(&scene, Grader::Root);
    }
    test(&scene, Grader::OrdinaryUser);
}

#[expect(clippy::print_stderr, reason = "a test says that it was skipped")]
fn skip(reason: &str) {
    eprintln!("SKIPPED: {reason}");
}

/// Each of these attempts is refused.
fn check_refused(attempts: &[&[&str]]) {
    each_grader(|scene, grader| {
        for words in attempts {
            let report = scene.attempt(grader, words);
            assert!(report.stdout.starts_with("refused: "), "{grader:?} {words:?}: {report:?}");
        }
    });
}

#[test]
fn it_sees_its_program_and_its_libraries_and_nothing_else() {
    each_grader(|scene, grader| {
        let list = |folder| {
            let report = scene.attempt(grader, &["list", folder]);
            serde_json::from_str::<Vec<String>>(&report.stdout)
                .unwrap_or_else(|_| panic!("{report:?}"))
        };
        let known = ["dev", "lab", "lib", "lib64", "libexec", "nix", "proc", "tmp", "usr"];
        let root = list("/");
        assert!(root.iter().all(|name| known.contains(&name.as_str())), "{root:?}");
        assert_eq!(list("/lab/target/debug"), ["fixture"]);
        let processes: Vec<String> =
            list("/proc").into_iter().filter(|name| name.parse::<u32>().is_ok()).collect();
        assert_eq!(processes, ["1", "2"], "{grader:?}");
    });
}

#[test]
fn it_reads_no_file_of_the_machine_or_of_the_grader() {
    let this = format!("{}/Cargo.toml", env!("CARGO_MANIFEST_DIR"));
    let environment = format!("/proc/{}/environ", std::process::id());
    check_refused(&[
        &["read", "/etc/passwd"],
        &["read", "/etc/hostname"],
        &["list", "/root"],
        &["list", "/home"],
        &["list", "/sys"],
        &["list", "/var/tmp"],
        &["read", &this],
        &["read", env!("CARGO_BIN_EXE_lab")],
        &["read", &environment],
        &["read", "/proc/1/root/etc/passwd"],
    ]);
}

#[test]
fn it_writes_nowhere_but_to_its_own_folders_and_leaves_nothing_there() {
    check_refused(&[
        &["write", "/x"],
        &["write", "/dev/x"],
        &["write", "/lab/target/debug/fixture"],
        &["write", "/usr/x"],
        &["write", "/var/tmp/x"],
        &["write", "/proc/sys/kernel/core_pattern"],
        &["write", "/proc/sysrq-trigger"],
    ]);
    each_grader(|scene, grader| {
        for path in ["/tmp/left-by-a-submission", "/dev/shm/left-by-a-submission"] {
            assert_eq!(scene.attempt(grader, &["write", path]).stdout, "written\n", "{grader:?}");
            assert!(!Path::new(path).exists());
        }
    });
}

#[test]
fn it_fills_no_disk() {
    each_grader(|scene, grader| {
        for folder in ["/tmp", "/dev/shm"] {
            let report = scene.attempt(grader, &["fill", folder]).stdout;
            let bytes: u64 = report.trim().strip_prefix("filled ").unwrap().parse().unwrap();
            assert!(bytes <= LIMITS.file_bytes, "{grader:?} {folder}: {report}");
        }
    });
}

#[test]
fn it_reaches_no_socket_of_the_machine() {
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = server.local_addr().unwrap().port().to_string();
    let name = format!("escape-{}", std::process::id());
    let address = SocketAddr::from_abstract_name(&name).unwrap();
    let _unix_server = UnixListener::bind_addr(&address).unwrap();
    check_refused(&[&["tcp", &port], &["abstract", &name]]);
}

#[test]
fn it_reaches_the_one_port_that_it_is_given() {
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = server.local_addr().unwrap().port();
    let limits = Limits { port: Some(port), ..LIMITS };
    thread::spawn(move || {
        for mut stream in server.incoming().flatten() {
            let mut text = String::new();
            stream.read_to_string(&mut text).unwrap();
            stream.write_all(format!("{text}, too").as_bytes()).unwrap();
        }
    });
    each_grader(|scene, grader| {
        let report = scene.run(grader, &limits, &scene.fixture(), &["get", &port.to_string()]);
        assert_eq!(report.stdout, "hello, too\n", "{grader:?}");
    });
}

#[test]
fn it_signals_no_process_of_the_machine() {
    let own = std::process::id().to_string();
    check_refused(&[&["kill", &own]]);
    each_grader(|scene, grader| {
        // All processes that it may signal: none, but itself.
        let report = scene.attempt(grader, &["kill", "-1"]);
        assert!(
            report.stdout.starts_with("refused: ") || report.exit.signal.is_some(),
            "{report:?}"
        );
        // The first process of its namespace takes no signal from it.
        assert_eq!(scene.attempt(grader, &["kill", "1"]).stdout, "killed\n");
    });
}

#[test]
fn it_leaves_no_daemon_behind() {
    each_grader(|scene, grader| {
        let report = scene.attempt(grader, &["leave-daemon"]);
        assert_eq!((report.exit.exit_code, report.exit.killed), (Some(0), None), "{grader:?}");
        scene.wait_until_all_have_ended();
    });
}

#[test]
fn it_shares_no_system_v_memory() {
    let program = Path::new("/usr/bin/ipcmk");
    if !program.exists() {
        skip("there is no ipcmk");
        return;
    }
    // A size by which it is found: other programs of this machine may have segments, too.
    let size = "1234567";
    let segments = || {
        let table = fs::read_to_string("/proc/sysvipc/shm").unwrap();
        table.lines().filter(|line| line.split_whitespace().any(|field| field == size)).count()
    };
    each_grader(|scene, grader| {
        let before = segments();
        let report = scene.run(grader, &LIMITS, program, &["--shmem", size]);
        assert_eq!(report.exit.exit_code, Some(0), "{grader:?}: {report:?}");
        assert_eq!(segments(), before, "{grader:?}");
    });
}

#[test]
fn a_fork_bomb_ends() {
    each_grader(|scene, grader| {
        let limits = Limits { deadline: Duration::from_secs(3), ..LIMITS };
        let report = scene.run(grader, &limits, &scene.fixture(), &["fork-bomb"]);
        // Which limit it meets first, that on threads or that on memory, depends on the machine.
        let is_stopped = report.stdout.starts_with("refused: ") || report.exit.killed.is_some();
        assert!(is_stopped, "{grader:?}: {report:?}");
        scene.wait_until_all_have_ended();
    });
}

#[test]
fn a_memory_bomb_ends() {
    each_grader(|scene, grader| {
        let report = scene.attempt(grader, &["memory-bomb"]);
        assert_eq!(report.exit.killed, Some(ExceededLimit::Memory), "{grader:?}: {report:?}");
        scene.wait_until_all_have_ended();
    });
}

#[test]
fn it_inherits_no_file_of_the_grader() {
    each_grader(|scene, grader| {
        let secret = File::open("/dev/null").unwrap();
        fcntl(secret.as_fd(), FcntlArg::F_SETFD(FdFlag::empty())).unwrap();
        let report = scene.attempt(grader, &["list", "/proc/self/fd"]);
        // Stdin, stdout, stderr, its own lock, and the folder that it reads.
        assert_eq!(report.stdout, "[\"0\",\"1\",\"2\",\"3\",\"4\"]\n", "{grader:?}");
    });
}

#[test]
fn all_of_it_ends_with_its_grader() {
    each_grader(|scene, grader| {
        for signal in interrupt::ending_signals().into_iter().chain([Signal::SIGKILL]) {
            let limits = serde_json::to_string(&LIMITS).unwrap();
            let scratch = tempfile::tempdir_in(&scene.folder).unwrap();
            fs::set_permissions(&scratch, Permissions::from_mode(0o777)).unwrap();
            let mut command = scene.grader(grader);
            command.args(["grade-endless", &limits]).env("TMPDIR", scratch.path());
            command.process_group(0).stdout(Stdio::piped());
            let mut running = Scene::once_it_is_closed(|| command.spawn());
            let mut line = String::new();
            BufReader::new(running.stdout.take().unwrap()).read_line(&mut line).unwrap();
            assert_eq!(line, "running\n", "{grader:?}");
            // As Ctrl-C does it: to all processes of the group.
            killpg(Pid::from_raw(running.id().cast_signed()), signal).unwrap();
            let status = running.wait().unwrap();
            if signal != Signal::SIGKILL {
                assert_eq!(status.code(), Some(128 + signal as i32), "{grader:?} {signal}");
                assert_eq!(fs::read_dir(&scratch).unwrap().count(), 0, "{grader:?} {signal}");
            }
            scene.wait_until_all_have_ended();
        }
    });
}

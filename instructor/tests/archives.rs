//! Tests of archives: which files are taken, and which archives are refused.
#![expect(clippy::unwrap_used, reason = "a test may fail wherever its premises do not hold")]

use std::{
    fs::{self, File},
    io::{Cursor, Write},
    path::PathBuf,
};

use flate2::{Compression, write::GzEncoder};
use instructor::submission::{self, Contents, HandedIn, Submission};
use lab::exercises::EXERCISES;
use tar::{EntryType, Header};
use tempfile::TempDir;
use zip::{ZipWriter, write::SimpleFileOptions};

const PARALLEL: &str = "part1-primes/src/variants/parallel.rs";
const POOLED: &str = "part2-threads/src/variants/pooled.rs";
const SOURCE: &str = "fn f() {}\n";

const MEBIBYTE: usize = 1 << 20;

fn zip_of(entries: &[(&str, &[u8])]) -> Vec<u8> {
    zip_with(|zip| {
        for (name, contents) in entries {
            zip.start_file(*name, SimpleFileOptions::default()).unwrap();
            zip.write_all(contents).unwrap();
        }
    })
}

fn zip_with(fill: impl FnOnce(&mut ZipWriter<Cursor<Vec<u8>>>)) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    fill(&mut zip);
    zip.finish().unwrap().into_inner()
}

fn tar_of(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let files = entries.iter().map(|(name, contents)| (*name, EntryType::Regular, *contents));
    tar_with(&files.collect::<Vec<_>>())
}

/// A tar within gzip, with entries that the crate would not write.
fn tar_with(entries: &[(&str, EntryType, &[u8])]) -> Vec<u8> {
    let mut tar = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
    for (name, kind, contents) in entries {
        let mut header = Header::new_ustar();
        header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
        header.set_entry_type(*kind);
        header.set_size(contents.len() as u64);
        header.set_cksum();
        tar.append(&header, *contents).unwrap();
    }
    tar.into_inner().unwrap().finish().unwrap()
}

fn read(name: &str, archive: &[u8]) -> Vec<HandedIn> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, archive).unwrap();
    let mut handed_in = submission::read(&Submission::at(path).unwrap()).exercises;
    // Several exercises may be about the same files: one of each is enough.
    handed_in.truncate(EXERCISES.len());
    handed_in
}

/// Checks that these files are taken, and nothing is refused.
fn check_taken(name: &str, archive: &[u8], expected: &[&str]) {
    let handed_in = read(name, archive);
    assert!(handed_in.iter().all(|one| one.refusal.is_none()), "{name}: {handed_in:?}");
    let files = handed_in.into_iter().flat_map(|one| one.files);
    let expected = expected.iter().map(|path| (PathBuf::from(path), SOURCE.to_owned()));
    assert_eq!(files.collect::<Vec<_>>(), expected.collect::<Vec<_>>(), "{name}");
}

/// Checks that each exercise is refused with this reason.
fn check_refused(name: &str, archive: &[u8], expected: &str) {
    for one in read(name, archive) {
        let refusal = one.refusal.unwrap();
        assert!(refusal.contains(expected), "{name}: {refusal}");
        assert_eq!(one.files, []);
    }
}

/// Checks that both formats refuse these entries with this reason.
fn check_both_refused(entries: &[(&str, &[u8])], expected: &str) {
    let mut all: Vec<(&str, &[u8])> = vec![(PARALLEL, SOURCE.as_bytes())];
    all.extend(entries);
    check_refused("alice.zip", &zip_of(&all), expected);
    check_refused("alice.tar.gz", &tar_of(&all), expected);
}

#[test]
fn files_are_taken_from_archives_of_each_kind() {
    let entries: &[(&str, &[u8])] = &[
        (PARALLEL, SOURCE.as_bytes()),
        (POOLED, SOURCE.as_bytes()),
        ("part1-primes/build.rs", b"fn main() {}"),
    ];
    check_taken("alice.zip", &zip_of(entries), &[PARALLEL, POOLED]);
    check_taken("bob.tar.gz", &tar_of(entries), &[PARALLEL, POOLED]);
    check_taken("carol.tgz", &tar_of(entries), &[PARALLEL, POOLED]);
}

#[test]
fn one_folder_and_files_of_operating_systems_may_be_in_an_archive() {
    let (parallel, pooled) = (format!("lab-main/{PARALLEL}"), format!("lab-main/{POOLED}"));
    let entries: &[(&str, &[u8])] = &[
        ("__MACOSX/lab-main/part1-primes/src/variants/._parallel.rs", b"\0\x05\x16\x07"),
        (".DS_Store", b"\0\0\0\x01Bud1"),
        (&parallel, SOURCE.as_bytes()),
        (&pooled, SOURCE.as_bytes()),
    ];
    check_taken("alice.zip", &zip_of(entries), &[PARALLEL, POOLED]);
    check_taken("alice.tgz", &tar_of(entries), &[PARALLEL, POOLED]);
}

#[test]
fn programs_write_paths_in_several_ways() {
    let dotted = format!("./{PARALLEL}");
    check_taken("alice.tgz", &tar_of(&[(&dotted, SOURCE.as_bytes())]), &[PARALLEL]);
    let folders = tar_with(&[
        ("pax_global_header", EntryType::XGlobalHeader, b"27 comment=0123456789abcdef\n"),
        ("lab/", EntryType::Directory, b""),
        ("lab/part1-primes/src/variants/parallel.rs", EntryType::Regular, SOURCE.as_bytes()),
    ]);
    check_taken("alice.tgz", &folders, &[PARALLEL]);
    let backslashes = PARALLEL.replace('/', "\\");
    check_taken("alice.zip", &zip_of(&[(&backslashes, SOURCE.as_bytes())]), &[PARALLEL]);
    let folders = zip_with(|zip| {
        zip.add_directory("lab", SimpleFileOptions::default()).unwrap();
        zip.start_file(format!("lab/{PARALLEL}"), SimpleFileOptions::default()).unwrap();
        zip.write_all(SOURCE.as_bytes()).unwrap();
    });
    check_taken("alice.zip", &folders, &[PARALLEL]);
}

#[test]
fn paths_that_lead_out_are_refused() {
    check_both_refused(&[("../x.rs", b"")], "has ../x.rs, a path outside of the archive");
    check_both_refused(&[("a/../../x.rs", b"")], "has a/../../x.rs, a path outside of the archive");
    check_both_refused(&[("/etc/x.rs", b"")], "has /etc/x.rs, a path outside of the archive");
}

#[test]
fn links_and_devices_are_refused() {
    let check = |kind, expected| {
        let tar =
            tar_with(&[(PARALLEL, EntryType::Regular, SOURCE.as_bytes()), ("a.rs", kind, b"")]);
        check_refused("alice.tgz", &tar, expected);
    };
    check(EntryType::Symlink, "has a.rs, which is a link");
    check(EntryType::Link, "has a.rs, which is a link");
    check(EntryType::Char, "has a.rs, which is neither a file nor a folder");
    check(EntryType::Fifo, "has a.rs, which is neither a file nor a folder");
    let link = zip_with(|zip| {
        zip.add_symlink(PARALLEL, "/etc/passwd", SimpleFileOptions::default()).unwrap();
    });
    check_refused("alice.zip", &link, "parallel.rs, which is a link");
}

#[test]
fn encrypted_files_are_refused() {
    let mut zip = zip_of(&[(PARALLEL, SOURCE.as_bytes())]);
    // The flags of the entry, and of its copy in the central directory (APPNOTE 4.3.7, 4.3.12).
    let directory = zip.windows(4).position(|magic| magic == b"PK\x01\x02").unwrap();
    zip[6] |= 1;
    zip[directory + 8] |= 1;
    check_refused("alice.zip", &zip, "parallel.rs, which is encrypted: pack it without a password");
}

#[test]
fn bombs_are_refused() {
    let zeros = vec![0; 16 * MEBIBYTE + 1];
    check_both_refused(&[("zeros", &zeros)], "unpacks to more than 16 MiB");
    // No entry is too large by itself.
    let parts: Vec<String> = (0..17).map(|number| format!("zeros-{number}")).collect();
    let parts: Vec<(&str, &[u8])> =
        parts.iter().map(|name| (name.as_str(), &zeros[..MEBIBYTE])).collect();
    check_both_refused(&parts, "unpacks to more than 16 MiB");
}

#[test]
fn a_bomb_that_lies_about_its_size_is_refused() {
    let size = 17 * MEBIBYTE;
    let mut zip = zip_of(&[("zeros", &vec![0; size])]);
    let claimed = u32::try_from(size).unwrap().to_le_bytes();
    while let Some(offset) = zip.windows(4).position(|bytes| bytes == claimed) {
        zip[offset..offset + 4].copy_from_slice(&1_u32.to_le_bytes());
    }
    check_refused("alice.zip", &zip, "larger than its declared uncompressed size");
}

#[test]
fn archives_of_too_many_entries_are_refused() {
    let names: Vec<String> = (0..2_000).map(|number| format!("{number}.rs")).collect();
    let entries: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &b""[..])).collect();
    check_both_refused(&entries, "more than 2000 files and folders");
}

#[test]
fn a_list_of_too_many_entries_is_not_read() {
    let mut zip = zip_of(&[(PARALLEL, SOURCE.as_bytes())]);
    let end = zip.windows(4).rposition(|bytes| bytes == b"PK\x05\x06").unwrap();
    // How many there are on this disk, and on all of them (APPNOTE 4.3.16).
    zip[end + 8..end + 12].fill(0xff);
    check_refused("alice.zip", &zip, "more than 2000 files and folders");
}

#[test]
fn archives_that_are_too_large_are_refused() {
    check_refused("alice.zip", &vec![0; 16 * MEBIBYTE + 1], "is larger than 16 MiB");
}

#[test]
fn archives_that_are_cut_short_or_damaged_are_refused() {
    let check = |name, whole: Vec<u8>| {
        check_taken(name, &whole, &[PARALLEL]);
        for bytes in [0, 10, whole.len() / 2, whole.len() - 1] {
            check_refused(
                name,
                &whole[..bytes],
                "is damaged, incomplete, or has a wrong file extension",
            );
        }
    };
    check("alice.zip", zip_of(&[(PARALLEL, SOURCE.as_bytes())]));
    check("alice.tgz", tar_of(&[(PARALLEL, SOURCE.as_bytes())]));
    let mut zip = zip_of(&[(PARALLEL, SOURCE.as_bytes())]);
    zip[30 + PARALLEL.len()] ^= 0xff; // the first byte of the contents
    check_refused("alice.zip", &zip, "is damaged");
}

#[test]
fn archives_that_end_in_another_way_are_refused() {
    let (zip, tar) = (zip_of(&[(PARALLEL, b"")]), tar_of(&[(PARALLEL, b"")]));
    check_refused("alice.tar.gz", &zip, "has a wrong file extension");
    check_refused("alice.zip", &tar, "has a wrong file extension");
    check_refused("alice.rar", &zip, "pack it as .zip or .tar.gz");
}

#[test]
fn a_file_that_is_there_twice_is_refused() {
    let source = SOURCE.as_bytes();
    let tar = tar_of(&[(PARALLEL, source), (PARALLEL, b"")]);
    check_refused("alice.tgz", &tar, "parallel.rs twice");
    let dotted = format!("./{PARALLEL}");
    check_refused("alice.zip", &zip_of(&[(PARALLEL, source), (&dotted, b"")]), "parallel.rs twice");
    let mut zip = zip_of(&[(PARALLEL, source), (&PARALLEL.replace("lel.rs", "lel.zz"), b"")]);
    while let Some(offset) = zip.windows(6).position(|bytes| bytes == b"lel.zz") {
        zip[offset..offset + 6].copy_from_slice(b"lel.rs");
    }
    check_refused("alice.zip", &zip, "a file twice");
    let old = format!("old/{PARALLEL}");
    let both = tar_of(&[(PARALLEL, source), (&old, source)]);
    check_refused("alice.tgz", &both, "are in the topmost folder and in `old`");
}

#[test]
fn archives_without_a_file_of_an_exercise_are_refused() {
    let deep = format!("a/b/{PARALLEL}");
    check_refused("alice.zip", &zip_of(&[(&deep, b"")]), "it has no file of an exercise");
    check_refused("alice.tgz", &tar_of(&[("parallel.rs", b"")]), "it has no file of an exercise");
}

#[test]
fn a_source_that_is_too_long_costs_only_its_exercise() {
    let long = vec![b' '; (256 << 10) + 1];
    let zip = zip_of(&[(PARALLEL, &long), (POOLED, SOURCE.as_bytes())]);
    let refused = read("alice.zip", &zip).into_iter().filter_map(|one| one.refusal);
    assert_eq!(refused.collect::<Vec<_>>(), [format!("{PARALLEL} is longer than 256 KiB")]);
}

/// A student's folder with these files.
fn folder_with(files: &[(&str, &[u8])]) -> TempDir {
    let folder = tempfile::Builder::new().prefix("student").tempdir().unwrap();
    for (name, contents) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, contents).unwrap();
    }
    folder
}

fn contents_of(folder: &TempDir) -> Contents {
    submission::read(&Submission::at(folder.path().to_owned()).unwrap())
}

/// Checks that the file is taken from this folder.
fn check_taken_from(files: &[(&str, &[u8])], expected: &str) {
    let folder = folder_with(files);
    let contents = contents_of(&folder);
    let refusals = contents.exercises.iter().filter_map(|one| one.refusal.as_deref());
    assert_eq!(refusals.collect::<Vec<_>>(), [""; 0], "{expected}");
    let student = folder.path().file_name().unwrap().to_str().unwrap();
    let expected = format!("{student}{expected}");
    assert_eq!(contents.taken_from.as_deref(), Some(expected.as_str()));
    let first = contents.exercises.iter().flat_map(|one| &one.files).next();
    assert_eq!(first, Some(&(PathBuf::from(PARALLEL), SOURCE.to_owned())));
}

fn check_folder_refused(files: &[(&str, &[u8])], expected: &str) {
    let contents = contents_of(&folder_with(files));
    assert_eq!(contents.taken_from, None);
    for one in contents.exercises {
        let refusal = one.refusal.unwrap();
        assert!(refusal.contains(expected), "{refusal}");
    }
}

#[test]
fn an_archive_may_be_in_a_folder() {
    let leading = format!("lab-main/{PARALLEL}");
    let source = SOURCE.as_bytes();
    let (flat, deep) = ([(PARALLEL, source)], [(leading.as_str(), source)]);
    check_taken_from(&[("lab.zip", &zip_of(&flat))], "/lab.zip");
    check_taken_from(&[("lab.tar.gz", &tar_of(&deep))], "/lab.tar.gz/lab-main");
    check_taken_from(&[("lab/Lab.TGZ", &tar_of(&deep))], "/lab/Lab.TGZ/lab-main");
    let resource_fork = ("__MACOSX/._lab.zip", b"\0\x05\x16\x07".as_slice());
    check_taken_from(&[("lab.zip", &zip_of(&flat)), resource_fork], "/lab.zip");
    let outer = zip_of(&[("lab/lab.zip", &zip_of(&deep)), resource_fork]);
    check_taken_from(&[("outer.zip", &outer)], "/outer.zip/lab/lab.zip/lab-main");
    check_taken("alice.zip", &outer, &[PARALLEL]);
    check_taken("alice.tgz", &tar_of(&[("lab.tgz", &tar_of(&flat))]), &[PARALLEL]);
}

#[test]
fn sources_count_and_an_archive_beside_them_does_not() {
    let source = SOURCE.as_bytes();
    let archive = zip_of(&[(PARALLEL, b"fn g() {}")]);
    check_taken_from(&[(PARALLEL, source), ("lab.zip", &archive)], "");
    let leading = format!("lab/{PARALLEL}");
    check_taken_from(&[(&leading, source), ("lab.zip", b"damaged"), ("x.rar", b"")], "/lab");
}

#[test]
fn an_archive_in_a_folder_is_refused_by_its_name() {
    let zip = zip_of(&[(PARALLEL, SOURCE.as_bytes())]);
    let both = [("lab.zip", zip.as_slice()), ("old/lab.tar.gz", b"")];
    check_folder_refused(&both, "several archives, `lab.zip` and `old/lab.tar.gz`");
    check_folder_refused(&[("lab.zip", b"")], "in `lab.zip`: the archive is damaged");
    check_folder_refused(&[("lab.rar", b"")], "in `lab.rar`: the format of the archive is unknown");
    let empty = zip_of(&[("notes.txt", b"")]);
    check_folder_refused(&[("lab.zip", &empty)], "in `lab.zip`: it has no file of an exercise");
    let nested = zip_of(&[("lab.zip", &zip_of(&[("lab.zip", &zip)]))]);
    check_refused("alice.zip", &nested, "in `lab.zip`: it has no file of an exercise");
}

#[test]
fn limits_hold_for_an_archive_in_an_archive() {
    let bomb = zip_of(&[("zeros", &vec![0; 16 * MEBIBYTE + 1])]);
    check_folder_refused(&[("lab.zip", &bomb)], "in `lab.zip`: the archive unpacks to more");
    check_refused("alice.zip", &zip_of(&[("lab.zip", &bomb)]), "in `lab.zip`: the archive unpacks");
    // Sparse: it takes no room on the disk, and no time to read.
    let folder = folder_with(&[("lab.zip", b"")]);
    File::create(folder.path().join("lab.zip")).unwrap().set_len(2 << 30).unwrap();
    let refusal = contents_of(&folder).exercises.swap_remove(0).refusal.unwrap();
    assert!(refusal.starts_with("in `lab.zip`: the archive is larger than 16 MiB"), "{refusal}");
}

#[test]
fn a_folder_of_too_many_files_is_refused() {
    let names: Vec<String> = (0..2_001).map(|number| format!("{number}.rs")).collect();
    let files: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &b""[..])).collect();
    check_folder_refused(&files, "more than 2000 files and folders at its top");
}

#[test]
fn a_fingerprint_depends_on_what_is_graded_alone() {
    let source = SOURCE.as_bytes();
    let print = |files: &[(&str, &[u8])]| contents_of(&folder_with(files)).fingerprint();
    let plain = print(&[(PARALLEL, source)]);
    assert_eq!(plain.len(), 64);
    assert_eq!(print(&[("lab.zip", &zip_of(&[(PARALLEL, source)])), ("notes.txt", b"")]), plain);
    let others: [&[(&str, &[u8])]; 5] = [
        &[(PARALLEL, b"fn g() {}\n")],
        &[(POOLED, source)],
        &[(PARALLEL, source), (POOLED, source)],
        &[("lab.zip", b"damaged")],
        &[],
    ];
    let mut prints: Vec<String> = others.iter().map(|files| print(files)).collect();
    prints.push(plain);
    prints.sort();
    assert!(prints.array_windows().all(|[one, other]| one != other), "{prints:?}");
}

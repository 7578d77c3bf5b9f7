//! Puts an installation together from the artifacts of one cargo build.
//!
//! Cargo's own words (`--message-format=json`) say which files belong to which
//! crate. Of the crates behind the stdlib only the metadata is needed to compile
//! a cell, since their code is in the dylib: each archive is copied with nothing
//! but that member.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::installation::{Manifest, compiler_version, host_of};

/// Crates that a cell can name without a path through `lightcone`.
const EXTERNS: &[&str] = &[
    "chrono",
    "plotters",
    "polars",
    "serde",
    "serde_json",
    "tokio",
];

/// Why an installation could not be put together.
#[derive(Debug, thiserror::Error)]
pub enum AssembleError {
    /// A file could not be read or written.
    #[error("`{path}`: {source}")]
    File {
        /// The file.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// The build did not make something that is needed.
    #[error("the build made no {0}; run `./install.sh`, which builds everything that is needed")]
    Missing(String),
    /// Another program failed.
    #[error("`{program}` failed: {said}")]
    Program {
        /// What was run.
        program: String,
        /// What it said.
        said: String,
    },
    /// An archive is no archive.
    #[error("`{0}` is no library archive with metadata")]
    Archive(String),
}

fn file_error(path: &Path) -> impl FnOnce(std::io::Error) -> AssembleError {
    let path = path.display().to_string();
    move |source| AssembleError::File { path, source }
}

/// One compiled crate.
#[derive(Clone, Debug)]
struct Artifact {
    package: String,
    name: String,
    kind: String,
    files: Vec<PathBuf>,
    optimised: bool,
}

/// Puts an installation together in `target` and returns its manifest.
///
/// `messages` is what cargo printed, `checkout` the workspace.
///
/// # Errors
/// When the build is incomplete or a file cannot be written.
pub fn assemble(messages: &str, checkout: &Path, target: &Path) -> Result<Manifest, AssembleError> {
    let artifacts = read_artifacts(messages);
    let find = |kind: &str, name: &str| {
        artifacts
            .iter()
            .find(|artifact| artifact.kind == kind && artifact.name == name)
            .ok_or_else(|| AssembleError::Missing(format!("{kind} `{name}`")))
    };
    let dylib = find("dylib", "lightcone")?;
    let front = find("bin", "lightcone")?;
    let worker = find("bin", "lightcone-worker")?;

    let rustc = compiler_path(checkout)?;
    let compiler = compiler_version(&rustc).ok_or_else(|| AssembleError::Program {
        program: rustc.display().to_string(),
        said: "it does not run".into(),
    })?;
    for folder in ["bin", "lib", "deps"] {
        let folder = target.join(folder);
        if folder.exists() {
            fs::remove_dir_all(&folder).map_err(file_error(&folder))?;
        }
        fs::create_dir_all(&folder).map_err(file_error(&folder))?;
    }
    copy(executable(front)?, &target.join("bin/lightcone"))?;
    copy(executable(worker)?, &target.join("bin/lightcone-worker"))?;
    if let Some(evcxr) = artifacts
        .iter()
        .find(|artifact| artifact.kind == "bin" && artifact.name == "lightcone-evcxr")
    {
        copy(executable(evcxr)?, &target.join("bin/lightcone-evcxr"))?;
    }
    let sysroot = rustc
        .parent()
        .and_then(Path::parent)
        .unwrap_or(Path::new("/"));
    let libraries = sysroot
        .join("lib/rustlib")
        .join(host_of(&compiler))
        .join("lib");
    copy_standard_library(&libraries, &target.join("lib"))?;
    let library = dylib
        .files
        .iter()
        .find(|file| file.extension().is_some_and(|extension| extension == "so"))
        .ok_or_else(|| AssembleError::Missing("liblightcone.so".to_owned()))?;
    let installed = target.join("lib/liblightcone.so");
    strip(sysroot, host_of(&compiler), library, &installed)?;

    let bytes = fs::read(library).map_err(file_error(library))?;
    let stub = metadata_only(&bytes)
        .ok_or_else(|| AssembleError::Archive(library.display().to_string()))?;
    let path = target.join("deps/liblightcone.so");
    fs::write(&path, stub).map_err(file_error(&path))?;

    let needed = packages_behind(checkout, &dylib.package)?;
    let mut externs = Vec::new();
    for artifact in &artifacts {
        if !needed.contains(&artifact.package) {
            continue;
        }
        if artifact.kind == "proc-macro" {
            for file in artifact
                .files
                .iter()
                .filter(|file| file.extension().is_some_and(|kind| kind == "so"))
            {
                copy(
                    file,
                    &target
                        .join("deps")
                        .join(file.file_name().unwrap_or_default()),
                )?;
            }
        } else if artifact.optimised && (artifact.kind == "lib" || artifact.kind == "rlib") {
            for file in artifact
                .files
                .iter()
                .filter(|file| file.extension().is_some_and(|kind| kind == "rlib"))
            {
                let name = name_with_hash(file, &artifact.files);
                copy_hollow(file, &target.join("deps").join(&name))?;
                if EXTERNS.contains(&artifact.name.as_str()) {
                    externs.push((artifact.name.clone(), name));
                }
            }
        }
    }
    externs.sort();
    let manifest = Manifest {
        build: build_digest(&compiler, library)?,
        compiler,
        rustc,
        externs,
        version: env!("CARGO_PKG_VERSION").to_owned(),
    };
    let path = target.join("manifest.json");
    let text = serde_json::to_string_pretty(&manifest).unwrap_or_default();
    fs::write(&path, text).map_err(file_error(&path))?;
    Ok(manifest)
}

/// A crate may be built as several kinds at once; what matters is whether one of
/// them is a library for other crates.
fn main_kind(kinds: &Value) -> String {
    let kinds: Vec<&str> = kinds
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let library = kinds.iter().find(|kind| matches!(**kind, "lib" | "rlib"));
    library
        .or(kinds.first())
        .map_or_else(String::new, |kind| (*kind).to_owned())
}

fn read_artifacts(messages: &str) -> Vec<Artifact> {
    let mut artifacts = Vec::new();
    for line in messages.lines() {
        let Ok(message) = serde_json::from_str::<Value>(line) else {
            continue;
        };
        if message["reason"] != "compiler-artifact" || message["profile"]["test"] == true {
            continue;
        }
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        artifacts.push(Artifact {
            package: text(&message["package_id"]),
            name: text(&message["target"]["name"]),
            kind: main_kind(&message["target"]["kind"]),
            files: message["filenames"]
                .as_array()
                .into_iter()
                .flatten()
                .chain(Some(&message["executable"]))
                .filter_map(Value::as_str)
                .map(PathBuf::from)
                .collect(),
            // Crates for build scripts are compiled apart and not optimised.
            optimised: message["profile"]["opt_level"] != "0",
        });
    }
    artifacts
}

/// The name that other crates' metadata knows an archive by. Cargo gives members
/// of the workspace a second name without the hash; their metadata file has it.
fn name_with_hash(archive: &Path, files: &[PathBuf]) -> String {
    let metadata = files.iter().find(|file| {
        file.extension()
            .is_some_and(|extension| extension == "rmeta")
    });
    let name = metadata.map_or_else(|| archive.to_owned(), |file| file.with_extension("rlib"));
    name.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

fn executable(artifact: &Artifact) -> Result<&PathBuf, AssembleError> {
    artifact
        .files
        .first()
        .ok_or_else(|| AssembleError::Missing(artifact.name.clone()))
}

fn copy(from: &Path, to: &Path) -> Result<(), AssembleError> {
    fs::copy(from, to).map_err(file_error(from))?;
    Ok(())
}

fn copy_standard_library(from: &Path, to: &Path) -> Result<(), AssembleError> {
    for entry in fs::read_dir(from).map_err(file_error(from))?.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with("libstd-") && name.ends_with(".so") {
            copy(&entry.path(), &to.join(name))?;
        }
    }
    Ok(())
}

/// The compiler itself: rustup's proxy costs a tenth of a second a call.
fn compiler_path(checkout: &Path) -> Result<PathBuf, AssembleError> {
    let output = Command::new("rustc")
        .args(["--print", "sysroot"])
        .current_dir(checkout)
        .output();
    let output = output.map_err(file_error(Path::new("rustc")))?;
    let sysroot = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    let path = Path::new(&sysroot).join("bin/rustc");
    if path.exists() {
        Ok(path)
    } else {
        Err(AssembleError::Missing(format!(
            "compiler at `{}`",
            path.display()
        )))
    }
}

/// Removes the symbols that only linking programs needs; the metadata stays.
fn strip(sysroot: &Path, host: &str, from: &Path, to: &Path) -> Result<(), AssembleError> {
    let program = sysroot
        .join("lib/rustlib")
        .join(host)
        .join("bin/rust-objcopy");
    let done = Command::new(&program)
        .env("LD_LIBRARY_PATH", sysroot.join("lib"))
        .args(["--strip-all", "--keep-section=.rustc"])
        .args([from, to])
        .output()
        .is_ok_and(|output| output.status.success());
    // Without the tool the library is only larger.
    if done { Ok(()) } else { copy(from, to) }
}

/// The packages that the stdlib's metadata refers to.
fn packages_behind(checkout: &Path, package: &str) -> Result<BTreeSet<String>, AssembleError> {
    let output = Command::new("cargo")
        .args(["metadata", "--format-version=1", "--locked"])
        .current_dir(checkout)
        .output()
        .map_err(file_error(Path::new("cargo")))?;
    let metadata: Value =
        serde_json::from_slice(&output.stdout).map_err(|_| AssembleError::Program {
            program: "cargo metadata".to_owned(),
            said: String::from_utf8_lossy(&output.stderr).into_owned(),
        })?;
    let mut edges: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for node in metadata["resolve"]["nodes"]
        .as_array()
        .into_iter()
        .flatten()
    {
        let normal = node["deps"]
            .as_array()
            .into_iter()
            .flatten()
            .filter(|dependency| {
                dependency["dep_kinds"]
                    .as_array()
                    .into_iter()
                    .flatten()
                    .any(|kind| kind["kind"].is_null())
            });
        edges.insert(
            node["id"].as_str().unwrap_or_default(),
            normal
                .filter_map(|dependency| dependency["pkg"].as_str())
                .collect(),
        );
    }
    let macros: BTreeSet<&str> = metadata["packages"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|package| {
            package["targets"]
                .as_array()
                .into_iter()
                .flatten()
                .any(|target| target["kind"][0] == "proc-macro")
        })
        .filter_map(|package| package["id"].as_str())
        .collect();
    let mut needed = BTreeSet::new();
    let mut waiting = vec![package];
    while let Some(package) = waiting.pop() {
        if needed.insert(package.to_owned()) && !macros.contains(package) {
            waiting.extend(edges.get(package).into_iter().flatten().copied());
        }
    }
    Ok(needed)
}

/// Copies an archive with its metadata only.
fn copy_hollow(from: &Path, to: &Path) -> Result<(), AssembleError> {
    let bytes = fs::read(from).map_err(file_error(from))?;
    let hollow =
        hollow(&bytes).ok_or_else(|| AssembleError::Archive(from.display().to_string()))?;
    fs::write(to, hollow).map_err(file_error(to))
}

/// The archive's start and its `lib.rmeta` member.
fn hollow(archive: &[u8]) -> Option<Vec<u8>> {
    const MAGIC: &[u8] = b"!<arch>\n";
    const HEADER: usize = 60;
    let mut rest = archive.strip_prefix(MAGIC)?;
    while rest.len() >= HEADER {
        let (header, after) = rest.split_at(HEADER);
        let size: usize = std::str::from_utf8(&header[48..58])
            .ok()?
            .trim()
            .parse()
            .ok()?;
        let padded = (size + size % 2).min(after.len());
        if header.starts_with(b"lib.rmeta/") {
            return Some([MAGIC, header, after.get(..padded)?].concat());
        }
        rest = after.get(padded..)?;
    }
    None
}

/// A shared object with the dylib's metadata and nothing else: all that compiling
/// a cell needs, and nothing for the linker to read. The cell's references are
/// resolved when the worker, which has the real one loaded, loads the cell.
fn metadata_only(dylib: &[u8]) -> Option<Vec<u8>> {
    const ELF_HEADER: usize = 64;
    const SECTION_HEADER: usize = 64;
    let short = |at: usize| {
        Some(usize::from(u16::from_le_bytes(
            dylib.get(at..at + 2)?.try_into().ok()?,
        )))
    };
    let long = |at: usize| {
        let value = u64::from_le_bytes(dylib.get(at..at + 8)?.try_into().ok()?);
        usize::try_from(value).ok()
    };
    // A 64-bit little-endian ELF file.
    if dylib.get(..6)? != b"\x7fELF\x02\x01" {
        return None;
    }
    let table = long(0x28)?;
    let (count, names_index) = (short(0x3c)?, short(0x3e)?);
    let section = |index: usize| {
        let header = table + index * SECTION_HEADER;
        let name = u32::from_le_bytes(dylib.get(header..header + 4)?.try_into().ok()?);
        Some((
            usize::try_from(name).ok()?,
            long(header + 0x18)?,
            long(header + 0x20)?,
        ))
    };
    let (_, names, _) = section(names_index)?;
    let metadata = (0..count).find_map(|index| {
        let (name, offset, size) = section(index)?;
        let found = dylib.get(names + name..)?.starts_with(b".rustc\0");
        if found {
            dylib.get(offset..offset + size)
        } else {
            None
        }
    })?;
    let strings = b"\0.rustc\0.shstrtab\0";
    let strings_at = ELF_HEADER + metadata.len();
    let table_at = (strings_at + strings.len()).next_multiple_of(8);
    let header_of = |name: u32, kind: u32, offset: usize, size: usize| {
        let mut header = Vec::with_capacity(SECTION_HEADER);
        header.extend(name.to_le_bytes());
        header.extend(kind.to_le_bytes());
        for value in [0, 0, offset as u64, size as u64, 0, u64::from(kind != 0), 0] {
            header.extend(value.to_le_bytes());
        }
        header
    };
    let mut stub = dylib[..0x20].to_vec();
    stub[0x18..0x20].fill(0);
    stub.extend(0_u64.to_le_bytes());
    stub.extend((table_at as u64).to_le_bytes());
    stub.extend(0_u32.to_le_bytes());
    for value in [ELF_HEADER as u16, 0, 0, SECTION_HEADER as u16, 3, 2] {
        stub.extend(value.to_le_bytes());
    }
    stub.extend(metadata);
    stub.extend(strings);
    stub.resize(table_at, 0);
    stub.extend(header_of(0, 0, 0, 0));
    stub.extend(header_of(1, 1, ELF_HEADER, metadata.len()));
    stub.extend(header_of(8, 3, strings_at, strings.len()));
    Some(stub)
}

fn build_digest(compiler: &str, dylib: &Path) -> Result<String, AssembleError> {
    let bytes = fs::read(dylib).map_err(file_error(dylib))?;
    let mut digest = Sha256::new();
    digest.update(compiler.as_bytes());
    digest.update(&bytes);
    Ok(digest
        .finalize()
        .iter()
        .take(16)
        .fold(String::new(), |mut text, byte| {
            let _ = std::fmt::Write::write_fmt(&mut text, format_args!("{byte:02x}"));
            text
        }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hollow_archive_has_the_metadata_and_nothing_else() {
        let member = |name: &str, body: &[u8]| {
            let mut bytes = format!(
                "{name:<16}{:<12}{:<6}{:<6}{:<8}{:<10}`\n",
                0,
                0,
                0,
                644,
                body.len()
            )
            .into_bytes();
            bytes.extend_from_slice(body);
            if body.len() % 2 == 1 {
                bytes.push(b'\n');
            }
            bytes
        };
        let mut archive = b"!<arch>\n".to_vec();
        archive.extend(member("/", b"symbols"));
        archive.extend(member("lib.rmeta/", b"meta!"));
        archive.extend(member("code.o/", b"machine code"));
        let hollow = hollow(&archive).unwrap();
        assert_eq!(
            hollow,
            [b"!<arch>\n".to_vec(), member("lib.rmeta/", b"meta!")].concat()
        );
        assert!(super::hollow(b"no archive").is_none());
        assert!(super::hollow(b"!<arch>\n").is_none());
    }
}

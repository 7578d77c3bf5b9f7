//! The cell cache: compiled cells by the content they were compiled from.
//!
//! An entry is one file, named by the digest of everything that determines the
//! result, holding a line of JSON and the shared object, with a digest over
//! both. It is written under another name and renamed, so that kernels running
//! side by side see whole entries only. Using an entry touches it; when the
//! cache outgrows its size, the longest unused go.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::compile::Message;
use super::types::KeptType;

/// Bytes that a cache may take.
pub const DEFAULT_SIZE: u64 = 512 << 20;

/// What is known of a compiled cell beside its code.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Entry {
    /// The types of the variables that it keeps.
    pub(crate) kept: BTreeMap<String, Kept>,
    /// Warnings of the compiler.
    pub(crate) warnings: Vec<Message>,
}

/// [`KeptType`] on disk.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kept {
    /// See [`KeptType::Named`].
    Named(String),
    /// See [`KeptType::Unnameable`].
    Unnameable(String),
}

impl From<KeptType> for Kept {
    fn from(kept: KeptType) -> Self {
        match kept {
            KeptType::Named(name) | KeptType::Coerced(name, _) => Self::Named(name),
            KeptType::Unnameable(what) => Self::Unnameable(what),
        }
    }
}

/// What the cache holds for a key.
#[derive(Debug)]
pub(crate) enum Found {
    /// A compiled cell.
    Cell(Entry, Vec<u8>),
    /// This source does not compile as it is; with these adjustments it does.
    Adjusted(serde_json::Value),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    digest: String,
    entry: Option<Entry>,
    adjusted: Option<serde_json::Value>,
}

/// A folder of compiled cells.
#[derive(Clone, Debug)]
pub struct Cache {
    folder: PathBuf,
    /// Another folder to look in, never written to.
    shared: Option<PathBuf>,
    size: u64,
}

impl Cache {
    /// A cache in a folder, which is made when first written to.
    #[must_use]
    pub fn new(folder: &Path, size: u64) -> Self {
        Self {
            folder: folder.to_owned(),
            shared: None,
            size,
        }
    }

    /// Looks in another folder too, for a class that shares an installation.
    #[must_use]
    pub fn with_shared(mut self, folder: &Path) -> Self {
        self.shared = (folder != self.folder).then(|| folder.to_owned());
        self
    }

    /// The key of a source compiled by a build with options.
    pub(crate) fn key(build: &str, options: &str, source: &str) -> String {
        let mut digest = Sha256::new();
        for part in [build, options, source] {
            digest.update((part.len() as u64).to_le_bytes());
            digest.update(part.as_bytes());
        }
        hexadecimal(&digest.finalize())
    }

    fn path(&self, key: &str) -> PathBuf {
        Self::path_in(&self.folder, key)
    }

    fn path_in(folder: &Path, key: &str) -> PathBuf {
        folder.join(&key[..2]).join(&key[2..])
    }

    /// Looks a key up. A damaged entry is as good as none.
    pub(crate) fn find(&self, key: &str) -> Option<Found> {
        let shared = self.shared.as_deref();
        Self::find_in(&self.folder, key).or_else(|| Self::find_in(shared?, key))
    }

    fn find_in(folder: &Path, key: &str) -> Option<Found> {
        let path = Self::path_in(folder, key);
        let bytes = fs::read(&path).ok()?;
        let end = bytes.iter().position(|&byte| byte == b'\n')?;
        let mut header: Header = serde_json::from_slice(&bytes[..end]).ok()?;
        let code = &bytes[end + 1..];
        let expected = std::mem::take(&mut header.digest);
        if digest(key, &header, code) != expected {
            let _ = fs::remove_file(&path);
            return None;
        }
        if let Ok(file) = fs::File::open(&path) {
            // A read-only cache shared by a class cannot be touched, and need not be.
            let _ = file.set_modified(SystemTime::now());
        }
        match header {
            Header {
                entry: Some(entry), ..
            } => Some(Found::Cell(entry, code.to_vec())),
            Header {
                adjusted: Some(adjusted),
                ..
            } => Some(Found::Adjusted(adjusted)),
            Header { .. } => None,
        }
    }

    /// Stores a compiled cell. A cache that cannot be written is no error: the
    /// cell runs all the same.
    pub(crate) fn store(&self, key: &str, entry: &Entry, code: &[u8]) {
        self.write(
            key,
            Header {
                digest: String::new(),
                entry: Some(entry.clone()),
                adjusted: None,
            },
            code,
        );
    }

    /// Stores that a source needs adjustments.
    pub(crate) fn store_adjustments(&self, key: &str, adjusted: serde_json::Value) {
        self.write(
            key,
            Header {
                digest: String::new(),
                entry: None,
                adjusted: Some(adjusted),
            },
            &[],
        );
    }

    fn write(&self, key: &str, mut header: Header, code: &[u8]) {
        header.digest = digest(key, &header, code);
        let path = self.path(key);
        let Some(folder) = path.parent() else { return };
        if fs::create_dir_all(folder).is_err() {
            return;
        }
        let Ok(mut file) = tempfile::NamedTempFile::new_in(folder) else {
            return;
        };
        let written = serde_json::to_vec(&header)
            .map_err(std::io::Error::from)
            .and_then(|header| file.write_all(&header))
            .and_then(|()| file.write_all(b"\n"))
            .and_then(|()| file.write_all(code));
        if written.is_ok() {
            let _ = file.persist(&path);
        }
    }

    /// Removes the longest unused entries until the rest fits the size.
    pub fn trim(&self) {
        let mut entries = Vec::new();
        let mut total = 0;
        for folder in fs::read_dir(&self.folder).into_iter().flatten().flatten() {
            for file in fs::read_dir(folder.path()).into_iter().flatten().flatten() {
                if let Ok(metadata) = file.metadata() {
                    total += metadata.len();
                    let used = metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH);
                    entries.push((used, metadata.len(), file.path()));
                }
            }
        }
        entries.sort();
        for (_, length, path) in entries {
            if total <= self.size {
                break;
            }
            if fs::remove_file(path).is_ok() {
                total -= length;
            }
        }
    }
}

/// The digest over a key, a header without its digest, and the code.
fn digest(key: &str, header: &Header, code: &[u8]) -> String {
    let mut hasher = Sha256::new();
    hasher.update(key.as_bytes());
    hasher.update(serde_json::to_vec(&(&header.entry, &header.adjusted)).unwrap_or_default());
    hasher.update(code);
    hexadecimal(&hasher.finalize())
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = std::fmt::Write::write_fmt(&mut text, format_args!("{byte:02x}"));
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cache() -> (tempfile::TempDir, Cache) {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::new(folder.path(), 1000);
        (folder, cache)
    }

    #[test]
    fn what_is_stored_is_found_and_nothing_else() {
        let (_folder, cache) = cache();
        let key = Cache::key("build", "opt", "source");
        assert!(cache.find(&key).is_none());
        cache.store(&key, &Entry::default(), b"code");
        assert!(matches!(cache.find(&key), Some(Found::Cell(_, code)) if code == b"code"));
        assert_ne!(key, Cache::key("build", "optsource", ""));
    }

    #[test]
    fn a_changed_byte_anywhere_is_noticed() {
        let (_folder, cache) = cache();
        let key = Cache::key("build", "opt", "source");
        cache.store(&key, &Entry::default(), b"code");
        let whole = fs::read(cache.path(&key)).unwrap();
        for index in 0..whole.len() {
            let mut damaged = whole.clone();
            damaged[index] ^= 1;
            fs::write(cache.path(&key), &damaged).unwrap();
            let found = cache.find(&key);
            assert!(
                found.is_none(),
                "byte {index} of {} changed unnoticed",
                whole.len()
            );
        }
    }

    #[test]
    fn an_entry_under_another_key_is_refused() {
        let (_folder, cache) = cache();
        let (key, other) = (Cache::key("b", "o", "1"), Cache::key("b", "o", "2"));
        cache.store(&key, &Entry::default(), b"code");
        fs::create_dir_all(cache.path(&other).parent().unwrap()).unwrap();
        fs::copy(cache.path(&key), cache.path(&other)).unwrap();
        assert!(cache.find(&other).is_none());
    }

    #[test]
    fn the_longest_unused_entries_go_first() {
        let (_folder, cache) = cache();
        let keys: Vec<String> = (0..4)
            .map(|n| Cache::key("b", "o", &n.to_string()))
            .collect();
        for (age, key) in keys.iter().enumerate() {
            cache.store(key, &Entry::default(), &[0; 300]);
            let used = SystemTime::now() - std::time::Duration::from_secs(100 - age as u64);
            fs::File::open(cache.path(key))
                .unwrap()
                .set_modified(used)
                .unwrap();
        }
        cache.trim();
        let left: Vec<bool> = keys.iter().map(|key| cache.path(key).exists()).collect();
        assert_eq!(left, [false, false, true, true]);
    }
}

//! The reference that readers open in `notebooks/reference` is what the registries say.

use std::collections::BTreeSet;
use std::path::Path;

use lightcone_pages::{Content, reference};

#[test]
fn the_reference_in_the_notebooks_is_not_stale() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../notebooks/reference");
    let files = reference(&Content::all()).expect("every equation is written");
    let mut stale: BTreeSet<String> = files
        .iter()
        .filter(|file| {
            let written = std::fs::read_to_string(folder.join(&file.name));
            !written.is_ok_and(|written| written == file.text)
        })
        .map(|file| file.name.clone())
        .collect();
    let names: BTreeSet<&str> = files.iter().map(|file| file.name.as_str()).collect();
    let there = std::fs::read_dir(&folder).into_iter().flatten().flatten();
    stale.extend(
        there
            .map(|file| file.file_name().to_string_lossy().into_owned())
            .filter(|name| !names.contains(name.as_str())),
    );
    assert!(
        stale.is_empty(),
        "run `lightcone reference notebooks/reference`: {} files are stale, the first is {:?}",
        stale.len(),
        stale.first()
    );
}

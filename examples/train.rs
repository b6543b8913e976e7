//! Makes `data/model/tone.bin`: `cargo run --release --example train --features train`.
//!
//! Learns from `data/labelled/*.tsv` and from the examples, rewrites and templates of the bundled packs. `--without FILE` (repeatable)
//! leaves a labelled file out, `--out PATH` writes elsewhere: so a file that was not learned from can be measured.

use std::path::{Path, PathBuf};

use huashu::Category;
use huashu::train::{Row, innocent, train};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
    let mut out = root.join("model/tone.bin");
    let mut without: Vec<String> = Vec::new();
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        let value = args.next().ok_or("an option needs a value")?;
        match arg.as_str() {
            "--without" => without.push(value),
            "--out" => out = PathBuf::from(value),
            _ => return Err(format!("unknown option {arg}").into()),
        }
    }
    let mut files: Vec<PathBuf> = std::fs::read_dir(root.join("labelled"))?.map(|file| Ok(file?.path())).collect::<std::io::Result<_>>()?;
    files.sort();
    let mut rows = Vec::new();
    for file in files {
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if file.extension().is_none_or(|e| e != "tsv") || without.contains(&name) {
            continue;
        }
        for (number, line) in std::fs::read_to_string(&file)?.lines().enumerate().skip(1) {
            let mut cells = line.split('\t');
            let (Some(draft), Some(labels)) = (cells.next(), cells.next()) else {
                return Err(format!("{name}:{}: two cells", number + 1).into());
            };
            let labels = labels.split([',', '|']).filter(|label| !label.is_empty());
            let labels: Option<Vec<Category>> = labels.map(Category::from_id).collect();
            rows.push(Row { draft: draft.to_owned(), labels: labels.ok_or(format!("{name}:{}: an unknown label", number + 1))? });
        }
    }
    let labelled = rows.len();
    rows.extend(huashu::train::examples_of_the_packs()?);
    let model = train(&rows);
    std::fs::write(&out, &model)?;
    std::fs::write(out.with_file_name("innocent.bin"), innocent(&rows))?;
    eprintln!("{labelled} labelled rows, {} of the packs, {} bytes in {}", rows.len() - labelled, model.len(), out.display());
    Ok(())
}

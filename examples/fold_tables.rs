//! Makes the folding tables that come from outside: `cargo run --example fold_tables -- data/fold`.
//!
//! - `traditional.tsv`: Traditional → Simplified, from OpenCC's TSCharacters (Apache-2.0) through the crate ferrous-opencc;
//! - `compatibility.tsv`: width, circled, squared, mathematical letters and compatibility ideographs, from Unicode's NFKC through the crate
//!   unicode-normalization, and the squared and regional letters that NFKC leaves alone.
//!
//! `tests/data.rs` makes them again and compares.

#[path = "../tests/common/tables.rs"]
mod tables;

fn main() -> std::io::Result<()> {
    let folder = std::env::args().nth(1).unwrap_or_else(|| "data/fold".into());
    for (name, text) in tables::all() {
        std::fs::write(std::path::Path::new(&folder).join(name), text)?;
    }
    Ok(())
}

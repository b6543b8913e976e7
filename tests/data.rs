//! What lies in `data` is what its sources give.

#[path = "common/tables.rs"]
mod tables;

#[test]
fn folding_tables_are_those_of_their_sources() {
    for (name, text) in tables::all() {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("data/fold").join(name);
        assert!(std::fs::read_to_string(path).is_ok_and(|there| there == text), "{name}: run `cargo run --example fold_tables`");
    }
}

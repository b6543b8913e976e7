//! The folding tables, as their sources give them.

use std::fmt::Write as _;

use ferrous_opencc::{OpenCC, config::BuiltinConfig};
use unicode_normalization::UnicodeNormalization as _;

/// File name and text of each table that is made.
pub(crate) fn all() -> [(&'static str, String); 2] {
    [("compatibility.tsv", compatibility()), ("traditional.tsv", traditional())]
}

fn table(head: &str, pairs: impl Iterator<Item = (char, char)>) -> String {
    let mut text = format!("# {head}\n# Made by examples/fold_tables.rs; do not edit.\n");
    for (from, to) in pairs {
        writeln!(text, "{from}\t{to}").expect("writing to a string");
    }
    text
}

/// `text` as one character, if it is one.
fn single(text: &str) -> Option<char> {
    let mut chars = text.chars();
    chars.next().filter(|_| chars.next().is_none())
}

fn traditional() -> String {
    let opencc = OpenCC::from_config(BuiltinConfig::T2s).expect("OpenCC's own configuration");
    let pairs = ('\u{3400}'..='\u{9fff}').chain('\u{20000}'..='\u{3ffff}').filter_map(|from| {
        let to = single(&opencc.convert(from.encode_utf8(&mut [0; 4])))?;
        (to != from).then_some((from, to))
    });
    table("Traditional → Simplified, character by character: OpenCC, TSCharacters, Apache-2.0.", pairs)
}

fn compatibility() -> String {
    let squared = [('\u{1f110}', 'a'), ('\u{1f130}', 'a'), ('\u{1f150}', 'a'), ('\u{1f170}', 'a'), ('\u{1f1e6}', 'a')];
    let letters = squared.into_iter().flat_map(|(first, to)| (0..26).map(move |i| (nth(first, i), nth(to, i))));
    let dingbats = ['\u{2776}', '\u{2780}', '\u{278a}', '\u{24f5}'];
    let digits = dingbats.into_iter().flat_map(|first| (0..9).map(move |i| (nth(first, i), nth('1', i))));
    let mut pairs: std::collections::BTreeMap<char, char> = ('\u{a0}'..=char::MAX)
        .filter_map(|from| {
            let to: String = from.nfkc().flat_map(char::to_lowercase).collect();
            let to = single(&to).or_else(|| inner(&to))?;
            (to != from && to.is_alphanumeric() && !FILLERS.contains(&to) && from.to_lowercase().next() != Some(to)).then_some((from, to))
        })
        .collect();
    pairs.extend(letters.chain(digits));
    table(
        "Width, circled, squared and mathematical letters, compatibility ideographs: Unicode NFKC and the squared letters beside it.",
        pairs.into_iter(),
    )
}

/// Invisible, though Unicode calls them letters.
const FILLERS: [char; 2] = ['\u{115f}', '\u{1160}'];

fn nth(first: char, i: u32) -> char {
    char::from_u32(first as u32 + i).expect("a letter")
}

/// The letter of a parenthesised or dotted one: ⒜, ⒈, ㈠.
fn inner(text: &str) -> Option<char> {
    single(text.strip_prefix('(').and_then(|t| t.strip_suffix(')')).or_else(|| text.strip_suffix('.'))?)
}

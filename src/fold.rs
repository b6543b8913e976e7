//! Room 1: text → folded text.
//!
//! Folding maps every character to one character or to nothing, so that the many spellings of a word come out the same: full-width,
//! circled and squared letters, case, Traditional and variant forms, invisible characters, symbols between the characters of a word,
//! characters repeated three times or more. Every folded character knows the bytes that it came from and what stood before it.
//!
//! `data/fold/traditional.tsv` and `compatibility.tsv` are made by `examples/fold_tables.rs` from OpenCC and Unicode, and compared with them
//! by a test; `variant.tsv` is our own.

use std::collections::HashSet;
use std::sync::OnceLock;

/// What stands between a folded character and the one before it. Ordered: the stronger break is the greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Break {
    /// Nothing, or nothing visible.
    Joined,
    /// A symbol that people put inside a word: `傻*逼`, `139-0000`.
    Soft,
    /// A space or picture between Chinese characters: often a comma, sometimes an evasion.
    Space,
    /// A comma, full stop, bracket, line break…; also both ends of the text.
    Clause,
}

/// A folded character and where it came from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Unit {
    pub(crate) ch: char,
    /// Stands for three or more of this character.
    pub(crate) repeated: bool,
    /// What stands before it.
    pub(crate) before: Break,
    /// Offset in the folded text, bytes.
    pub(crate) at: u32,
    /// Span in the source, bytes.
    pub(crate) start: u32,
    pub(crate) end: u32,
}

/// A folded text.
#[derive(Debug, Default)]
pub(crate) struct Folded {
    pub(crate) text: String,
    pub(crate) units: Vec<Unit>,
}

impl Folded {
    /// Folds `source`. Linear in its length. Sources of 4 GiB and more are cut off by the engine's limits before they get here.
    pub(crate) fn new(source: &str) -> Self {
        Self::fold(source, blank)
    }

    /// Folds a piece of a phrase, in which every bracket counts.
    pub(crate) fn phrase(source: &str) -> Self {
        Self::fold(source, |_, _| true)
    }

    fn fold(source: &str, opens: impl Fn(&str, char) -> bool) -> Self {
        let table = Table::get();
        let mut folded = Self { text: String::with_capacity(source.len()), units: Vec::with_capacity(source.len() / 3 + 1) };
        let mut before = Break::Clause;
        let mut brackets = 0_i32; // closing brackets that belong to an opening one which was kept
        for (start, ch) in source.char_indices() {
            let end = start + ch.len_utf8();
            let (ch, level) = match table.look_up(ch) {
                Class::Nothing => {
                    // Marks and invisible characters belong to the character before them.
                    if before == Break::Joined
                        && let Some(last) = folded.units.last_mut()
                    {
                        last.end = end as u32;
                    }
                    continue;
                }
                Class::Char(ch @ ('[' | '{')) => match opens(&source[end..], ch) {
                    true => {
                        brackets += 1;
                        (Some(ch), Break::Clause)
                    }
                    false => (None, Break::Clause),
                },
                Class::Char(ch @ (']' | '}')) if brackets > 0 || opens("", ch) => {
                    brackets -= i32::from(brackets > 0);
                    (Some(ch), Break::Clause)
                }
                Class::Char(']' | '}') => (None, Break::Clause),
                Class::Char('_') => match source[end..].starts_with(['_', '\u{ff3f}']) || source[..start].ends_with(['_', '\u{ff3f}']) {
                    true => (Some('_'), Break::Joined),
                    false => (None, Break::Soft),
                },
                // A percent sign counts behind a number only.
                Class::Char('%') if !folded.units.last().is_some_and(|last| last.ch.is_ascii_digit() && before < Break::Space) => {
                    (None, Break::Soft)
                }
                Class::Char(ch) => (Some(ch), Break::Joined),
                Class::Break(level) => (None, level),
                Class::Point(level) => {
                    // Inside numbers and Latin names a point, comma or colon does not end anything: 3.5, 12:30, 1,000.
                    let inner = folded.units.last().is_some_and(|u| u.ch.is_ascii_alphanumeric() && u.end as usize == start)
                        && source[end..]
                            .chars()
                            .next()
                            .is_some_and(|c| matches!(table.look_up(c), Class::Char(c) if c.is_ascii_alphanumeric()));
                    (None, if inner { Break::Soft } else { level })
                }
                Class::Space => (None, Break::Space),
            };
            match ch {
                Some(ch) => {
                    folded.push(ch, before, start as u32, end as u32);
                    before = Break::Joined;
                }
                None => before = before.max(level),
            }
        }
        folded
    }

    fn push(&mut self, ch: char, mut before: Break, start: u32, end: u32) {
        // Three and more of a character become one, blanks (`____`) two; digits stay.
        if before <= Break::Space && !ch.is_ascii_digit() {
            match &mut self.units[..] {
                [.., last] if last.ch == ch && last.repeated => {
                    last.end = end;
                    return;
                }
                [.., first, last] if first.ch == ch && last.ch == ch && last.before <= Break::Space => {
                    if ch == '_' {
                        last.end = end;
                    } else {
                        first.end = end;
                        first.repeated = true;
                        self.text.truncate(last.at as usize);
                        self.units.pop();
                    }
                    return;
                }
                _ => {}
            }
        }
        // A space beside Latin letters or digits is how they are written, not a pause.
        if before == Break::Space && self.units.last().is_some_and(|last| last.ch.is_ascii() || ch.is_ascii()) {
            before = Break::Soft;
        }
        self.units.push(Unit { ch, repeated: false, before, at: self.text.len() as u32, start, end });
        self.text.push(ch);
    }

    /// The folded character that begins at this byte of the folded text. Logarithmic.
    pub(crate) fn unit_at(&self, byte: usize) -> usize {
        self.units.partition_point(|unit| (unit.at as usize) < byte)
    }

    /// What stands before unit `i`; after the last one, the end of the text.
    pub(crate) fn break_before(&self, i: usize) -> Break {
        self.units.get(i).map_or(Break::Clause, |unit| unit.before)
    }

    /// The source bytes that units `i..j` came from.
    pub(crate) fn source(&self, i: usize, j: usize) -> (usize, usize) {
        (self.units[i].start as usize, self.units[j - 1].end as usize)
    }
}

/// The folded characters of a text, without their origin.
pub(crate) fn plain(text: &str) -> String {
    Folded::new(text).text
}

/// Is a character one that only Traditional texts have?
pub(crate) fn is_traditional(ch: char) -> bool {
    static TRADITIONAL: OnceLock<HashSet<char>> = OnceLock::new();
    TRADITIONAL.get_or_init(|| pairs(include_str!("../data/fold/traditional.tsv")).map(|(from, _)| from).collect()).contains(&ch)
}

/// Does a bracket that opens here enclose nothing, or 2 to 24 characters, as a template's blank does? Other brackets are noise.
fn blank(rest: &str, open: char) -> bool {
    let close: &[char] = if open == '[' { &[']', '】', '〕', '］'] } else { &['}', '｝'] };
    let Some((at, _)) = rest.char_indices().take(25).find(|(_, c)| close.contains(c) || *c == '\n') else { return false };
    let inside = rest[..at].trim();
    !rest[at..].starts_with('\n') && inside.chars().take(2).count() != 1
}

/// What a character of the source is.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Class {
    /// Folds to this character.
    Char(char),
    /// Folds to nothing and leaves no trace.
    Nothing,
    /// Folds to nothing and breaks.
    Break(Break),
    /// Breaks, but not inside numbers and Latin names.
    Point(Break),
    Space,
}

/// The table: pages of 256 characters, made once; characters of other pages are classified as they come.
struct Table {
    pages: Vec<[Class; 256]>,
    index: Vec<u16>,
}

const TABLES: [(&str, &str); 3] = [
    ("variant.tsv", include_str!("../data/fold/variant.tsv")),
    ("traditional.tsv", include_str!("../data/fold/traditional.tsv")),
    ("compatibility.tsv", include_str!("../data/fold/compatibility.tsv")),
];

impl Table {
    fn get() -> &'static Self {
        static TABLE: OnceLock<Table> = OnceLock::new();
        TABLE.get_or_init(Self::new)
    }

    fn new() -> Self {
        let mut table = Self { pages: Vec::new(), index: vec![u16::MAX; 0x11_0000 >> 8] };
        for page in [0x00, 0x20, 0x30, 0xff] {
            table.page(page);
        }
        for (_, text) in TABLES {
            for (from, to) in pairs(text) {
                // One table may lead to what another folds further: ㈠ → 一, ＴＡＩＷＡＮ, 妳 → 你.
                let to = match table.look_up(to) {
                    Class::Char(to) => to,
                    _ => to,
                };
                table.page(from as usize >> 8)[from as usize & 0xff] = Class::Char(to);
            }
        }
        table
    }

    fn page(&mut self, page: usize) -> &mut [Class; 256] {
        if self.index[page] == u16::MAX {
            self.index[page] = self.pages.len() as u16;
            let first = (page as u32) << 8;
            self.pages.push(std::array::from_fn(|i| char::from_u32(first + i as u32).map_or(Class::Nothing, classify)));
        }
        let at = usize::from(self.index[page]);
        &mut self.pages[at]
    }

    fn look_up(&self, ch: char) -> Class {
        match self.index[ch as usize >> 8] {
            u16::MAX => classify(ch),
            page => self.pages[usize::from(page)][ch as usize & 0xff],
        }
    }
}

/// The pairs of a folding table: `from<TAB>to`, a pair a line, `#` for comments.
fn pairs(text: &str) -> impl Iterator<Item = (char, char)> + '_ {
    text.lines().filter(|line| !line.starts_with('#')).filter_map(|line| {
        let (from, to) = line.split_once('\t')?;
        Some((from.chars().next()?, to.chars().next()?))
    })
}

/// What a character is that no table names.
fn classify(ch: char) -> Class {
    match ch {
        'a'..='z' | '0'..='9' => Class::Char(ch),
        'A'..='Z' => Class::Char(ch.to_ascii_lowercase()),
        '\u{4e00}'..='\u{9fff}' | '\u{3400}'..='\u{4dbf}' | '\u{20000}'..='\u{3ffff}' => Class::Char(ch),
        '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => Class::Break(Break::Clause),
        '。' | '！' | '？' | '!' | '?' | '｡' | '‼' | '⁇' | '⁈' | '⁉' | '\u{ff0c}' => Class::Break(Break::Clause),
        '.' | ',' | ':' | '：' | '．' => Class::Point(Break::Clause),
        '、' | '；' | ';' | '…' | '⋯' | '～' | '~' | '—' | '–' | '（' | '）' | '(' | ')' | '《' | '》' | '<' | '>' | '〈' | '〉' | '・'
        | '【' | '】' | '〖' | '〗' | '〔' | '〕' | '[' | ']' | '［' | '］' | '{' | '}' | '｛' | '｝' => match ch {
            '【' | '〔' | '[' | '［' => Class::Char('['),
            '】' | '〕' | ']' | '］' => Class::Char(']'),
            '{' | '｛' => Class::Char('{'),
            '}' | '｝' => Class::Char('}'),
            _ => Class::Break(Break::Clause),
        },
        '_' | '\u{ff3f}' => Class::Char('_'),
        '%' | '\u{ff05}' | '\u{fe6a}' => Class::Char('%'),
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' => {
            Class::Nothing
        }
        '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{e0000}'..='\u{e0fff}' | '\u{20d0}'..='\u{20ff}' | '\u{300}'..='\u{36f}' => {
            Class::Nothing
        }
        '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{fe20}'..='\u{fe2f}' | '\u{1f3fb}'..='\u{1f3ff}' => Class::Nothing,
        '\u{3164}' | '\u{115f}' | '\u{1160}' | '\u{ffa0}' => Class::Nothing,
        _ if ch.is_whitespace() => Class::Space,
        _ if ch.is_control() => Class::Nothing,
        _ if ch.is_alphanumeric() => {
            let mut lower = ch.to_lowercase();
            match (lower.next(), lower.next()) {
                (Some(one), None) => Class::Char(one),
                _ => Class::Char(ch),
            }
        }
        '\u{2600}'..='\u{27bf}' | '\u{2b00}'..='\u{2bff}' | '\u{1f000}'..='\u{1faff}' => Class::Space,
        _ => Class::Break(Break::Soft),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(source: &str) -> String {
        let folded = Folded::new(source);
        let mut out = String::new();
        for unit in &folded.units {
            out.push_str(match unit.before {
                Break::Joined => "",
                Break::Soft => "'",
                Break::Space => " ",
                Break::Clause => ",",
            });
            out.push(unit.ch);
            if unit.repeated {
                out.push('+');
            }
        }
        out
    }

    #[test]
    fn spellings_of_a_word_come_out_the_same() {
        let cases = [
            ("ＡＢＣ１２３", ",abc123"),
            ("Ⓐⓑ①㊀🅰🄱", ",ab1一ab"),
            ("聽不懂嗎", ",听不懂吗"),
            ("妳", ",你"),
            ("傻\u{200b}\u{fe0f}逼", ",傻逼"),
            ("傻*逼", ",傻'逼"),
            ("傻 逼", ",傻 逼"),
            ("傻😀逼", ",傻 逼"),
            ("滚滚滚滚", ",滚+"),
            ("看看", ",看看"),
            ("好的，您看。在", ",好的,您看,在"),
            ("12:30 约3.5元，1,000", ",12'30'约3'5元,1'000"),
            ("138 0000 1111", ",138'0000'1111"),
            ("请{时间}前", ",请{时间}前"),
            ("【请填写】", ",[请填写]"),
            ("傻【逼】", ",傻,逼"),
            ("____前", ",__前"),
            ("傻_逼", ",傻'逼"),
            ("7️⃣点", ",7点"),
        ];
        for (source, wanted) in cases {
            assert_eq!(show(source), wanted, "{source}");
        }
    }

    #[test]
    fn every_unit_knows_its_source() {
        for source in ["a\u{301}您*好！！！哈哈哈哈", "㎏ 傻\u{200d}逼👨‍👩‍👧x", "", "\u{feff}", "﷽ﬃ"] {
            let folded = Folded::new(source);
            let mut last = 0;
            for unit in &folded.units {
                assert!(unit.start as usize >= last && unit.end > unit.start, "{source}");
                assert!(source.get(unit.start as usize..unit.end as usize).is_some(), "{source}");
                assert!(folded.text[unit.at as usize..].starts_with(unit.ch), "{source}");
                last = unit.end as usize;
            }
        }
    }

    #[test]
    fn tables_are_sorted_and_fold_once() {
        let table = Table::get();
        for (name, text) in TABLES {
            let all: Vec<_> = pairs(text).collect();
            assert!(all.windows(2).all(|w| w[0].0 < w[1].0), "{name} is sorted and free of duplicates");
            for (from, _) in all {
                let Class::Char(to) = table.look_up(from) else { panic!("{name}: {from}") };
                assert_eq!(table.look_up(to), Class::Char(to), "{name}: {from} → {to} folds further");
            }
        }
    }
}

//! Words, sentences and graphemes: how a text is cut.

use std::cell::OnceCell;

use jieba_rs::Jieba;
use once_cell::sync::Lazy;
use unicode_segmentation::{GraphemeCursor, UnicodeSegmentation as _};

use crate::fold::{Break, Folded};

/// The word dictionary; takes about 150 ms and 33 MB when first needed.
static JIEBA: Lazy<Jieba> = Lazy::new(Jieba::new);

/// Loads the word dictionary now.
pub(crate) fn warm_up() {
    Lazy::force(&JIEBA);
}

/// A text on its way through the rooms: folded, and cut where a room asks for it.
pub(crate) struct Text<'a> {
    pub(crate) source: &'a str,
    pub(crate) folded: Folded,
    sentences: OnceCell<Vec<Sentence>>,
    /// The first unit of each clause.
    clauses: OnceCell<Vec<usize>>,
    /// For each unit: does a word begin there?
    word_starts: OnceCell<Vec<bool>>,
}

/// A sentence: a span of the source in bytes, and of the folded text in units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sentence {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) first: usize,
    pub(crate) last: usize,
}

impl<'a> Text<'a> {
    pub(crate) fn new(source: &'a str) -> Self {
        Self { source, folded: Folded::new(source), sentences: OnceCell::new(), clauses: OnceCell::new(), word_starts: OnceCell::new() }
    }

    /// The sentences (UAX #29) without the white space around them; what holds no words (！！！, 😊) belongs to the sentence before.
    pub(crate) fn sentences(&self) -> &[Sentence] {
        self.sentences.get_or_init(|| {
            let units = &self.folded.units;
            let mut sentences: Vec<Sentence> = Vec::new();
            for (at, piece) in pieces(self.source) {
                let start = at + (piece.len() - piece.trim_start().len());
                // A mark behind a trimmed space would be cut off from it.
                let (start, end) = self.whole_graphemes(start, start + piece.trim().len());
                let start = start.max(sentences.last().map_or(0, |before| before.end));
                let end = end.max(start);
                let first = units.partition_point(|unit| (unit.start as usize) < start);
                let last = units.partition_point(|unit| (unit.start as usize) < end);
                match sentences.last_mut() {
                    Some(before) if first == last && start < end => before.end = end,
                    _ if first < last => sentences.push(Sentence { start, end, first, last }),
                    _ => {}
                }
            }
            sentences
        })
    }

    /// The sentences that units `i..j` touch, in units. Logarithmic.
    pub(crate) fn sentence_around(&self, i: usize, j: usize) -> (usize, usize) {
        let all = self.sentences();
        let first = all.partition_point(|s| s.last <= i);
        let last = all.partition_point(|s| s.first < j);
        let (Some(first), Some(last)) = (all.get(first), all[..last].last()) else { return (i, j) };
        (first.first.min(i), last.last.max(j))
    }

    /// The clauses that units `i..j` touch, in units. Logarithmic.
    pub(crate) fn clause_around(&self, i: usize, j: usize) -> (usize, usize) {
        let units = self.folded.units.len();
        let starts = self.clauses.get_or_init(|| (0..units).filter(|&i| self.folded.break_before(i) >= Break::Clause).collect());
        let first = starts[..starts.partition_point(|&start| start <= i)].last().copied().unwrap_or(0);
        let last = starts.get(starts.partition_point(|&start| start < j)).copied().unwrap_or(units);
        (first, last)
    }

    /// Does a word begin or end before unit `i`?
    pub(crate) fn is_word_edge(&self, i: usize) -> bool {
        if self.folded.break_before(i) >= Break::Space {
            return true;
        }
        let starts = self.word_starts.get_or_init(|| {
            let mut starts = vec![false; self.folded.units.len()];
            for (first, _) in self.words() {
                starts[first] = true;
            }
            starts
        });
        starts.get(i).copied().unwrap_or(true)
    }

    /// The words, in units, by the dictionary and the hidden Markov model of jieba.
    pub(crate) fn words(&self) -> Vec<(usize, usize)> {
        let Folded { text, units } = &self.folded;
        let mut words = Vec::new();
        let mut first = 0;
        while first < units.len() {
            let (_, last) = self.clause_around(first, first + 1);
            let to = units.get(last).map_or(text.len(), |unit| unit.at as usize);
            for word in JIEBA.cut(&text[units[first].at as usize..to], true) {
                let next = first + word.word.chars().count();
                words.push((first, next));
                first = next;
            }
        }
        words
    }

    /// Widens a span of the source so that it cuts no grapheme cluster.
    pub(crate) fn whole_graphemes(&self, start: usize, end: usize) -> (usize, usize) {
        (boundary(self.source, start, false), boundary(self.source, end, true))
    }
}

/// The pieces between sentence boundaries. The rules of UAX #29 look past all spaces and closing marks behind a full stop, so that a long
/// run of them would cost its square: such a run is cut.
fn pieces(source: &str) -> impl Iterator<Item = (usize, &str)> {
    const LONGEST_RUN: usize = 32;
    let mut run = 0;
    let mut cuts: Vec<usize> = vec![0];
    for (at, c) in source.char_indices() {
        run = if c.is_alphanumeric() { 0 } else { run + 1 };
        if run > LONGEST_RUN {
            cuts.push(at);
            run = 0;
        }
    }
    cuts.push(source.len());
    let chunks: Vec<(usize, usize)> = cuts.windows(2).map(|cut| (cut[0], cut[1])).collect();
    chunks
        .into_iter()
        .flat_map(move |(from, to)| source[from..to].split_sentence_bound_indices().map(move |(at, piece)| (from + at, piece)))
}

/// The nearest grapheme boundary at or before (`forward`: at or after) a byte of `text`.
fn boundary(text: &str, at: usize, forward: bool) -> usize {
    let mut cursor = GraphemeCursor::new(at, text.len(), true);
    match cursor.is_boundary(text, 0) {
        Ok(true) | Err(_) => at,
        Ok(false) if forward => cursor.next_boundary(text, 0).ok().flatten().unwrap_or(text.len()),
        Ok(false) => cursor.prev_boundary(text, 0).ok().flatten().unwrap_or(0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_hold_words() {
        let text = Text::new("  您好！！！😊 今天3.5元可以吗？\n好的");
        let all: Vec<_> = text.sentences().iter().map(|s| &text.source[s.start..s.end]).collect();
        assert_eq!(all, ["您好！！！", "😊 今天3.5元可以吗？", "好的"]);
    }

    #[test]
    fn words_are_cut_in_either_script() {
        let text = Text::new("滾筒 洗衣機，不行李在哪");
        let all: Vec<_> = text
            .words()
            .iter()
            .map(|&(i, j)| {
                let (a, b) = text.folded.source(i, j);
                &text.source[a..b]
            })
            .collect();
        assert_eq!(all, ["滾筒", "洗衣機", "不", "行李", "在", "哪"]);
        assert!(text.is_word_edge(0) && !text.is_word_edge(1) && text.is_word_edge(2));
    }

    #[test]
    fn spans_grow_to_graphemes() {
        let text = Text::new("e\u{301}👨‍👩‍👧");
        assert_eq!(text.whole_graphemes(0, 1), (0, 3));
        assert_eq!(text.whole_graphemes(7, 10), (3, text.source.len()));
    }
}

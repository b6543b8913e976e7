//! Room 2: folded text → the places where phrases stand. The scan finds; it never judges.
//!
//! One Aho-Corasick automaton (Aho and Corasick 1975) looks for the anchors of all phrases at once, overlapping; around an anchor the
//! phrase's other steps are tried. A phrase has at most [`MOST_GAPS`](crate::pack::phrase::MOST_GAPS) gaps of bounded length, so that
//! an anchor costs a bounded time and the scan is linear in the text.

use aho_corasick::{AhoCorasick, MatchKind};
use std::cell::Cell;
use std::collections::HashMap;

use crate::fold::{Break, Folded};
use crate::pack::phrase::{Edge, Literal, Phrase, Step};
use crate::recognise;
use crate::segment::Text;

/// A phrase found at units `start..end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Match {
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// Index of the phrase, in the order in which they were given.
    pub(crate) phrase: usize,
}

/// A phrase, and whether it is also looked for in disguise: where a pause splits it into single characters (傻，逼), and bent (see `bent`).
pub(crate) struct Wanted {
    pub(crate) phrase: Phrase,
    pub(crate) disguised: bool,
}

/// Finds a set of phrases.
pub(crate) struct Matcher {
    wanted: Vec<Wanted>,
    automaton: Option<AhoCorasick>,
    /// For each literal of the automaton: the phrases that it anchors.
    anchored: Vec<Vec<(u32, Literal)>>,
    /// Phrases whose anchor is a recogniser.
    alone: Vec<usize>,
}

impl Matcher {
    /// Compiles phrases. The error says what the automaton's size exceeded.
    pub(crate) fn new(wanted: Vec<Wanted>) -> Result<Self, aho_corasick::BuildError> {
        let mut texts: Vec<&str> = Vec::new();
        let mut index: HashMap<&str, usize> = HashMap::new();
        let mut anchored: Vec<Vec<(u32, Literal)>> = Vec::new();
        let mut alone = Vec::new();
        for (i, Wanted { phrase, .. }) in wanted.iter().enumerate() {
            let Step::Text(literals) = &phrase.steps[phrase.anchor] else {
                alone.push(i);
                continue;
            };
            for literal in literals {
                let at = *index.entry(&literal.text).or_insert_with(|| {
                    texts.push(&literal.text);
                    anchored.push(Vec::new());
                    texts.len() - 1
                });
                anchored[at].push((i as u32, literal.clone()));
            }
        }
        let automaton = match texts.is_empty() {
            true => None,
            false => Some(AhoCorasick::builder().match_kind(MatchKind::Standard).build(&texts)?),
        };
        Ok(Self { wanted, automaton, anchored, alone })
    }

    /// Every place where a phrase stands, sorted by start, longest first. Linear in the text and in the places found.
    pub(crate) fn scan(&self, text: &Text<'_>) -> Vec<Match> {
        let mut found = Vec::new();
        let folded = &text.folded;
        if let Some(automaton) = &self.automaton {
            for hit in automaton.find_overlapping_iter(&folded.text) {
                let start = folded.unit_at(hit.start());
                let end = folded.unit_at(hit.end());
                for (phrase, literal) in &self.anchored[hit.pattern().as_usize()] {
                    found.extend(self.around(text, *phrase as usize, Some(literal), start, end));
                }
            }
        }
        if !self.alone.is_empty() {
            for (start, end) in recognise::digit_runs(folded) {
                for &phrase in &self.alone {
                    let Wanted { phrase: Phrase { steps, anchor }, .. } = &self.wanted[phrase];
                    if matches!(steps[*anchor], Step::Recogniser(kind) if recognise::is(kind, folded, start, end)) {
                        found.extend(self.around(text, phrase, None, start, end));
                    }
                }
            }
        }
        found.sort_by_key(|m| (m.start, std::cmp::Reverse(m.end), m.phrase));
        found.dedup();
        found
    }

    /// The whole phrase around its anchor at `start..end`, if the other steps fit. `literal`: the anchor, where it is one.
    fn around(&self, text: &Text<'_>, phrase: usize, literal: Option<&Literal>, start: usize, end: usize) -> Option<Match> {
        let wanted = &self.wanted[phrase];
        let place = Place { text, folded: &text.folded, disguised: wanted.disguised, fuel: Cell::new(MOST_TRIED) };
        if literal.is_some_and(|literal| !place.literal(literal, start, end, true)) {
            return None;
        }
        let pause = |at: usize| literal.is_some_and(|literal| literal.pauses >> at & 1 != 0);
        let Phrase { steps, anchor } = &wanted.phrase;
        let last = place.forward(&Rest { steps: &steps[anchor + 1..], then: None }, end, pause(end - start))?;
        let first = place.backward(&Rest { steps: &steps[..*anchor], then: None }, start, pause(0))?;
        Some(Match { start: first, end: last, phrase })
    }
}

/// Steps still to take, and what comes after them.
#[derive(Clone, Copy)]
struct Rest<'a> {
    steps: &'a [Step],
    then: Option<&'a Rest<'a>>,
}

/// A text in which a phrase is tried.
struct Place<'a> {
    text: &'a Text<'a>,
    folded: &'a Folded,
    disguised: bool,
    /// How many more steps may be tried.
    fuel: Cell<usize>,
}

/// How many steps may be tried around one anchor; more than any honest phrase needs, and what makes a hostile one end.
const MOST_TRIED: usize = 20_000;

impl Place<'_> {
    /// May a phrase go on over what stands before unit `i`?
    fn may_cross(&self, i: usize) -> bool {
        let single = || self.folded.break_before(i - 1) >= Break::Space || self.folded.break_before(i + 1) >= Break::Space;
        match self.folded.break_before(i) {
            Break::Joined | Break::Soft => true,
            Break::Space => single(),
            Break::Clause => self.disguised && i < self.folded.units.len() && single(),
        }
    }

    /// Does `literal` stand at `start..end`? `known`: its characters do.
    fn literal(&self, literal: &Literal, start: usize, end: usize, known: bool) -> bool {
        let units = &self.folded.units[start..end];
        (known || units.iter().map(|unit| unit.ch).eq(literal.text.chars()))
            && (start + 1..end).all(|i| literal.pauses >> (i - start) & 1 != 0 || self.may_cross(i))
            && (literal.repeats == 0 || units.iter().enumerate().all(|(i, unit)| literal.repeats >> i & 1 == 0 || unit.repeated))
    }

    /// Where steps end that begin at unit `at`. `pause`: a pause may stand before `at`.
    fn forward(&self, rest: &Rest<'_>, at: usize, pause: bool) -> Option<usize> {
        self.fuel.set(self.fuel.get().checked_sub(1)?);
        let Some((step, steps)) = rest.steps.split_first() else {
            return rest.then.map_or(Some(at), |then| self.forward(then, at, pause));
        };
        let rest = &Rest { steps, then: rest.then };
        let len = self.folded.units.len();
        match step {
            Step::Either(ways) => ways.iter().find_map(|steps| self.forward(&Rest { steps, then: Some(rest) }, at, pause)),
            Step::Edge(Edge::Pause) => self.forward(rest, at, true),
            Step::Edge(edge) => self.is_edge(*edge, at).then(|| self.forward(rest, at, pause))?,
            Step::Text(literals) => literals.iter().find_map(|literal| {
                if literal.text.is_empty() {
                    return self.forward(rest, at, pause || literal.pauses & 1 != 0);
                }
                let end = at + literal.text.chars().count();
                let joined = pause || literal.pauses & 1 != 0 || (at < len && self.may_cross(at));
                (end <= len && joined && self.literal(literal, at, end, false))
                    .then(|| self.forward(rest, end, literal.pauses >> (end - at) & 1 != 0))?
            }),
            Step::Gap(most) => {
                for skip in 0..=*most {
                    // A pause that was written before the gap may stand there.
                    let crosses = !(pause && skip == 1) && self.folded.break_before((at + skip).saturating_sub(1)) >= Break::Space;
                    if skip > 0 && (at + skip > len || crosses) {
                        break;
                    }
                    if let Some(end) = self.forward(rest, at + skip, pause && skip == 0) {
                        return Some(end);
                    }
                }
                None
            }
            Step::Recogniser(kind) => {
                let end = recognise::end(*kind, self.folded, at)?;
                (pause || self.may_cross(at)).then(|| self.forward(rest, end, false))?
            }
        }
    }

    /// Where steps begin that end before unit `at`.
    fn backward(&self, rest: &Rest<'_>, at: usize, pause: bool) -> Option<usize> {
        self.fuel.set(self.fuel.get().checked_sub(1)?);
        let Some((step, steps)) = rest.steps.split_last() else {
            return rest.then.map_or(Some(at), |then| self.backward(then, at, pause));
        };
        let rest = &Rest { steps, then: rest.then };
        match step {
            Step::Either(ways) => ways.iter().find_map(|steps| self.backward(&Rest { steps, then: Some(rest) }, at, pause)),
            Step::Edge(Edge::Pause) => self.backward(rest, at, true),
            Step::Edge(edge) => self.is_edge(*edge, at).then(|| self.backward(rest, at, pause))?,
            Step::Text(literals) => literals.iter().find_map(|literal| {
                if literal.text.is_empty() {
                    return self.backward(rest, at, pause || literal.pauses & 1 != 0);
                }
                let count = literal.text.chars().count();
                let start = at.checked_sub(count)?;
                let joined = pause || literal.pauses >> count & 1 != 0 || self.may_cross(at);
                (joined && self.literal(literal, start, at, false)).then(|| self.backward(rest, start, literal.pauses & 1 != 0))?
            }),
            Step::Gap(most) => {
                for skip in 0..=*most {
                    if skip > 0 && (skip > at || (!(pause && skip == 1) && self.folded.break_before(at - skip + 1) >= Break::Space)) {
                        break;
                    }
                    if let Some(start) = self.backward(rest, at - skip, pause && skip == 0) {
                        return Some(start);
                    }
                }
                None
            }
            Step::Recogniser(kind) => {
                let start = recognise::start(*kind, self.folded, at)?;
                (pause || self.may_cross(at)).then(|| self.backward(rest, start, false))?
            }
        }
    }

    fn is_edge(&self, edge: Edge, at: usize) -> bool {
        match edge {
            Edge::ClauseStart | Edge::ClauseEnd => self.folded.break_before(at) >= Break::Space,
            Edge::DraftStart => at == 0,
            Edge::DraftEnd => at == self.folded.units.len(),
            Edge::Word => self.text.is_word_edge(at),
            Edge::Pause => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pack::phrase::Classes;

    fn found(phrase: &str, disguised: bool, source: &str) -> Vec<String> {
        let phrase = Phrase::parse(phrase, &Classes::new()).unwrap_or_else(|e| panic!("{phrase}: {e}"));
        let wanted = phrase.into_iter().map(|phrase| Wanted { phrase, disguised }).collect();
        let matcher = Matcher::new(wanted).expect("a small automaton");
        let text = Text::new(source);
        let cut = |m: &Match| {
            let (start, end) = text.folded.source(m.start, m.end);
            source[start..end].to_owned()
        };
        matcher.scan(&text).iter().map(cut).collect()
    }

    #[test]
    fn phrases_stand_where_the_notation_says() {
        let cases: &[(&str, &str, &[&str])] = &[
            ("听不懂", "你聽不懂嗎", &["聽不懂"]),
            ("听不懂", "听*不-懂", &["听*不-懂"]),
            ("(你/您)不懂", "您不懂，你不懂", &["您不懂", "你不懂"]),
            ("你[自己/难道]不会看", "你自己不会看你不会看", &["你自己不会看", "你不会看"]),
            ("你…有病", "你是不是有病", &["你是不是有病"]),
            ("你…有病", "你怕不是真的有病", &[]),
            ("你…有病", "谢谢你，有病", &[]),
            ("投诉……没用", "你投诉到哪里都是没用的", &["投诉到哪里都是没用"]),
            ("^不行$", "不行。行不行，不行的", &["不行"]),
            ("^^哦$$", "哦", &["哦"]),
            ("^^哦$$", "哦，好的", &[]),
            ("_滚_", "滚", &["滚"]),
            ("_滚_", "滚筒洗衣机", &[]),
            ("急什么，没看我忙", "急什么没看我忙。急什么？没看我忙", &["急什么没看我忙", "急什么？没看我忙"]),
            ("(急/慌)什么，(你/您)", "急什么，您说", &["急什么，您"]),
            ("急什么没看", "急什么，没看", &[]),
            ("(急/慌)什么，…没看", "慌什么，你没看，慌什么你，没看", &["慌什么，你没看"]),
            ("返<number>元", "返二十元，返5元，返元", &["返二十元", "返5元"]),
            ("返(<number>/几/红包$)", "返二十，返几块，返红包啦，返红包", &["返二十", "返几", "返红包"]),
            ("【请填写(时间/日期)】", "于【请填写日期】前", &["【请填写日期】"]),
            ("呵呵", "呵呵，呵呵呵呵，呵", &["呵呵", "呵呵呵呵"]),
            ("知道", "知 道了", &["知 道"]),
            ("不行", "不行 李四，看不 行李", &["不行"]),
        ];
        for (phrase, source, wanted) in cases {
            assert_eq!(found(phrase, false, source), *wanted, "{phrase} in {source}");
        }
    }

    #[test]
    fn pauses_split_only_what_asks_for_it() {
        assert_eq!(found("傻逼", true, "傻，逼"), ["傻，逼"]);
        assert_eq!(found("傻逼", false, "傻，逼"), [""; 0]);
        assert_eq!(found("傻逼", true, "你真傻，逼得我"), [""; 0]);
    }
}

//! Room 3: matches → findings. Guards speak matches free; of findings that overlap within a category one stays.

use std::cell::OnceCell;
use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

use crate::bent::BentMatch;
use crate::fold::Break;
use crate::label::{Category, Industry, Severity};
use crate::model;
use crate::pack::phrase::MOST_CHARS;
use crate::pack::{Compiled, Quoted, Rule};
use crate::report::Ignore;
use crate::scan::Match;
use crate::segment::Text;

/// How far before a match a negation still reaches it, in characters.
const NEGATION_REACH: usize = 8;

/// Stands for the phrase of a match that the model made.
const LEARNED: usize = usize::MAX;

/// What the caller says about the draft.
#[derive(Clone, Copy, Default)]
pub(crate) struct Circumstances<'a> {
    pub(crate) industry: Option<Industry>,
    pub(crate) ignore: &'a [Ignore],
    /// Leave the model's findings out.
    pub(crate) rules_only: bool,
    /// What the input method has not finished, bytes; findings that touch it wait.
    pub(crate) composing: Option<(usize, usize)>,
}

/// A finding: a rule, and a span of the source in bytes that cuts no grapheme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) rule: usize,
    pub(crate) severity: Severity,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

/// Judges a draft. Sorted by start, then severity (highest first), then rule id.
pub(crate) fn judge(compiled: &Compiled, text: &Text<'_>, circumstances: &Circumstances<'_>) -> Vec<Found> {
    let matches = compiled.tone.scan(text);
    let bench = Bench { compiled, text, hits: OnceCell::new(), quotes: OnceCell::new() };
    let rule_of = |found: &Match| compiled.rule_of[found.phrase] as usize;
    let mut found: Vec<Found> = matches.iter().filter_map(|found| bench.weigh(rule_of(found), found, circumstances)).collect();
    found.extend(compiled.bent.scan(text).iter().filter_map(|b| bench.bent(b, circumstances)));
    let mut found = settle(compiled, found);
    if !circumstances.rules_only {
        bench.learned(&matches, circumstances, &mut found);
    }
    // Only now, lest a shorter finding come up in the place of one that waits or is ignored.
    found.retain(|f| {
        let unfinished = circumstances.composing.is_some_and(|(from, to)| f.start <= to && from <= f.end);
        let rule = &compiled.rules[f.rule].id;
        let ignored = || circumstances.ignore.iter().any(|i| i.rule == *rule && i.text == text.source[f.start..f.end]);
        !unfinished && !ignored()
    });
    sort(compiled, &mut found);
    found
}

/// A draft under judgement; what guards need is made when the first one asks.
struct Bench<'a> {
    compiled: &'a Compiled,
    text: &'a Text<'a>,
    hits: OnceCell<Hits>,
    quotes: OnceCell<Vec<(usize, usize)>>,
}

impl Bench<'_> {
    /// Adds what the model finds where no rule has anything to say, for or against: sentence by sentence, in the clause that weighs most.
    fn learned(&self, matches: &[Match], circumstances: &Circumstances<'_>, found: &mut Vec<Found>) {
        let folded = &self.text.folded;
        let mut taken = vec![false; folded.units.len()];
        matches.iter().for_each(|m| taken[m.start..m.end].fill(true));
        for f in found.iter() {
            let unit = |byte: usize| folded.units.partition_point(|unit| (unit.start as usize) < byte);
            taken[unit(f.start)..unit(f.end)].fill(true);
        }
        for sentence in self.text.sentences() {
            let opinion = model::opinion(folded, sentence.first, sentence.last);
            let Some(category) = opinion.verdict() else { continue };
            let Some(&rule) = self.compiled.learned.get(&category) else { continue };
            let mut best: Option<(f32, usize, usize)> = None;
            let mut start = sentence.first;
            for end in start + 1..=sentence.last {
                if end < sentence.last && folded.break_before(end) < Break::Space {
                    continue;
                }
                let weight = opinion.weight[start - sentence.first..end - sentence.first].iter().sum();
                if best.is_none_or(|(most, ..)| weight > most) {
                    best = Some((weight, start, end));
                }
                start = end;
            }
            let Some((_, start, end)) = best else { continue };
            if !taken[start..end].contains(&true) {
                found.extend(self.weigh(rule, &Match { start, end, phrase: LEARNED }, circumstances));
            }
        }
    }

    /// A bent spelling is as free as a plain one; of pictures alone nothing is left in the folded text that a guard could hold.
    fn bent(&self, found: &BentMatch, circumstances: &Circumstances<'_>) -> Option<Found> {
        let rule = self.compiled.rule_of[found.phrase] as usize;
        let unit = |byte: usize| self.text.folded.units.partition_point(|unit| (unit.start as usize) < byte);
        let plain = Match { start: unit(found.start), end: unit(found.end), phrase: found.phrase };
        if plain.start < plain.end && self.is_free(&self.compiled.rules[rule], &plain) {
            return None;
        }
        self.told(rule, (found.start, found.end), circumstances)
    }

    fn weigh(&self, rule_index: usize, found: &Match, circumstances: &Circumstances<'_>) -> Option<Found> {
        let rule = &self.compiled.rules[rule_index];
        if self.is_free(rule, found) {
            return None;
        }
        self.told(rule_index, self.text.folded.source(found.start, found.end), circumstances)
    }

    /// The finding of a rule at bytes of the source, unless the trade or quotation speaks against it.
    fn told(&self, rule_index: usize, (start, end): (usize, usize), circumstances: &Circumstances<'_>) -> Option<Found> {
        let rule = &self.compiled.rules[rule_index];
        if rule.disabled || !rule.industries.is_empty() && !circumstances.industry.is_some_and(|here| rule.industries.contains(&here)) {
            return None;
        }
        let (start, end) = self.text.whole_graphemes(start, end);
        let severity = match rule.quoted {
            Quoted::Keep => rule.severity,
            _ if !self.is_quoted(start, end) => rule.severity,
            Quoted::Hint => rule.severity.min(Severity::Hint),
            Quoted::Drop => return None,
        };
        Some(Found { rule: rule_index, severity, start, end })
    }

    /// Does a guard speak the match free?
    fn is_free(&self, rule: &Rule, found: &Match) -> bool {
        let unless = &rule.unless;
        let guarded = rule.negatable || [&rule.keep, &unless.clause, &unless.sentence, &unless.draft].iter().any(|list| !list.is_empty());
        if !guarded {
            return false;
        }
        let hits = self.hits.get_or_init(|| Hits::new(self.compiled.guards.scan(self.text)));
        let clause = || self.text.clause_around(found.start, found.end);
        let negated = || {
            let from = clause().0.max(found.start.saturating_sub(NEGATION_REACH));
            let to = if found.phrase == LEARNED { found.end } else { found.start };
            hits.any(&self.compiled.negation, from, to, |start, end| {
                // 能不能 asks; it does not negate.
                let asks = hits.any(&self.compiled.asking, start.saturating_sub(MOST_CHARS), end, |from, to| {
                    from <= start && end <= to && to - from > end - start
                });
                end <= to && !asks
            })
        };
        // A clause that the model marks holds its own guards.
        let outside = |start, end| found.phrase == LEARNED || end <= found.start || start >= found.end;
        let near = |list: &[u32], (from, to): (usize, usize)| hits.any(list, from, to, outside);
        hits.any(&rule.keep, found.start.saturating_sub(MOST_CHARS), found.start + 1, |_, end| end >= found.end)
            || (!unless.clause.is_empty() && near(&unless.clause, clause()))
            || (!unless.sentence.is_empty() && near(&unless.sentence, self.text.sentence_around(found.start, found.end)))
            || near(&unless.draft, (0, self.text.folded.units.len()))
            || (rule.negatable && negated())
    }

    /// Does a span of the source lie inside quotation marks, without being all that the draft says?
    fn is_quoted(&self, start: usize, end: usize) -> bool {
        let quotes = self.quotes.get_or_init(|| quotes(self.text.source));
        let at = quotes.partition_point(|&(open, _)| open <= start);
        at > 0 && quotes[at - 1].1 >= end
    }
}

/// Where guard phrases stand.
struct Hits(HashMap<u32, Vec<(usize, usize)>>);

impl Hits {
    fn new(matches: Vec<Match>) -> Self {
        let mut of: HashMap<u32, Vec<(usize, usize)>> = HashMap::new();
        for found in matches {
            of.entry(found.phrase as u32).or_default().push((found.start, found.end));
        }
        Self(of)
    }

    /// Does a phrase of `list` begin in `from..to` so that `fits`?
    fn any(&self, list: &[u32], from: usize, to: usize, fits: impl Fn(usize, usize) -> bool) -> bool {
        !self.0.is_empty()
            && list.iter().filter_map(|phrase| self.0.get(phrase)).any(|places| {
                let last = places.partition_point(|&(start, _)| start < to);
                places[..last].iter().rev().take_while(|&&(start, _)| start >= from).any(|&(start, end)| fits(start, end))
            })
    }
}

/// The insides of the pairs of quotation marks, in bytes. A pair does not reach over a line's end; one that holds the whole draft is none.
fn quotes(source: &str) -> Vec<(usize, usize)> {
    let mut all = Vec::new();
    let mut open: Option<(char, usize)> = None;
    for (at, ch) in source.char_indices() {
        let close = match open {
            Some(('“', _)) => '”',
            Some(('「', _)) => '」',
            Some(('『', _)) => '』',
            Some(('‘', _)) => '’',
            Some((same, _)) => same,
            None => '\n',
        };
        match (open, ch) {
            (_, '\n') => open = None,
            (Some((_, from)), _) if ch == close => {
                all.push((from, at));
                open = None;
            }
            (None, '“' | '「' | '『' | '‘' | '"' | '＂') => open = Some((ch, at + ch.len_utf8())),
            _ => {}
        }
    }
    let trimmed = |(from, to): (usize, usize)| {
        source[..from].chars().filter(|c| c.is_alphanumeric()).count() + source[to..].chars().filter(|c| c.is_alphanumeric()).count()
    };
    if let [only] = all[..]
        && trimmed(only) == 0
    {
        all.clear();
    }
    all
}

/// Of findings of one category that overlap, the more severe, then the longer, then the earlier stays.
fn settle(compiled: &Compiled, mut found: Vec<Found>) -> Vec<Found> {
    let rule = |found: &Found| &compiled.rules[found.rule];
    found.sort_by(|a, b| {
        let key = |f: &Found| (Reverse(f.severity), Reverse(f.end - f.start), f.start);
        // At a tie a user's own rule goes before a bundled one.
        key(a).cmp(&key(b)).then_with(|| (rule(a).bundled, &rule(a).id).cmp(&(rule(b).bundled, &rule(b).id)))
    });
    let mut taken: HashMap<Category, BTreeMap<usize, usize>> = HashMap::new();
    found.retain(|f| {
        let taken = taken.entry(rule(f).category).or_default();
        let free = taken.range(..f.end).next_back().is_none_or(|(_, &end)| end <= f.start);
        if free {
            taken.insert(f.start, f.end);
        }
        free
    });
    found
}

/// By start, then severity (highest first), then rule id.
fn sort(compiled: &Compiled, found: &mut [Found]) {
    let key = |f: &Found| (f.start, Reverse(f.severity), &compiled.rules[f.rule].id);
    found.sort_by(|a, b| key(a).cmp(&key(b)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_are_pairs() {
        let cut = |source: &'static str| quotes(source).iter().map(|&(a, b)| &source[a..b]).collect::<Vec<_>>();
        assert_eq!(cut("您说“垃圾”和「差」还有\"烂\"对吗"), ["垃圾", "差", "烂"]);
        assert_eq!(cut("“垃圾”"), [""; 0], "a draft that is nothing but a quotation");
        assert_eq!(cut("他说“垃圾\n好”"), [""; 0]);
    }
}

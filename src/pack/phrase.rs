//! The phrase notation: what a supervisor writes → steps that the scan takes. The notation is documented in `data/README.md`.

use std::collections::HashMap;

use crate::fold::{Break, Folded};

/// One thing that a phrase wants at a place of the folded text.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Step {
    /// One of these, longest first. An empty one means that the step may be missing.
    Text(Vec<Literal>),
    /// One of these sequences, in the order written; for groups that hold more than words.
    Either(Vec<Vec<Step>>),
    /// At most this many characters of the same clause.
    Gap(usize),
    Edge(Edge),
    Recogniser(Recogniser),
}

/// Words of a phrase, folded.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Literal {
    pub(crate) text: String,
    /// Bit i: a pause may stand before character i.
    pub(crate) pauses: u64,
    /// Bit i: character i must stand for three or more.
    pub(crate) repeats: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Edge {
    ClauseStart,
    ClauseEnd,
    DraftStart,
    DraftEnd,
    Word,
    /// A pause may stand here.
    Pause,
}

/// Kinds of text that are known by their form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Recogniser {
    PhoneNumber,
    IdNumber,
    BankCard,
    Number,
    Account,
}

impl Recogniser {
    fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "phone-number" => Self::PhoneNumber,
            "id-number" => Self::IdNumber,
            "bank-card" => Self::BankCard,
            "number" => Self::Number,
            "account" => Self::Account,
            _ => return None,
        })
    }

    /// Can it be looked for by itself, without words beside it?
    pub(crate) fn stands_alone(self) -> bool {
        matches!(self, Self::PhoneNumber | Self::IdNumber | Self::BankCard)
    }
}

/// A parsed phrase.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Phrase {
    pub(crate) steps: Vec<Step>,
    /// The step that the scan looks for first: words that are always there, the longest such, or a recogniser that stands alone.
    pub(crate) anchor: usize,
}

/// One way to say a group or a class: words, recognisers and edges in sequence.
pub(crate) type Way = Vec<Atom>;

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Atom {
    Words(String),
    Mark(Step),
}

/// Named sets of phrases, as `[classes]` gives them.
pub(crate) type Classes = HashMap<String, Vec<Way>>;

/// Limits of one phrase. They bound what a single place of a text can cost.
pub(crate) const MOST_ALTERNATIVES: usize = 4096;
pub(crate) const MOST_GAPS: usize = 4;
pub(crate) const MOST_CHARS: usize = 60;
pub(crate) const MOST_STEPS: usize = 48;
const MOST_DEPTH: usize = 8;
const SHORT_GAP: usize = 4;
const LONG_GAP: usize = 12;

impl Phrase {
    /// Parses `source`; the error says what is wrong in words. What has no anchor of its own but a group whose every alternative has one
    /// becomes a phrase for each alternative.
    pub(crate) fn parse(source: &str, classes: &Classes) -> Result<Vec<Self>, String> {
        let mut parser = Parser { rest: source, classes, depth: 0 };
        let mut steps: Vec<Step> = Vec::new();
        while !parser.rest.is_empty() {
            match parser.gap() {
                Some(gap) => steps.push(gap),
                None => steps.push(either(parser.item()?)?),
            }
        }
        if steps.iter().filter(|step| matches!(step, Step::Gap(_))).count() > MOST_GAPS {
            return Err(format!("more than {MOST_GAPS} gaps"));
        }
        if matches!(steps.first(), Some(Step::Gap(_))) || matches!(steps.last(), Some(Step::Gap(_))) {
            return Err("a gap needs words on both sides".into());
        }
        if steps.len() > MOST_STEPS {
            return Err(format!("more than {MOST_STEPS} parts"));
        }
        let mut phrases = Vec::new();
        anchored(steps, &mut phrases)?;
        Ok(phrases)
    }
}

/// Adds the phrase of these steps, or of each way through them, with its anchor.
fn anchored(mut steps: Vec<Step>, phrases: &mut Vec<Phrase>) -> Result<(), String> {
    merge_words(&mut steps);
    steps.retain(|step| !matches!(step, Step::Text(all) if all.iter().all(|l| l.text.is_empty())));
    if let Some(anchor) = choose_anchor(&mut steps) {
        phrases.push(Phrase { steps, anchor });
        return Ok(());
    }
    let at =
        steps.iter().position(|step| matches!(step, Step::Either(_))).ok_or("nothing in it is always there, so it would match anywhere")?;
    let Step::Either(ways) = steps.remove(at) else { return Ok(()) };
    if phrases.len() + ways.len() > MOST_ALTERNATIVES {
        return Err(format!("more than {MOST_ALTERNATIVES} alternatives"));
    }
    for way in ways {
        let mut steps = steps.clone();
        steps.splice(at..at, way);
        anchored(steps, phrases)?;
    }
    Ok(())
}

/// The step that takes one of these ways.
fn either(ways: Vec<Way>) -> Result<Step, String> {
    let words = |way: &Way| match &way[..] {
        [] => Some(String::new()),
        [Atom::Words(words)] => Some(words.clone()),
        _ => None,
    };
    if let Some(all) = ways.iter().map(words).collect::<Option<Vec<_>>>() {
        let literals = all.iter().map(|words| Literal::fold(words)).collect::<Result<Vec<_>, _>>()?;
        return Ok(match &literals[..] {
            [only] if only.text.is_empty() && only.pauses != 0 => Step::Edge(Edge::Pause),
            _ => text_step(literals),
        });
    }
    if let [only] = &ways[..]
        && let [Atom::Mark(step)] = &only[..]
    {
        return Ok(step.clone());
    }
    let sequence = |way: Way| {
        let step = |atom| match atom {
            Atom::Words(_) => either(vec![vec![atom]]),
            Atom::Mark(step) => Ok(step),
        };
        way.into_iter().map(step).collect::<Result<Vec<_>, _>>()
    };
    let mut all = ways.into_iter().map(sequence).collect::<Result<Vec<_>, _>>()?;
    // What may be missing is tried last.
    all.sort_by_key(Vec::is_empty);
    Ok(Step::Either(all))
}

fn text_step(mut literals: Vec<Literal>) -> Step {
    // Two of a character are also found where the text has three and more.
    for i in 0..literals.len() {
        if let Some(repeated) = literals[i].repeated() {
            literals.push(repeated);
        }
    }
    literals.sort_by(|a, b| b.text.len().cmp(&a.text.len()).then_with(|| a.text.cmp(&b.text)));
    literals.dedup();
    Step::Text(literals)
}

/// Neighbouring words that are always there become one, so that the scan looks for something longer.
fn merge_words(steps: &mut Vec<Step>) {
    let mut i = 0;
    while i + 1 < steps.len() {
        if let (Step::Text(a), Step::Text(b)) = (&steps[i], &steps[i + 1])
            && a.len() == 1
            && b.len() == 1
        {
            let both = a[0].then(&b[0]);
            steps[i] = text_step(vec![both]);
            steps.remove(i + 1);
        } else {
            i += 1;
        }
    }
}

fn shortest(step: &Step) -> usize {
    match step {
        Step::Text(all) => all.iter().map(|literal| literal.text.chars().count()).min().unwrap_or(0),
        _ => 0,
    }
}

/// The words that are always there and are longest; short ones are joined with their neighbours while that stays cheap.
fn choose_anchor(steps: &mut Vec<Step>) -> Option<usize> {
    loop {
        let best = (0..steps.len()).rev().max_by_key(|&i| (shortest(&steps[i]).min(6), usize::MAX - alternatives(&steps[i])));
        let best = best.filter(|&i| shortest(&steps[i]) > 0);
        if best.is_none_or(|i| shortest(&steps[i]) < 2)
            && let Some(i) = (0..steps.len().saturating_sub(1))
                .filter(|&i| shortest(&steps[i]) + shortest(&steps[i + 1]) > 0)
                .filter(|&i| matches!((&steps[i], &steps[i + 1]), (Step::Text(_), Step::Text(_))))
                .min_by_key(|&i| alternatives(&steps[i]) * alternatives(&steps[i + 1]))
            && alternatives(&steps[i]) * alternatives(&steps[i + 1]) <= 64
            && let (Step::Text(a), Step::Text(b)) = (&steps[i], &steps[i + 1])
        {
            let both = a.iter().flat_map(|x| b.iter().map(|y| x.then(y))).collect();
            steps[i] = text_step(both);
            steps.remove(i + 1);
            continue;
        }
        return best.or_else(|| steps.iter().position(|step| matches!(step, Step::Recogniser(r) if r.stands_alone())));
    }
}

fn alternatives(step: &Step) -> usize {
    match step {
        Step::Text(all) => all.len(),
        _ => usize::MAX >> 8,
    }
}

impl Literal {
    fn fold(raw: &str) -> Result<Self, String> {
        let folded = Folded::phrase(raw);
        if folded.units.len() > MOST_CHARS {
            return Err(format!("more than {MOST_CHARS} characters in a piece"));
        }
        let mut literal = Self { text: folded.text, ..Self::default() };
        for (i, unit) in folded.units.iter().enumerate() {
            if i > 0 && unit.before >= Break::Space {
                literal.pauses |= 1 << i;
            }
            if unit.repeated {
                literal.repeats |= 1 << i;
            }
        }
        // A pause written at either end is one between this piece and its neighbour.
        if folded.units.first().is_some_and(|unit| unit.start > 0) {
            literal.pauses |= 1;
        }
        if folded.units.last().is_some_and(|unit| (unit.end as usize) < raw.len()) {
            literal.pauses |= 1 << folded.units.len();
        }
        if folded.units.is_empty() && !raw.is_empty() {
            literal.pauses |= 1;
        }
        Ok(literal)
    }

    fn len(&self) -> usize {
        self.text.chars().count()
    }

    /// This, then that.
    fn then(&self, next: &Self) -> Self {
        let len = self.len();
        let shift = |bits: u64| bits.checked_shl(len as u32).unwrap_or(0);
        Self {
            text: format!("{}{}", self.text, next.text),
            pauses: self.pauses | shift(next.pauses),
            repeats: self.repeats | shift(next.repeats),
        }
    }

    /// The same with its first double character as one that stands for three and more.
    fn repeated(&self) -> Option<Self> {
        let chars: Vec<char> = self.text.chars().collect();
        let i = chars.windows(2).position(|pair| pair[0] == pair[1] && !pair[0].is_ascii_digit() && pair[0] != '_')?;
        let low = (1u64 << (i + 1)) - 1;
        let squeeze = |bits: u64| (bits & low) | ((bits & !low) >> 1);
        let text = chars[..=i].iter().chain(&chars[i + 2..]).collect();
        Some(Self { text, pauses: squeeze(self.pauses), repeats: squeeze(self.repeats) | 1 << i })
    }
}

struct Parser<'a> {
    rest: &'a str,
    classes: &'a Classes,
    depth: usize,
}

impl Parser<'_> {
    fn eat(&mut self, any: &[char]) -> Option<char> {
        let ch = self.rest.chars().next().filter(|ch| any.contains(ch))?;
        self.rest = &self.rest[ch.len_utf8()..];
        Some(ch)
    }

    fn gap(&mut self) -> Option<Step> {
        self.eat(&['…'])?;
        Some(Step::Gap(if self.eat(&['…']).is_some() { LONG_GAP } else { SHORT_GAP }))
    }

    fn edge(&mut self) -> Option<Edge> {
        let edge = self.eat(&['^', '$', '_'])?;
        let twice = edge != '_' && self.eat(&[edge]).is_some();
        Some(match (edge, twice) {
            ('^', false) => Edge::ClauseStart,
            ('^', true) => Edge::DraftStart,
            ('$', false) => Edge::ClauseEnd,
            ('$', true) => Edge::DraftEnd,
            _ => Edge::Word,
        })
    }

    /// The rest of `<name>`.
    fn name(&mut self) -> Result<&str, String> {
        let end = self.rest.find(['>', '＞']).ok_or("`<` without `>`")?;
        let (name, rest) = self.rest.split_at(end);
        self.rest = &rest[rest.chars().next().map_or(0, char::len_utf8)..];
        Ok(name)
    }

    /// A group, a class, a recogniser, an edge, or words up to the next mark: the ways to say it.
    fn item(&mut self) -> Result<Vec<Way>, String> {
        if self.eat(&['(', '（']).is_some() {
            return self.group(&[')', '）'], false);
        }
        if self.eat(&['[', '［']).is_some() {
            return self.group(&[']', '］'], true);
        }
        if self.eat(&['<', '＜']).is_some() {
            let classes = self.classes;
            let name = self.name()?;
            return match (Recogniser::from_name(name), classes.get(name)) {
                (Some(recogniser), _) => Ok(vec![vec![Atom::Mark(Step::Recogniser(recogniser))]]),
                (None, Some(ways)) => Ok(ways.clone()),
                (None, None) => Err(format!("no class is called <{name}>")),
            };
        }
        if let Some(edge) = self.edge() {
            return Ok(vec![vec![Atom::Mark(Step::Edge(edge))]]);
        }
        if let Some(ch) = self.eat(&[')', '）', ']', '］', '>', '＞']) {
            return Err(format!("`{ch}` closes nothing"));
        }
        let mut words = String::new();
        loop {
            if self.eat(&['\\']).is_some() {
                let ch = self.rest.chars().next().ok_or("nothing after `\\`")?;
                self.rest = &self.rest[ch.len_utf8()..];
                words.push(ch);
                continue;
            }
            const MARKS: &[char] = &['(', '（', ')', '）', '[', '［', ']', '］', '<', '＜', '>', '＞', '…', '^', '$', '_', '\\'];
            let stop = |ch: char| MARKS.contains(&ch) || (self.depth > 0 && matches!(ch, '/' | '／'));
            let end = self.rest.find(stop).unwrap_or(self.rest.len());
            words.push_str(&self.rest[..end]);
            self.rest = &self.rest[end..];
            if !self.rest.starts_with('\\') {
                return Ok(vec![vec![Atom::Words(words)]]);
            }
        }
    }

    /// The rest of `(a/b)` or `[a/b]`.
    fn group(&mut self, close: &[char], optional: bool) -> Result<Vec<Way>, String> {
        self.depth += 1;
        if self.depth > MOST_DEPTH {
            return Err(format!("groups nest deeper than {MOST_DEPTH}"));
        }
        let mut all: Vec<Way> = Vec::new();
        let mut sequence = vec![Way::new()];
        loop {
            if self.eat(close).is_some() {
                break;
            } else if self.eat(&['/', '／']).is_some() {
                all.append(&mut sequence);
                sequence.push(Way::new());
            } else if self.rest.is_empty() {
                return Err(format!("a group is not closed with `{}`", close[0]));
            } else if self.rest.starts_with('…') {
                return Err("a group holds no gaps".into());
            } else {
                sequence = times(&sequence, &self.item()?)?;
            }
        }
        all.append(&mut sequence);
        if !optional && all.iter().any(Vec::is_empty) {
            return Err("an alternative is empty; what may be missing stands in [ ]".into());
        }
        if optional {
            all.push(Way::new());
        }
        if all.len() > MOST_ALTERNATIVES {
            return Err(format!("more than {MOST_ALTERNATIVES} alternatives in a group"));
        }
        self.depth -= 1;
        Ok(all)
    }
}

/// Each of `heads` followed by each of `tails`.
fn times(heads: &[Way], tails: &[Way]) -> Result<Vec<Way>, String> {
    if heads.len() * tails.len() > MOST_ALTERNATIVES {
        return Err(format!("more than {MOST_ALTERNATIVES} alternatives in a group"));
    }
    let then = |head: &Way, tail: &Way| {
        let mut way = head.clone();
        for atom in tail {
            match (way.last_mut(), atom) {
                (Some(Atom::Words(last)), Atom::Words(words)) => last.push_str(words),
                _ => way.push(atom.clone()),
            }
        }
        way
    };
    Ok(heads.iter().flat_map(|head| tails.iter().map(move |tail| then(head, tail))).collect())
}

/// Every way to say a class's phrase.
pub(crate) fn expand(source: &str) -> Result<Vec<Way>, String> {
    let classes = Classes::new();
    let mut parser = Parser { rest: source, classes: &classes, depth: 0 };
    let mut all = vec![Way::new()];
    while !parser.rest.is_empty() {
        if parser.rest.starts_with('…') {
            return Err("a class holds no gaps".into());
        }
        all = times(&all, &parser.item()?)?;
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(source: &str) -> Result<Vec<Phrase>, String> {
        let classes = Classes::from([("you".to_owned(), expand("(你/您)").expect("a class"))]);
        Phrase::parse(source, &classes)
    }

    #[test]
    fn anchors_are_what_is_always_there() {
        for (source, anchor) in [
            ("你[自己/难道]不会看", "不会看"),
            ("<you>瞎了", "瞎了"),
            ("你…有病", "有病"),
            ("^不行$", "不行"),
            ("_滚_", "滚"),
            ("(你/您)笨", "你笨|您笨"),
            ("【[请]填写(时间/日期)】", "填写"),
        ] {
            let phrase = parse(source).unwrap_or_else(|e| panic!("{source}: {e}")).remove(0);
            let Step::Text(all) = &phrase.steps[phrase.anchor] else { panic!("{source}") };
            let all: Vec<_> = all.iter().map(|l| l.text.as_str()).collect();
            assert_eq!(all.join("|"), anchor, "{source}");
        }
    }

    #[test]
    fn doubles_also_stand_for_more() {
        let phrase = parse("呵呵").expect("a phrase").remove(0);
        let Step::Text(all) = &phrase.steps[0] else { panic!() };
        assert_eq!(all.iter().map(|l| (l.text.as_str(), l.repeats)).collect::<Vec<_>>(), [("呵呵", 0), ("呵", 1)]);
    }

    #[test]
    fn what_the_notation_does_not_allow_is_said() {
        for (source, why) in [
            ("[你]", "always there"),
            ("(你/您", "not closed"),
            ("你)", "closes nothing"),
            ("(你…您)", "no gaps"),
            ("(你/)", "empty"),
            ("<nobody>", "no class"),
            ("…你", "both sides"),
            ("你…好…吗…呀…哦…哈", "gaps"),
            ("，", "always there"),
            ("", "always there"),
            ("你\\", "nothing after"),
            ("<you", "without"),
            ("((((((((((你))))))))))", "deeper"),
        ] {
            let error = parse(source).expect_err(source);
            assert!(error.contains(why), "{source}: {error}");
        }
    }
}

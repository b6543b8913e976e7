//! Parsed packs → what the rooms work with.

use std::collections::{BTreeMap, HashMap};

use toml::Spanned;

use super::parse::{self, Negated, parse};
use super::phrase::{Classes, Phrase, expand};
use super::{Compiled, Cues, Problems, Quoted, Rule, Sign, Slot, Source, Spot, Template, Unless, Weight};
use crate::bent::Bent;
use crate::error::{PackErrorKind, PackErrors};
use crate::label::{Category, CustomerType, Intent, Scenario, Severity};
use crate::scan::{Matcher, Wanted};

/// The class that negates (see `negated` in a rule), and that of questions which hold a negation.
const NEGATION: &str = "negation";
const ASKING: &str = "asking";
const MOST_PHRASES: usize = 1_000_000;

/// An example of a rule.
pub(super) struct Example {
    pub(super) rule: usize,
    pub(super) spot: Spot,
    pub(super) text: String,
    /// The bytes to be found; `None` where nothing may be.
    pub(super) marked: Option<(usize, usize)>,
}

/// A text that is offered to the agent: a rewrite, or a template with its blanks filled with their examples.
pub(super) struct Offer {
    pub(super) id: String,
    pub(super) spot: Spot,
    pub(super) text: String,
    /// Of a template: its index.
    pub(super) template: Option<usize>,
    pub(super) bundled: bool,
}

/// What validation needs beside the compiled packs.
#[derive(Default)]
pub(crate) struct Claims {
    pub(super) examples: Vec<Example>,
    pub(super) offers: Vec<Offer>,
}

#[cfg(feature = "train")]
impl Claims {
    /// Every text that the packs call bad (with its rule) or harmless.
    pub(crate) fn texts(&self) -> impl Iterator<Item = (&str, Option<usize>)> {
        let examples = self.examples.iter().map(|example| (example.text.as_str(), example.marked.map(|_| example.rule)));
        examples.chain(self.offers.iter().map(|offer| (offer.text.as_str(), None)))
    }
}

/// Parses and compiles packs, later ones on top of earlier ones, and checks all that can be checked without judging a text.
///
/// # Errors
/// Every problem that is found, each with its place.
pub(crate) fn compile(sources: &[Source]) -> Result<(Compiled, Claims), PackErrors> {
    let mut problems = Problems::new(sources);
    let packs: Vec<parse::Pack> = (0..sources.len()).map(|pack| parse(sources, pack, &mut problems)).collect();
    let mut work = Work::new(sources, problems);
    work.classes(&packs);
    work.retired(&packs);
    for (pack, raw) in packs.iter().enumerate() {
        for slot in &raw.slot {
            work.slot(pack, slot);
        }
    }
    for (pack, raw) in packs.iter().enumerate() {
        for rule in &raw.rule {
            work.rule(pack, rule);
        }
        for template in &raw.template {
            work.template(pack, template);
        }
        for (table, all) in [
            ("intent", &raw.intent),
            ("scenario", &raw.scenario),
            ("type", &raw.r#type),
            ("escalation", &raw.escalation),
            ("hostility", &raw.hostility),
        ] {
            for cues in all {
                work.cues(pack, table, cues);
            }
        }
    }
    for (pack, raw) in packs.iter().enumerate() {
        work.overrides(pack, raw);
    }
    work.finish()
}

struct Work<'a> {
    sources: &'a [Source],
    problems: Problems<'a>,
    /// Ways to say each class, for phrases.
    classes: Classes,
    /// The phrases of each class as they were written, for guards.
    class_phrases: HashMap<String, Vec<(Spot, String)>>,
    retired: HashMap<String, Option<String>>,
    ids: HashMap<String, Spot>,
    rule_index: HashMap<String, usize>,
    phrases: HashMap<Phrase, Spot>,
    guards: Vec<Wanted>,
    guard_ids: HashMap<Phrase, u32>,
    rules: Vec<Rule>,
    tone: Vec<Wanted>,
    rule_of: Vec<u32>,
    learned: HashMap<Category, usize>,
    intents: CueWork<Intent>,
    customers: CueWork<Sign>,
    templates: Vec<Template>,
    slots: Vec<Slot>,
    claims: Claims,
}

struct CueWork<T> {
    targets: Vec<T>,
    wanted: Vec<Wanted>,
    speaks: Vec<(u32, Weight)>,
}

impl<T: PartialEq> CueWork<T> {
    fn new() -> Self {
        Self { targets: Vec::new(), wanted: Vec::new(), speaks: Vec::new() }
    }

    fn target(&mut self, target: T) -> u32 {
        let at = self.targets.iter().position(|known| *known == target).unwrap_or_else(|| {
            self.targets.push(target);
            self.targets.len() - 1
        });
        at as u32
    }

    fn finish(self) -> Result<Cues<T>, String> {
        let matcher = Matcher::new(self.wanted).map_err(|e| e.to_string())?;
        Ok(Cues { targets: self.targets, matcher, speaks: self.speaks })
    }
}

impl<'a> Work<'a> {
    fn new(sources: &'a [Source], problems: Problems<'a>) -> Self {
        Self {
            sources,
            problems,
            classes: Classes::new(),
            class_phrases: HashMap::new(),
            retired: HashMap::new(),
            ids: HashMap::new(),
            rule_index: HashMap::new(),
            phrases: HashMap::new(),
            guards: Vec::new(),
            guard_ids: HashMap::new(),
            rules: Vec::new(),
            tone: Vec::new(),
            rule_of: Vec::new(),
            learned: HashMap::new(),
            intents: CueWork::new(),
            customers: CueWork::new(),
            templates: Vec::new(),
            slots: Vec::new(),
            claims: Claims::default(),
        }
    }

    fn spot<T>(&self, pack: usize, value: &Spanned<T>) -> Spot {
        let bom = if self.sources[pack].text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        Spot { pack, byte: value.span().start + bom }
    }

    fn classes(&mut self, packs: &[parse::Pack]) {
        let mut defined: HashMap<&str, Spot> = HashMap::new();
        for (pack, raw) in packs.iter().enumerate() {
            for (name, phrases) in &raw.classes {
                let spot = self.spot(pack, name);
                let name = name.get_ref();
                if let Some(first) = defined.insert(name, spot) {
                    let first = self.problems.show(first);
                    self.problems.add(spot, PackErrorKind::DuplicateClass { class: name.clone(), first });
                    continue;
                }
                let mut ways = Vec::new();
                let mut written = Vec::new();
                for phrase in phrases {
                    let spot = self.spot(pack, phrase);
                    let phrase = phrase.get_ref();
                    written.push((spot, phrase.clone()));
                    match expand(phrase) {
                        Ok(all) => ways.extend(all),
                        Err(why) => self.problems.add(spot, PackErrorKind::Phrase { phrase: phrase.clone(), why }),
                    }
                }
                if written.is_empty() {
                    self.problems.add(spot, PackErrorKind::Empty { id: name.clone(), field: "phrases" });
                }
                self.classes.insert(name.clone(), ways);
                self.class_phrases.insert(name.clone(), written);
            }
        }
    }

    fn retired(&mut self, packs: &[parse::Pack]) {
        for retired in packs.iter().flat_map(|pack| &pack.retired) {
            self.retired.insert(retired.id.get_ref().clone(), retired.successor.clone());
        }
    }

    /// Notes an id; false if it was used before or given up.
    fn id(&mut self, spot: Spot, id: &str) -> bool {
        let kind = if let Some(successor) = self.retired.get(id) {
            PackErrorKind::RetiredId { id: id.to_owned(), successor: successor.clone() }
        } else if let Some(&first) = self.ids.get(id) {
            PackErrorKind::ReusedId { id: id.to_owned(), first: self.problems.show(first) }
        } else {
            self.ids.insert(id.to_owned(), spot);
            return true;
        };
        self.problems.add(spot, kind);
        false
    }

    fn bad_id(&mut self, spot: Spot, id: &str, why: &str) {
        self.problems.add(spot, PackErrorKind::Id { id: id.to_owned(), why: why.to_owned() });
    }

    /// The phrases of a written one; none where it is wrong.
    fn phrase(&mut self, spot: Spot, phrase: &str) -> Vec<Phrase> {
        Phrase::parse(phrase, &self.classes).unwrap_or_else(|why| {
            self.problems.add(spot, PackErrorKind::Phrase { phrase: phrase.to_owned(), why });
            Vec::new()
        })
    }

    fn texts<'t>(
        &mut self,
        pack: usize,
        id: &Spanned<String>,
        field: &'static str,
        texts: impl IntoIterator<Item = &'t Spanned<String>>,
    ) -> Vec<(Spot, String)> {
        let all: Vec<_> = texts.into_iter().map(|text| (self.spot(pack, text), text.get_ref().trim().to_owned())).collect();
        if all.is_empty() || all.iter().any(|(_, text)| text.is_empty()) {
            let spot = all.iter().find(|(_, text)| text.is_empty()).map_or_else(|| self.spot(pack, id), |(spot, _)| *spot);
            self.problems.add(spot, PackErrorKind::Empty { id: id.get_ref().clone(), field });
        }
        all
    }

    fn rule(&mut self, pack: usize, raw: &parse::Rule) {
        let spot = self.spot(pack, &raw.id);
        let id = raw.id.get_ref();
        if !self.id(spot, id) {
            return;
        }
        let Some((category, name)) = id.split_once('.') else {
            return self.bad_id(spot, id, "a rule's id is a category, a dot and a name");
        };
        let Some(category) = Category::from_id(category) else {
            let kind = PackErrorKind::UnknownLabel { what: Category::WHAT, label: category.to_owned() };
            return self.problems.add(spot, kind);
        };
        if !is_name(name) {
            return self.bad_id(spot, id, NAME);
        }
        if raw.severity == Some(Severity::Pass) {
            return self.bad_id(spot, id, "a rule of severity pass would find nothing; use `disable`");
        }
        let bundled = self.sources[pack].bundled;
        let rule = self.rules.len();
        let reason = self.texts(pack, &raw.id, "reason", [&raw.reason]).swap_remove(0).1;
        let rewrites = self.texts(pack, &raw.id, "rewrites", &raw.rewrites);
        if raw.learned {
            if !(raw.phrases.is_empty() && raw.bad.is_empty() && raw.good.is_empty()) {
                return self.bad_id(spot, id, "a learned rule has no phrases and no examples");
            }
            if self.learned.insert(category, rule).is_some() {
                return self.bad_id(spot, id, "the category has a learned rule already");
            }
        }
        // What a learned rule finds was learned elsewhere.
        let required = |work: &mut Self, field, texts| if raw.learned { Vec::new() } else { work.texts(pack, &raw.id, field, texts) };
        let phrases = required(self, "phrases", &raw.phrases);
        let bad = required(self, "bad", &raw.bad);
        let good = required(self, "good", &raw.good);
        for (spot, phrase) in phrases {
            for parsed in self.phrase(spot, &phrase) {
                // A user may take over a bundled phrase: at a tie the user's rule goes before.
                let theirs = |first: &Spot| bundled || !self.sources[first.pack].bundled;
                if let Some(first) = self.phrases.get(&parsed).copied().filter(theirs) {
                    let (phrase, first) = (phrase.clone(), self.problems.show(first));
                    self.problems.add(spot, PackErrorKind::DuplicatePhrase { phrase, first });
                    continue;
                }
                self.phrases.insert(parsed.clone(), spot);
                let disguised = matches!(category, Category::Abuse | Category::Threat | Category::Diversion);
                self.tone.push(Wanted { phrase: parsed, disguised });
                self.rule_of.push(rule as u32);
            }
        }
        for (spot, text) in bad {
            match marked(&text) {
                Some((text, start, end)) => self.claims.examples.push(Example { rule, spot, text, marked: Some((start, end)) }),
                None => self.problems.add(spot, PackErrorKind::Unmarked(text)),
            }
        }
        for (spot, text) in good {
            self.claims.examples.push(Example { rule, spot, text, marked: None });
        }
        for (spot, text) in &rewrites {
            self.claims.offers.push(Offer { id: id.clone(), spot: *spot, text: text.clone(), template: None, bundled });
        }
        let unless = Unless {
            clause: self.guards(pack, &raw.unless.clause),
            sentence: self.guards(pack, &raw.unless.sentence),
            draft: self.guards(pack, &raw.unless.draft),
        };
        let quoted = raw.quoted.unwrap_or(match category {
            Category::Abuse => Quoted::Hint,
            Category::Privacy | Category::AbsoluteClaim | Category::UnfilledSlot => Quoted::Keep,
            _ => Quoted::Drop,
        });
        let negatable = match raw.negated {
            Some(negated) => negated == Negated::Drop,
            None => matches!(category, Category::Threat | Category::Diversion | Category::Privacy | Category::AbsoluteClaim),
        };
        self.rule_index.insert(id.clone(), rule);
        let keep = self.guards(pack, &raw.keep);
        self.rules.push(Rule {
            id: id.clone(),
            category,
            severity: raw.severity.unwrap_or(category.default_severity()),
            reason,
            rewrites: rewrites.into_iter().map(|(_, text)| text).collect(),
            quoted,
            negatable,
            industries: raw.industry.clone(),
            keep,
            unless,
            disabled: false,
            bundled,
        });
    }

    /// The guard phrases of a list, in which `<class>` alone stands for all of the class.
    fn guards(&mut self, pack: usize, list: &[Spanned<String>]) -> Vec<u32> {
        let mut ids = Vec::new();
        for written in list {
            let spot = self.spot(pack, written);
            let class = written.get_ref().strip_prefix(['<', '＜']).and_then(|rest| rest.strip_suffix(['>', '＞']));
            match class.and_then(|class| self.class_phrases.get(class)).cloned() {
                Some(all) => all.iter().for_each(|(spot, phrase)| self.guard(*spot, phrase, &mut ids)),
                None => self.guard(spot, written.get_ref(), &mut ids),
            }
        }
        ids.sort_unstable();
        ids.dedup();
        ids
    }

    fn guard(&mut self, spot: Spot, phrase: &str, ids: &mut Vec<u32>) {
        for phrase in self.phrase(spot, phrase) {
            let next = self.guards.len() as u32;
            let id = *self.guard_ids.entry(phrase).or_insert_with_key(|phrase| {
                self.guards.push(Wanted { phrase: phrase.clone(), disguised: false });
                next
            });
            ids.push(id);
        }
    }

    fn cues(&mut self, pack: usize, table: &'static str, raw: &parse::Cues) {
        let spot = self.spot(pack, &raw.id);
        let id = raw.id.get_ref();
        let unknown = |what| PackErrorKind::UnknownLabel { what, label: id.clone() };
        enum Target {
            Intent(u32),
            Customer(u32),
        }
        let target = match table {
            "intent" => Intent::from_id(id).map(|intent| Target::Intent(self.intents.target(intent))).ok_or(unknown(Intent::WHAT)),
            "scenario" => match Scenario::from_id(id) {
                Some(Scenario::Other) | None => Err(unknown(Scenario::WHAT)),
                Some(scenario) => Ok(Target::Customer(self.customers.target(Sign::Scenario(scenario)))),
            },
            "type" => match CustomerType::from_id(id) {
                Some(CustomerType::Neutral) | None => Err(unknown(CustomerType::WHAT)),
                Some(kind) => Ok(Target::Customer(self.customers.target(Sign::Type(kind)))),
            },
            "escalation" => match &raw.reason {
                Some(reason) => Ok(Target::Customer(self.customers.target(Sign::Escalation { reason: reason.get_ref().clone() }))),
                None => Err(PackErrorKind::Empty { id: id.clone(), field: "reason" }),
            },
            _ => Ok(Target::Customer(self.customers.target(Sign::Hostility))),
        };
        let target = match target {
            Ok(target) => target,
            Err(kind) => return self.problems.add(spot, kind),
        };
        let lists =
            [(Weight::Strong, &raw.strong), (Weight::Likely, &raw.cues), (Weight::Weak, &raw.weak), (Weight::Against, &raw.against)];
        if lists.iter().all(|(_, list)| list.is_empty()) {
            self.problems.add(spot, PackErrorKind::Empty { id: id.clone(), field: "cues" });
        }
        for (weight, list) in lists {
            for phrase in list {
                let spot = self.spot(pack, phrase);
                for phrase in self.phrase(spot, phrase.get_ref()) {
                    let wanted = Wanted { phrase, disguised: false };
                    match target {
                        Target::Intent(at) => {
                            self.intents.wanted.push(wanted);
                            self.intents.speaks.push((at, weight));
                        }
                        Target::Customer(at) => {
                            self.customers.wanted.push(wanted);
                            self.customers.speaks.push((at, weight));
                        }
                    }
                }
            }
        }
    }

    fn slot(&mut self, pack: usize, raw: &parse::Slot) {
        let spot = self.spot(pack, &raw.name);
        self.texts(pack, &raw.name, "name", [&raw.name]);
        self.texts(pack, &raw.name, "meaning", [&raw.meaning]);
        self.texts(pack, &raw.name, "example", [&raw.example]);
        if self.id(spot, &format!("{{{}}}", raw.name.get_ref())) {
            self.slots.push(Slot { name: raw.name.get_ref().clone(), example: raw.example.get_ref().clone() });
        }
    }

    fn template(&mut self, pack: usize, raw: &parse::Template) {
        let spot = self.spot(pack, &raw.id);
        let id = raw.id.get_ref();
        if !self.id(spot, id) {
            return;
        }
        let mut parts = id.splitn(3, '.');
        let (Some(intent), Some(scenario), Some(name)) = (parts.next(), parts.next(), parts.next()) else {
            return self.bad_id(spot, id, "a template's id is an intent, a scenario or `any`, and a name, with dots between");
        };
        let Some(intent) = Intent::from_id(intent) else {
            return self.problems.add(spot, PackErrorKind::UnknownLabel { what: Intent::WHAT, label: intent.to_owned() });
        };
        let scenario = match (scenario, Scenario::from_id(scenario)) {
            ("any", _) => None,
            (_, Some(scenario)) => Some(scenario),
            _ => return self.problems.add(spot, PackErrorKind::UnknownLabel { what: Scenario::WHAT, label: scenario.to_owned() }),
        };
        if !is_name(name) {
            return self.bad_id(spot, id, NAME);
        }
        let mut texts = self.texts(pack, &raw.id, "text", [&raw.text]);
        texts.extend(raw.hant.iter().map(|hant| (self.spot(pack, hant), hant.get_ref().trim().to_owned())));
        for (spot, text) in &texts {
            let mut filled = text.clone();
            for name in crate::suggest::blanks(text) {
                match self.slots.iter().find(|slot| slot.name == name) {
                    Some(slot) => filled = filled.replace(&format!("{{{name}}}"), &slot.example),
                    None => self.problems.add(*spot, PackErrorKind::UnknownSlot { id: id.clone(), slot: name.to_owned() }),
                }
            }
            let template = Some(self.templates.len());
            self.claims.offers.push(Offer { id: id.clone(), spot: *spot, text: filled, template, bundled: self.sources[pack].bundled });
        }
        let mut texts = texts.into_iter().map(|(_, text)| text);
        self.templates.push(Template {
            id: id.clone(),
            intent,
            scenario,
            text: texts.next().unwrap_or_default(),
            hant: texts.next(),
            types: raw.r#type.clone(),
            industries: raw.industry.clone(),
            reported: raw.reported,
            withheld: false,
        });
    }

    /// `disable` and `[severity]`, which may name rules of any pack.
    fn overrides(&mut self, pack: usize, raw: &parse::Pack) {
        for id in &raw.disable {
            match self.rule_index.get(id.get_ref()) {
                Some(&rule) => self.rules[rule].disabled = true,
                None => self.unknown_rule(pack, id),
            }
        }
        let grades: BTreeMap<_, _> = raw.severity.iter().collect();
        for (id, &severity) in grades {
            match self.rule_index.get(id.get_ref()) {
                Some(&rule) if severity == Severity::Pass => self.rules[rule].disabled = true,
                Some(&rule) => self.rules[rule].severity = severity,
                None => self.unknown_rule(pack, id),
            }
        }
    }

    fn unknown_rule(&mut self, pack: usize, id: &Spanned<String>) {
        let spot = self.spot(pack, id);
        let kind = match self.retired.get(id.get_ref()) {
            Some(successor) => PackErrorKind::RetiredId { id: id.get_ref().clone(), successor: successor.clone() },
            None => PackErrorKind::UnknownRule(id.get_ref().clone()),
        };
        self.problems.add(spot, kind);
    }

    fn finish(mut self) -> Result<(Compiled, Claims), PackErrors> {
        let mut class = |name: &str| {
            let mut ids = Vec::new();
            for (spot, phrase) in self.class_phrases.get(name).cloned().unwrap_or_default() {
                self.guard(spot, &phrase, &mut ids);
            }
            ids
        };
        let (negation, asking) = (class(NEGATION), class(ASKING));
        let count = self.tone.len() + self.guards.len() + self.intents.wanted.len() + self.customers.wanted.len();
        let start = Spot { pack: 0, byte: 0 };
        if count > MOST_PHRASES {
            self.problems.add(start, PackErrorKind::Limit { what: "phrases", count, limit: MOST_PHRASES });
        }
        self.problems.finish()?;
        let too_large = |why: String| {
            let mut problems = Problems::new(self.sources);
            problems.add(start, PackErrorKind::Phrase { phrase: String::new(), why });
            PackErrors(problems.found)
        };
        let compiled = Compiled {
            rules: self.rules,
            bent: Bent::new(&self.tone).map_err(|e| too_large(e.to_string()))?,
            tone: Matcher::new(self.tone).map_err(|e| too_large(e.to_string()))?,
            rule_of: self.rule_of,
            learned: self.learned,
            guards: Matcher::new(self.guards).map_err(|e| too_large(e.to_string()))?,
            negation,
            asking,
            intents: self.intents.finish().map_err(too_large)?,
            customers: self.customers.finish().map_err(too_large)?,
            templates: self.templates,
        };
        Ok((compiled, self.claims))
    }
}

const NAME: &str = "a name is made of lower-case letters, digits, `-` and `_`, and of dots between them";

fn is_name(name: &str) -> bool {
    name.split('.')
        .all(|part| !part.is_empty() && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_')))
}

/// The text of an example without its marks, and the marked bytes.
fn marked(text: &str) -> Option<(String, usize, usize)> {
    let (before, rest) = text.split_once('〖')?;
    let (inside, after) = rest.split_once('〗')?;
    let plain = [before, inside, after].concat();
    (!inside.is_empty() && !plain.contains(['〖', '〗'])).then(|| (plain, before.len(), before.len() + inside.len()))
}

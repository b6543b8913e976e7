//! Packs: TOML → validated pack → what the rooms work with. The format is documented in `data/README.md`.

pub(crate) mod bundled;
mod compile;
mod parse;
pub(crate) mod phrase;
mod validate;

use std::collections::HashMap;

use crate::bent::Bent;
use crate::error::{PackError, PackErrorKind, PackErrors};
use crate::label::{Category, CustomerType, Industry, Intent, Scenario, Severity};
use crate::scan::Matcher;

pub(crate) use compile::compile;
pub(crate) use validate::validate;

/// A pack's text and where it came from.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    pub(crate) name: String,
    pub(crate) text: std::borrow::Cow<'static, str>,
    /// Part of the library: its rules were validated by the library's tests.
    pub(crate) bundled: bool,
}

/// Everything that the packs hold, ready for work.
pub(crate) struct Compiled {
    pub(crate) rules: Vec<Rule>,
    /// Finds the rules' phrases; `rule_of[phrase]` is the rule.
    pub(crate) tone: Matcher,
    pub(crate) rule_of: Vec<u32>,
    /// Finds bent spellings of them.
    pub(crate) bent: Bent,
    /// The rule under which the model's findings of a category go.
    pub(crate) learned: HashMap<Category, usize>,
    /// Finds the phrases of `keep`, `unless` and of the classes `negation` and `asking`.
    pub(crate) guards: Matcher,
    pub(crate) negation: Vec<u32>,
    /// Questions that hold a negation: 能不能.
    pub(crate) asking: Vec<u32>,
    pub(crate) intents: Cues<Intent>,
    pub(crate) customers: Cues<Sign>,
    pub(crate) templates: Vec<Template>,
}

/// A tone rule.
pub(crate) struct Rule {
    pub(crate) id: String,
    pub(crate) category: Category,
    pub(crate) severity: Severity,
    pub(crate) reason: String,
    pub(crate) rewrites: Vec<String>,
    pub(crate) quoted: Quoted,
    /// Not found after a negation.
    pub(crate) negatable: bool,
    /// Empty: all.
    pub(crate) industries: Vec<Industry>,
    /// Guard phrases inside which nothing is found; sorted.
    pub(crate) keep: Vec<u32>,
    pub(crate) unless: Unless,
    pub(crate) disabled: bool,
    pub(crate) bundled: bool,
}

/// Guard phrases that speak a draft free; sorted.
#[derive(Default)]
pub(crate) struct Unless {
    pub(crate) clause: Vec<u32>,
    pub(crate) sentence: Vec<u32>,
    pub(crate) draft: Vec<u32>,
}

/// What a rule does inside quotation marks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Quoted {
    Drop,
    Hint,
    Keep,
}

/// What cues of customers speak for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Sign {
    Scenario(Scenario),
    Type(CustomerType),
    Escalation { reason: String },
    Hostility,
}

/// Phrases that speak for or against something.
pub(crate) struct Cues<T> {
    pub(crate) targets: Vec<T>,
    pub(crate) matcher: Matcher,
    /// For each phrase: the target and the weight.
    pub(crate) speaks: Vec<(u32, Weight)>,
}

/// How much a cue says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Weight {
    Strong,
    Likely,
    Weak,
    Against,
}

/// A reply to suggest.
pub(crate) struct Template {
    pub(crate) id: String,
    pub(crate) intent: Intent,
    /// `None`: any.
    pub(crate) scenario: Option<Scenario>,
    pub(crate) text: String,
    pub(crate) hant: Option<String>,
    /// Empty: all.
    pub(crate) types: Vec<CustomerType>,
    /// Empty: all.
    pub(crate) industries: Vec<Industry>,
    /// Reports a deed as done; true only after the agent has promised it.
    pub(crate) reported: bool,
    /// A rule of a user's pack finds something in it.
    pub(crate) withheld: bool,
}

/// A blank of templates.
#[derive(Clone, Debug)]
pub(crate) struct Slot {
    pub(crate) name: String,
    pub(crate) example: String,
}

/// A place in a pack: which pack, and the byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Spot {
    pack: usize,
    byte: usize,
}

/// How many problems are told at once.
const MOST_PROBLEMS: usize = 200;

/// Collects the problems of packs.
pub(crate) struct Problems<'a> {
    sources: &'a [Source],
    found: Vec<PackError>,
}

impl<'a> Problems<'a> {
    pub(crate) fn new(sources: &'a [Source]) -> Self {
        Self { sources, found: Vec::new() }
    }

    fn place(&self, spot: Spot) -> (String, u32, u32) {
        let Source { name, text, .. } = &self.sources[spot.pack];
        let before = text.get(..spot.byte).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let line = before.bytes().filter(|&b| b == b'\n').count() + 1;
        (name.clone(), line as u32, before[line_start..].chars().count() as u32 + 1)
    }

    pub(crate) fn show(&self, spot: Spot) -> String {
        let (file, line, column) = self.place(spot);
        format!("{file}:{line}:{column}")
    }

    /// Notes a problem; what comes after the first [`MOST_PROBLEMS`] is left out.
    pub(crate) fn add(&mut self, spot: Spot, kind: PackErrorKind) {
        if self.found.len() >= MOST_PROBLEMS {
            return;
        }
        let (file, line, column) = self.place(spot);
        self.found.push(PackError { file, line, column, kind });
    }

    pub(crate) fn finish(self) -> Result<(), PackErrors> {
        if self.found.is_empty() { Ok(()) } else { Err(PackErrors(self.found)) }
    }
}

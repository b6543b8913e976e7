//! Last room: what a caller gets, and what it gives. The report serialises to the JSON of schema version 1; fields are only ever added.

use serde::Serialize;

use crate::label::{Category, CustomerType, Industry, Intent, Scenario, Script, Severity};

/// Version of the report's JSON.
pub const SCHEMA: u32 = 1;

/// A half-open range.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Range {
    /// First unit.
    pub start: u32,
    /// One past the last unit.
    pub end: u32,
}

impl Serialize for Range {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        [self.start, self.end].serialize(serializer)
    }
}

impl From<Range> for std::ops::Range<usize> {
    fn from(range: Range) -> Self {
        range.start as usize..range.end as usize
    }
}

/// A span of the draft as given, in three units that cut the same text, never inside a grapheme cluster.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct Span {
    /// In UTF-8 bytes.
    pub byte: Range,
    /// In Unicode scalar values.
    pub char: Range,
    /// In UTF-16 code units.
    pub utf16: Range,
}

/// Everything that is to say about a request.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Report {
    /// [`SCHEMA`].
    pub schema: u32,
    /// The highest severity found.
    pub verdict: Severity,
    /// Sorted by start, then severity (highest first), then rule id.
    pub findings: Vec<Finding>,
    /// The draft's sentences, in order.
    pub sentences: Vec<Sentence>,
    /// What the draft does, best first; empty where the library is unsure.
    pub intents: Vec<ScoredIntent>,
    /// Present where the request holds something that the customer wrote.
    pub customer: Option<Customer>,
    /// Best first; empty where nothing fits.
    pub suggestions: Vec<Suggestion>,
}

/// Words of a draft that would hurt.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Finding {
    /// The rule's stable id.
    pub rule: String,
    /// What it is.
    pub category: Category,
    /// How bad it is; never `pass`.
    pub severity: Severity,
    /// Where it is.
    #[serde(flatten)]
    pub span: Span,
    /// The words, as they stand in the draft.
    pub text: String,
    /// Why it hurts, for the agent.
    pub reason: String,
    /// What could stand there instead, best first.
    pub rewrites: Vec<String>,
}

/// A sentence of a draft and what it does.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Sentence {
    /// Where it is.
    #[serde(flatten)]
    pub span: Span,
    /// What it does, best first.
    pub intents: Vec<ScoredIntent>,
}

/// An intent and how likely it is.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ScoredIntent {
    /// The intent.
    pub intent: Intent,
    /// How likely, in [0, 1].
    pub score: f64,
}

/// What the customer's words tell.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Customer {
    /// How to talk with them.
    pub r#type: CustomerType,
    /// What it is about.
    pub scenario: Scenario,
    /// From 0 (friendly) to 1 (furious).
    pub hostility: f64,
    /// Should someone with more say take over?
    pub escalate: bool,
    /// Why.
    pub reasons: Vec<String>,
}

/// A reply to send next.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Suggestion {
    /// The template's stable id.
    pub id: String,
    /// What it does.
    pub intent: Intent,
    /// What it is about; `any` fits every scenario.
    #[serde(serialize_with = "any")]
    pub scenario: Option<Scenario>,
    /// The reply, blanks as `{name}`.
    pub text: String,
    /// The names of the blanks, in order.
    pub slots: Vec<String>,
    /// How well it fits, in [0, 1].
    pub score: f64,
}

fn any<S: serde::Serializer>(scenario: &Option<Scenario>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(scenario.map_or("any", Scenario::id))
}

/// A finding that this agent chose not to be told again: keyed by rule and offending words, so that it survives new wording of reasons.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize), serde(deny_unknown_fields))]
pub struct Ignore {
    /// The rule's id.
    pub rule: String,
    /// The words, as [`Finding::text`] gave them.
    pub text: String,
}

/// Who said a turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize), serde(rename_all = "lowercase"))]
pub enum Role {
    /// The service agent.
    Agent,
    /// The customer.
    Customer,
}

/// One turn of a conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize), serde(deny_unknown_fields))]
pub struct Turn {
    /// Who said it.
    pub role: Role,
    /// What they said.
    pub text: String,
}

/// The whole request: the draft and what is known around it.
///
/// ```
/// # fn main() -> Result<(), huashu::Error> {
/// use huashu::{Engine, Request};
/// let engine = Engine::bundled()?;
/// let report = engine.run(&Request { customer: "杯子碎了！".into(), suggest: 3, ..Request::default() })?;
/// assert!(report.suggestions.len() <= 3);
/// # Ok(()) }
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize), serde(deny_unknown_fields, default))]
pub struct Request {
    /// What the agent is about to send.
    pub draft: String,
    /// What the customer wrote last.
    pub customer: String,
    /// Earlier turns, oldest first.
    pub history: Vec<Turn>,
    /// How many suggestions to give at most.
    pub suggest: u32,
    /// The script of reasons, rewrites and suggestions.
    pub script: Script,
    /// Findings to leave out.
    pub ignore: Vec<Ignore>,
    /// The input method's unfinished text, UTF-16 units of the draft; findings that touch it wait.
    pub composing: Option<(u32, u32)>,
    /// The agent's trade; rules and templates of other trades stay out.
    pub industry: Option<Industry>,
}

impl Default for Request {
    fn default() -> Self {
        Self {
            draft: String::new(),
            customer: String::new(),
            history: Vec::new(),
            suggest: 3,
            script: Script::Auto,
            ignore: Vec::new(),
            composing: None,
            industry: None,
        }
    }
}

/// Converts byte offsets of a text to spans in three units, in one forward walk: the starts of successive calls must not fall.
pub(crate) struct Ruler<'a> {
    text: &'a str,
    byte: usize,
    char: u32,
    utf16: u32,
}

impl<'a> Ruler<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self { text, byte: 0, char: 0, utf16: 0 }
    }

    /// The span of bytes `start..end`.
    pub(crate) fn span(&mut self, start: usize, end: usize) -> Span {
        let (char, utf16) = count(&self.text[self.byte..start]);
        (self.byte, self.char, self.utf16) = (start, self.char + char, self.utf16 + utf16);
        let (char, utf16) = count(&self.text[start..end]);
        Span {
            byte: Range { start: start as u32, end: end as u32 },
            char: Range { start: self.char, end: self.char + char },
            utf16: Range { start: self.utf16, end: self.utf16 + utf16 },
        }
    }
}

/// Characters and UTF-16 units of a text.
fn count(text: &str) -> (u32, u32) {
    text.chars().fold((0, 0), |(chars, units), c| (chars + 1, units + c.len_utf16() as u32))
}

/// Rounds a score to three places, so that it reads well and is the same everywhere.
pub(crate) fn rounded(score: f64) -> f64 {
    (score * 1000.0).round() / 1000.0
}

//! Wires the rooms; alone knows their order.

use std::borrow::Cow;
use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;

use once_cell::sync::OnceCell;

use crate::error::Error;
use crate::judge::{self, Circumstances};
use crate::label::Severity;
use crate::pack::{self, Compiled, Source, bundled};
use crate::report::{Customer, Finding, Report, Request, Role, Ruler, SCHEMA, Sentence, Span, Suggestion};
use crate::script::{Form, form, write};
use crate::segment::{self, Text};
use crate::suggest::{self, Situation};
use crate::{classify, fold};

/// Default limit of a draft, bytes.
pub const MAX_DRAFT_BYTES: usize = 64 * 1024;
/// Limit of a pack, bytes.
pub const MAX_PACK_BYTES: usize = 64 * 1024 * 1024;
/// How many findings a report holds at most, worst first where there are more.
pub const MAX_FINDINGS: usize = 1000;

/// Judges drafts, classifies them and suggests replies. Immutable, cheap to clone, shared freely between threads.
///
/// ```
/// # fn main() -> Result<(), huashu::Error> {
/// let engine = huashu::Engine::bundled()?;
/// let report = engine.check("你自己不会看吗？")?;
/// assert_eq!(report.verdict, huashu::Severity::Warn);
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct Engine(Arc<Inner>);

struct Inner {
    compiled: Compiled,
    max_draft_bytes: usize,
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Compiled { rules, templates, .. } = &self.0.compiled;
        f.debug_struct("Engine").field("rules", &rules.len()).field("templates", &templates.len()).finish_non_exhaustive()
    }
}

impl Engine {
    /// The engine of the bundled packs: made at the first call, then shared by the whole process.
    ///
    /// # Errors
    /// [`Error::Pack`] if the bundled packs do not load, which the library's own tests rule out.
    pub fn bundled() -> Result<Self, Error> {
        static ENGINE: OnceCell<Engine> = OnceCell::new();
        ENGINE.get_or_try_init(|| Self::builder().build()).cloned()
    }

    /// Starts an engine with packs of your own on top of the bundled ones.
    #[must_use]
    pub fn builder() -> Builder {
        Builder { sources: Vec::new(), max_draft_bytes: MAX_DRAFT_BYTES }
    }

    /// Pays the lazy costs now (the word dictionary, the conversion tables), so that no keystroke does. Call it from a background thread.
    pub fn warm_up(&self) {
        segment::warm_up();
        write("好", Form::Taiwan);
        write("好", Form::HongKong);
    }

    /// Checks a draft: findings, sentences and intents. Time is linear in the draft.
    ///
    /// # Errors
    /// [`Error::TooLong`] if the draft is longer than the engine takes.
    pub fn check(&self, draft: &str) -> Result<Report, Error> {
        self.run(&Request { draft: draft.to_owned(), suggest: 0, ..Request::default() })
    }

    /// Answers a whole request.
    ///
    /// # Errors
    /// [`Error::TooLong`] if a text is longer than the engine takes; [`Error::Range`] if `composing` does not lie in the draft.
    pub fn run(&self, request: &Request) -> Result<Report, Error> {
        let Inner { compiled, .. } = &*self.0;
        self.limit(request)?;
        let composing = request.composing.map(|(start, end)| bytes_of(&request.draft, start, end)).transpose()?;
        let form = form(request.script, texts(request));

        let text = Text::new(&request.draft);
        let circumstances = Circumstances { industry: request.industry, ignore: &request.ignore, composing, rules_only: false };
        let mut found = judge::judge(compiled, &text, &circumstances);
        let verdict = found.iter().map(|f| f.severity).max().unwrap_or(Severity::Pass);
        if found.len() > MAX_FINDINGS {
            // The worst stay, in their order.
            let mut order: Vec<usize> = (0..found.len()).collect();
            order.sort_by_key(|&i| std::cmp::Reverse(found[i].severity));
            order.truncate(MAX_FINDINGS);
            order.sort_unstable();
            found = order.into_iter().map(|i| found[i]).collect();
        }
        let intents = classify::sentences(&compiled.intents, &text, &found);
        let customer = self.customer(request);
        let suggestions = match (&customer, request.suggest) {
            (None, _) | (_, 0) => Vec::new(),
            (Some(customer), most) => self.suggestions(request, customer, &intents, form, most),
        };

        let mut ruler = Ruler::new(&request.draft);
        let finding = |f: judge::Found| {
            let rule = &compiled.rules[f.rule];
            Finding {
                rule: rule.id.clone(),
                category: rule.category,
                severity: f.severity,
                span: ruler.span(f.start, f.end),
                text: request.draft[f.start..f.end].to_owned(),
                reason: write(&rule.reason, form),
                rewrites: rule.rewrites.iter().map(|rewrite| write(rewrite, form)).collect(),
            }
        };
        let findings = found.into_iter().map(finding).collect();
        let mut ruler = Ruler::new(&request.draft);
        let summed_up = classify::summed_up(&intents);
        let sentences =
            text.sentences().iter().zip(intents).map(|(s, intents)| Sentence { span: ruler.span(s.start, s.end), intents }).collect();
        Ok(Report { schema: SCHEMA, verdict, findings, sentences, intents: summed_up, customer, suggestions })
    }

    /// What to say next: the suggestions of [`run`](Self::run) alone.
    ///
    /// # Errors
    /// As [`run`](Self::run).
    pub fn suggest(&self, request: &Request) -> Result<Vec<Suggestion>, Error> {
        Ok(self.run(request)?.suggestions)
    }

    /// Cuts a text into words, as rules with word edges see it; white space and punctuation are no words.
    ///
    /// # Errors
    /// [`Error::TooLong`] if the text is longer than the engine takes.
    pub fn segment(&self, text: &str) -> Result<Vec<Span>, Error> {
        self.check_len("text", text.len())?;
        let text = Text::new(text);
        let mut ruler = Ruler::new(text.source);
        let words = text.words().into_iter().map(|(i, j)| text.folded.source(i, j));
        Ok(words.map(|(start, end)| ruler.span(start, end)).collect())
    }

    fn limit(&self, request: &Request) -> Result<(), Error> {
        self.check_len("draft", request.draft.len())?;
        self.check_len("customer message", request.customer.len())?;
        self.check_len("history", request.history.iter().map(|turn| turn.text.len()).sum())
    }

    fn check_len(&self, what: &'static str, len: usize) -> Result<(), Error> {
        let limit = self.0.max_draft_bytes;
        if len > limit { Err(Error::TooLong { what, len, limit }) } else { Ok(()) }
    }

    fn customer(&self, request: &Request) -> Option<Customer> {
        let earlier = request.history.iter().filter(|turn| turn.role == Role::Customer).map(|turn| turn.text.as_str());
        let messages: Vec<&str> = earlier.chain([request.customer.as_str()]).filter(|text| !text.trim().is_empty()).collect();
        (!messages.is_empty()).then(|| classify::customer(&self.0.compiled.customers, &messages))
    }

    fn suggestions(
        &self,
        request: &Request,
        customer: &Customer,
        draft: &[Vec<crate::report::ScoredIntent>],
        form: Form,
        most: u32,
    ) -> Vec<Suggestion> {
        let compiled = &self.0.compiled;
        let agent = || request.history.iter().filter(|turn| turn.role == Role::Agent).map(|turn| turn.text.as_str());
        let mut done: HashSet<_> = draft.iter().flatten().map(|s| s.intent).collect();
        for said in agent() {
            done.extend(classify::sentences(&compiled.intents, &Text::new(said), &[]).iter().flatten().map(|s| s.intent));
        }
        let said = agent().chain([request.draft.as_str()]).map(fold::plain).collect();
        let situation = Situation { customer, done, said, industry: request.industry, form };
        suggest::suggest(&compiled.templates, &situation, most as usize)
    }
}

fn texts(request: &Request) -> impl Iterator<Item = &str> + Clone {
    let Request { draft, customer, history, .. } = request;
    [draft.as_str(), customer.as_str()].into_iter().chain(history.iter().map(|turn| turn.text.as_str()))
}

/// UTF-16 units of a text as bytes.
fn bytes_of(text: &str, start: u32, end: u32) -> Result<(usize, usize), Error> {
    let len: usize = text.chars().map(char::len_utf16).sum();
    let byte = |wanted: u32| {
        let mut units = 0;
        let mut ends = text.char_indices().map(|(at, c)| {
            units += c.len_utf16();
            (units, at + c.len_utf8())
        });
        if wanted == 0 { 0 } else { ends.find(|(units, _)| *units >= wanted as usize).map_or(text.len(), |(_, at)| at) }
    };
    if start > end || end as usize > len {
        return Err(Error::Range { start, end, len: len as u32 });
    }
    Ok((byte(start), byte(end)))
}

/// Collects packs and limits for an [`Engine`].
#[derive(Clone, Debug)]
pub struct Builder {
    sources: Vec<Source>,
    max_draft_bytes: usize,
}

impl Builder {
    /// Adds a pack. `name` stands in its errors.
    ///
    /// # Errors
    /// [`Error::TooLong`] if it is longer than [`MAX_PACK_BYTES`]. What is wrong inside it is said by [`build`](Self::build).
    pub fn pack(mut self, name: &str, toml: &str) -> Result<Self, Error> {
        if toml.len() > MAX_PACK_BYTES {
            return Err(Error::TooLong { what: "pack", len: toml.len(), limit: MAX_PACK_BYTES });
        }
        self.sources.push(Source { name: name.to_owned(), text: Cow::Owned(toml.to_owned()), bundled: false });
        Ok(self)
    }

    /// Adds a pack from a file.
    ///
    /// # Errors
    /// [`Error::Io`] if it cannot be read or is not UTF-8; else as [`pack`](Self::pack).
    pub fn pack_file(self, path: impl AsRef<Path>) -> Result<Self, Error> {
        let path = path.as_ref();
        let name = path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(|source| Error::Io { path: name.clone(), source })?;
        self.pack(&name, &text)
    }

    /// The longest draft, customer message and history that the engine takes, in bytes; [`MAX_DRAFT_BYTES`] unless told. At most `u32::MAX`.
    #[must_use]
    pub fn max_draft_bytes(mut self, most: usize) -> Self {
        self.max_draft_bytes = most.min(u32::MAX as usize);
        self
    }

    /// Validates and compiles the packs. The bundled ones were validated by the library's tests.
    ///
    /// # Errors
    /// [`Error::Pack`] with every problem of the packs.
    pub fn build(self) -> Result<Engine, Error> {
        let mut sources = bundled::sources();
        let own = !self.sources.is_empty();
        sources.extend(self.sources);
        let (mut compiled, claims) = pack::compile(&sources)?;
        if own {
            pack::validate(&mut compiled, &claims, &sources, false)?;
        }
        Ok(Engine(Arc::new(Inner { compiled, max_draft_bytes: self.max_draft_bytes })))
    }
}

//! What can go wrong, with the place where it did.

use std::fmt;

/// Any failure of the library.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A pack does not load. Holds every problem that was found, in the order of the packs.
    #[error(transparent)]
    Pack(#[from] PackErrors),
    /// A text is longer than the engine takes.
    #[error("{what} of {len} bytes is longer than the limit of {limit}")]
    TooLong {
        /// Which text: `draft`, `customer message`, `history`, `text` (to be cut into words), `pack`.
        what: &'static str,
        /// Its length in bytes.
        len: usize,
        /// The limit in bytes.
        limit: usize,
    },
    /// A range does not cut the text it refers to.
    #[error("range {start}..{end} does not lie in a draft of {len} UTF-16 units")]
    Range {
        /// First unit.
        start: u32,
        /// One past the last unit.
        end: u32,
        /// Length of the draft in UTF-16 units.
        len: u32,
    },
    /// A pack file cannot be read.
    #[error("{path}: {source}")]
    Io {
        /// The path as it was given.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// A request is not the JSON object that it should be.
    #[cfg(feature = "serde")]
    #[error("{0}")]
    Json(#[from] serde_json::Error),
}

impl Error {
    /// A short stable name of the kind of error: `pack`, `too_long`, `range`, `io`, `json`.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Pack(_) => "pack",
            Self::TooLong { .. } => "too_long",
            Self::Range { .. } => "range",
            Self::Io { .. } => "io",
            #[cfg(feature = "serde")]
            Self::Json(_) => "json",
        }
    }
}

/// All the problems of a set of packs; never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackErrors(pub(crate) Vec<PackError>);

impl PackErrors {
    /// The problems, in the order of the packs.
    #[must_use]
    pub fn as_slice(&self) -> &[PackError] {
        &self.0
    }
}

impl std::error::Error for PackErrors {}

impl fmt::Display for PackErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, error) in self.0.iter().enumerate() {
            if i > 0 {
                f.write_str("\n")?;
            }
            error.fmt(f)?;
        }
        Ok(())
    }
}

/// One problem of a pack.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}:{column}: {kind}")]
#[non_exhaustive]
pub struct PackError {
    /// The pack's name: its path, or what the caller named it.
    pub file: String,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// What is wrong.
    pub kind: PackErrorKind,
}

/// What is wrong with a pack.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PackErrorKind {
    /// Not TOML, or not the tables and fields of a pack.
    #[error("{0}")]
    Syntax(String),
    /// An id whose parts are not labels and names.
    #[error("id `{id}`: {why}")]
    Id {
        /// The id.
        id: String,
        /// What it should be.
        why: String,
    },
    /// An id that stands twice.
    #[error("id `{id}` is used already at {first}")]
    ReusedId {
        /// The id.
        id: String,
        /// Where it stands first.
        first: String,
    },
    /// An id that was given up.
    #[error("id `{id}` is retired{}", .successor.as_ref().map(|s| format!("; its successor is `{s}`")).unwrap_or_default())]
    RetiredId {
        /// The id.
        id: String,
        /// What took its place.
        successor: Option<String>,
    },
    /// `disable` or `severity` names a rule that is not there.
    #[error("no rule has the id `{0}`")]
    UnknownRule(String),
    /// A label that the taxonomy does not have.
    #[error("unknown {what} `{label}`")]
    UnknownLabel {
        /// What kind of label.
        what: &'static str,
        /// The label.
        label: String,
    },
    /// A phrase that the notation does not allow.
    #[error("phrase `{phrase}`: {why}")]
    Phrase {
        /// The phrase.
        phrase: String,
        /// What is wrong with it.
        why: String,
    },
    /// A phrase that another rule has, after folding.
    #[error("phrase `{phrase}` stands already, after folding, at {first}")]
    DuplicatePhrase {
        /// The phrase.
        phrase: String,
        /// Where it stands first.
        first: String,
    },
    /// A class that stands twice.
    #[error("class `{class}` is defined already at {first}")]
    DuplicateClass {
        /// The class.
        class: String,
        /// Where it stands first.
        first: String,
    },
    /// A field that is there but says nothing.
    #[error("`{id}` has no {field}")]
    Empty {
        /// The entry.
        id: String,
        /// The field.
        field: &'static str,
    },
    /// An example of a rule without one marked span.
    #[error("the example `{0}` needs one span between 〖 and 〗")]
    Unmarked(String),
    /// A rule's own bad example that it does not find, or finds elsewhere.
    #[error("`{id}` should find 「{wanted}」 in its example and finds {}", .found.as_ref().map_or("nothing".into(), |f| format!("「{f}」")))]
    MissesExample {
        /// The rule.
        id: String,
        /// The marked words.
        wanted: String,
        /// The words found instead.
        found: Option<String>,
    },
    /// A harmless example in which something is found.
    #[error("`{by}` finds 「{found}」 in the harmless example of `{id}`")]
    FindsHarmless {
        /// The rule that the example belongs to.
        id: String,
        /// The rule that fires.
        by: String,
        /// The words it finds.
        found: String,
    },
    /// A template or rewrite that the rules themselves would flag.
    #[error("`{by}` finds 「{found}」 in a text that `{id}` offers to the agent")]
    OffersFlagged {
        /// The rule or template that offers the text.
        id: String,
        /// The rule that fires.
        by: String,
        /// The words it finds.
        found: String,
    },
    /// A template with a blank that no `[[slot]]` names.
    #[error("`{id}` has the blank {{{slot}}}, which no [[slot]] names")]
    UnknownSlot {
        /// The template.
        id: String,
        /// The blank.
        slot: String,
    },
    /// More than a limit allows.
    #[error("{what}: {count} is more than the limit of {limit}")]
    Limit {
        /// What is counted.
        what: &'static str,
        /// How many there are.
        count: usize,
        /// How many there may be.
        limit: usize,
    },
}

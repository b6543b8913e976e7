#![doc = include_str!("../README.md")]
#![deny(missing_docs)]

mod bent;
mod classify;
mod engine;
mod error;
mod fold;
#[cfg(feature = "serde")]
pub mod json;
mod judge;
mod label;
mod model;
mod pack;
mod recognise;
mod report;
mod scan;
mod script;
mod segment;
mod suggest;

pub use engine::{Builder, Engine, MAX_DRAFT_BYTES, MAX_FINDINGS, MAX_PACK_BYTES};
pub use error::{Error, PackError, PackErrorKind, PackErrors};
pub use label::{Category, CustomerType, Industry, Intent, Scenario, Script, Severity};
pub use report::{Customer, Finding, Ignore, Range, Report, Request, Role, SCHEMA, ScoredIntent, Sentence, Span, Suggestion, Turn};
pub use suggest::FillError;

#[cfg(feature = "train")]
pub use model::train;

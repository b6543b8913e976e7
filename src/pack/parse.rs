//! A pack's TOML as it stands.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use super::{Problems, Quoted, Source, Spot};
use crate::error::PackErrorKind;
use crate::label::{CustomerType, Industry, Severity};

type Text = Spanned<String>;

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Pack {
    pub(super) disable: Vec<Text>,
    pub(super) severity: BTreeMap<Text, Severity>,
    pub(super) classes: BTreeMap<Text, Vec<Text>>,
    pub(super) retired: Vec<Retired>,
    pub(super) rule: Vec<Rule>,
    pub(super) intent: Vec<Cues>,
    pub(super) scenario: Vec<Cues>,
    pub(super) r#type: Vec<Cues>,
    pub(super) escalation: Vec<Cues>,
    pub(super) hostility: Vec<Cues>,
    pub(super) template: Vec<Template>,
    pub(super) slot: Vec<Slot>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Retired {
    pub(super) id: Text,
    pub(super) successor: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Rule {
    pub(super) id: Text,
    #[serde(default)]
    pub(super) phrases: Vec<Text>,
    #[serde(default)]
    pub(super) learned: bool,
    pub(super) reason: Text,
    pub(super) rewrites: Vec<Text>,
    #[serde(default)]
    pub(super) bad: Vec<Text>,
    #[serde(default)]
    pub(super) good: Vec<Text>,
    pub(super) severity: Option<Severity>,
    #[serde(default)]
    pub(super) keep: Vec<Text>,
    #[serde(default)]
    pub(super) unless: Unless,
    pub(super) quoted: Option<Quoted>,
    pub(super) negated: Option<Negated>,
    #[serde(default)]
    pub(super) industry: Vec<Industry>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Unless {
    pub(super) clause: Vec<Text>,
    pub(super) sentence: Vec<Text>,
    pub(super) draft: Vec<Text>,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Negated {
    Drop,
    Keep,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Cues {
    pub(super) id: Text,
    pub(super) reason: Option<Text>,
    #[serde(default)]
    pub(super) strong: Vec<Text>,
    #[serde(default)]
    pub(super) cues: Vec<Text>,
    #[serde(default)]
    pub(super) weak: Vec<Text>,
    #[serde(default)]
    pub(super) against: Vec<Text>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Template {
    pub(super) id: Text,
    pub(super) text: Text,
    pub(super) hant: Option<Text>,
    #[serde(default)]
    pub(super) reported: bool,
    #[serde(default)]
    pub(super) r#type: Vec<CustomerType>,
    #[serde(default)]
    pub(super) industry: Vec<Industry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Slot {
    pub(super) name: Text,
    pub(super) meaning: Text,
    pub(super) example: Text,
}

/// Parses pack number `pack`; a syntax error is added to `problems`.
pub(super) fn parse(sources: &[Source], pack: usize, problems: &mut Problems<'_>) -> Pack {
    let text = sources[pack].text.trim_start_matches('\u{feff}');
    let skipped = sources[pack].text.len() - text.len();
    toml::from_str(text).unwrap_or_else(|error| {
        let byte = skipped + error.span().map_or(0, |span| span.start);
        problems.add(Spot { pack, byte }, PackErrorKind::Syntax(error.message().to_owned()));
        Pack::default()
    })
}

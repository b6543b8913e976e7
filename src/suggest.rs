//! Room 5: what to say next. From what has been said, the intents that fit now; from the phrasebook, the replies that do them.

use std::collections::{HashMap, HashSet};

use crate::label::{CustomerType, Industry, Intent, Scenario};
use crate::pack::Template;
use crate::report::{Customer, Suggestion, rounded};
use crate::script::{Form, write};

/// Below this a template does not fit.
const FLOOR: f64 = 0.3;

/// What is known of a conversation when the next reply is chosen.
pub(crate) struct Situation<'a> {
    pub(crate) customer: &'a Customer,
    /// What the agent has done already, with the draft counted as done.
    pub(crate) done: HashSet<Intent>,
    /// What was said on either side, folded; a suggestion never repeats it.
    pub(crate) said: Vec<String>,
    pub(crate) industry: Option<Industry>,
    pub(crate) form: Form,
}

/// The best templates for a situation, at most `most`, not all with the same intent.
pub(crate) fn suggest(templates: &[Template], situation: &Situation<'_>, most: usize) -> Vec<Suggestion> {
    let steps = next_steps(situation);
    let mut scored: Vec<(f64, &Template)> = templates
        .iter()
        .filter_map(|template| Some((fit(template, situation, &steps)?, template)))
        .filter(|(score, template)| *score >= FLOOR && !situation.said.contains(&crate::fold::plain(&template.text)))
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.id.cmp(&b.1.id)));
    let mut taken: Vec<(f64, &Template)> = Vec::new();
    let mut per_intent: HashMap<Intent, usize> = HashMap::new();
    // Round by round, so that each next suggestion does something else while there is something else to do.
    for round in 0..most.min(scored.len()) {
        for &(score, template) in &scored {
            let given = per_intent.entry(template.intent).or_insert(0);
            if taken.len() < most && *given == round && !taken.iter().any(|(_, t)| t.id == template.id) {
                *given += 1;
                taken.push((score, template));
            }
        }
    }
    let given = |(score, template): (f64, &Template)| {
        let text = match (&template.hant, situation.form) {
            (Some(hant), Form::Taiwan | Form::HongKong) => hant.clone(),
            (_, form) => written(&template.text, form),
        };
        let mut slots: Vec<String> = Vec::new();
        for name in blanks(&text) {
            if !slots.iter().any(|known| known == name) {
                slots.push(name.to_owned());
            }
        }
        Suggestion { id: template.id.clone(), intent: template.intent, scenario: template.scenario, text, slots, score: rounded(score) }
    };
    taken.into_iter().map(given).collect()
}

/// A template in a form; the names of its blanks stay as they are.
fn written(text: &str, form: Form) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, name, after)) = next_blank(rest) {
        out.push_str(&write(before, form));
        out.push('{');
        out.push_str(name);
        out.push('}');
        rest = after;
    }
    out.push_str(&write(rest, form));
    out
}

fn next_blank(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once('{')?;
    let (name, after) = rest.split_once('}')?;
    Some((before, name, after))
}

/// The names of the blanks of a template.
pub(crate) fn blanks(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let (_, name, after) = next_blank(rest)?;
        rest = after;
        Some(name)
    })
}

/// How well a template fits; `None` where it does not.
fn fit(template: &Template, situation: &Situation<'_>, steps: &[(Intent, f64)]) -> Option<f64> {
    let Customer { r#type, scenario, .. } = situation.customer;
    let step = steps.iter().find(|(intent, _)| *intent == template.intent)?.1;
    let topic = match template.scenario {
        Some(of) if of == *scenario => 1.0,
        Some(_) => return None,
        None if *scenario == Scenario::Other => 0.95,
        None => 0.6,
    };
    let manner = match &template.types[..] {
        [] => 0.9,
        types if types.contains(r#type) => 1.0,
        _ if *r#type == CustomerType::Neutral => 0.75,
        _ => 0.6,
    };
    let trade = match (&template.industries[..], situation.industry) {
        ([], _) => 1.0,
        (here, Some(industry)) if here.contains(&industry) => 1.0,
        (_, Some(_)) => return None,
        (_, None) => 0.7,
    };
    let promised = situation.done.contains(&Intent::FollowUp);
    (!template.withheld && (!template.reported || promised)).then_some(step * topic * manner * trade)
}

/// The intents that fit now and how much: the seven steps of a good talk in their order, those that are done left out.
fn next_steps(situation: &Situation<'_>) -> Vec<(Intent, f64)> {
    use Intent::{
        Appreciation, Closing, Confirmation, Empathy, Expectation, Explanation, FollowUp, Listening, Options, Reassurance, Satisfaction,
    };
    let Situation { customer, done, .. } = situation;
    let asks = matches!(
        customer.scenario,
        Scenario::Presale | Scenario::Usage | Scenario::Stock | Scenario::Invoice | Scenario::Promotion | Scenario::OrderChange
    );
    let mut steps: Vec<(Intent, f64)> = match customer.r#type {
        _ if asks => vec![
            (Explanation, 0.95),
            (Listening, 0.9),
            (Confirmation, 0.85),
            (Options, 0.8),
            (FollowUp, 0.75),
            (Empathy, 0.6),
            (Satisfaction, 0.5),
        ],
        // To the point and fast.
        CustomerType::Aggressive => vec![
            (Empathy, 1.0),
            (FollowUp, 0.92),
            (Listening, 0.85),
            (Options, 0.8),
            (Expectation, 0.78),
            (Confirmation, 0.7),
            (Satisfaction, 0.5),
        ],
        // Draw out what is wanted.
        CustomerType::Quiet => vec![
            (Empathy, 0.9),
            (Listening, 0.95),
            (Expectation, 0.92),
            (Confirmation, 0.85),
            (Explanation, 0.8),
            (Options, 0.78),
            (FollowUp, 0.7),
        ],
        _ => vec![
            (Empathy, 1.0),
            (Listening, 0.95),
            (FollowUp, 0.88),
            (Expectation, 0.8),
            (Confirmation, 0.75),
            (Options, 0.72),
            (Explanation, 0.6),
            (Satisfaction, 0.5),
        ],
    };
    // Nothing is known yet: say hello and ask.
    if customer.scenario == Scenario::Other && situation.said.iter().all(String::is_empty) {
        steps.push((Intent::Greeting, 1.0));
    }
    steps.retain(|(intent, _)| !done.contains(intent));
    // What was promised is reported.
    if done.contains(&FollowUp) {
        steps.push((FollowUp, 0.8));
    }
    // Who has heard an offer or a promise is asked whether it served, and seen off.
    if done.contains(&FollowUp) || done.contains(&Options) {
        steps.extend(
            [(Satisfaction, 0.7), (Reassurance, 0.55), (Appreciation, 0.5)].into_iter().filter(|(intent, _)| !done.contains(intent)),
        );
    }
    if done.contains(&Satisfaction) {
        steps.extend([(Appreciation, 0.9), (Closing, 0.95)].into_iter().filter(|(intent, _)| !done.contains(intent)));
    }
    let mut best: Vec<(Intent, f64)> = Vec::new();
    for (intent, weight) in steps {
        match best.iter_mut().find(|(known, _)| *known == intent) {
            Some(known) => known.1 = known.1.max(weight),
            None => best.push((intent, weight)),
        }
    }
    best
}

/// Why a suggestion cannot be filled.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no value for {}", .missing.join(", "))]
#[non_exhaustive]
pub struct FillError {
    /// The names of the blanks without a value.
    pub missing: Vec<String>,
}

impl Suggestion {
    /// The reply with its blanks filled; `values` are pairs of a blank's name and what to put there.
    ///
    /// # Errors
    /// [`FillError`] names the blanks that have no value or an empty one.
    pub fn fill(&self, values: &[(&str, &str)]) -> Result<String, FillError> {
        let value =
            |name: &str| values.iter().find(|(known, _)| *known == name).map(|(_, value)| value.trim()).filter(|value| !value.is_empty());
        let missing: Vec<String> = self.slots.iter().filter(|name| value(name).is_none()).cloned().collect();
        if !missing.is_empty() {
            return Err(FillError { missing });
        }
        let mut out = String::new();
        let mut rest = &self.text[..];
        while let Some((before, name, after)) = next_blank(rest) {
            out.push_str(before);
            out.push_str(value(name).unwrap_or_default());
            rest = after;
        }
        out.push_str(rest);
        Ok(out)
    }
}

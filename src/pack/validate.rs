//! Validates by judging: a rule finds its own examples and no harmless ones; nothing offered to the agent would be flagged.

use super::compile::{Claims, Example};
use super::{Compiled, Problems, Source};
use crate::error::{PackErrorKind, PackErrors};
use crate::judge::{self, Circumstances, Found};
use crate::segment::Text;

/// Checks the claims of the packs against the rules of all packs. With `bundled`, those of the bundled packs too.
///
/// A bundled template that a user's rule flags is withheld; anything else that does not hold is an error.
pub(crate) fn validate(compiled: &mut Compiled, claims: &Claims, sources: &[Source], bundled: bool) -> Result<(), PackErrors> {
    let mut problems = Problems::new(sources);
    for example in claims.examples.iter().filter(|example| bundled || !sources[example.spot.pack].bundled) {
        if let Some(kind) = broken(compiled, example, bundled) {
            problems.add(example.spot, kind);
        }
    }
    // A user's pack is held to the rules; what the model makes of its texts, its author cannot mend.
    let circumstances = Circumstances { rules_only: !bundled, ..Circumstances::default() };
    let user_rules = sources.iter().any(|source| !source.bundled);
    for offer in claims.offers.iter().filter(|offer| bundled || user_rules || !offer.bundled) {
        let text = Text::new(&offer.text);
        let found = judge::judge(compiled, &text, &circumstances);
        let Some(first) = found.first() else { continue };
        let by = &compiled.rules[first.rule];
        match offer.template {
            Some(template) if offer.bundled && !by.bundled => compiled.templates[template].withheld = true,
            // A bundled rewrite that a user's rule flags is still better than the words that it replaces.
            None if offer.bundled && !by.bundled => {}
            _ => problems.add(
                offer.spot,
                PackErrorKind::OffersFlagged {
                    id: offer.id.clone(),
                    by: by.id.clone(),
                    found: offer.text[first.start..first.end].to_owned(),
                },
            ),
        }
    }
    problems.finish()
}

/// What is wrong with an example, if anything.
fn broken(compiled: &Compiled, example: &Example, bundled: bool) -> Option<PackErrorKind> {
    let rule = &compiled.rules[example.rule];
    if rule.disabled {
        return None;
    }
    let text = Text::new(&example.text);
    let circumstances = Circumstances { industry: rule.industries.first().copied(), rules_only: !bundled, ..Circumstances::default() };
    let found = judge::judge(compiled, &text, &circumstances);
    let cut = |found: &Found| example.text[found.start..found.end].to_owned();
    match example.marked {
        None => found.first().map(|by| PackErrorKind::FindsHarmless {
            id: rule.id.clone(),
            by: compiled.rules[by.rule].id.clone(),
            found: cut(by),
        }),
        Some((start, end)) => {
            let own = found.iter().filter(|found| found.rule == example.rule);
            // A bundled rule of the same category may mark more than a user's rule asks for.
            let covers = |f: &Found| {
                let by = &compiled.rules[f.rule];
                !rule.bundled && by.category == rule.category && f.start <= start && end <= f.end
            };
            if own.clone().any(|found| (found.start, found.end) == (start, end))
                || (own.clone().next().is_none() && found.iter().any(covers))
            {
                return None;
            }
            let wanted = example.text[start..end].to_owned();
            let other =
                || found.iter().find(|f| f.start < end && start < f.end).map(|f| format!("{} ({})", cut(f), compiled.rules[f.rule].id));
            Some(PackErrorKind::MissesExample { id: rule.id.clone(), wanted, found: own.map(cut).next().or_else(other) })
        }
    }
}

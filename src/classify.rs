//! Room 4: what the sentences of a reply do, and what a customer's words tell.
//!
//! Cues speak for a label with a weight each; what speaks for it combines as independent evidence, 1 − Π(1 − wᵢ) ("noisy or", Pearl 1988),
//! and each cue against it takes a share away.

use crate::judge::Found;
use crate::label::{CustomerType, Intent, Scenario, Severity};
use crate::pack::{Cues, Sign, Weight};
use crate::report::{Customer, ScoredIntent, rounded};
use crate::scan::Match;
use crate::segment::Text;

/// Below this the library says nothing.
const INTENT_FLOOR: f64 = 0.35;
/// An intent that scores less than this share of the best is left out.
const BEHIND: f64 = 0.7;
const SCENARIO_FLOOR: f64 = 0.3;
const TYPE_FLOOR: f64 = 0.5;
const ESCALATION_FLOOR: f64 = 0.5;
/// What is left of a score after one cue against it.
const AGAINST: f64 = 0.4;
/// How much earlier messages of the customer count beside the last.
const EARLIER: f64 = 0.6;

impl Weight {
    fn value(self) -> f64 {
        match self {
            Self::Strong => 0.85,
            Self::Likely => 0.6,
            Self::Weak => 0.25,
            Self::Against => 0.0,
        }
    }
}

/// Evidence for each target, gathered cue by cue.
struct Evidence {
    doubt: Vec<f64>,
    against: Vec<f64>,
}

impl Evidence {
    fn new(targets: usize) -> Self {
        Self { doubt: vec![1.0; targets], against: vec![1.0; targets] }
    }

    /// Adds the cues of one stretch of text. Cues that overlap say the same thing: of them the heaviest counts for a target.
    fn add<T>(&mut self, cues: &Cues<T>, matches: &[Match], share: f64) {
        let mut spoken: Vec<(u32, Weight, usize, usize)> = matches
            .iter()
            .map(|m| {
                let (target, weight) = cues.speaks[m.phrase];
                (target, weight, m.start, m.end)
            })
            .collect();
        spoken.sort_by(|a, b| {
            (a.0, a.1 != Weight::Against).cmp(&(b.0, b.1 != Weight::Against)).then(b.1.value().total_cmp(&a.1.value())).then(a.2.cmp(&b.2))
        });
        let mut counted: Vec<(u32, bool, usize, usize)> = Vec::new();
        for (target, weight, start, end) in spoken {
            let against = weight == Weight::Against;
            let same = counted.iter().rev().take_while(|c| c.0 == target).take(32);
            if same.into_iter().any(|c| c.1 == against && c.2 < end && start < c.3) {
                continue;
            }
            counted.push((target, against, start, end));
            match against {
                true => self.against[target as usize] *= AGAINST,
                false => self.doubt[target as usize] *= 1.0 - weight.value() * share,
            }
        }
    }

    fn score(&self, target: usize) -> f64 {
        (1.0 - self.doubt[target]) * self.against[target]
    }
}

/// The intents of each sentence of a draft, best first. A sentence in which something is blocked does nothing for the customer.
pub(crate) fn sentences(cues: &Cues<Intent>, text: &Text<'_>, found: &[Found]) -> Vec<Vec<ScoredIntent>> {
    let matches = cues.matcher.scan(text);
    let of = |sentence: &crate::segment::Sentence| {
        let from = matches.partition_point(|m| m.start < sentence.first);
        let to = matches.partition_point(|m| m.start < sentence.last);
        let mut evidence = Evidence::new(cues.targets.len());
        if !found.iter().any(|f| f.severity == Severity::Block && f.start < sentence.end && sentence.start < f.end) {
            evidence.add(cues, &matches[from..to], 1.0);
        }
        ranked(cues.targets.iter().enumerate().map(|(i, &intent)| (intent, evidence.score(i))))
    };
    text.sentences().iter().map(of).collect()
}

/// What the sentences do together: each intent with the score of the sentence that does it most.
pub(crate) fn summed_up(sentences: &[Vec<ScoredIntent>]) -> Vec<ScoredIntent> {
    let all = || sentences.iter().flatten();
    let best = |intent: Intent| all().filter(|s| s.intent == intent).map(|s| s.score).fold(0.0, f64::max);
    let mut all: Vec<_> =
        Intent::ALL.iter().map(|&intent| ScoredIntent { intent, score: best(intent) }).filter(|s| s.score > 0.0).collect();
    all.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.intent.cmp(&b.intent)));
    all
}

/// Best first, without what is unlikely or far behind the best.
fn ranked(scores: impl Iterator<Item = (Intent, f64)>) -> Vec<ScoredIntent> {
    let mut all: Vec<_> = scores
        .map(|(intent, score)| ScoredIntent { intent, score: rounded(score) })
        .filter(|scored| scored.score >= INTENT_FLOOR)
        .collect();
    all.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.intent.cmp(&b.intent)));
    let best = all.first().map_or(0.0, |first| first.score);
    all.retain(|scored| scored.score >= best * BEHIND);
    all
}

/// What a customer's messages tell, the last of which is last.
pub(crate) fn customer(cues: &Cues<Sign>, messages: &[&str]) -> Customer {
    let mut evidence = Evidence::new(cues.targets.len());
    let mut shouting = 0.0;
    for (age, message) in messages.iter().rev().enumerate() {
        let share = if age == 0 { 1.0 } else { EARLIER / age as f64 };
        let text = Text::new(message);
        evidence.add(cues, &cues.matcher.scan(&text), share);
        if age == 0 {
            let marks = message.chars().filter(|c| matches!(c, '！' | '!')).count();
            shouting = (marks.min(4) as f64) * 0.08;
        }
    }
    let score = |wanted: &dyn Fn(&Sign) -> bool| {
        let of = cues.targets.iter().enumerate().filter(|(_, sign)| wanted(sign));
        1.0 - of.map(|(i, _)| 1.0 - evidence.score(i)).product::<f64>()
    };
    let hostility = 1.0 - (1.0 - shouting) * (1.0 - score(&|sign| *sign == Sign::Hostility));
    let best = |of: &dyn Fn(&Sign) -> Option<f64>| {
        let scored = cues.targets.iter().filter_map(|sign| Some((sign, of(sign)?)));
        scored.max_by(|a, b| a.1.total_cmp(&b.1).then(std::cmp::Ordering::Greater))
    };
    let scenario = best(&|sign| matches!(sign, Sign::Scenario(_)).then(|| score(&|s| s == sign)));
    let kind = best(&|sign| match sign {
        Sign::Type(CustomerType::Aggressive) => Some(score(&|s| s == sign).max(if hostility > 0.6 { hostility } else { 0.0 })),
        Sign::Type(_) => Some(score(&|s| s == sign)),
        _ => None,
    });
    let reasons: Vec<String> = cues
        .targets
        .iter()
        .filter_map(|sign| match sign {
            Sign::Escalation { reason } if score(&|s| s == sign) >= ESCALATION_FLOOR => Some(reason.clone()),
            _ => None,
        })
        .collect();
    Customer {
        r#type: match kind {
            Some((&Sign::Type(kind), score)) if score >= TYPE_FLOOR => kind,
            _ => CustomerType::Neutral,
        },
        scenario: match scenario {
            Some((&Sign::Scenario(scenario), score)) if score >= SCENARIO_FLOOR => scenario,
            _ => Scenario::Other,
        },
        hostility: rounded(hostility),
        escalate: !reasons.is_empty(),
        reasons,
    }
}

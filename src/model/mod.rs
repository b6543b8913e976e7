//! The learned half of the judgement: a linear model over character n-grams, for wording that no phrase foresees.
//!
//! A draft becomes its set of n-grams of one to three folded characters (pauses as spaces, both ends marked), weighted by inverse document
//! frequency and scaled to unit length (tf–idf, Salton and Buckley 1988). One logistic regression tells whether it hurts at all, one for each
//! category shares that out. Weights are eight-bit integers; the whole model is `data/model/tone.bin`, which `cargo run --release --example
//! train --features train` makes from `data/labelled` and the examples of the rules, byte for byte.

#[cfg(feature = "train")]
pub mod train;

use once_cell::sync::Lazy;

use crate::fold::{Break, Folded};
use crate::label::{Category, Severity};

/// Longest n-gram, characters.
const LONGEST: usize = 3;
/// Categories that the model knows, in the order of its columns; column 0 is "hurts at all".
pub(crate) const CATEGORIES: [Category; 12] = [
    Category::Abuse,
    Category::Threat,
    Category::Diversion,
    Category::Privacy,
    Category::Mockery,
    Category::Interrogation,
    Category::Blame,
    Category::Command,
    Category::Indifference,
    Category::Shirking,
    Category::Stalling,
    Category::AbsoluteClaim,
];
const COLUMNS: usize = CATEGORIES.len() + 1;

/// The bundled model.
static MODEL: Lazy<Model> = Lazy::new(|| Model::parse(include_bytes!("../../data/model/tone.bin")));

/// Weights of n-grams.
#[derive(Debug)]
struct Model {
    /// Hashes of the n-grams, ascending.
    keys: Vec<u32>,
    /// For each key: its inverse document frequency in 1/16.
    idf: Vec<u8>,
    /// For each key: its weights.
    weights: Vec<[i8; COLUMNS]>,
    /// The inverse document frequency of an n-gram that is not there: what is unknown weighs, but speaks for nothing.
    unknown: f32,
    /// What a weight of 1 is worth, for each column.
    scale: [f32; COLUMNS],
    bias: [f32; COLUMNS],
}

/// What the model thinks of a text.
pub(crate) struct Opinion {
    /// Probability of each category, in the order of [`CATEGORIES`].
    pub(crate) scores: [f32; CATEGORIES.len()],
    /// For each unit: how much it speaks for harm.
    pub(crate) weight: Vec<f32>,
}

/// A category is told from this probability on, one whose findings block from the second: chosen on sentences that the model had not
/// learned from, so that hardly a harmless one is flagged.
const THRESHOLDS: [f32; 2] = [0.5, 0.6];

impl Opinion {
    /// The likeliest category, if it is likely enough to be told.
    pub(crate) fn verdict(&self) -> Option<Category> {
        let all = CATEGORIES.into_iter().zip(self.scores);
        let (category, score) = all.max_by(|a, b| a.1.total_cmp(&b.1))?;
        let blocks = category.default_severity() == Severity::Block;
        (score >= THRESHOLDS[usize::from(blocks)]).then_some(category)
    }
}

/// The model's opinion of units `first..last` of a text. Linear in their number.
pub(crate) fn opinion(folded: &Folded, first: usize, last: usize) -> Opinion {
    MODEL.opinion(folded, first, last)
}

impl Model {
    /// Reads the format that `train` writes: the count, the frequency of the unknown, scales and biases, then keys, frequencies and weights, all little-endian. An empty
    /// file is a model that knows nothing.
    fn parse(bytes: &[u8]) -> Self {
        let mut model =
            Self { keys: Vec::new(), idf: Vec::new(), weights: Vec::new(), unknown: 0.0, scale: [0.0; COLUMNS], bias: [0.0; COLUMNS] };
        let mut words = bytes.chunks_exact(4).map(|word| [word[0], word[1], word[2], word[3]]);
        let count = words.next().map_or(0, u32::from_le_bytes) as usize;
        for value in std::iter::once(&mut model.unknown).chain(&mut model.scale).chain(&mut model.bias) {
            *value = words.next().map_or(0.0, f32::from_le_bytes);
        }
        model.keys.extend(words.take(count).map(u32::from_le_bytes));
        let rest = bytes.get(4 * (2 + 2 * COLUMNS + count)..).unwrap_or_default();
        let (idf, weights) = rest.split_at(count.min(rest.len()));
        model.idf.extend(idf);
        model.weights.extend(weights.chunks_exact(COLUMNS).map(|row| std::array::from_fn(|i| row[i] as i8)));
        model.keys.truncate(model.weights.len());
        model
    }

    fn opinion(&self, folded: &Folded, first: usize, last: usize) -> Opinion {
        let mut known: Vec<(usize, usize, usize)> = Vec::new();
        let mut unknown = 0.0_f32;
        for_each_ngram(folded, first, last, |hash, from, to| match self.keys.binary_search(&hash) {
            Ok(at) => known.push((at, from, to)),
            Err(_) => unknown += self.unknown * self.unknown,
        });
        let mut seen: Vec<usize> = known.iter().map(|k| k.0).collect();
        seen.sort_unstable();
        seen.dedup();
        let idf = |at: usize| f32::from(self.idf[at]) / 16.0;
        let length = (unknown + seen.iter().map(|&at| idf(at) * idf(at)).sum::<f32>()).sqrt().max(f32::MIN_POSITIVE);
        let mut sums = self.bias;
        for &at in &seen {
            let value = idf(at) / length;
            for ((sum, &weight), scale) in sums.iter_mut().zip(&self.weights[at]).zip(&self.scale) {
                *sum += value * f32::from(weight) * scale;
            }
        }
        let odds = sums.map(sigmoid);
        let all: f32 = odds[1..].iter().sum::<f32>().max(f32::MIN_POSITIVE);
        let mut weight = vec![0.0; last - first];
        for (at, from, to) in known {
            let share = idf(at) / length * f32::from(self.weights[at][0]) * self.scale[0] / (to - from).max(1) as f32;
            weight[from - first..to - first].iter_mut().for_each(|w| *w += share);
        }
        Opinion { scores: std::array::from_fn(|i| odds[0] * odds[i + 1] / all), weight }
    }
}

fn sigmoid(x: f32) -> f32 {
    1.0 / (1.0 + (-x).exp())
}

/// Calls `see` with the hash of each n-gram of units `first..last` and the units it covers.
fn for_each_ngram(folded: &Folded, first: usize, last: usize, mut see: impl FnMut(u32, usize, usize)) {
    // Characters with pauses and ends between them, each with the unit that follows it.
    let mut chars: Vec<(char, usize)> = vec![('^', first)];
    for i in first..last {
        if i > first && folded.break_before(i) >= Break::Space {
            chars.push((' ', i));
        }
        chars.push((folded.units[i].ch, i));
    }
    chars.push(('$', last));
    for start in 0..chars.len() {
        let mut hash = 0x811c_9dc5_u32; // FNV-1a
        for end in start..chars.len().min(start + LONGEST) {
            hash = (hash ^ chars[end].0 as u32).wrapping_mul(0x0100_0193);
            hash ^= hash >> 15;
            let from = chars[start].1;
            let to = chars.get(end + 1).map_or(last, |next| next.1);
            see(hash, from, to.max(from));
        }
    }
}

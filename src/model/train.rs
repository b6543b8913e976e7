//! Makes the model. Deterministic: the same rows give the same bytes.

use std::collections::HashMap;

use super::{CATEGORIES, COLUMNS, for_each_ngram};
use crate::bent::Innocent;
use crate::error::Error;
use crate::fold::Folded;
use crate::label::Category;
use crate::pack;

/// A labelled draft.
#[derive(Clone, Debug)]
pub struct Row {
    /// What was typed.
    pub draft: String,
    /// What it does wrong; empty where it is harmless.
    pub labels: Vec<Category>,
}

const EPOCHS: usize = 40;
const RATE: f32 = 0.5;
/// Inverse strength of the pull towards zero (the C of other tools).
const FREEDOM: f32 = 10.0;
/// An n-gram that fewer rows have is not learned.
const RAREST: u32 = 3;

/// What the bundled packs give to learn from: examples of the rules, rewrites and templates.
///
/// # Errors
/// As [`Engine::bundled`](crate::Engine::bundled).
pub fn examples_of_the_packs() -> Result<Vec<Row>, Error> {
    let (compiled, claims) = pack::compile(&pack::bundled::sources())?;
    let row = |(draft, rule): (&str, Option<usize>)| {
        let labels = rule.map(|rule| compiled.rules[rule].category).filter(|category| CATEGORIES.contains(category));
        // An unfilled blank is no matter of wording.
        (rule.is_none() || labels.is_some()).then(|| Row { draft: draft.to_owned(), labels: labels.into_iter().collect() })
    };
    Ok(claims.texts().filter_map(row).collect())
}

/// What harmless rows hold, for the gate of bent spellings: the bytes of `data/model/innocent.bin`.
#[must_use]
pub fn innocent(rows: &[Row]) -> Vec<u8> {
    Innocent::learn(rows.iter().filter(|row| row.labels.is_empty()).map(|row| row.draft.as_str()))
}

/// Trains on `rows` and returns the model's bytes.
#[must_use]
pub fn train(rows: &[Row]) -> Vec<u8> {
    let (keys, idf, unknown, examples) = features(rows);
    let mut columns: Vec<(Vec<f32>, f32)> = Vec::new();
    for column in 0..COLUMNS {
        let wanted = |row: &Row| if column == 0 { !row.labels.is_empty() } else { row.labels.contains(&CATEGORIES[column - 1]) };
        let labels: Vec<bool> = rows.iter().map(wanted).collect();
        columns.push(regress(&examples, &labels, keys.len()));
    }
    write(&keys, &idf, unknown, &columns)
}

type Example = Vec<(u32, f32)>;

/// The n-grams that are learned, their inverse document frequencies, that of an unknown one, and each row as a unit vector.
fn features(rows: &[Row]) -> (Vec<u32>, Vec<u8>, f32, Vec<Example>) {
    let sets: Vec<Vec<u32>> = rows
        .iter()
        .map(|row| {
            let folded = Folded::new(&row.draft);
            let mut hashes = Vec::new();
            for_each_ngram(&folded, 0, folded.units.len(), |hash, _, _| hashes.push(hash));
            hashes.sort_unstable();
            hashes.dedup();
            hashes
        })
        .collect();
    let mut count: HashMap<u32, u32> = HashMap::new();
    for hash in sets.iter().flatten() {
        *count.entry(*hash).or_default() += 1;
    }
    let mut keys: Vec<u32> = count.iter().filter(|(_, n)| **n >= RAREST).map(|(hash, _)| *hash).collect();
    keys.sort_unstable();
    let rows = rows.len() as f32;
    let frequency = |count: u32| (((1.0 + rows) / (1.0 + count as f32)).ln() * 16.0 + 16.0).round().min(255.0);
    let idf: Vec<u8> = keys.iter().map(|key| frequency(count[key]) as u8).collect();
    let unknown = frequency(1) / 16.0;
    let vector = |set: &Vec<u32>| {
        let mut example: Example =
            set.iter().filter_map(|hash| keys.binary_search(hash).ok()).map(|at| (at as u32, f32::from(idf[at]) / 16.0)).collect();
        let rare = (set.len() - example.len()) as f32;
        let length = (rare * unknown * unknown + example.iter().map(|(_, v)| v * v).sum::<f32>()).sqrt().max(f32::MIN_POSITIVE);
        example.iter_mut().for_each(|(_, v)| *v /= length);
        example
    };
    let examples = sets.iter().map(vector).collect();
    (keys, idf, unknown, examples)
}

/// Logistic regression by AdaGrad (Duchi et al. 2011): weights and bias.
fn regress(examples: &[Example], labels: &[bool], features: usize) -> (Vec<f32>, f32) {
    let mut weights = vec![0.0_f32; features];
    // A weight is pulled only when a row has its n-gram, so a rare one is pulled the harder each time.
    let mut pull = vec![0.0_f32; features];
    examples.iter().flatten().for_each(|&(at, _)| pull[at as usize] += FREEDOM);
    pull.iter_mut().for_each(|p| *p = 1.0 / p.max(1.0));
    let mut spread = vec![1e-6_f32; features];
    let (mut bias, mut bias_spread) = (0.0_f32, 1e-6_f32);
    let mut order: Vec<usize> = (0..examples.len()).collect();
    let mut random = 0x9e37_79b9_7f4a_7c15_u64; // xorshift64
    for _ in 0..EPOCHS {
        for i in (1..order.len()).rev() {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            order.swap(i, (random % (i as u64 + 1)) as usize);
        }
        for &row in &order {
            let sum: f32 = bias + examples[row].iter().map(|&(at, value)| weights[at as usize] * value).sum::<f32>();
            let error = super::sigmoid(sum) - f32::from(u8::from(labels[row]));
            for &(at, value) in &examples[row] {
                let at = at as usize;
                let slope = error * value + pull[at] * weights[at];
                spread[at] += slope * slope;
                weights[at] -= RATE * slope / spread[at].sqrt();
            }
            bias_spread += error * error;
            bias -= RATE * error / bias_spread.sqrt();
        }
    }
    (weights, bias)
}

/// Rounds to eight bits, drops what says nothing, and writes what [`Model::parse`](super::Model::parse) reads.
fn write(keys: &[u32], idf: &[u8], unknown: f32, columns: &[(Vec<f32>, f32)]) -> Vec<u8> {
    let scale: Vec<f32> =
        columns.iter().map(|(weights, _)| weights.iter().fold(0.0_f32, |most, w| most.max(w.abs())).max(1e-6) / 127.0).collect();
    let row =
        |at: usize| -> Vec<i8> { columns.iter().zip(&scale).map(|((weights, _), scale)| (weights[at] / scale).round() as i8).collect() };
    let kept: Vec<usize> = (0..keys.len()).filter(|&at| row(at).iter().any(|w| *w != 0)).collect();
    let mut bytes = (kept.len() as u32).to_le_bytes().to_vec();
    for value in std::iter::once(&unknown).chain(&scale).chain(columns.iter().map(|(_, bias)| bias)) {
        bytes.extend(value.to_le_bytes());
    }
    for &at in &kept {
        bytes.extend(keys[at].to_le_bytes());
    }
    bytes.extend(kept.iter().map(|&at| idf[at]));
    for &at in &kept {
        bytes.extend(row(at).into_iter().map(|weight| weight as u8));
    }
    bytes
}

//! The packs that are part of the library. A test holds this list to the folder `data`.

use super::Source;

macro_rules! packs {
    ($($path:literal),+ $(,)?) => {
        /// The bundled packs, in order.
        pub(crate) fn sources() -> Vec<Source> {
            vec![$(Source { name: concat!("data/", $path).to_owned(), text: include_str!(concat!("../../data/", $path)).into(), bundled: true }),+]
        }
    };
}

packs![
    "rules/classes.toml",
    "rules/abuse.toml",
    "rules/threat.toml",
    "rules/diversion.toml",
    "rules/privacy.toml",
    "rules/mockery.toml",
    "rules/interrogation.toml",
    "rules/blame.toml",
    "rules/command.toml",
    "rules/indifference.toml",
    "rules/shirking.toml",
    "rules/stalling.toml",
    "rules/absolute_claim.toml",
    "rules/unfilled_slot.toml",
    "rules/learned.toml",
    "intents/empathy.toml",
    "intents/listening.toml",
    "intents/expectation.toml",
    "intents/confirmation.toml",
    "intents/options.toml",
    "intents/follow_up.toml",
    "intents/satisfaction.toml",
    "intents/greeting.toml",
    "intents/reassurance.toml",
    "intents/explanation.toml",
    "intents/appreciation.toml",
    "intents/closing.toml",
    "customers/scenarios.toml",
    "customers/types.toml",
    "customers/escalation.toml",
    "customers/hostility.toml",
    "phrasebook/slots.toml",
    "phrasebook/empathy.toml",
    "phrasebook/listening.toml",
    "phrasebook/expectation.toml",
    "phrasebook/confirmation.toml",
    "phrasebook/options.toml",
    "phrasebook/follow_up.toml",
    "phrasebook/satisfaction.toml",
    "phrasebook/greeting.toml",
    "phrasebook/reassurance.toml",
    "phrasebook/explanation.toml",
    "phrasebook/appreciation.toml",
    "phrasebook/closing.toml",
];

/// The bundled packs as they stand in the folder now.
#[cfg(test)]
pub(crate) fn from_disk() -> Vec<Source> {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |source: Source| {
        let text = std::fs::read_to_string(root.join(&source.name)).unwrap_or_else(|e| panic!("{}: {e}", source.name));
        Source { text: text.into(), ..source }
    };
    sources().into_iter().map(read).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;
    use crate::pack::{compile, validate};

    #[test]
    fn every_pack_of_the_folder_is_bundled() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
        let mut there = BTreeSet::new();
        for folder in ["rules", "intents", "customers", "phrasebook"] {
            for file in std::fs::read_dir(root.join(folder)).expect("a folder of data") {
                let name = file.expect("a file").file_name();
                there.insert(format!("data/{folder}/{}", name.to_string_lossy()));
            }
        }
        assert_eq!(there, sources().into_iter().map(|source| source.name).collect());
    }

    #[test]
    fn bundled_packs_hold_what_they_claim() {
        let sources = from_disk();
        let (mut compiled, claims) = compile(&sources).unwrap_or_else(|errors| panic!("\n{errors}\n"));
        if let Err(errors) = validate(&mut compiled, &claims, &sources, true) {
            panic!("{} problems\n{errors}\n", errors.as_slice().len());
        }
    }
}

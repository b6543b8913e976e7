//! Oracle: a report's spans cut the same text in all three units and never inside a grapheme cluster; findings are sorted, none twice;
//! the verdict is the worst of them; the same draft gets the same report.
#![no_main]

use std::collections::BTreeSet;
use std::ops::Range;

use huashu::{Engine, Severity, Span};
use libfuzzer_sys::fuzz_target;
use unicode_segmentation::UnicodeSegmentation as _;

fuzz_target!(|draft: &str| {
    let engine = Engine::bundled().expect("the bundled packs");
    let Ok(report) = engine.check(draft) else { return assert!(draft.len() > huashu::MAX_DRAFT_BYTES) };
    assert_eq!(engine.check(draft).ok().as_ref(), Some(&report));

    let graphemes: BTreeSet<usize> = draft.grapheme_indices(true).map(|(at, _)| at).chain([draft.len()]).collect();
    let bytes: Vec<usize> = draft.char_indices().map(|(at, _)| at).chain([draft.len()]).collect();
    let units: Vec<u16> = draft.encode_utf16().collect();
    let cut = |span: Span| {
        let byte: Range<usize> = span.byte.into();
        assert!(byte.start < byte.end && graphemes.contains(&byte.start) && graphemes.contains(&byte.end));
        assert_eq!((bytes[span.char.start as usize], bytes[span.char.end as usize]), (byte.start, byte.end));
        assert_eq!(String::from_utf16(&units[Range::from(span.utf16)]).expect("whole characters"), draft[byte.clone()]);
        byte
    };
    for finding in &report.findings {
        assert_eq!(draft[cut(finding.span)], finding.text);
    }
    for sentence in &report.sentences {
        cut(sentence.span);
    }
    for pair in report.findings.windows(2) {
        let key = |i: usize| (pair[i].span.byte.start, std::cmp::Reverse(pair[i].severity));
        assert!(key(0) < key(1) || (key(0) == key(1) && pair[0].rule < pair[1].rule));
    }
    for (i, a) in report.findings.iter().enumerate() {
        let inside = |b: &huashu::Finding| a.category == b.category && a.span.byte.start <= b.span.byte.start && b.span.byte.end <= a.span.byte.end;
        assert!(report.findings.iter().enumerate().all(|(j, b)| i == j || !inside(b)));
    }
    let worst = report.findings.iter().map(|f| f.severity).max().unwrap_or(Severity::Pass);
    assert_eq!(report.verdict, worst);
});

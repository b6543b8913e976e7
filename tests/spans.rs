//! Offsets in three units: they cut the same text, and never inside a grapheme cluster.

use huashu::{Engine, Span};
use unicode_segmentation::UnicodeSegmentation as _;

fn cut(draft: &str, span: Span) -> &str {
    let bytes: std::ops::Range<usize> = span.byte.into();
    let text = &draft[bytes.clone()];
    let chars: String = draft.chars().skip(span.char.start as usize).take((span.char.end - span.char.start) as usize).collect();
    let units: Vec<u16> = draft.encode_utf16().collect();
    let utf16 = String::from_utf16(&units[std::ops::Range::from(span.utf16)]).expect("no half characters");
    assert_eq!((text, text), (&chars[..], &utf16[..]), "{draft}");
    let boundaries: Vec<usize> = draft.grapheme_indices(true).map(|(at, _)| at).chain([draft.len()]).collect();
    assert!(boundaries.contains(&bytes.start) && boundaries.contains(&bytes.end), "{draft}: {bytes:?}");
    text
}

#[test]
fn spans_cut_the_same_text_in_every_unit() {
    let engine = Engine::bundled().expect("the bundled packs");
    let cases = [
        ("你自己不会看吗", "你自己不会看吗"),
        ("😀👨‍👩‍👧你自己不会看吗？", "你自己不会看吗"),
        ("親，你自己不會看嗎？", "你自己不會看嗎"),
        ("a\u{301}你自己不\u{200b}会看吗\u{fe0f}！", "你自己不\u{200b}会看吗\u{fe0f}"),
        ("𠮷你自己不会看吗", "你自己不会看吗"),
        ("🇨🇳 你*自*己*不*会*看*吗", "你*自*己*不*会*看*吗"),
        ("ｎｍｓｌ", "ｎｍｓｌ"),
        ("e\u{301}\r\n你自己不会看吗\u{301}", "你自己不会看吗\u{301}"),
    ];
    for (draft, wanted) in cases {
        let report = engine.check(draft).expect("a report");
        let found: Vec<&str> = report.findings.iter().map(|f| cut(draft, f.span)).collect();
        assert_eq!(found, [wanted], "{draft}");
        for (finding, text) in report.findings.iter().zip(found) {
            assert_eq!(finding.text, text);
        }
        for sentence in &report.sentences {
            assert!(!cut(draft, sentence.span).is_empty());
        }
    }
}

#[test]
fn words_cut_the_text_in_order() {
    let engine = Engine::bundled().expect("the bundled packs");
    let text = "😀您的滾筒洗衣機 明天送到，好嗎？";
    let words = engine.segment(text).expect("words");
    let cuts: Vec<&str> = words.iter().map(|&span| cut(text, span)).collect();
    assert_eq!(cuts, ["您", "的", "滾筒", "洗衣機", "明天", "送到", "好", "嗎"]);
}

//! Golden reports: what the agent would see, with carets under the offending words. Review `golden/*.txt` like code;
//! `HUASHU_BLESS=1 cargo test --test golden` writes them anew.

use std::fmt::Write as _;

use huashu::{Engine, Request, Role, Turn};
use unicode_width::UnicodeWidthStr as _;

/// A block of a golden file: lines that begin with `»` (a draft), `顾客:`, `客服:`; the rest is made.
fn requests(text: &str) -> Vec<Request> {
    let mut all = Vec::new();
    let mut request = Request { suggest: 2, ..Request::default() };
    for line in text.lines() {
        if let Some(said) = line.strip_prefix("顾客: ") {
            let before = std::mem::replace(&mut request.customer, said.to_owned());
            if !before.is_empty() {
                request.history.push(Turn { role: Role::Customer, text: before });
            }
        } else if let Some(said) = line.strip_prefix("客服: ") {
            let before = std::mem::take(&mut request.customer);
            request.history.extend([Turn { role: Role::Customer, text: before }, Turn { role: Role::Agent, text: said.to_owned() }]);
        } else if let Some(draft) = line.strip_prefix('»') {
            request.draft = draft.trim_start_matches(' ').to_owned();
            all.push(std::mem::replace(&mut request, Request { suggest: 2, ..Request::default() }));
        }
    }
    all
}

fn show(engine: &Engine, request: &Request) -> String {
    let report = engine.run(request).expect("a report");
    let mut out = String::new();
    for turn in request.history.iter().filter(|turn| !turn.text.is_empty()) {
        writeln!(out, "{}: {}", if turn.role == Role::Agent { "客服" } else { "顾客" }, turn.text).expect("a string");
    }
    if !request.customer.is_empty() {
        writeln!(out, "顾客: {}", request.customer).expect("a string");
    }
    writeln!(out, "» {}", request.draft).expect("a string");
    for finding in &report.findings {
        let before = &request.draft[..finding.span.byte.start as usize];
        writeln!(out, "  {}{} {} {}", " ".repeat(before.width()), "^".repeat(finding.text.width()), finding.severity, finding.rule)
            .expect("a string");
        writeln!(out, "  {}因为 {}", " ".repeat(before.width()), finding.reason).expect("a string");
        writeln!(out, "  {}改成 {}", " ".repeat(before.width()), finding.rewrites[0]).expect("a string");
    }
    let intents: Vec<String> = report.intents.iter().map(|i| format!("{} {:.2}", i.intent, i.score)).collect();
    writeln!(out, "  = {}{}{}", report.verdict, if intents.is_empty() { "" } else { ": " }, intents.join(", ")).expect("a string");
    if let Some(customer) = &report.customer {
        let escalate = if customer.escalate { format!(", escalate: {}", customer.reasons.join(" ")) } else { String::new() };
        writeln!(out, "  ~ {} {} {:.2}{escalate}", customer.r#type, customer.scenario, customer.hostility).expect("a string");
    }
    for suggestion in &report.suggestions {
        writeln!(out, "  + {} ({})", suggestion.text, suggestion.id).expect("a string");
    }
    out
}

#[test]
fn reports_are_as_they_were_reviewed() {
    let engine = Engine::bundled().expect("the bundled packs");
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let mut files: Vec<_> = std::fs::read_dir(folder).expect("golden files").map(|f| f.expect("a file").path()).collect();
    files.sort();
    assert!(!files.is_empty());
    for file in files {
        let there = std::fs::read_to_string(&file).expect("a golden file");
        let head: String = there.lines().take_while(|line| line.starts_with('#')).map(|line| format!("{line}\n")).collect();
        let blocks: Vec<String> = requests(&there).iter().map(|request| show(&engine, request)).collect();
        assert!(!blocks.is_empty(), "{}", file.display());
        let made = format!("{head}\n{}", blocks.join("\n"));
        if std::env::var_os("HUASHU_BLESS").is_some() {
            std::fs::write(&file, made).expect("writing a golden file");
        } else {
            let line = there.lines().zip(made.lines()).position(|(a, b)| a != b);
            assert!(there == made, "{} differs from line {:?}; made:\n{made}", file.display(), line.map(|l| l + 1));
        }
    }
}

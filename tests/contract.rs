//! The JSON of the report, field by field, and the laws that every report keeps.

use huashu::{Engine, Report, Request, Role, Script, Severity, Turn};
use serde_json::{Value, json};

fn engine() -> Engine {
    Engine::bundled().expect("the bundled packs")
}

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().expect("an object").keys().map(String::as_str).collect()
}

fn run(line: &Value) -> String {
    huashu::json::Line::parse(&line.to_string()).expect("a request").run(&engine()).expect("a report")
}

#[test]
fn the_report_has_the_fields_of_the_contract_in_their_order() {
    let line = run(&json!({"id": {"n": 1}, "draft": "你自己不会看吗？稍等", "customer": "杯子碎了！", "suggest": 2}));
    let order =
        ["\"id\":", "\"schema\":", "\"verdict\":", "\"findings\":", "\"sentences\":", "\"intents\":", "\"customer\":", "\"suggestions\":"];
    let places: Vec<_> = order.iter().map(|key| line.find(key).unwrap_or_else(|| panic!("{key} in {line}"))).collect();
    assert!(places[0] < places[1] && places[1] < places[2] && places[2] < places[3] && places[3] < places[4], "{line}");

    let report: Value = serde_json::from_str(&line).expect("JSON");
    let mut all = keys(&report);
    all.sort_unstable();
    assert_eq!(all, ["customer", "findings", "id", "intents", "schema", "sentences", "suggestions", "verdict"]);
    assert_eq!(report["id"], json!({"n": 1}));
    assert_eq!(report["schema"], 1);
    assert_eq!(report["verdict"], "warn");
    let finding = &report["findings"][0];
    let mut all = keys(finding);
    all.sort_unstable();
    assert_eq!(all, ["byte", "category", "char", "reason", "rewrites", "rule", "severity", "text", "utf16"]);
    assert_eq!(finding["category"], "interrogation");
    assert_eq!(finding["severity"], "warn");
    assert_eq!(finding["text"], "你自己不会看吗");
    assert_eq!((&finding["byte"], &finding["char"], &finding["utf16"]), (&json!([0, 21]), &json!([0, 7]), &json!([0, 7])));
    assert!(finding["rewrites"].as_array().is_some_and(|all| !all.is_empty()));
    let mut all = keys(&report["sentences"][0]);
    all.sort_unstable();
    assert_eq!(all, ["byte", "char", "intents", "utf16"]);
    assert_eq!(report["sentences"][0]["char"], json!([0, 8]));
    let mut all = keys(&report["customer"]);
    all.sort_unstable();
    assert_eq!(all, ["escalate", "hostility", "reasons", "scenario", "type"]);
    assert_eq!(report["customer"]["scenario"], "damaged");
    let suggestion = &report["suggestions"][0];
    let mut all = keys(suggestion);
    all.sort_unstable();
    assert_eq!(all, ["id", "intent", "scenario", "score", "slots", "text"]);
    assert_eq!(suggestion["scenario"], "damaged");
}

#[test]
fn an_empty_request_has_an_empty_report() {
    assert_eq!(
        run(&json!({})),
        r#"{"schema":1,"verdict":"pass","findings":[],"sentences":[],"intents":[],"customer":null,"suggestions":[]}"#
    );
    assert!(run(&json!({"id": null, "draft": " \n"})).starts_with(r#"{"id":null,"schema":1,"verdict":"pass""#), "an id may be any value");
}

#[test]
fn unknown_fields_and_wrong_kinds_are_errors() {
    for line in [
        r#"{"drafts": ""}"#,
        r#"{"draft": 1}"#,
        r#"["draft"]"#,
        "你好",
        r#"{"history": [{"role": "boss", "text": ""}]}"#,
        r#"{"script": "latin"}"#,
    ] {
        let (_, error) = huashu::json::Line::parse(line).expect_err(line);
        assert_eq!(error.kind(), "json", "{line}: {error}");
    }
    let (id, _) = huashu::json::Line::parse(r#"{"id": 7, "drafts": ""}"#).expect_err("an unknown field");
    assert_eq!(id, Some(json!(7)));
}

#[test]
fn ignored_and_unfinished_words_are_left_out() {
    let draft = "你自己不会看吗？";
    let finding = engine().check(draft).expect("a report").findings.remove(0);
    let ignored =
        Request { draft: draft.into(), ignore: vec![huashu::Ignore { rule: finding.rule, text: finding.text }], ..Request::default() };
    assert_eq!(engine().run(&ignored).expect("a report").verdict, Severity::Pass);

    let composing = |start, end| Request { draft: draft.into(), composing: Some((start, end)), ..Request::default() };
    assert_eq!(engine().run(&composing(3, 8)).expect("a report").verdict, Severity::Pass);
    assert_eq!(engine().run(&composing(8, 8)).expect("a report").verdict, Severity::Warn);
    for (start, end) in [(0, 9), (5, 4)] {
        let error = engine().run(&composing(start, end)).expect_err("a range outside the draft");
        assert_eq!(error.kind(), "range");
    }
}

#[test]
fn texts_that_are_too_long_are_refused() {
    let engine = Engine::builder().max_draft_bytes(10).build().expect("an engine");
    assert!(engine.check("你好你").is_ok());
    assert_eq!(engine.check("你好你好").expect_err("12 bytes").kind(), "too_long");
    let history = vec![Turn { role: Role::Agent, text: "你好你好".into() }];
    let error = engine.run(&Request { history, ..Request::default() }).expect_err("12 bytes");
    assert_eq!(error.to_string(), "history of 12 bytes is longer than the limit of 10");
}

#[test]
fn reasons_and_suggestions_come_in_the_script_of_the_conversation() {
    let hant = Request { draft: "你自己不會看嗎？".into(), customer: "杯子碎了，怎麼辦".into(), ..Request::default() };
    let report = engine().run(&hant).expect("a report");
    let simplified = |text: &str| text.contains(['这', '们', '请', '为', '会', '吗']);
    assert!(!report.findings.is_empty() && !report.suggestions.is_empty());
    assert!(report.findings.iter().all(|f| !simplified(&f.reason) && f.rewrites.iter().all(|r| !simplified(r))), "{report:?}");
    assert!(report.suggestions.iter().all(|s| !simplified(&s.text)), "{report:?}");
    let forced = Request { script: Script::Hans, ..hant };
    assert!(engine().run(&forced).expect("a report").findings.iter().any(|f| simplified(&f.rewrites.concat()) || simplified(&f.reason)));
}

#[test]
fn the_engine_is_shared_and_says_the_same_everywhere() {
    fn shared<T: Send + Sync + std::panic::UnwindSafe + Clone>(_: &T) {}
    shared(&engine());
    let drafts = ["你自己不会看吗", "您好，请稍等", "爱买不买，滚", "已为您登记，明天给您答复。"];
    let alone: Vec<Report> = drafts.iter().map(|draft| engine().check(draft).expect("a report")).collect();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for (draft, report) in drafts.iter().zip(&alone) {
                    assert_eq!(engine().check(draft).as_ref().ok(), Some(report));
                }
            });
        }
    });
}

#[test]
fn suggestions_can_be_filled() {
    let suggestion = engine()
        .suggest(&Request { customer: "快递三天没动了，帮我看看".into(), suggest: 20, ..Request::default() })
        .expect("suggestions")
        .into_iter()
        .find(|s| !s.slots.is_empty())
        .expect("one of twenty has a blank");
    let missing = suggestion.fill(&[]).expect_err("nothing filled");
    assert_eq!(missing.missing, suggestion.slots);
    let values: Vec<(&str, &str)> = suggestion.slots.iter().map(|name| (name.as_str(), "今天18点前")).collect();
    let filled = suggestion.fill(&values).expect("all filled");
    assert!(!filled.contains(['{', '}']) && filled.contains("今天18点前"), "{filled}");
}

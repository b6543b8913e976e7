//! One failing case for each validation, each with its place; and what a good pack of one's own can do.

use huashu::{Engine, Error, Severity};

fn build(pack: &str) -> Result<Engine, Error> {
    Engine::builder().pack("own.toml", pack)?.build()
}

/// A rule that loads, with one of its lines replaced by another.
fn rule(from: &str, to: &str) -> String {
    let good = r#"[[rule]]
id = "command.shop-slogan"
phrases = ["手慢(无/就没)"]
reason = "催得太急，顾客会反感。"
rewrites = ["您慢慢挑，喜欢的话我给您留着货。"]
bad = ["亲〖手慢无〗"]
good = ["您付款后我们当天发出"]
"#;
    assert!(good.contains(from), "{from}");
    good.replace(from, to)
}

#[test]
fn every_validation_has_a_case_that_fails() {
    let long = "长短".repeat(35);
    let cases: Vec<(String, &str, &str)> = vec![
        ("[[rule]\n".into(), "1:8", "unclosed"),
        ("[[rule]]\nid = 3\n".into(), "2:6", "invalid type"),
        ("[[rules]]\n".into(), "1:3", "unknown field `rules`"),
        (rule("reason = \"催得太急，顾客会反感。\"\n", ""), "1:1", "missing field `reason`"),
        (rule("\"催得太急，顾客会反感。\"", "\" \""), "4:10", "has no reason"),
        (rule("[\"您慢慢挑，喜欢的话我给您留着货。\"]", "[]"), "2:6", "has no rewrites"),
        (rule("[\"亲〖手慢无〗\"]", "[]"), "2:6", "has no bad"),
        (rule("[\"您付款后我们当天发出\"]", "[]"), "2:6", "has no good"),
        (rule("[\"手慢(无/就没)\"]", "[]"), "2:6", "has no phrases"),
        (rule("亲〖手慢无〗", "亲手慢无"), "6:8", "needs one span"),
        (rule("亲〖手慢无〗", "〖亲手慢无〗"), "6:8", "should find 「亲手慢无」 in its example and finds 「手慢无」"),
        (rule("亲〖手慢无〗", "亲〖付款吧〗"), "6:8", "finds nothing"),
        (rule("您付款后", "您手慢无后"), "7:9", "in the harmless example"),
        (rule("我给您留着货", "手慢就没"), "5:13", "in a text that `command.shop-slogan` offers"),
        (rule("(无/就没)\"", "(无/就没)\", \"手*慢(无/就没)\""), "3:24", "stands already, after folding"),
        (rule("手慢(无/就没)", "速速(付款"), "3:12", "not closed"),
        (rule("手慢(无/就没)", "<nobody>付款"), "3:12", "no class is called"),
        (rule("手慢(无/就没)", "付…款…付…款…付…款"), "3:12", "more than 4 gaps"),
        (rule("手慢(无/就没)", &long), "3:12", "more than 60 characters"),
        (rule("command.shop-slogan", "commands.shop"), "2:6", "unknown category `commands`"),
        (rule("command.shop-slogan", "command"), "2:6", "a category, a dot and a name"),
        (rule("command.shop-slogan", "command.Shop"), "2:6", "lower-case"),
        (rule("good =", "severity = \"fatal\"\ngood ="), "7:12", "unknown severity `fatal`"),
        (rule("good =", "severity = \"pass\"\ngood ="), "2:6", "severity pass"),
        (rule("good =", "industry = [\"mining\"]\ngood ="), "7:12", "unknown industry `mining`"),
        (rule("good =", "colour = 1\ngood ="), "7:1", "unknown field `colour`"),
        (
            format!("{}{}", rule("手", "手"), rule("手慢(无/就没)", "脚慢(无/就没)").replace("手慢", "脚慢")),
            "9:6",
            "is used already at own.toml:2:6",
        ),
        (
            format!("[[retired]]\nid = \"command.shop-slogan\"\nsuccessor = \"command.rush\"\n{}", rule("手", "手")),
            "5:6",
            "retired; its successor is `command.rush`",
        ),
        ("disable = [\"command.nothing\"]".into(), "1:12", "no rule has the id"),
        ("[severity]\n\"command.nothing\" = \"hint\"".into(), "2:1", "no rule has the id"),
        ("[classes]\nyou = [\"你\"]".into(), "2:1", "defined already at data/rules/classes.toml"),
        ("[classes]\nmine = [\"你…我\"]".into(), "2:9", "no gaps"),
        ("[classes]\nmine = []".into(), "2:1", "has no phrases"),
        ("[[intent]]\nid = \"singing\"\ncues = [\"啦啦\"]".into(), "2:6", "unknown intent `singing`"),
        ("[[intent]]\nid = \"listening\"".into(), "2:6", "has no cues"),
        ("[[scenario]]\nid = \"other\"\ncues = [\"啦啦\"]".into(), "2:6", "unknown scenario `other`"),
        ("[[type]]\nid = \"neutral\"\ncues = [\"啦啦\"]".into(), "2:6", "unknown customer type `neutral`"),
        ("[[escalation]]\nid = \"fire\"\ncues = [\"着火\"]".into(), "2:6", "has no reason"),
        ("[[template]]\nid = \"empathy.any\"\ntext = \"好\"".into(), "2:6", "an intent, a scenario or `any`"),
        ("[[template]]\nid = \"empathy.moon.a\"\ntext = \"好\"".into(), "2:6", "unknown scenario `moon`"),
        ("[[template]]\nid = \"pity.any.a\"\ntext = \"好\"".into(), "2:6", "unknown intent `pity`"),
        ("[[template]]\nid = \"empathy.any.a\"\ntext = \"请{星座}\"".into(), "3:8", "which no [[slot]] names"),
        ("[[template]]\nid = \"empathy.any.a\"\ntext = \"你自己不会看吗\"".into(), "3:8", "in a text that `empathy.any.a` offers"),
        ("\u{feff}[[template]]\nid = \"empathy.any.a\"\ntext = \"\"".into(), "3:8", "has no text"),
    ];
    let failed: Vec<String> = cases
        .iter()
        .filter_map(|(pack, place, why)| {
            let text = match build(pack) {
                Ok(_) => "it loads".to_owned(),
                Err(error) => error.to_string(),
            };
            let told = text.contains(&format!("own.toml:{place}: ")) && text.contains(why);
            (!told).then(|| format!("wanted {place} {why} in\n{text}\nfor\n{pack}"))
        })
        .collect();
    assert!(failed.is_empty(), "{}", failed.join("\n---\n"));
}

#[test]
fn a_pack_of_ones_own_adds_silences_and_regrades() {
    let engine = build(&rule("手", "手")).expect("a good pack");
    assert_eq!(engine.check("亲手慢就没哦").expect("a report").findings[0].rule, "command.shop-slogan");

    let bundled = Engine::bundled().expect("the bundled packs").check("你自己不会看吗").expect("a report").findings.remove(0).rule;
    let engine = build(&format!("disable = [\"{bundled}\"]")).expect("a good pack");
    assert!(engine.check("你自己不会看吗").expect("a report").findings.iter().all(|f| f.rule != bundled));
    let engine = build(&format!("[severity]\n\"{bundled}\" = \"block\"")).expect("a good pack");
    assert_eq!(engine.check("你自己不会看吗").expect("a report").verdict, Severity::Block);
}

#[test]
fn a_bundled_template_that_ones_own_rule_flags_is_withheld() {
    let request = huashu::Request { customer: "收到的杯子碎了".into(), suggest: 50, ..Default::default() };
    let offers = |engine: &Engine| engine.suggest(&request).expect("suggestions").into_iter().filter(|s| s.text.contains("抱歉")).count();
    assert!(offers(&Engine::bundled().expect("the bundled packs")) > 0);
    let pack = r#"[[rule]]
id = "stalling.no-sorry"
phrases = ["抱歉"]
reason = "我们店只说对不起。"
rewrites = ["对不起"]
bad = ["真〖抱歉〗"]
good = ["真对不起"]
"#;
    assert_eq!(offers(&build(pack).expect("a good pack")), 0);
}

#[test]
fn files_that_cannot_be_read_are_named() {
    let error = Engine::builder().pack_file("no/such/pack.toml").expect_err("a missing file");
    assert!(error.kind() == "io" && error.to_string().starts_with("no/such/pack.toml: "), "{error}");
    let error = Engine::builder().pack_file("src").expect_err("a folder");
    assert_eq!(error.kind(), "io");
}

#[test]
fn the_packs_of_the_guides_load() {
    for guide in ["README.md", "README.zh-CN.md", "data/README.md", "data/README.zh-CN.md"] {
        let text = std::fs::read_to_string(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(guide)).expect("a guide");
        let blocks = text.split("```toml\n").skip(1).filter_map(|rest| rest.split_once("```")).map(|(block, _)| block);
        let packs: Vec<&str> = blocks.filter(|block| block.contains("[[")).collect();
        assert!(!packs.is_empty(), "{guide}");
        for pack in packs {
            build(pack).unwrap_or_else(|error| panic!("{guide}: {error}"));
        }
    }
}

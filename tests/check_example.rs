//! The `check` example as a person and as a program call it.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

/// Cargo builds the examples beside the tests.
fn program() -> PathBuf {
    let mut path = std::env::current_exe().expect("this test");
    path.pop();
    path.pop();
    path.join("examples").join(format!("check{}", std::env::consts::EXE_SUFFIX))
}

fn run(args: &[&str], input: &[u8]) -> Output {
    let mut child = Command::new(program())
        .args(args)
        .env_remove("CLICOLOR_FORCE")
        .env_remove("NO_COLOR")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("`cargo test` builds the examples");
    child.stdin.take().expect("a pipe").write_all(input).expect("an input");
    child.wait_with_output().expect("an output")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}

#[test]
fn a_person_sees_the_marked_draft_without_colour_in_a_pipe() {
    let output = run(&["--", "你自己不会看吗？"], b"");
    let out = text(&output.stdout);
    assert!(output.status.success() && out.starts_with("警告  〖你自己不会看吗〗？\n") && out.contains("→"), "{out}");
    assert!(!out.contains('\u{1b}'), "no colour codes in a pipe");
}

#[test]
fn lines_are_checked_one_by_one() {
    let output = run(&["--lines"], "您好\r\n爱买不买\n".as_bytes());
    let out = text(&output.stdout);
    assert!(output.status.success() && out.starts_with("通过  您好\n") && out.contains("警告  〖爱买不买〗"), "{out}");
}

#[test]
fn a_bad_line_is_told_in_its_place_and_the_rest_goes_on() {
    let mut input = "{\"id\": \"a1\", \"draft\": \"您好\"}\n你好\n{\"id\": 3, \"drafts\": \"\"}\n".as_bytes().to_vec();
    input.extend(b"\xff\n{\"id\": 5, \"composing\": [1, 2]}\n{\"id\": 6}\n");
    let output = run(&["--json"], &input);
    let out = text(&output.stdout);
    let lines: Vec<&str> = out.lines().collect();
    assert_eq!(output.status.code(), Some(1));
    assert!(lines[0].starts_with(r#"{"id":"a1","schema":1,"verdict":"pass""#), "{out}");
    assert!(lines[1].starts_with(r#"{"id":null,"error":{"kind":"json","line":2,"message":""#), "{out}");
    assert!(lines[2].starts_with(r#"{"id":3,"error":{"kind":"json","line":3,"message":"unknown field `drafts`"#), "{out}");
    assert!(lines[3].starts_with(r#"{"id":null,"error":{"kind":"utf8","line":4"#), "{out}");
    assert!(lines[4].starts_with(r#"{"id":5,"error":{"kind":"range","line":5"#), "{out}");
    assert!(lines[5].starts_with(r#"{"id":6,"schema":1"#) && lines.len() == 6, "{out}");
}

#[test]
fn a_pack_is_loaded_or_its_mistakes_are_told() {
    let folder = std::env::temp_dir().join(format!("huashu-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let write = |name: &str, pack: &str| {
        let path = folder.join(name);
        std::fs::write(&path, pack).expect("a file");
        path.display().to_string()
    };
    let rule = "[[rule]]\nid = \"command.own\"\nphrases = [\"手慢无\"]\nreason = \"急\"\nrewrites = [\"不急\"]\nbad = [\"〖手慢无〗\"]\ngood = [\"好\"]\n";
    let good = write("good.toml", rule);
    let bad = write("bad.toml", &rule.replace("〖", "").replace("〗", ""));
    let output = run(&["--pack", &good, "手慢无"], b"");
    assert!(text(&output.stdout).contains("command.own"), "{output:?}");
    let output = run(&["--pack", &bad, "手慢无"], b"");
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("bad.toml:6:8: the example"), "{output:?}");
    std::fs::remove_dir_all(folder).expect("the folder");
}

#[test]
fn wrong_calls_are_told_how_to_call() {
    for args in [&["--jsn"][..], &[], &["--pack"], &["--json", "x"], &["--suggest", "x", "y"]] {
        let output = run(args, b"");
        assert!(output.status.code() == Some(2) && text(&output.stderr).contains("usage: check"), "{args:?}: {output:?}");
    }
}

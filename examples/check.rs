//! Checks drafts from the command line.
//!
//! ```text
//! check [--pack FILE]... [--customer TEXT] [--suggest N] [--] DRAFT   a report for a person
//! check [--pack FILE]... --lines                                     a draft a line from standard input, reports for a person
//! check [--pack FILE]... --json                                      a request a line from standard input, a report a line
//! ```

use std::fmt::Write as _;
use std::io::{BufRead, Write};
use std::process::ExitCode;

use anstyle::{AnsiColor, Style};
use huashu::json::Line;
use huashu::{Engine, Error, Report, Request, Severity};

const USAGE: &str = "usage: check [--pack FILE]... [--customer TEXT] [--suggest N] [--] DRAFT
       check [--pack FILE]... --lines < drafts.txt
       check [--pack FILE]... --json < requests.jsonl";

enum Mode {
    Draft,
    Lines,
    Json,
}

struct Args {
    mode: Mode,
    packs: Vec<String>,
    customer: String,
    suggest: u32,
    draft: Option<String>,
}

fn parse(mut args: impl Iterator<Item = String>) -> Result<Args, String> {
    let mut parsed = Args { mode: Mode::Draft, packs: Vec::new(), customer: String::new(), suggest: 3, draft: None };
    let mut words = Vec::new();
    while let Some(arg) = args.next() {
        let mut value = |name: &str| args.next().ok_or(format!("{name} needs a value"));
        match arg.as_str() {
            "--json" => parsed.mode = Mode::Json,
            "--lines" => parsed.mode = Mode::Lines,
            "--pack" => parsed.packs.push(value("--pack")?),
            "--customer" => parsed.customer = value("--customer")?,
            "--suggest" => parsed.suggest = value("--suggest")?.parse().map_err(|_| "--suggest needs a number")?,
            "--help" | "-h" => return Err(String::new()),
            "--" => words.extend(args.by_ref()),
            option if option.starts_with("--") => return Err(format!("unknown option {option}")),
            _ => words.push(arg),
        }
    }
    if !words.is_empty() {
        parsed.draft = Some(words.join(" "));
    }
    match (&parsed.mode, &parsed.draft) {
        (Mode::Draft, None) if parsed.customer.is_empty() => Err("no draft".into()),
        (Mode::Lines | Mode::Json, Some(_)) => Err("--lines and --json read standard input, not a draft".into()),
        _ => Ok(parsed),
    }
}

fn main() -> ExitCode {
    let args: Result<Vec<String>, _> = std::env::args_os().skip(1).map(std::ffi::OsString::into_string).collect();
    let args = match args.map_err(|arg| format!("{} is not UTF-8", arg.to_string_lossy())).and_then(|args| parse(args.into_iter())) {
        Ok(args) => args,
        Err(why) => {
            eprintln!("{}{USAGE}", if why.is_empty() { why } else { why + "\n" });
            return ExitCode::from(2);
        }
    };
    match run(&args) {
        Ok(code) => code,
        // Whoever reads us has read enough.
        Err(error) if error.downcast_ref::<std::io::Error>().is_some_and(|e| e.kind() == std::io::ErrorKind::BrokenPipe) => {
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &Args) -> Result<ExitCode, Box<dyn std::error::Error>> {
    let engine = match args.packs.is_empty() {
        true => Engine::bundled()?,
        false => args.packs.iter().try_fold(Engine::builder(), |builder, pack| builder.pack_file(pack))?.build()?,
    };
    let mut out = anstream::AutoStream::auto(std::io::stdout().lock());
    let stdin = std::io::stdin().lock();
    let mut failed = false;
    match args.mode {
        Mode::Draft => {
            let request = Request {
                draft: args.draft.clone().unwrap_or_default(),
                customer: args.customer.clone(),
                suggest: args.suggest,
                ..Request::default()
            };
            out.write_all(show(&request, &engine.run(&request)?).as_bytes())?;
        }
        Mode::Lines => {
            for line in lines(stdin) {
                let request = Request { draft: line?.1?, suggest: 0, ..Request::default() };
                out.write_all(show(&request, &engine.run(&request)?).as_bytes())?;
                out.flush()?;
            }
        }
        Mode::Json => {
            // Not through the stream that takes colours out: JSON goes out as it is.
            drop(out);
            let mut out = std::io::stdout().lock();
            for line in lines(stdin) {
                let (number, line) = line?;
                let answer = match line.map_err(|error| (None, "utf8", error.to_string())).and_then(|line| answer(&engine, &line)) {
                    Ok(report) => report,
                    Err((id, kind, message)) => {
                        failed = true;
                        huashu::json::error(id.as_ref(), kind, number, &message)?
                    }
                };
                writeln!(out, "{answer}")?;
                out.flush()?;
            }
        }
    }
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

type Failure = (Option<serde_json::Value>, &'static str, String);

fn answer(engine: &Engine, line: &str) -> Result<String, Failure> {
    let failure = |id, error: Error| (id, error.kind(), error.to_string());
    let line = Line::parse(line).map_err(|(id, error)| failure(id, error))?;
    line.run(engine).map_err(|error| failure(line.id.clone(), error))
}

/// The lines of an input with their numbers, each by itself either text or not.
#[allow(clippy::type_complexity)]
fn lines(mut input: impl BufRead) -> impl Iterator<Item = std::io::Result<(usize, Result<String, std::string::FromUtf8Error>)>> {
    let mut number = 0;
    std::iter::from_fn(move || {
        let mut line = Vec::new();
        match input.read_until(b'\n', &mut line) {
            Ok(0) => None,
            Ok(_) => {
                number += 1;
                while line.last().is_some_and(|b| matches!(b, b'\n' | b'\r')) {
                    line.pop();
                }
                Some(Ok((number, String::from_utf8(line))))
            }
            Err(error) => Some(Err(error)),
        }
    })
}

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();
const GREEN: Style = AnsiColor::Green.on_default();

fn colour(severity: Severity) -> Style {
    match severity {
        Severity::Block => AnsiColor::Red.on_default().bold(),
        Severity::Warn => AnsiColor::Yellow.on_default().bold(),
        Severity::Hint => AnsiColor::Cyan.on_default(),
        _ => GREEN,
    }
}

/// A report as a person reads it.
fn show(request: &Request, report: &Report) -> String {
    let mut out = String::new();
    let marked = mark(&request.draft, report);
    let verdict = colour(report.verdict);
    // Writing to a string does not fail.
    let _ = writeln!(out, "{verdict}{}{verdict:#}  {marked}", report.verdict.chinese());
    for finding in &report.findings {
        let style = colour(finding.severity);
        let _ = writeln!(out, "  {style}{}{style:#} 「{}」{}", finding.category.chinese(), finding.text, finding.reason);
        let _ = writeln!(out, "    {DIM}{}{DIM:#}", finding.rule);
        for rewrite in &finding.rewrites {
            let _ = writeln!(out, "    {GREEN}→ {rewrite}{GREEN:#}");
        }
    }
    if !report.intents.is_empty() {
        let intents: Vec<_> = report.intents.iter().map(|i| format!("{} {:.0}%", i.intent.chinese(), i.score * 100.0)).collect();
        let _ = writeln!(out, "  {DIM}意图:{DIM:#} {}", intents.join(" · "));
    }
    if let Some(customer) = &report.customer {
        let _ = write!(
            out,
            "  {DIM}顾客:{DIM:#} {} · {} · 火气 {:.0}%",
            customer.r#type.chinese(),
            customer.scenario.chinese(),
            customer.hostility * 100.0
        );
        let _ = writeln!(
            out,
            "{}",
            if customer.escalate { format!(" · 请主管介入（{}）", customer.reasons.join("；")) } else { String::new() }
        );
    }
    for suggestion in &report.suggestions {
        let _ = writeln!(out, "  {GREEN}+ {}{GREEN:#}  {DIM}{} {}{DIM:#}", suggestion.text, suggestion.intent.chinese(), suggestion.id);
    }
    out
}

/// The draft with its offending words marked: coloured and underlined on a terminal, between 〖 and 〗 everywhere.
fn mark(draft: &str, report: &Report) -> String {
    let mut out = String::new();
    let mut at = 0;
    for finding in &report.findings {
        let span: std::ops::Range<usize> = finding.span.byte.into();
        if span.start < at {
            continue;
        }
        let style = colour(finding.severity).underline();
        let _ = write!(out, "{}{style}〖{}〗{style:#}", &draft[at..span.start], &draft[span.clone()]);
        at = span.end;
    }
    let _ = write!(out, "{BOLD}{BOLD:#}{}", &draft[at..]);
    out
}

//! Draws a terminal's output: `check` with colours on standard input, an SVG on standard output.

use std::io::Read as _;

fn main() -> std::io::Result<()> {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text)?;
    let term = anstyle_svg::Term::new().min_width_px(760);
    print!("{}", term.render_svg(text.trim_end()));
    Ok(())
}

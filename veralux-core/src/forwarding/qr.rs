//! A text as a QR code (ISO/IEC 18004) in SVG.

use std::fmt::Write as _;

use qrcodegen::{QrCode, QrCodeEcc};

/// Modules of white around the code that the standard asks for.
const QUIET: i32 = 4;

/// An SVG image of a text, one unit a module. Empty for a text that no QR code holds (more than 2,331 bytes).
pub(super) fn svg(text: &str) -> String {
    let Ok(code) = QrCode::encode_text(text, QrCodeEcc::Medium) else { return String::new() };
    let side = code.size() + 2 * QUIET;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\">\
         <rect width=\"100%\" height=\"100%\" fill=\"#fff\"/><path d=\""
    );
    for y in 0..code.size() {
        push_row(&code, y, &mut svg);
    }
    svg.push_str("\"/></svg>");
    svg
}

/// The dark modules of a row, each run of them as one bar.
fn push_row(code: &QrCode, y: i32, svg: &mut String) {
    let mut x = 0;
    while x < code.size() {
        let run = (x..code.size()).take_while(|x| code.get_module(*x, y)).count();
        let run = i32::try_from(run).unwrap_or(0);
        if run > 0 {
            // Writing to a string cannot fail.
            let _ = write!(svg, "M{} {}h{run}v1h-{run}z", x + QUIET, y + QUIET);
        }
        x += run.max(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Paints the bars of an SVG back into modules.
    fn modules(svg: &str) -> Vec<(i32, i32)> {
        let path = svg.split("d=\"").nth(1).unwrap().split('"').next().unwrap();
        let mut dark = Vec::new();
        for bar in path.split('z').filter(|bar| !bar.is_empty()) {
            let (x, rest) = bar.get(1..).unwrap().split_once(' ').unwrap();
            let (y, rest) = rest.split_once('h').unwrap();
            let (run, _) = rest.split_once('v').unwrap();
            let (x, y, run): (i32, i32, i32) = (x.parse().unwrap(), y.parse().unwrap(), run.parse().unwrap());
            dark.extend((x..x + run).map(|x| (x - QUIET, y - QUIET)));
        }
        dark
    }

    #[test]
    fn the_image_has_exactly_the_codes_modules() {
        for text in ["tel:%23%2321%23", "tel:**61*+15550109999*11*25%23", "", "x"] {
            let code = QrCode::encode_text(text, QrCodeEcc::Medium).unwrap();
            let all = (0..code.size()).flat_map(|y| (0..code.size()).map(move |x| (x, y)));
            let expected: Vec<_> = all.filter(|(x, y)| code.get_module(*x, *y)).collect();
            assert_eq!(modules(&svg(text)), expected, "{text}");
        }
        assert_eq!(svg(&"x".repeat(3_000)), "");
    }
}

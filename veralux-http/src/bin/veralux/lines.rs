//! The engines as filters: one document a line in, one a line out, in the same order.

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};
use std::process::ExitCode;

use serde::de::IgnoredAny;
use veralux_core::forwarding::codes_line;
use veralux_core::policy::{Detector, MAX_SCAN_BYTES, Region, scan_line, scan_plain};
use veralux_core::routing::{MAX_SNAPSHOT_BYTES, Ruleset, route_line};
use veralux_core::runtime::{self, MAX_DOCUMENT_BYTES};

use super::fail;

/// Longest request for forwarding codes in bytes.
const MAX_REQUEST_BYTES: usize = 4096;

/// `veralux route`.
pub(crate) fn route() -> ExitCode {
    let ruleset = Ruleset::standard();
    let mut answer = String::new();
    done(filter(BufReader::new(io::stdin().lock()), MAX_SNAPSHOT_BYTES, |line, out| {
        answer.clear();
        route_line(line, &ruleset, &mut answer);
        out.write_all(answer.as_bytes())
    }))
}

/// `veralux scan`.
pub(crate) fn scan(text: bool, region: Option<Region>) -> ExitCode {
    let detector = detector(region);
    if text {
        return match read_text() {
            Ok(message) if message.len() > MAX_SCAN_BYTES => fail(&[format!(
                "a message has at most {MAX_SCAN_BYTES} bytes; nothing of this one was scanned"
            )]),
            Ok(message) => done(writeln!(io::stdout().lock(), "{}", scan_plain(&detector, &message))),
            Err(error) => done(Err(error)),
        };
    }
    done(filter(BufReader::new(io::stdin().lock()), MAX_SCAN_BYTES, |line, out| {
        writeln!(out, "{}", scan_line(&detector, line))
    }))
}

/// `veralux scan --transcript`.
pub(crate) fn redact_transcript(region: Option<Region>) -> ExitCode {
    let transcript = match read_text().map(String::from_utf8) {
        Ok(Ok(transcript)) if transcript.len() <= MAX_SCAN_BYTES => transcript,
        Ok(Ok(_)) => {
            return fail(&[format!(
                "a transcript has at most {MAX_SCAN_BYTES} bytes; nothing of this one was printed"
            )]);
        }
        Ok(Err(_)) => return fail(&["the transcript is not UTF-8; nothing of it was printed".to_owned()]),
        Err(error) => return done(Err(error)),
    };
    let (shown, _) = detector(region).redact_transcript(&transcript);
    done(writeln!(io::stdout().lock(), "{shown}"))
}

fn detector(region: Option<Region>) -> Detector {
    region.map_or_else(Detector::new, |region| Detector::new().in_region(region))
}

/// All of standard input but the end of its last line, or enough of it to see that it is too long.
fn read_text() -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    io::stdin().lock().take(line_limit(MAX_SCAN_BYTES) + 1).read_to_end(&mut bytes)?;
    let end = bytes.iter().rposition(|byte| !matches!(byte, b'\r' | b'\n')).map_or(0, |last| last + 1);
    bytes.truncate(end);
    Ok(bytes)
}

/// `veralux forwarding -`.
pub(crate) fn forwarding() -> ExitCode {
    done(filter(BufReader::new(io::stdin().lock()), MAX_REQUEST_BYTES, |line, out| {
        writeln!(out, "{}", codes_line(line))
    }))
}

/// `veralux runtime schema`.
pub(crate) fn print_schema() -> ExitCode {
    done(writeln!(io::stdout().lock(), "{:#}", runtime::json_schema()))
}

/// `veralux runtime check`.
pub(crate) fn check_configs(file: &str) -> ExitCode {
    let checked = if file == "-" {
        check_stream(BufReader::new(io::stdin().lock()))
    } else {
        File::open(file).and_then(|file| check_stream(BufReader::new(file)))
    };
    match checked {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => fail(&[format!("`{file}`: {error}")]),
    }
}

/// Checks one document that spreads over lines, or one a line. What the first line is tells which: JSON that is whole,
/// or wrong, is one of many; JSON that only begins is the start of a single document.
fn check_stream(mut input: impl BufRead) -> io::Result<bool> {
    let mut first = Vec::new();
    while first.trim_ascii().is_empty() {
        first.clear();
        if input.by_ref().take(line_limit(MAX_DOCUMENT_BYTES)).read_until(b'\n', &mut first)? == 0 {
            break;
        }
    }
    let begins = serde_json::from_slice::<IgnoredAny>(&first).is_err_and(|error| error.is_eof());
    let mut valid = true;
    let mut check = |document: &[u8], out: &mut dyn Write| {
        let report = runtime::report(document);
        valid &= report.valid;
        serde_json::to_writer(&mut *out, &report)?;
        out.write_all(b"\n")
    };
    if begins {
        input.take(line_limit(MAX_DOCUMENT_BYTES)).read_to_end(&mut first)?;
        check(&first, &mut io::stdout().lock())?;
    } else {
        filter(BufReader::new(io::Cursor::new(first).chain(input)), MAX_DOCUMENT_BYTES, check)?;
    }
    Ok(valid)
}

/// One byte more than fits, so that what is too long shows as such.
fn line_limit(bytes: usize) -> u64 {
    bytes as u64 + 2
}

/// Answers each line that is not blank. Of a line that is too long only its beginning is seen, which is enough to be
/// refused; the rest of it is passed over.
fn filter<R: Read>(
    mut input: BufReader<R>,
    max_bytes: usize,
    mut answer: impl FnMut(&[u8], &mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let mut out = BufWriter::new(io::stdout().lock());
    let mut line = Vec::new();
    loop {
        line.clear();
        if input.by_ref().take(line_limit(max_bytes)).read_until(b'\n', &mut line)? == 0 {
            return out.flush();
        }
        if line.last() != Some(&b'\n') {
            input.skip_until(b'\n')?;
        }
        let document = line.trim_ascii();
        if !document.is_empty() {
            answer(document, &mut out)?;
        }
        // Whoever writes a line and waits for its answer gets it; whoever pours in a file is not slowed down.
        if input.buffer().is_empty() {
            out.flush()?;
        }
    }
}

pub(crate) fn done(result: io::Result<()>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        // The reader has seen enough (`| head`).
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => fail(&[error.to_string()]),
    }
}

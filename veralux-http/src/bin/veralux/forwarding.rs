//! `veralux forwarding`: codes and explanations as a person reads them.

use std::io::{self, Write};
use std::process::ExitCode;

use serde_json::Value;
use veralux_core::forwarding::{Codes, Explanation, Mode, RequestDocument, State, explain, generate};

use super::command::{ForwardingArguments, ForwardingCommand};
use super::{fail, lines};

/// Answers what was asked for.
pub(crate) fn run(arguments: &ForwardingArguments) -> ExitCode {
    match (&arguments.command, &arguments.input) {
        (Some(ForwardingCommand::Explain { code }), _) => print_explanation(&explain(code)),
        (None, Some(_)) => lines::forwarding(),
        (None, None) => match codes(arguments) {
            Ok(codes) => lines::done(print_codes(&codes, &mut io::stdout().lock())),
            Err(faults) => fail(&faults),
        },
    }
}

fn codes(arguments: &ForwardingArguments) -> Result<Codes, Vec<String>> {
    let word = |argument: &Option<String>| argument.clone().unwrap_or_default();
    // A number when it is one; any other text is refused by the check as what it is.
    let seconds = |text: &String| text.parse::<u32>().map_or(Value::from(text.as_str()), Value::from);
    let document = RequestDocument {
        carrier: word(&arguments.carrier),
        mode: word(&arguments.mode),
        destination: word(&arguments.destination),
        ring_time_seconds: arguments.ring_time.as_ref().map_or(Value::Null, seconds),
        own_number: arguments.own_number.clone(),
    };
    let request = document.check_all().map_err(|(first, others)| {
        std::iter::once(first).chain(others).map(|fault| fault.to_string()).collect::<Vec<_>>()
    })?;
    generate(&request).map_err(|fault| vec![fault.to_string()])
}

fn print_codes(codes: &Codes, out: &mut impl Write) -> io::Result<()> {
    let calls = match codes.mode {
        Mode::TotalAi => "every call",
        Mode::SafetyNet => "missed calls",
    };
    writeln!(out, "{}: {calls} to {}", codes.carrier_name, codes.destination.number())?;
    writeln!(out, "\nTo switch it on:")?;
    for instruction in &codes.instructions {
        writeln!(out, "  {instruction}")?;
    }
    writeln!(out, "  This reaches calls {}.", states(codes.covers))?;
    print_extra_steps(codes, out)?;
    writeln!(out, "\nTo undo it:\n  Dial: {}", codes.deactivation_code)?;
    if !codes.status_codes.is_empty() {
        writeln!(out, "\nTo see what is set, before and after:")?;
        for status in &codes.status_codes {
            writeln!(out, "  {:<26} calls {}", status.code.as_str(), states(&[status.state]))?;
        }
    }
    section(out, "Warnings", codes.warnings.iter().map(|warning| warning.detail.as_str()))?;
    if !codes.alternatives.is_empty() {
        writeln!(out, "\nIf the line refuses the code:")?;
        for other in &codes.alternatives {
            writeln!(
                out,
                "  {:<26} undo: {:<8} {}",
                other.activation_code.as_str(),
                other.deactivation_code.as_str(),
                other.reason
            )?;
        }
    }
    writeln!(out, "\nAs a link (Android only):\n  {}", codes.dial_uri)?;
    section(out, "Good to know", codes.notes.iter().map(|note| note.detail))
}

fn print_extra_steps(codes: &Codes, out: &mut impl Write) -> io::Result<()> {
    if codes.extra_steps.is_empty() {
        return Ok(());
    }
    writeln!(out, "\nTo complete it, dial as well:")?;
    for step in &codes.extra_steps {
        if step.replaces_others {
            writeln!(out, "  or, in place of all of these:")?;
        }
        let (on, off) = (step.activation_code.as_str(), step.deactivation_code.as_str());
        writeln!(out, "  {on:<26} undo: {off:<8} {}", step.reason)?;
    }
    Ok(())
}

fn print_explanation(explanation: &Explanation) -> ExitCode {
    let print = |out: &mut dyn Write| {
        writeln!(out, "{}\n  {}", explanation.code, explanation.summary)?;
        for remark in &explanation.issues {
            writeln!(out, "  {}: {}", remark.code, remark.detail)?;
        }
        explanation.suggestion.iter().try_for_each(|code| writeln!(out, "  probably meant: {code}"))
    };
    let printed = lines::done(print(&mut io::stdout().lock()));
    if explanation.is_forwarding() { printed } else { ExitCode::from(1) }
}

fn section<'a>(out: &mut impl Write, title: &str, lines: impl Iterator<Item = &'a str>) -> io::Result<()> {
    let mut lines = lines.peekable();
    if lines.peek().is_some() {
        writeln!(out, "\n{title}:")?;
    }
    lines.try_for_each(|line| writeln!(out, "  * {line}"))
}

fn states(states: &[State]) -> String {
    let words = states.iter().map(|state| match state {
        State::Unconditional => "of every kind, before the phone rings",
        State::Busy => "while the line is busy",
        State::NoReply => "that nobody answers",
        State::NotReachable => "while the phone is off or without a network",
    });
    words.collect::<Vec<_>>().join(" or ")
}

//! Lines, one after the other, to where they can or cannot be written.

use std::io::{self, Write};

use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::{FormatTime as _, SystemTime};

/// Lines that are lost when they cannot be written: on a full disk, or when nobody reads them any more. That is no reason to
/// fail anything. How many were lost is the first line that is written again.
pub(super) struct Lines<W> {
    out: W,
    json: bool,
    lost: u64,
    /// Whether the last line that was written is the beginning of one.
    torn: bool,
}

impl<W: Write> Lines<W> {
    pub(super) fn new(out: W, json: bool) -> Self {
        Self { out, json, lost: 0, torn: false }
    }

    /// So many stood in front of the next one.
    pub(super) fn lose(&mut self, lines: u64) {
        self.lost = self.lost.saturating_add(lines);
    }

    pub(super) fn put(&mut self, line: &[u8]) {
        if self.lost > 0 {
            let end = if self.torn { "\n" } else { "" };
            if self.write_whole(format!("{end}{}", self.loss()).as_bytes()) {
                self.lost = 0;
            }
        }
        // Else the line would stand behind a loss that nobody was told of.
        if self.lost > 0 || !self.write_whole(line) {
            self.lose(1);
        }
    }

    fn write_whole(&mut self, bytes: &[u8]) -> bool {
        let mut left = bytes;
        while !left.is_empty() {
            match self.out.write(left) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Ok(written) if written > 0 => left = left.get(written..).unwrap_or_default(),
                Ok(_) | Err(_) => {
                    self.torn |= left.len() < bytes.len();
                    return false;
                }
            }
        }
        self.torn = false;
        true
    }

    /// The line that tells of it, as other lines look.
    fn loss(&self) -> String {
        let mut at = String::new();
        // A text takes everything, and without its time the line is still worth its while.
        let _ = SystemTime.format_time(&mut Writer::new(&mut at));
        let (lost, message) = (self.lost, "log lines could not be written and are lost");
        if self.json {
            format!(
                "{{\"timestamp\":\"{at}\",\"level\":\"ERROR\",\"message\":\"{message}\",\"lines\":{lost}}}\n"
            )
        } else {
            format!("{at} ERROR {message} lines={lost}\n")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A disk on which so many bytes are left.
    #[derive(Default)]
    struct Disk {
        kept: Vec<u8>,
        left: usize,
    }

    impl Write for Disk {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let taken = bytes.len().min(self.left);
            if taken == 0 {
                return Err(io::ErrorKind::StorageFull.into());
            }
            self.left -= taken;
            self.kept.extend(&bytes[..taken]);
            Ok(taken)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn written(json: bool, room: &[usize]) -> Vec<String> {
        let mut lines = Lines::new(Disk::default(), json);
        for (index, left) in room.iter().enumerate() {
            lines.out.left = *left;
            lines.put(format!("line {index}\n").as_bytes());
        }
        String::from_utf8(lines.out.kept).unwrap().lines().map(str::to_owned).collect()
    }

    #[test]
    fn a_loss_is_told_once_in_front_of_what_comes_behind_it() {
        let lines = written(true, &[100, 0, 4, 0, 1_000, 1_000]);
        let [first, torn, told, behind, last] = lines.as_slice() else { panic!("{lines:?}") };
        assert_eq!((first.as_str(), behind.as_str(), last.as_str()), ("line 0", "line 4", "line 5"));
        assert_eq!(torn, "{\"ti", "what a full disk took of the line that tells");
        let told: serde_json::Value = serde_json::from_str(told).unwrap();
        assert_eq!((&told["level"], &told["lines"]), (&"ERROR".into(), &3.into()));
        assert!(told["timestamp"].as_str().unwrap().ends_with('Z'), "{told}");
    }

    #[test]
    fn a_torn_line_ends_before_the_next() {
        let lines = written(false, &[3, 1_000]);
        let [torn, told, behind] = lines.as_slice() else { panic!("{lines:?}") };
        assert_eq!((torn.as_str(), behind.as_str()), ("lin", "line 1"));
        assert!(told.ends_with(" ERROR log lines could not be written and are lost lines=1"), "{told}");
    }

    #[test]
    fn nothing_lost_nothing_told() {
        assert_eq!(written(true, &[100, 100]), ["line 0", "line 1"]);
    }
}

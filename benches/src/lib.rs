//! Benches of the VeraLux crates, each beside a baseline; `README.md` has their figures.

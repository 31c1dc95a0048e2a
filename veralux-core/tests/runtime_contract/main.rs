//! The runtime contract against the runtime's own verdicts: `tests/vectors/runtime-contract-vectors.jsonl`.

#[cfg(test)]
mod cases;
#[cfg(test)]
mod documents;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod vectors;

//! Embeddings.

use serde::{Deserialize, Serialize};
use veralux_core::port::{ProviderError, ProviderFault, ProviderResult};

use super::{Compatible, OpenAi, encoded};
use crate::Method;
use crate::call::{Contract, Repeat};

/// Most texts of a request.
const MAX_TEXTS: usize = 2048;

#[derive(Serialize)]
struct EmbeddingBody<'a> {
    model: &'a str,
    input: &'a [&'a str],
}

#[derive(Deserialize)]
struct Embeddings {
    data: Vec<Embedding>,
}

/// Servers that answer in order leave the index out.
#[derive(Deserialize)]
struct Embedding {
    index: Option<usize>,
    embedding: Vec<f32>,
}

impl Embeddings {
    /// In the order of the texts; `None` unless there is one, of equal length, for each.
    fn sorted(self, texts: usize) -> Option<Vec<Vec<f32>>> {
        let mut slots: Vec<Option<Vec<f32>>> = vec![None; texts];
        for (place, one) in self.data.into_iter().enumerate() {
            let slot = slots.get_mut(one.index.unwrap_or(place))?;
            if slot.replace(one.embedding).is_some() {
                return None;
            }
        }
        let all = slots.into_iter().collect::<Option<Vec<_>>>()?;
        let length = all.first().map_or(0, Vec::len);
        (length > 0 && all.iter().all(|one| one.len() == length)).then_some(all)
    }
}

impl OpenAi {
    /// The vector of each text, in their order.
    ///
    /// # Errors
    /// [`ProviderError`]; `Rejected` for more than 2,048 texts.
    pub async fn embeddings(&self, model: &str, texts: &[&str]) -> ProviderResult<Vec<Vec<f32>>> {
        if texts.is_empty() {
            return Ok(Vec::new());
        }
        if texts.len() > MAX_TEXTS {
            let sentence = "These are too many texts at once. Send at most 2,048.";
            return Err(ProviderError::new(Compatible::SLUG, ProviderFault::Rejected, sentence));
        }
        let body = encoded(&EmbeddingBody { model, input: texts });
        let response = self.ask(Repeat::IfRefused, Method::Post, "/embeddings", Some(&body)).await?;
        let answer: Embeddings = self.read(Repeat::Always, &response)?;
        answer.sorted(texts.len()).ok_or_else(|| self.broken(&response))
    }
}

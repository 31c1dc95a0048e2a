use async_trait::async_trait;
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;
use veralux_core::port::{CodeHash, CodeHasher, Error, Result};
use veralux_core::secret::Secret;

/// Hashes that run at once; further ones wait, so that guessing cannot take every processor.
const AT_ONCE: usize = 2;

/// Hashes codes with bcrypt, on threads of its own.
#[derive(Debug)]
pub struct BcryptHasher {
    cost: u32,
    free: Semaphore,
}

impl BcryptHasher {
    /// With a cost from 4 to 31: each step doubles the work. 10 takes about 50 ms.
    pub fn new(cost: u32) -> Self {
        Self { cost: cost.clamp(4, 31), free: Semaphore::new(AT_ONCE) }
    }

    async fn work<T: Send + 'static>(
        &self,
        doing: &'static str,
        work: impl FnOnce() -> std::result::Result<T, bcrypt::BcryptError> + Send + 'static,
    ) -> Result<T> {
        let _permit = self.free.acquire().await.map_err(|error| Error::permanent(doing, error))?;
        let done = spawn_blocking(work).await.map_err(|error| Error::permanent(doing, error))?;
        // bcrypt's own errors may repeat what they were given.
        done.map_err(|_| Error::Permanent { doing, source: None })
    }
}

#[async_trait]
impl CodeHasher for BcryptHasher {
    async fn hash(&self, code: &Secret, salt: [u8; 16]) -> Result<CodeHash> {
        let (cost, code) = (self.cost, code.clone());
        let parts = self.work("hashing a code", move || bcrypt::hash_with_salt(code.expose(), cost, salt));
        Ok(CodeHash::new(parts.await?.to_string()))
    }

    async fn matches(&self, code: &Secret, hash: &CodeHash) -> Result<bool> {
        let (code, hash) = (code.clone(), hash.clone());
        // Compares in constant time.
        self.work("comparing a code", move || bcrypt::verify(code.expose(), hash.as_str())).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_code_matches_its_hash() {
        let hasher = BcryptHasher::new(4);
        let code = Secret::new("012345");
        let hash = hasher.hash(&code, [7; 16]).await.unwrap();
        assert!(hash.as_str().starts_with("$2b$04$") && !format!("{hash:?}").contains("2b"), "{hash:?}");
        assert!(hasher.matches(&code, &hash).await.unwrap());
        assert!(!hasher.matches(&Secret::new("012346"), &hash).await.unwrap());
        assert_ne!(hasher.hash(&code, [8; 16]).await.unwrap(), hash, "the salt counts");
        assert!(hasher.matches(&code, &CodeHash::new("none")).await.is_err());
    }

    /// The bytes of the first bcrypt vector of John the Ripper that PHP, Python and OpenBSD share.
    #[tokio::test]
    async fn it_is_bcrypt() {
        let hash = CodeHash::new("$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW");
        assert!(BcryptHasher::new(4).matches(&Secret::new("U*U"), &hash).await.unwrap());
    }
}

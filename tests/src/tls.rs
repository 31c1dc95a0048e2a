//! Certificates that are worth something in one test only.

use std::path::Path;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};

/// An authority of one's own.
#[derive(Debug)]
pub struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    /// A new one, which nobody believes yet.
    ///
    /// # Panics
    /// When no key can be made.
    pub fn new() -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    /// What somebody needs who believes it.
    pub fn pem(&self) -> String {
        self.0.pem()
    }

    /// Writes `server.crt`, `server.key` and `ca.crt` for a server of this name into a folder.
    ///
    /// # Panics
    /// When they cannot be written.
    pub fn certify(&self, name: &str, folder: &Path) {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        let certificate = params.signed_by(&key, &self.0).unwrap();
        for (file, text) in
            [("server.crt", certificate.pem()), ("server.key", key.serialize_pem()), ("ca.crt", self.pem())]
        {
            std::fs::write(folder.join(file), text).unwrap();
        }
    }
}

impl Default for Authority {
    fn default() -> Self {
        Self::new()
    }
}

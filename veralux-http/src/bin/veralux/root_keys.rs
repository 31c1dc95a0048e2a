//! Where the root keys come from.

use std::fmt::Write as _;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use veralux_core::port::{Census, Random, RootKey};
use veralux_core::secret::Secret;
use veralux_core::service::{HeldKeys, Stores};
use zeroize::Zeroizing;

use super::chain;
use super::settings::RootKeySource;
use super::system::SystemRandom;

/// Longest file in bytes; a key has 67 and an operator a handful of them.
const MAX_FILE_BYTES: u64 = 64 * 1024;
const HEAD: &str = "\
# The root keys of VeraLux. Whoever has this file and the database reads every credential in it;
# without this file nobody does. Keep a copy with your backups, apart from those of the database.
";

impl RootKeySource {
    /// The file, where there is one.
    pub(crate) fn path(&self) -> Option<&Path> {
        match self {
            Self::List(_) => None,
            Self::File(path) | Self::Beside(path) => Some(path),
        }
    }

    /// The list as it stands now; `None` where the file beside the database is not there.
    pub(crate) fn list(&self) -> Result<Option<Secret>, String> {
        match self {
            Self::List(list) => Ok(Some(list.clone())),
            Self::File(path) => read(path).map(Some).map_err(|error| told(path, &error)),
            Self::Beside(path) => match read(path) {
                Ok(list) => Ok(Some(list)),
                Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
                Err(error) => Err(told(path, &error)),
            },
        }
    }

    /// How its faults begin.
    pub(crate) fn name(&self) -> String {
        self.path().map_or_else(|| "the root keys".to_owned(), |path| format!("`{}`", path.display()))
    }
}

/// The root keys of a node, compared with what is stored and registered where they are new. On an empty installation a
/// key is made in the file beside the database, if `may_make` allows it.
///
/// # Errors
/// A sentence that names ids and how much lies under them, and no key.
pub(crate) async fn open(
    source: &RootKeySource,
    stores: &Stores,
    may_make: bool,
) -> Result<HeldKeys, String> {
    let list = match (source.list()?, source.path()) {
        (Some(list), _) => list,
        (None, Some(path)) => first(path, stores, may_make).await?,
        (None, None) => return Err("there are no root keys".to_owned()),
    };
    if let Some(path) = source.path() {
        warn_of_readers(path);
    }
    HeldKeys::start(stores, list).await.map_err(|fault| format!("{}: {}", source.name(), chain(&fault)))
}

/// The first key of an installation.
async fn first(path: &Path, stores: &Stores, may_make: bool) -> Result<Secret, String> {
    let keys = stores.root_keys.list_root_keys().await.map_err(|error| chain(&error))?;
    if !keys.is_empty() {
        let census = stores.root_keys.census().await.map_err(|error| chain(&error))?;
        return Err(gone(path, &keys, &census));
    }
    if !may_make {
        return Err(format!("`{}` is not there; the first `veralux serve` makes it", path.display()));
    }
    make(path).map_err(|error| told(path, &error))?;
    tracing::warn!(
        file = %path.display(),
        "a root key was made; keep this file with your backups, but apart from the database: without it no credential opens"
    );
    read(path).map_err(|error| told(path, &error))
}

fn gone(path: &Path, keys: &[RootKey], census: &[Census]) -> String {
    let mut text = format!("`{}` with the root keys of this database is gone", path.display());
    for key in keys.iter().filter(|key| key.state.is_required()) {
        let none = Census { root_key: key.id, ..Census::default() };
        let rows = census.iter().find(|rows| rows.root_key == key.id).unwrap_or(&none);
        // Writing to a string does not fail.
        let _ = write!(
            text,
            "; root key {} ({}): {} tenant keys and {} envelopes lie under it",
            key.id, key.state, rows.tenant_keys, rows.envelopes
        );
    }
    text.push_str("; put the file back, or give the keys with --root-keys or --root-keys-file");
    text
}

/// Makes the file with a fresh key: whole or not at all, and for its owner only.
fn make(path: &Path) -> io::Result<()> {
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let random: &dyn Random = &SystemRandom;
    let bytes = Zeroizing::new(random.bytes::<32>());
    let mut text = Zeroizing::new(String::with_capacity(HEAD.len() + 70));
    text.push_str(HEAD);
    text.push_str("1:");
    for byte in bytes.iter() {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x}");
    }
    text.push('\n');
    let mut draft = path.as_os_str().to_owned();
    draft.push(format!(".{:016x}", u64::from_be_bytes(random.bytes())));
    let draft = PathBuf::from(draft);
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft)?;
    let written = file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).and_then(|()| {
        // Fails where another process that starts at this moment was faster: then its key is used.
        match fs::hard_link(&draft, path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
            other => other,
        }
    });
    fs::remove_file(&draft)?;
    written?;
    // The name must be as durable as what will be sealed under the key.
    File::open(directory)?.sync_all()
}

fn read(path: &Path) -> io::Result<Secret> {
    if fs::metadata(path)?.len() > MAX_FILE_BYTES {
        return Err(io::Error::other("is too long for a list of root keys"));
    }
    fs::read_to_string(path).map(Secret::new)
}

fn warn_of_readers(path: &Path) {
    let mode = fs::metadata(path).map_or(0, |metadata| metadata.permissions().mode());
    if mode & 0o077 != 0 {
        tracing::warn!(file = %path.display(), mode = %format_args!("{:o}", mode & 0o777), "others may read the root keys; chmod 600 it");
    }
}

fn told(path: &Path, error: &io::Error) -> String {
    format!("the root keys in `{}` cannot be read or made: {error}", path.display())
}

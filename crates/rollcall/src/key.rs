//! The installation's key: read from the configuration or its file, or made at the first start.

use std::fs::{OpenOptions, Permissions};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use rollcall_app::secret::Sealer;
use rollcall_storage::Storage;
use rollcall_storage::access::sealed;
use secrecy::{ExposeSecret as _, SecretString};

use crate::setting::{Settings, secret};

const KEY_BYTES: usize = 32;

/// What to do about a key that is missing although something is sealed with it.
pub(crate) const REMEDY: &str = "put it back from your backup; if it is lost for good, put a new one in its place \
                                 (openssl rand -hex 32) and enter those secrets again";

/// The file that the key would be made in, where the configuration names neither a key nor a file and there is none.
pub(crate) fn absent(settings: &Settings) -> Option<PathBuf> {
    let path = settings.key_file();
    let named = settings.secrets.key.is_some() || settings.secrets.key_file.is_some();
    (!named && !path.exists()).then_some(path)
}

/// Reads the key; makes it where there is none yet. Where something is sealed already, a new key would open nothing
/// of it: then the one that is missing has to come back.
pub(crate) async fn load_or_create(settings: &Settings, storage: &Storage) -> Result<Sealer> {
    if let Some(path) = absent(settings) {
        if storage.read_installation(sealed::exists).await? {
            bail!(
                "the key {} is missing, and the database holds secrets that are sealed with it; {REMEDY}",
                path.display()
            );
        }
        create(&path)?;
    }
    load(settings)
}

/// Reads the key.
pub(crate) fn load(settings: &Settings) -> Result<Sealer> {
    let named = settings.secrets.key_file.clone();
    let file = match settings.secrets.key {
        Some(_) => named,
        None => Some(settings.key_file()),
    };
    let Some(text) = secret("secrets.key", settings.secrets.key.as_ref(), file.as_deref())? else {
        bail!("there is no key");
    };
    Ok(Sealer::new(&parse(&text)?)?)
}

/// Whether others than the owner of the file may read it.
pub(crate) fn is_open_to_others(path: &Path) -> Result<bool> {
    let metadata = path.metadata().with_context(|| format!("{}", path.display()))?;
    Ok(metadata.permissions().mode() & 0o077 != 0)
}

fn create(path: &Path) -> Result<()> {
    let name = path.display();
    let mut text: String =
        Sealer::generate_key()?.iter().map(|byte| format!("{byte:02x}")).collect();
    text.push('\n');
    let opened = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    let mut file = match opened {
        Ok(file) => file,
        // Another process was faster: its key counts.
        Err(error) if error.kind() == ErrorKind::AlreadyExists => return Ok(()),
        Err(error) => return Err(error).with_context(|| format!("{name} cannot be made")),
    };
    // The mask of the process may have taken rights away, and never adds any; the file says 0600 for sure.
    file.set_permissions(Permissions::from_mode(0o600))?;
    file.write_all(text.as_bytes())
        .and_then(|()| file.sync_all())
        .with_context(|| format!("{name} cannot be written"))
}

/// 32 bytes in hex or in one of base64's four forms (RFC 4648 §4, §5).
fn parse(text: &SecretString) -> Result<Vec<u8>> {
    let text = text.expose_secret();
    let base64 = [STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD]
        .iter()
        .find_map(|form| form.decode(text).ok());
    match unhex(text).or(base64) {
        Some(key) if key.len() == KEY_BYTES => Ok(key),
        _ => bail!(
            "the key of secrets.key is not 32 bytes in hex or base64; `openssl rand -hex 32` makes one"
        ),
    }
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    if text.len() != 2 * KEY_BYTES {
        return None;
    }
    let digits: Option<Vec<u32>> = text.chars().map(|digit| digit.to_digit(16)).collect();
    let digits = digits?;
    let byte = |pair: &[u32]| pair.iter().fold(0, |byte, digit| (byte << 4) | digit);
    digits.chunks_exact(2).map(|pair| u8::try_from(byte(pair)).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_32_bytes_in_hex_or_base64() {
        let read = |text: &str| parse(&text.into()).ok();
        assert_eq!(read(&"0f".repeat(32)), Some(vec![15; 32]));
        assert_eq!(read("BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc="), Some(vec![7; 32]));
        assert_eq!(read("BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc"), Some(vec![7; 32]));
        for wrong in ["", "0f0f", "zz", &"0g".repeat(32), "BwcHBwc="] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}

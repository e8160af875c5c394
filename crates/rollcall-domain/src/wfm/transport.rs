//! How a link reaches its WFM: by HTTP, or by files that both sides put into one place.

use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

/// How a link reaches its WFM. A folder of this machine is the operator's to set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Transport {
    /// It answers to HTTP at the link's address.
    Http,
    /// It reads and writes files.
    File(FileTransport),
}

/// Where the files are, and how long the WFM may take.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FileTransport {
    /// Where the files are.
    pub place: FilePlace,
    /// Seconds in which the WFM acknowledges a file. After that it counts as failing, and is asked on.
    pub acknowledged_within_s: u64,
}

/// A place for files. The secret for it is kept apart, sealed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum FilePlace {
    /// A folder of this machine, or one that is mounted here.
    Folder {
        /// An absolute path.
        path: String,
    },
    /// A folder of an SFTP server.
    Sftp {
        /// The server's name or number.
        host: String,
        /// Its port.
        port: u16,
        /// An absolute path there.
        path: String,
        /// As whom.
        user: String,
        /// The fingerprint of its key, as `ssh-keygen -l` prints it: `SHA256:…`.
        host_key: String,
    },
    /// A bucket of a storage that speaks S3.
    S3 {
        /// The address of the storage, without the bucket.
        endpoint: String,
        /// The region that requests are signed for.
        region: String,
        /// The bucket.
        bucket: String,
        /// What the names of the files begin with; empty, or ends with a slash.
        prefix: String,
        /// As whom.
        access_key_id: String,
    },
}

/// Why a transport cannot be one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidTransport {
    /// A folder is not told by its whole path.
    #[error(
        "a folder is named by its whole path, which begins with / and has no part named . or .."
    )]
    Folder,
    /// A host cannot be one.
    #[error("the host is a name or a number, without a scheme, a user or a port")]
    Host,
    /// A user or key id is missing, or of odd characters.
    #[error("the user is named by 1 to 256 plain characters")]
    User,
    /// No fingerprint.
    #[error(
        "the host key is given by its fingerprint, as ssh-keygen -l prints it: SHA256: and 43 characters"
    )]
    HostKey,
    /// No address of a storage.
    #[error(
        "the address of the storage is a URL without a path, such as https://s3.eu-central-1.amazonaws.com"
    )]
    Endpoint,
    /// A bucket or region cannot be one.
    #[error("bucket and region are named by 1 to 63 small letters, digits, dots or hyphens")]
    Bucket,
    /// A prefix cannot be one.
    #[error(
        "the prefix is made of letters, digits, dots, hyphens, underscores and slashes, and begins with none"
    )]
    Prefix,
    /// The time is too short or too long.
    #[error("a file is acknowledged within 60 to 86,400 seconds (one minute to 24 hours)")]
    Within,
}

/// A WFM that reads its folder every few minutes is in time.
const WITHIN_S: RangeInclusive<u64> = 60..=24 * 60 * 60;
const TEXT_MAX_BYTES: usize = 256;
const NAME_MAX_BYTES: usize = 63;
/// SHA-256 in base64 without padding (OpenSSH, `ssh-keygen(1)`).
const FINGERPRINT_BYTES: usize = 43;

/// The fingerprint of no key, for a server whose key is not known yet: a look at it tells which one it has.
pub const UNKNOWN_HOST_KEY: &str = "SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

impl FileTransport {
    /// Seconds for an acknowledgement unless the operator says otherwise.
    pub const WITHIN_DEFAULT_S: u64 = 30 * 60;

    /// Checks all of it.
    ///
    /// # Errors
    /// What is wrong with it first.
    pub fn check(&self) -> Result<(), InvalidTransport> {
        if !WITHIN_S.contains(&self.acknowledged_within_s) {
            return Err(InvalidTransport::Within);
        }
        match &self.place {
            FilePlace::Folder { path } => folder(path),
            FilePlace::Sftp { host, path, user, host_key, port: _ } => {
                let known = |byte: u8| byte.is_ascii_alphanumeric() || b".-_:".contains(&byte);
                let is_host = (1..=TEXT_MAX_BYTES).contains(&host.len()) && host.bytes().all(known);
                is_host.then_some(()).ok_or(InvalidTransport::Host)?;
                folder(path)?;
                plain(user)?;
                fingerprint(host_key)
            }
            FilePlace::S3 { endpoint, region, bucket, prefix, access_key_id } => {
                let rest = endpoint.split_once("://").map(|(_, rest)| rest).unwrap_or_default();
                let is_endpoint = !rest.is_empty() && !rest.contains(['/', '?', '#', '@']);
                is_endpoint.then_some(()).ok_or(InvalidTransport::Endpoint)?;
                bucket_name(region)?;
                bucket_name(bucket)?;
                plain(access_key_id)?;
                object_prefix(prefix)
            }
        }
    }
}

impl FilePlace {
    /// The place in one line, as people know it.
    #[must_use]
    pub fn address(&self) -> String {
        match self {
            Self::Folder { path } => path.clone(),
            Self::Sftp { host, port, path, user, .. } => {
                format!("sftp://{user}@{host}:{port}{path}")
            }
            Self::S3 { endpoint, bucket, prefix, .. } => format!("{endpoint}/{bucket}/{prefix}"),
        }
    }

    /// Whether both lead to the same files, as far as their names tell: two links to one ACD there would take
    /// each other's files for their own. An SFTP server may show each user a folder of their own under the same
    /// path, so the user counts there; who opens a bucket does not.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        self.whereabouts() == other.whereabouts()
    }

    /// The place without what may be written in several ways.
    fn whereabouts(&self) -> String {
        match self {
            Self::Folder { path } => format!("folder {}", plain_path(path)),
            Self::Sftp { host, port, path, user, .. } => {
                let host = host.to_ascii_lowercase();
                format!("sftp {user}@{host}:{port}{}", plain_path(path))
            }
            Self::S3 { endpoint, bucket, prefix, .. } => {
                let endpoint = endpoint.to_ascii_lowercase();
                let usual = if endpoint.starts_with("http:") { ":80" } else { ":443" };
                let endpoint = endpoint.strip_suffix(usual).unwrap_or(&endpoint);
                format!("s3 {endpoint}/{bucket}/{prefix}")
            }
        }
    }
}

/// A path with one slash where there are several, and none at its end.
fn plain_path(path: &str) -> String {
    let parts = path.split('/').filter(|part| !part.is_empty());
    parts.fold(String::new(), |whole, part| whole + "/" + part)
}

fn folder(path: &str) -> Result<(), InvalidTransport> {
    let odd = |part: &str| part == "." || part == ".." || part.contains(char::is_control);
    let whole = path.starts_with('/') && path.len() <= 4 * TEXT_MAX_BYTES;
    if whole && !path.split('/').any(odd) { Ok(()) } else { Err(InvalidTransport::Folder) }
}

fn plain(user: &str) -> Result<(), InvalidTransport> {
    let plain = user.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'/');
    let fits = (1..=TEXT_MAX_BYTES).contains(&user.len());
    if plain && fits { Ok(()) } else { Err(InvalidTransport::User) }
}

fn fingerprint(text: &str) -> Result<(), InvalidTransport> {
    let digits = text.strip_prefix("SHA256:").unwrap_or_default();
    let known = |byte: u8| byte.is_ascii_alphanumeric() || b"+/".contains(&byte);
    let is_one = digits.len() == FINGERPRINT_BYTES && digits.bytes().all(known);
    if is_one { Ok(()) } else { Err(InvalidTransport::HostKey) }
}

fn bucket_name(text: &str) -> Result<(), InvalidTransport> {
    let known =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-".contains(&byte);
    let fits = (1..=NAME_MAX_BYTES).contains(&text.len()) && !text.contains("..");
    let starts = text.starts_with(|first: char| first.is_ascii_alphanumeric());
    if fits && starts && text.bytes().all(known) { Ok(()) } else { Err(InvalidTransport::Bucket) }
}

fn object_prefix(text: &str) -> Result<(), InvalidTransport> {
    let known = |byte: u8| byte.is_ascii_alphanumeric() || b"._-/".contains(&byte);
    let ends = text.is_empty() || text.ends_with('/');
    let odd = text.starts_with('/') || text.split('/').any(|part| part == "." || part == "..");
    let fits = text.len() <= TEXT_MAX_BYTES && !text.contains("//");
    let is_one = fits && ends && !odd && text.bytes().all(known);
    if is_one { Ok(()) } else { Err(InvalidTransport::Prefix) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(place: FilePlace) -> Result<(), InvalidTransport> {
        let transport = FileTransport { place, acknowledged_within_s: 60 };
        let text = serde_json::to_string(&transport).unwrap();
        assert_eq!(serde_json::from_str::<FileTransport>(&text).unwrap(), transport);
        transport.check()
    }

    #[test]
    fn a_folder_is_named_by_its_whole_path() {
        let folder = |path: &str| check(FilePlace::Folder { path: path.to_owned() });
        assert_eq!(folder("/srv/wfm"), Ok(()));
        for path in ["", "srv/wfm", "/srv/../etc", "/srv/./wfm", "/srv/w\nfm"] {
            assert_eq!(folder(path), Err(InvalidTransport::Folder), "{path:?}");
        }
    }

    #[test]
    fn a_server_is_named_with_its_key() {
        let sftp = |host: &str, user: &str, host_key: &str| {
            let (host, user, host_key) = (host.to_owned(), user.to_owned(), host_key.to_owned());
            FilePlace::Sftp { host, port: 22, path: "/in".into(), user, host_key }
        };
        let key = format!("SHA256:{}", "a".repeat(43));
        let good = sftp("files.example.com", "rollcall", &key);
        assert_eq!(good.address(), "sftp://rollcall@files.example.com:22/in");
        assert_eq!(check(good), Ok(()));
        assert_eq!(check(sftp("x", "u", UNKNOWN_HOST_KEY)), Ok(()));
        assert_eq!(check(sftp("sftp://x/", "rollcall", &key)), Err(InvalidTransport::Host));
        assert_eq!(check(sftp("x", "", &key)), Err(InvalidTransport::User));
        for wrong in ["", "SHA256:short", "MD5:aa:bb"] {
            assert_eq!(check(sftp("x", "u", wrong)), Err(InvalidTransport::HostKey));
        }
    }

    #[test]
    fn a_bucket_is_named_within_its_storage() {
        let s3 = |endpoint: &str, bucket: &str, prefix: &str| FilePlace::S3 {
            endpoint: endpoint.to_owned(),
            region: "eu-central-1".into(),
            bucket: bucket.to_owned(),
            prefix: prefix.to_owned(),
            access_key_id: "AKIA".into(),
        };
        let good = s3("https://s3.example.com", "wfm", "in/4471/");
        assert_eq!(good.address(), "https://s3.example.com/wfm/in/4471/");
        assert_eq!(check(good), Ok(()));
        assert_eq!(check(s3("https://s3.example.com", "wfm", "")), Ok(()));
        let refused = [
            (s3("https://s3.example.com/x", "wfm", ""), InvalidTransport::Endpoint),
            (s3("s3.example.com", "wfm", ""), InvalidTransport::Endpoint),
            (s3("https://s3.example.com", "WFM", ""), InvalidTransport::Bucket),
            (s3("https://s3.example.com", "..", ""), InvalidTransport::Bucket),
            (s3("https://s3.example.com", "wfm", "/in/"), InvalidTransport::Prefix),
            (s3("https://s3.example.com", "wfm", "in"), InvalidTransport::Prefix),
            (s3("https://s3.example.com", "wfm", "../"), InvalidTransport::Prefix),
        ];
        for (place, error) in refused {
            assert_eq!(check(place), Err(error));
        }
    }

    #[test]
    fn a_place_is_known_in_whichever_way_it_is_written() {
        let folder = |path: &str| FilePlace::Folder { path: path.to_owned() };
        let sftp = |host: &str, path: &str, user: &str| {
            let (host, path, user) = (host.to_owned(), path.to_owned(), user.to_owned());
            FilePlace::Sftp { host, port: 22, path, user, host_key: String::new() }
        };
        let s3 = |endpoint: &str, prefix: &str, key: &str| FilePlace::S3 {
            endpoint: endpoint.to_owned(),
            region: key.to_lowercase(),
            bucket: "wfm".into(),
            prefix: prefix.to_owned(),
            access_key_id: key.to_owned(),
        };
        for (one, other, same) in [
            (folder("/srv/wfm"), folder("/srv//wfm/"), true),
            (folder("/srv/wfm"), folder("/srv/WFM"), false),
            (folder("/srv/wfm"), folder("/srv/wfm/in"), false),
            (sftp("files.example.com", "/in", "a"), sftp("FILES.example.com", "/in/", "a"), true),
            (sftp("files.example.com", "/in", "a"), sftp("files.example.com", "/in", "b"), false),
            (sftp("files.example.com", "/in", "a"), folder("/in"), false),
            (
                s3("https://s3.example.com", "in/", "A"),
                s3("https://S3.example.com:443", "in/", "B"),
                true,
            ),
            (
                s3("https://s3.example.com", "in/", "A"),
                s3("https://s3.example.com:9000", "in/", "A"),
                false,
            ),
            (
                s3("https://s3.example.com", "in/", "A"),
                s3("https://s3.example.com", "", "A"),
                false,
            ),
        ] {
            assert_eq!(one.is_same(&other), same, "{one:?} {other:?}");
        }
    }

    #[test]
    fn a_file_is_acknowledged_within_a_day() {
        for (seconds, good) in [(59, false), (60, true), (86_400, true), (86_401, false)] {
            let place = FilePlace::Folder { path: "/srv".into() };
            let transport = FileTransport { place, acknowledged_within_s: seconds };
            assert_eq!(transport.check().is_ok(), good, "{seconds}");
        }
    }
}

//! A storage that speaks S3 over a folder: its files are the objects below one prefix of one bucket.

use std::fs;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use http::{Method, StatusCode, header};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::file;
use crate::signature;

/// As large is an object at the most.
const BYTES_MAX: usize = 64 * 1024 * 1024;

/// What the storage is, and who may come in.
#[derive(Clone, Debug)]
pub struct BucketOptions {
    /// The one bucket.
    pub bucket: String,
    /// What the names of its objects begin with.
    pub prefix: String,
    /// The one access key.
    pub access_key_id: String,
    /// Its secret.
    pub secret: String,
    /// How many names a page of a list has.
    pub page_size: usize,
    /// Whether it refuses to replace where it is asked to; else it does not know how to.
    pub knows_conditions: bool,
}

impl Default for BucketOptions {
    fn default() -> Self {
        Self {
            bucket: "wfm".to_owned(),
            prefix: "in/4471/".to_owned(),
            access_key_id: "AKIADEMO".to_owned(),
            secret: "demo/secret+key".to_owned(),
            page_size: 1_000,
            knows_conditions: true,
        }
    }
}

/// A running storage. Dropped, it stops.
pub struct Bucket {
    address: SocketAddr,
    server: JoinHandle<()>,
}

struct Shared {
    folder: PathBuf,
    options: BucketOptions,
}

impl Bucket {
    /// Starts on loopback, over a folder.
    ///
    /// # Errors
    /// When no port can be had.
    pub async fn start(folder: &Path, options: BucketOptions) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared { folder: folder.to_owned(), options });
        let router = Router::new().fallback(answer).with_state(shared);
        let server = tokio::spawn(async move {
            // It ends with the test; an error of the listener shows in the requests that follow.
            let _ = axum::serve(listener, router).await;
        });
        Ok(Self { address, server })
    }

    /// Where it answers.
    #[must_use]
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Bucket {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn answer(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let query = parts.uri.query().unwrap_or_default();
    let query: Vec<(String, String)> =
        form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let options = &shared.options;
    let signed = signature::Request {
        method: &parts.method,
        path: parts.uri.path(),
        query: &query,
        headers: &parts.headers,
    };
    if !signature::is_good(&signed, &options.access_key_id, &options.secret) {
        return refused(StatusCode::FORBIDDEN, "SignatureDoesNotMatch");
    }
    let root = format!("/{}/", options.bucket);
    let Some(key) = parts.uri.path().strip_prefix(&root) else {
        return refused(StatusCode::NOT_FOUND, "NoSuchBucket");
    };
    if key.is_empty() && parts.method == Method::GET {
        return list(&shared, &query).unwrap_or_else(|error| broken(&error));
    }
    let name = key.strip_prefix(&options.prefix).filter(|name| is_name(name));
    let Some(name) = name else { return refused(StatusCode::FORBIDDEN, "AccessDenied") };
    let Ok(body) = axum::body::to_bytes(body, BYTES_MAX).await else {
        return refused(StatusCode::BAD_REQUEST, "EntityTooLarge");
    };
    let only_new = parts.headers.contains_key(header::IF_NONE_MATCH);
    if only_new && !options.knows_conditions {
        return refused(StatusCode::NOT_IMPLEMENTED, "NotImplemented");
    }
    let done = match parts.method {
        Method::PUT => put(&shared.folder, name, &body, only_new),
        Method::GET => get(&shared.folder, name),
        Method::DELETE => remove(&shared.folder, name),
        _ => return refused(StatusCode::METHOD_NOT_ALLOWED, "MethodNotAllowed"),
    };
    done.unwrap_or_else(|error| broken(&error))
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && !name.starts_with('.') && !name.contains(['/', '%'])
}

fn put(folder: &Path, name: &str, body: &Bytes, only_new: bool) -> io::Result<Response> {
    if only_new && folder.join(name).exists() {
        return Ok(refused(StatusCode::PRECONDITION_FAILED, "PreconditionFailed"));
    }
    file::put(folder, name, body)?;
    Ok(StatusCode::OK.into_response())
}

fn get(folder: &Path, name: &str) -> io::Result<Response> {
    match fs::read(folder.join(name)) {
        Ok(bytes) => Ok(bytes.into_response()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Ok(refused(StatusCode::NOT_FOUND, "NoSuchKey"))
        }
        Err(error) => Err(error),
    }
}

fn remove(folder: &Path, name: &str) -> io::Result<Response> {
    match fs::remove_file(folder.join(name)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(StatusCode::NO_CONTENT.into_response()),
    }
}

/// A page of names (`ListObjectsV2`). The token names the last one of the page before.
fn list(shared: &Shared, query: &[(String, String)]) -> io::Result<Response> {
    let find =
        |name: &str| query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    let BucketOptions { prefix, page_size, .. } = &shared.options;
    if find("list-type") != Some("2") || find("prefix") != Some(prefix) {
        return Ok(refused(StatusCode::FORBIDDEN, "AccessDenied"));
    }
    let entries = fs::read_dir(&shared.folder)?;
    let mut names: Vec<String> =
        entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect();
    names.retain(|name| is_name(name));
    names.sort();
    let after = find("continuation-token").unwrap_or_default();
    let mut rest = names.iter().filter(|name| name.as_str() > after);
    let page: Vec<&String> = rest.by_ref().take(*page_size).collect();
    let contents = page
        .iter()
        .map(|name| format!("<Contents><Key>{prefix}{name}</Key><Size>1</Size></Contents>"));
    let next = match (rest.next(), page.last()) {
        (Some(_), Some(last)) => format!("<NextContinuationToken>{last}</NextContinuationToken>"),
        _ => String::new(),
    };
    let text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">\
         <Prefix>{prefix}</Prefix><IsTruncated>{}</IsTruncated>{}{next}</ListBucketResult>",
        !next.is_empty(),
        contents.collect::<String>()
    );
    Ok(([(header::CONTENT_TYPE, "application/xml")], text).into_response())
}

fn refused(status: StatusCode, code: &str) -> Response {
    let text =
        format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{code}</Code></Error>");
    (status, [(header::CONTENT_TYPE, "application/xml")], text).into_response()
}

fn broken(error: &io::Error) -> Response {
    (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response()
}

//! A bucket of a storage that speaks S3. Requests are signed in their addresses (AWS Signature Version 4, query
//! parameters) and sent by the one HTTP kit, which bounds them and checks where they go.

use std::sync::Arc;
use std::time::Duration;

use rollcall_connector::wfm::Answer;
use rollcall_connector::{ConnectorError, Endpoint, Http};
use rollcall_domain::Clock;
use rusty_s3::{Bucket, Credentials, S3Action, UrlStyle};
use secrecy::{ExposeSecret as _, SecretString};

use super::{FILES_MAX, Place, Put, too_large, too_many};
use crate::xml;

/// A signature is good so long: long enough for clocks that differ a little.
const SIGNED_FOR: Duration = Duration::from_secs(600);
/// A page of a list has 1,000 names at the most (S3, `ListObjectsV2`).
const LIST_BYTES_MAX: usize = 4 * 1024 * 1024;
const PAGES_MAX: usize = 40;

/// The names below a prefix of a bucket.
pub(crate) struct S3 {
    http: Http,
    clock: Arc<dyn Clock>,
    bucket: Bucket,
    credentials: Credentials,
    prefix: String,
}

/// Where the bucket is, and as whom it is opened.
pub(crate) struct S3Settings<'a> {
    pub(crate) endpoint: &'a str,
    pub(crate) region: &'a str,
    pub(crate) bucket: &'a str,
    pub(crate) prefix: &'a str,
    pub(crate) access_key_id: &'a str,
    pub(crate) secret: &'a SecretString,
}

impl S3 {
    pub(crate) fn new(
        http: &Http,
        clock: Arc<dyn Clock>,
        settings: &S3Settings<'_>,
    ) -> Result<Self, ConnectorError> {
        http.endpoint(settings.endpoint)?;
        let unsupported = || {
            let reason = "its bucket cannot be written as an address".to_owned();
            ConnectorError::Unsupported { reason }
        };
        let endpoint = settings.endpoint.parse().map_err(|_| unsupported())?;
        let (name, region) = (settings.bucket.to_owned(), settings.region.to_owned());
        // By its path: that is what storages other than Amazon's understand, and Amazon's too.
        let bucket = Bucket::new(endpoint, UrlStyle::Path, name, region);
        let secret = settings.secret.expose_secret().trim();
        Ok(Self {
            http: http.clone(),
            clock,
            bucket: bucket.map_err(|_| unsupported())?,
            credentials: Credentials::new(settings.access_key_id, secret),
            prefix: settings.prefix.to_owned(),
        })
    }

    fn object(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }

    fn signed<'a>(&self, action: &impl S3Action<'a>) -> Result<Endpoint, ConnectorError> {
        let url = action.sign_with_time(SIGNED_FOR, &self.clock.now());
        self.http.endpoint(url.as_str())
    }

    /// One page of names. A list is a GET of the bucket itself; the library has it only together with another
    /// reader of XML.
    async fn page(&self, token: Option<String>) -> Result<xml::Document, ConnectorError> {
        let mut action = self.bucket.get_object(Some(&self.credentials), "");
        let query = action.query_mut();
        query.insert("list-type", "2");
        query.insert("delimiter", "/");
        query.insert("prefix", self.prefix.clone());
        if let Some(token) = token {
            query.insert("continuation-token", token);
        }
        let bytes = self.signed(&action)?.get_here().content(LIST_BYTES_MAX).await?;
        let malformed = |what: &str| {
            let reason = format!("the list of its bucket cannot be used: {what}");
            ConnectorError::Malformed { reason }
        };
        let document = xml::read(&bytes).map_err(malformed)?;
        if document.root == "ListBucketResult" {
            Ok(document)
        } else {
            Err(malformed("it is none"))
        }
    }
}

impl Place for S3 {
    fn put<'a>(&'a self, name: &'a str, bytes: &'a [u8]) -> Answer<'a, Put> {
        Box::pin(async move {
            let object = self.object(name);
            let text = String::from_utf8_lossy(bytes);
            let call = || {
                let action = self.bucket.put_object(Some(&self.credentials), &object);
                Ok(self.signed(&action)?.put_here().text("application/xml", &text))
            };
            match call()?.only_new().done().await {
                Ok(()) => Ok(Put::Made),
                Err(ConnectorError::Conflict { .. }) => Ok(Put::Stood),
                // A storage that does not know the condition. The names were looked at just before, and one hub
                // at a time writes here.
                Err(ConnectorError::Unsupported { .. }) => call()?.done().await.map(|()| Put::Made),
                Err(error) => Err(error),
            }
        })
    }

    fn get<'a>(&'a self, name: &'a str, bytes_max: usize) -> Answer<'a, Option<Vec<u8>>> {
        Box::pin(async move {
            let object = self.object(name);
            let action = self.bucket.get_object(Some(&self.credentials), &object);
            match self.signed(&action)?.get_here().content(bytes_max).await {
                Ok(bytes) => Ok(Some(bytes)),
                Err(ConnectorError::NotFound { .. }) => Ok(None),
                Err(ConnectorError::Malformed { .. }) => Err(too_large(name, bytes_max)),
                Err(error) => Err(error),
            }
        })
    }

    fn list(&self) -> Answer<'_, Vec<String>> {
        Box::pin(async move {
            let (mut names, mut token) = (Vec::new(), None);
            for _ in 0..PAGES_MAX {
                let mut page = self.page(token.take()).await?;
                let contents = page.records.iter().filter(|record| record.name == "Contents");
                let keys = contents.filter_map(|record| record.texts.get("Key"));
                names.extend(
                    keys.filter_map(|key| key.strip_prefix(&self.prefix)).map(str::to_owned),
                );
                if names.len() > FILES_MAX {
                    return Err(too_many());
                }
                token = page.texts.remove("NextContinuationToken");
                if token.is_none() {
                    return Ok(names);
                }
            }
            Err(too_many())
        })
    }

    fn remove<'a>(&'a self, name: &'a str) -> Answer<'a, ()> {
        Box::pin(async move {
            let object = self.object(name);
            let action = self.bucket.delete_object(Some(&self.credentials), &object);
            match self.signed(&action)?.delete_here().done().await {
                Err(ConnectorError::NotFound { .. }) => Ok(()),
                answer => answer,
            }
        })
    }
}

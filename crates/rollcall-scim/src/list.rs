//! Writes a `ListResponse` (RFC 7644 §3.4.2) straight into bytes, from resources that are bytes already.
//! A page of a hundred people is a hundred copies, and nothing is parsed again.

use std::io::Write;

/// A `ListResponse` under way. Dropping it without [`ListWriter::finish`] leaves half a document.
#[derive(Debug)]
pub struct ListWriter<'a> {
    buffer: &'a mut Vec<u8>,
    count: usize,
}

impl<'a> ListWriter<'a> {
    /// Begins the document. `total` counts all results, not those of this page.
    pub fn start(buffer: &'a mut Vec<u8>, total: u64, start_index: u64) -> Self {
        buffer.extend_from_slice(
            b"{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:ListResponse\"],\"totalResults\":",
        );
        number(buffer, total);
        buffer.extend_from_slice(b",\"startIndex\":");
        number(buffer, start_index);
        buffer.extend_from_slice(b",\"Resources\":[");
        Self { buffer, count: 0 }
    }

    /// Begins a document that is paged by cursor (RFC 9865 §2.1); `next_cursor` leads to the page behind it
    /// and holds only characters that need no escape in JSON.
    pub fn start_at_cursor(buffer: &'a mut Vec<u8>, total: u64, next_cursor: Option<&str>) -> Self {
        buffer.extend_from_slice(
            b"{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:ListResponse\"],\"totalResults\":",
        );
        number(buffer, total);
        if let Some(cursor) = next_cursor {
            buffer.extend_from_slice(b",\"nextCursor\":\"");
            buffer.extend_from_slice(cursor.as_bytes());
            buffer.push(b'"');
        }
        buffer.extend_from_slice(b",\"Resources\":[");
        Self { buffer, count: 0 }
    }

    /// Adds a resource, which must be one JSON object.
    pub fn push(&mut self, resource: &[u8]) {
        if self.count > 0 {
            self.buffer.push(b',');
        }
        self.buffer.extend_from_slice(resource);
        self.count += 1;
    }

    /// Ends the document. `itemsPerPage` is what was really pushed: Okta's test suite refuses any other
    /// number.
    pub fn finish(self) {
        self.buffer.extend_from_slice(b"],\"itemsPerPage\":");
        number(self.buffer, self.count as u64);
        self.buffer.push(b'}');
    }
}

fn number(buffer: &mut Vec<u8>, value: u64) {
    // Writing to a vector cannot fail.
    let _infallible = write!(buffer, "{value}");
}

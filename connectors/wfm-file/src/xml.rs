//! The XML of the files: what may stand in it, and a reader that trusts nothing. Sizes are bounded by whoever
//! fetched the bytes; here it is depth, and what XML can hide: a DTD, entities, another encoding.

use std::collections::BTreeMap;

use quick_xml::Reader;
use quick_xml::escape::{escape, resolve_predefined_entity};
use quick_xml::events::{BytesRef, Event};

/// Elements within elements.
const DEPTH_MAX: usize = 16;
/// Elements below the root: each takes far more memory here than in the file.
const RECORDS_MAX: usize = 200_000;
/// Elements in one of them.
const FIELDS_MAX: usize = 64;

/// A file: a root with texts, and with records that hold texts. What lies deeper is passed over.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Document {
    pub(crate) root: String,
    pub(crate) texts: Texts,
    pub(crate) records: Vec<Record>,
}

/// Texts by the names of their elements. Of several with one name the first counts.
pub(crate) type Texts = BTreeMap<String, String>;

/// An element below the root that holds elements.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Record {
    pub(crate) name: String,
    pub(crate) texts: Texts,
}

/// Why a file cannot be read: a clause. It never quotes the file.
pub(crate) type Unreadable = &'static str;

/// A text as it stands in an element. `None` when XML 1.0 has no way to write it (§2.2).
pub(crate) fn text(value: &str) -> Option<String> {
    if !value.chars().all(is_legal) {
        return None;
    }
    let escaped = escape(value);
    // A reader would take them for spaces, or make one of two (XML 1.0 §2.11).
    let written = escaped.chars().fold(String::with_capacity(escaped.len()), |mut text, c| {
        match c {
            '\t' => text.push_str("&#9;"),
            '\n' => text.push_str("&#10;"),
            '\r' => text.push_str("&#13;"),
            c => text.push(c),
        }
        text
    });
    Some(written)
}

fn is_legal(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

/// Reads a file.
///
/// # Errors
/// What is wrong with it.
pub(crate) fn read(bytes: &[u8]) -> Result<Document, Unreadable> {
    let text = std::str::from_utf8(bytes).map_err(|_| "it is not UTF-8")?;
    let mut reader = Reader::from_str(text.trim_start_matches('\u{feff}'));
    reader.config_mut().check_comments = true;
    let mut reading = Reading::default();
    loop {
        match reader.read_event().map_err(|_| "it is not well-formed XML")? {
            Event::Start(start) => reading.open(start.name().as_ref())?,
            Event::Empty(start) => {
                reading.open(start.name().as_ref())?;
                reading.close();
            }
            Event::End(_) => reading.close(),
            Event::Text(text) => reading.push(&text.xml10_content())?,
            Event::CData(text) => reading.push(&text.xml10_content())?,
            Event::GeneralRef(reference) => reading.push(resolve(&reference)?.as_str())?,
            Event::Decl(declaration) => {
                let utf8 = match declaration.encoding() {
                    Some(Ok(encoding)) => encoding.eq_ignore_ascii_case("utf-8"),
                    Some(Err(_)) => false,
                    None => true,
                };
                utf8.then_some(()).ok_or("it says that it is not UTF-8")?;
            }
            Event::DocType(_) => return Err("it has a DTD, which is never read"),
            Event::Comment(_) | Event::PI(_) => {}
            Event::Eof => return reading.end(),
        }
    }
}

/// Only what XML itself knows: there is no DTD to say more.
fn resolve(reference: &BytesRef<'_>) -> Result<String, Unreadable> {
    if let Some(c) =
        reference.resolve_char_ref().map_err(|_| "it names a character that is none")?
    {
        return if is_legal(c) {
            Ok(c.to_string())
        } else {
            Err("it names a character that is none")
        };
    }
    let known = resolve_predefined_entity(reference);
    known.map(str::to_owned).ok_or("it names an entity that is not XML's own")
}

#[derive(Default)]
struct Reading {
    document: Document,
    depth: usize,
    over: bool,
    /// The element below the root: its name, its text, and the elements in it.
    record: Option<(String, String, Option<Texts>)>,
    /// The element below that: its name and its text.
    field: Option<(String, String)>,
}

impl Reading {
    fn open(&mut self, name: &str) -> Result<(), Unreadable> {
        // A prefix is the writer's own; what follows it is the name.
        let name = name.rsplit(':').next().unwrap_or_default().to_owned();
        match self.depth {
            0 if self.over => return Err("it has more than one root"),
            0 => self.document.root = name,
            1 => {
                if self.document.records.len() + self.document.texts.len() >= RECORDS_MAX {
                    return Err("it has too many elements");
                }
                self.record = Some((name, String::new(), None));
            }
            2 => {
                if let Some((_, _, texts)) = &mut self.record
                    && texts.get_or_insert_default().len() >= FIELDS_MAX
                {
                    return Err("one of its elements holds too many others");
                }
                self.field = Some((name, String::new()));
            }
            _ => {}
        }
        self.depth += 1;
        if self.depth > DEPTH_MAX { Err("its elements are nested too deep") } else { Ok(()) }
    }

    fn close(&mut self) {
        self.depth = self.depth.saturating_sub(1);
        match self.depth {
            0 => self.over = true,
            1 => match self.record.take() {
                Some((name, _, Some(texts))) => self.document.records.push(Record { name, texts }),
                Some((name, text, None)) => {
                    self.document.texts.entry(name).or_insert(text);
                }
                None => {}
            },
            2 => {
                if let (Some((name, text)), Some((_, _, Some(texts)))) =
                    (self.field.take(), &mut self.record)
                {
                    texts.entry(name).or_insert(text);
                }
            }
            _ => {}
        }
    }

    fn push(&mut self, text: &str) -> Result<(), Unreadable> {
        match (self.depth, &mut self.record, &mut self.field) {
            (0, ..) if !text.trim().is_empty() => return Err("it has text outside of its root"),
            (2, Some((_, content, _)), _) | (3, _, Some((_, content))) => content.push_str(text),
            _ => {}
        }
        Ok(())
    }

    fn end(self) -> Result<Document, Unreadable> {
        if self.over && self.depth == 0 { Ok(self.document) } else { Err("it is not whole") }
    }
}

#[cfg(test)]
mod tests;

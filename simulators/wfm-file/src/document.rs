//! An import file, read as strictly as the contract says (`CONTRACT.md` §3).

use std::collections::BTreeMap;

use quick_xml::Reader;
use quick_xml::events::Event;

/// What stands in a file.
#[derive(Debug, Default)]
pub(crate) struct Document {
    pub(crate) key: String,
    pub(crate) acd_id: String,
    /// `newAgent` or `changedAgent`.
    pub(crate) kind: String,
    pub(crate) agents: Vec<BTreeMap<String, String>>,
}

/// Reads a file.
///
/// # Errors
/// Why it is refused as a whole.
pub(crate) fn read(bytes: &[u8]) -> Result<Document, String> {
    let text = std::str::from_utf8(bytes).map_err(|_| "The file is not UTF-8.".to_owned())?;
    let mut reader = Reader::from_str(text);
    let (mut document, mut path, mut value) = (Document::default(), Vec::new(), String::new());
    loop {
        match reader.read_event().map_err(|error| format!("The file is no XML: {error}."))? {
            Event::Start(start) => {
                path.push(start.name().as_ref().to_owned());
                value.clear();
                open(&mut document, &path)?;
            }
            Event::Empty(start) => {
                path.push(start.name().as_ref().to_owned());
                open(&mut document, &path)?;
                close(&mut document, &path, "");
                path.pop();
            }
            Event::Text(text) => value.push_str(&text.xml10_content()),
            Event::GeneralRef(reference) => {
                let c = reference.resolve_char_ref().map_err(|error| error.to_string())?;
                match c {
                    Some(c) => value.push(c),
                    None => value.push_str(
                        quick_xml::escape::resolve_xml_entity(&reference)
                            .ok_or("The file names an entity that is unknown.")?,
                    ),
                }
            }
            Event::End(_) => {
                close(&mut document, &path, &value);
                value.clear();
                path.pop();
            }
            Event::DocType(_) => return Err("The file has a DTD.".to_owned()),
            Event::Eof if path.is_empty() && !document.key.is_empty() => return Ok(document),
            Event::Eof => return Err("The file is not whole.".to_owned()),
            Event::CData(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
        }
    }
}

fn open(document: &mut Document, path: &[String]) -> Result<(), String> {
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    match path.as_slice() {
        ["importAgent"] | ["importAgent", "key" | "acdID"] => Ok(()),
        ["importAgent", kind @ ("newAgent" | "changedAgent")] => {
            if !document.kind.is_empty() && document.kind != *kind {
                return Err("The file holds new agents and changed ones.".to_owned());
            }
            (*kind).clone_into(&mut document.kind);
            document.agents.push(BTreeMap::new());
            Ok(())
        }
        ["importAgent", _, "password"] => Err("Passwords cannot be imported.".to_owned()),
        ["importAgent", "newAgent" | "changedAgent", _] => Ok(()),
        _ => Err("The file has an element that does not belong there.".to_owned()),
    }
}

fn close(document: &mut Document, path: &[String], value: &str) {
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    match path.as_slice() {
        [_, "key"] => value.clone_into(&mut document.key),
        [_, "acdID"] => value.clone_into(&mut document.acd_id),
        [_, _, name] => {
            if let Some(agent) = document.agents.last_mut() {
                agent.insert((*name).to_owned(), value.to_owned());
            }
        }
        _ => {}
    }
}

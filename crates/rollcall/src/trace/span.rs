//! A span that is over, and its form in OTLP's JSON (opentelemetry.io/docs/specs/otlp, `trace.proto`).

use serde_json::{Map, Value, json};

/// A span that is over.
#[derive(Clone, Debug)]
pub(crate) struct Finished {
    pub(crate) trace: u128,
    pub(crate) id: u64,
    pub(crate) parent: Option<u64>,
    pub(crate) name: &'static str,
    pub(crate) begun_ns: u64,
    pub(crate) ended_ns: u64,
    pub(crate) fields: Map<String, Value>,
}

/// What OTLP calls a server's and a client's span, and any other (`SpanKind`).
const INTERNAL: u8 = 1;
const SERVER: u8 = 2;
const CLIENT: u8 = 3;

/// The body of a request with these spans.
pub(crate) fn body(spans: &[Finished]) -> Value {
    let spans: Vec<Value> = spans.iter().map(span).collect();
    let service = Map::from_iter([
        ("service.name".to_owned(), Value::from("rollcall")),
        ("service.version".to_owned(), Value::from(env!("CARGO_PKG_VERSION"))),
    ]);
    json!({"resourceSpans": [{
        "resource": {"attributes": attributes(&service)},
        "scopeSpans": [{"scope": {"name": "rollcall"}, "spans": spans}],
    }]})
}

fn span(span: &Finished) -> Value {
    let kind = match span.name {
        "http.request" => SERVER,
        "wfm.call" => CLIENT,
        _ => INTERNAL,
    };
    let mut value = json!({
        "traceId": format!("{:032x}", span.trace),
        "spanId": format!("{:016x}", span.id),
        "name": span.name,
        "kind": kind,
        // 64-bit numbers are texts in OTLP's JSON.
        "startTimeUnixNano": span.begun_ns.to_string(),
        "endTimeUnixNano": span.ended_ns.to_string(),
        "attributes": attributes(&span.fields),
    });
    if let (Some(parent), Some(object)) = (span.parent, value.as_object_mut()) {
        object.insert("parentSpanId".to_owned(), Value::from(format!("{parent:016x}")));
    }
    value
}

fn attributes(fields: &Map<String, Value>) -> Vec<Value> {
    let value = |value: &Value| match value {
        Value::Number(number) => json!({"intValue": number.to_string()}),
        Value::Bool(flag) => json!({"boolValue": flag}),
        Value::String(text) => json!({"stringValue": text}),
        other => json!({"stringValue": other.to_string()}),
    };
    fields.iter().map(|(key, field)| json!({"key": key, "value": value(field)})).collect()
}

/// The trace and the parent that a `traceparent` names (W3C Trace Context §3.2); `None` for one that is no such
/// text.
pub(crate) fn parent(text: &str) -> Option<(u128, u64)> {
    let mut parts = text.split('-');
    let (version, trace, parent) = (parts.next()?, parts.next()?, parts.next()?);
    let lengths = (version.len(), trace.len(), parent.len());
    let hex = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
    if lengths != (2, 32, 16) || version == "ff" || !(trace.chars().chain(parent.chars())).all(hex)
    {
        return None;
    }
    let trace = u128::from_str_radix(trace, 16).ok().filter(|trace| *trace != 0)?;
    let parent = u64::from_str_radix(parent, 16).ok().filter(|parent| *parent != 0)?;
    Some((trace, parent))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_written_as_otlp_wants_it() {
        let fields =
            Map::from_iter([("link.id".to_owned(), json!("a")), ("people".to_owned(), json!(3))]);
        let span = Finished {
            trace: 0x2a,
            id: 7,
            parent: Some(9),
            name: "wfm.call",
            begun_ns: 1_795_219_200_000_000_001,
            ended_ns: 1_795_219_200_000_000_002,
            fields,
        };
        let body = body(&[span]);
        let span = &body["resourceSpans"][0]["scopeSpans"][0]["spans"][0];
        assert_eq!(span["traceId"], "0000000000000000000000000000002a");
        assert_eq!(
            (&span["spanId"], &span["parentSpanId"]),
            (&json!("0000000000000007"), &json!("0000000000000009"))
        );
        assert_eq!(
            (&span["kind"], &span["startTimeUnixNano"]),
            (&json!(3), &json!("1795219200000000001"))
        );
        assert_eq!(span["attributes"][1], json!({"key": "people", "value": {"intValue": "3"}}));
    }

    #[test]
    fn only_a_well_formed_parent_is_taken() {
        let good = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        assert_eq!(
            parent(good),
            Some((0x4bf9_2f35_77b3_4da6_a3ce_929d_0e0e_4736, 0x00f0_67aa_0ba9_02b7))
        );
        for bad in [
            "",
            "00-4bf92f3577b34da6a3ce929d0e0e4736",
            "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
        ] {
            assert_eq!(parent(bad), None, "{bad}");
        }
    }
}

//! PATCH of simple attributes against a model that anyone can check by eye: a map from name to text.

use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::prelude::*;
use rollcall_scim::Dialect;
use serde_json::{Value, json};

use crate::support::{apply, user};

type Model = BTreeMap<&'static str, String>;

#[derive(Debug, Clone)]
struct Step {
    op: &'static str,
    name: &'static str,
    value: Value,
    has_path: bool,
}

fn step() -> impl Strategy<Value = Step> {
    let op = prop::sample::select(vec!["add", "Replace", "REMOVE"]);
    let name = prop::sample::select(vec!["title", "nickName", "locale", "externalId"]);
    let value = prop_oneof![
        Just(Value::Null),
        Just(json!("")),
        prop::sample::select(vec!["a", "b", "A"]).prop_map(Value::from),
    ];
    (op, name, value, any::<bool>()).prop_map(|(op, name, value, has_path)| Step {
        op,
        name,
        value,
        has_path,
    })
}

impl Step {
    fn to_json(&self) -> Value {
        if self.has_path || self.op == "REMOVE" {
            json!({"op": self.op, "path": self.name, "value": self.value})
        } else {
            json!({"op": self.op, "value": {self.name: self.value}})
        }
    }

    fn apply_to(&self, model: &mut Model) {
        let text = self.value.as_str().filter(|text| !text.is_empty());
        match (self.op, text) {
            ("add" | "Replace", Some(text)) => {
                model.insert(self.name, text.to_owned());
            }
            ("add", None) => {}
            _ => {
                model.remove(self.name);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn simple_attributes_follow_the_model(rounds in vec(vec(step(), 1..4), 1..4)) {
        let mut resource = user(&json!({"userName": "ada"}));
        let mut model = Model::new();
        for steps in rounds {
            let before = model.clone();
            steps.iter().for_each(|step| step.apply_to(&mut model));
            let operations = steps.iter().map(Step::to_json).collect::<Vec<_>>();
            let outcome = apply(&Dialect::RFC, &mut resource, json!(operations)).unwrap();
            prop_assert_eq!(outcome.changed, before != model);
            let mut expected = json!(model);
            expected["userName"] = json!("ada");
            expected["schemas"] = resource["schemas"].clone();
            prop_assert_eq!(&Value::Object(resource.clone()), &expected);
        }
    }
}

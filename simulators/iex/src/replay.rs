//! The answers that are remembered under idempotency keys (`CONTRACT.md` §3.1), bounded by their
//! size. Knows nothing of what the answers say.

use std::collections::{HashMap, VecDeque};
use std::hash::{DefaultHasher, Hash, Hasher};

use bytes::Bytes;

/// How many bytes of answers are remembered.
const MAX_BYTES: usize = 8 * 1024 * 1024;
/// What a remembered key costs beside its answer, roughly.
const OVERHEAD_BYTES: usize = 256;

/// Whose key it is: the acd and the key.
type Name = (Box<str>, Box<str>);

/// What is known of a key.
pub(crate) enum Recall {
    /// The key is new.
    New,
    /// The key was used with this body, and this was the answer.
    Answer(Bytes),
    /// The key was used with another body.
    OtherBody,
}

#[derive(Default)]
pub(crate) struct Replays {
    answers: HashMap<Name, (u64, Bytes)>,
    oldest_first: VecDeque<Name>,
    size_bytes: usize,
}

impl Replays {
    pub(crate) fn recall(&self, acd: &str, key: &str, body: &[u8]) -> Recall {
        match self.answers.get(&(acd.into(), key.into())) {
            None => Recall::New,
            Some((hash, answer)) if *hash == hash_of(body) => Recall::Answer(answer.clone()),
            Some(_) => Recall::OtherBody,
        }
    }

    pub(crate) fn remember(&mut self, acd: &str, key: &str, body: &[u8], answer: Bytes) {
        let name: Name = (acd.into(), key.into());
        self.size_bytes = self.size_bytes.saturating_add(answer.len() + OVERHEAD_BYTES);
        self.answers.insert(name.clone(), (hash_of(body), answer));
        self.oldest_first.push_back(name);
        while self.size_bytes > MAX_BYTES {
            let Some(oldest) = self.oldest_first.pop_front() else { break };
            if let Some((_, answer)) = self.answers.remove(&oldest) {
                self.size_bytes = self.size_bytes.saturating_sub(answer.len() + OVERHEAD_BYTES);
            }
        }
    }
}

fn hash_of(body: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    body.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_bounded_and_the_newest_stay() {
        let mut replays = Replays::default();
        for number in 0..100 {
            let answer = Bytes::from(vec![b'x'; 200_000]);
            replays.remember("1", &number.to_string(), b"body", answer);
        }
        assert!(replays.size_bytes <= MAX_BYTES);
        assert!(matches!(replays.recall("1", "0", b"body"), Recall::New));
        assert!(matches!(replays.recall("1", "99", b"body"), Recall::Answer(_)));
        assert!(matches!(replays.recall("1", "99", b"other"), Recall::OtherBody));
        assert!(matches!(replays.recall("2", "99", b"body"), Recall::New));
    }
}

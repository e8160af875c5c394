//! One link and one person, as a model: workers under a lease, requests that are lost or arrive late, a WFM that takes
//! them as they come. It follows `begin.rs`, `drive.rs`, `settle.rs` and `heal.rs`; each step is one transaction or one
//! message. Whatever may happen next does, in one branch or another.

use stateright::{Model, Property};

pub(crate) const WORKERS: usize = 3;
/// What the person's values are in each version: the third are those of the first again.
const VALUES: [u8; 4] = [0, 1, 0, 2];

/// What is built, and what would be simpler and is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Variant {
    AsBuilt,
    /// Whoever has an answer settles it.
    NoFence,
    /// The lease is proven before sending, and not when settling.
    CheckBeforeSend,
    /// What is sent is not written down before.
    NoMemory,
    /// Whoever settles forgets also what a deposed worker wrote meanwhile.
    ForgetsOthers,
}

/// The model, and how much may go wrong in it.
#[derive(Clone, Debug)]
pub(crate) struct Link {
    pub(crate) variant: Variant,
    /// Whether the WFM applies a key once.
    pub(crate) keys: bool,
    /// How much goes wrong: workers that die, leases that run out under their holder, requests that are given up or
    /// lost.
    pub(crate) faults: u8,
    pub(crate) comparisons: u8,
}

/// A moment.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Moment {
    version: u8,
    known: u8,
    mark: Option<Mark>,
    marks: u8,
    epoch: u8,
    /// Who has the lease; none when it ran out or was given back.
    holder: Option<u8>,
    workers: [Worker; WORKERS],
    under_way: Vec<Request>,
    held: u8,
    keys: Vec<Key>,
    faults: u8,
    comparisons: u8,
    /// A request was applied whose sender had given it up or died: nobody here can know.
    came_late: bool,
    /// The WFM's list was compared while nothing was under way, and nothing came late since.
    clean: bool,
    deposed_settled: bool,
}

/// The person is due. `sent` and `disowned` are sets of versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Mark {
    generation: u8,
    sent: u8,
    disowned: u8,
}

/// The name of a request: the version, the mark, and what was known.
type Key = (u8, u8, u8);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Request {
    worker: u8,
    epoch: u8,
    key: Key,
}

/// How far a worker is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Worker {
    Idle,
    Holds { epoch: u8 },
    Read { epoch: u8, key: Key, needed: bool },
    Noted { epoch: u8, key: Key },
    Waits { epoch: u8, key: Key },
    Answered { epoch: u8, key: Key },
    Listed { epoch: u8, held: u8, clean: bool },
}

/// What happens next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// The person changes.
    Change,
    /// A worker takes its next step.
    Go(usize),
    /// A worker with the lease lists what the WFM holds.
    List(usize),
    /// A worker dies; another of its name begins.
    Crash(usize),
    /// A worker waits no longer.
    GiveUp(usize),
    /// The lease runs out.
    Lapse,
    /// A request arrives.
    Arrive(usize),
    /// A request is lost.
    Lose(usize),
}

fn value(version: u8) -> u8 {
    VALUES[usize::from(version)]
}

impl Model for Link {
    type State = Moment;
    type Action = Step;

    fn init_states(&self) -> Vec<Moment> {
        vec![Moment {
            version: 0,
            known: 0,
            mark: None,
            marks: 0,
            epoch: 0,
            holder: None,
            workers: [Worker::Idle; WORKERS],
            under_way: Vec::new(),
            held: 0,
            keys: Vec::new(),
            faults: 0,
            comparisons: 0,
            came_late: false,
            clean: false,
            deposed_settled: false,
        }]
    }

    fn actions(&self, now: &Moment, steps: &mut Vec<Step>) {
        if usize::from(now.version) + 1 < VALUES.len() {
            steps.push(Step::Change);
        }
        let may_fail = now.faults < self.faults;
        if may_fail && now.holder.is_some() {
            steps.push(Step::Lapse);
        }
        // Of those who do nothing, any may begin: they are alike.
        let next = now.workers.iter().position(|worker| *worker == Worker::Idle);
        for (index, worker) in now.workers.iter().enumerate() {
            match worker {
                Worker::Waits { .. } if may_fail => steps.push(Step::GiveUp(index)),
                Worker::Waits { .. } => {}
                Worker::Holds { .. } if now.comparisons < self.comparisons => {
                    steps.push(Step::List(index));
                    // Nobody takes a lease for nothing.
                    if now.mark.is_some() {
                        steps.push(Step::Go(index));
                    }
                }
                Worker::Idle if next != Some(index) || !now.is_wanted(self) => {}
                _ => steps.push(Step::Go(index)),
            }
            if *worker != Worker::Idle && may_fail {
                steps.push(Step::Crash(index));
            }
        }
        for index in 0..now.under_way.len() {
            steps.push(Step::Arrive(index));
            if may_fail {
                steps.push(Step::Lose(index));
            }
        }
    }

    fn next_state(&self, before: &Moment, step: Step) -> Option<Moment> {
        let mut now = before.clone();
        match step {
            Step::Change => {
                now.version += 1;
                now.mark(0);
            }
            Step::Go(index) => now.go(self, index)?,
            Step::List(index) => {
                let Worker::Holds { epoch } = now.workers[index] else { return None };
                now.comparisons += 1;
                let clean = now.is_calm(index);
                now.workers[index] = Worker::Listed { epoch, held: now.held, clean };
            }
            Step::Crash(index) => {
                now.faults += 1;
                // What a deposed worker had an answer to, it can tell nobody any more.
                if let Worker::Answered { epoch, .. } = now.workers[index]
                    && epoch != now.epoch
                {
                    now.disturb();
                }
                now.workers[index] = Worker::Idle;
            }
            Step::GiveUp(index) => {
                now.faults += 1;
                let Worker::Waits { epoch, .. } = now.workers[index] else { return None };
                now.give_back(index, epoch);
            }
            Step::Lapse => {
                now.faults += 1;
                now.holder = None;
            }
            Step::Arrive(index) => now.arrive(self, index),
            Step::Lose(index) => {
                now.faults += 1;
                let lost = now.under_way.remove(index);
                let worker = usize::from(lost.worker);
                if now.waits_for(lost) {
                    // It hears of that as of a connection that broke.
                    now.give_back(worker, lost.epoch);
                }
            }
        }
        (now != *before).then_some(now)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always("a deposed worker settles nothing", |_, now: &Moment| {
                !now.deposed_settled
            }),
            Property::always("at rest the WFM holds the last version", |_, now: &Moment| {
                now.came_late || !now.rests() || now.held == value(now.version)
            }),
            Property::always("after a comparison nothing older is told", |_, now: &Moment| {
                !now.clean || !now.rests() || now.held == value(now.version)
            }),
            Property::always("no comparison is ever needed", |_, now: &Moment| {
                !now.rests() || now.held == value(now.version)
            }),
            Property::sometimes("it comes to rest at the last version", |_, now: &Moment| {
                usize::from(now.version) + 1 == VALUES.len() && now.rests()
            }),
            Property::sometimes("it comes to rest after a late request", |_, now: &Moment| {
                now.came_late && now.clean && now.rests()
            }),
        ]
    }
}

impl Moment {
    /// Nothing is due, nothing is under way, nobody is at work.
    fn rests(&self) -> bool {
        self.mark.is_none()
            && self.under_way.is_empty()
            && self.workers.iter().all(|it| matches!(it, Worker::Idle | Worker::Holds { .. }))
    }

    /// Nothing is under way but what this worker does, and nobody is about to send.
    fn is_calm(&self, but: usize) -> bool {
        let about = |worker: &Worker| {
            matches!(worker, Worker::Noted { .. } | Worker::Waits { .. } | Worker::Answered { .. })
        };
        let others = self.workers.iter().enumerate().filter(|(index, _)| *index != but);
        self.under_way.is_empty() && !others.map(|(_, worker)| worker).any(about)
    }

    fn is_wanted(&self, link: &Link) -> bool {
        self.holder.is_none() && (self.mark.is_some() || self.comparisons < link.comparisons)
    }

    fn mark(&mut self, disowned: u8) {
        self.marks += 1;
        let (sent, before) = self.mark.map_or((0, 0), |mark| (mark.sent, mark.disowned));
        self.mark = Some(Mark { generation: self.marks, sent, disowned: before | disowned });
    }

    fn disturb(&mut self) {
        (self.came_late, self.clean) = (true, false);
        for worker in &mut self.workers {
            if let Worker::Listed { clean, .. } = worker {
                *clean = false;
            }
        }
    }

    /// Whether a worker's lease stands.
    fn stands(&self, index: usize, epoch: u8) -> bool {
        self.epoch == epoch && self.holder.is_none_or(|holder| usize::from(holder) == index)
    }

    fn give_back(&mut self, index: usize, epoch: u8) {
        if self.stands(index, epoch) {
            self.holder = None;
        }
        self.workers[index] = Worker::Idle;
    }

    fn waits_for(&self, request: Request) -> bool {
        let Request { worker, epoch, key } = request;
        self.workers[usize::from(worker)] == Worker::Waits { epoch, key }
    }

    fn go(&mut self, link: &Link, index: usize) -> Option<()> {
        self.workers[index] = match self.workers[index] {
            Worker::Idle => {
                self.epoch += 1;
                self.holder = Some(u8::try_from(index).ok()?);
                Worker::Holds { epoch: self.epoch }
            }
            Worker::Holds { epoch } => match self.mark {
                None => {
                    self.give_back(index, epoch);
                    return Some(());
                }
                Some(mark) => {
                    let in_doubt = mark.sent | mark.disowned != 0;
                    let needed = in_doubt || value(self.version) != self.known;
                    let key = (self.version, mark.generation, self.known);
                    Worker::Read { epoch, key, needed }
                }
            },
            Worker::Read { epoch, key, needed } => {
                if link.variant != Variant::NoFence && !self.stands(index, epoch) {
                    Worker::Idle
                } else if needed {
                    if link.variant != Variant::NoMemory
                        && let Some(mark) = &mut self.mark
                    {
                        mark.sent |= 1 << key.0;
                    }
                    Worker::Noted { epoch, key }
                } else {
                    self.mark = self.mark.filter(|mark| mark.generation != key.1);
                    Worker::Holds { epoch }
                }
            }
            Worker::Noted { epoch, key } => {
                let worker = u8::try_from(index).ok()?;
                self.under_way.push(Request { worker, epoch, key });
                self.under_way.sort_unstable();
                Worker::Waits { epoch, key }
            }
            Worker::Answered { epoch, key } => self.settle(link, index, (epoch, key)),
            Worker::Listed { epoch, held, clean } => {
                if self.stands(index, epoch) {
                    if held != self.known {
                        self.known = held;
                        self.mark(0);
                    }
                    self.clean = clean;
                    Worker::Holds { epoch }
                } else {
                    Worker::Idle
                }
            }
            Worker::Waits { .. } => return None,
        };
        Some(())
    }

    fn settle(&mut self, link: &Link, index: usize, (epoch, key): (u8, Key)) -> Worker {
        let stands = self.stands(index, epoch);
        if stands || matches!(link.variant, Variant::NoFence | Variant::CheckBeforeSend) {
            self.deposed_settled |= epoch != self.epoch;
            self.known = value(key.0);
            match &mut self.mark {
                Some(mark) if mark.generation != key.1 => {
                    mark.sent = 0;
                    if link.variant == Variant::ForgetsOthers {
                        mark.disowned = 0;
                    }
                }
                _ => self.mark = None,
            }
            return Worker::Holds { epoch };
        }
        // It disowns what it wrote: the WFM may hold that.
        self.mark(1 << key.0);
        Worker::Idle
    }

    fn arrive(&mut self, link: &Link, index: usize) {
        let request = self.under_way.remove(index);
        let is_waited_for = self.waits_for(request);
        if !link.keys || !self.keys.contains(&request.key) {
            self.held = value(request.key.0);
            if link.keys {
                self.keys.push(request.key);
                self.keys.sort_unstable();
            }
            if !is_waited_for {
                self.disturb();
            } else if request.epoch != self.epoch {
                self.clean = false;
            }
        }
        if is_waited_for {
            let Request { worker, epoch, key } = request;
            self.workers[usize::from(worker)] = Worker::Answered { epoch, key };
        }
    }
}

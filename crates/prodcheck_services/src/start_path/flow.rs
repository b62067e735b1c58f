//! What commands leave running, and what of it stays when more commands follow.

use crate::{Managed, ObstacleKind, Process};
use prodcheck_facts::command::Invoked;
use prodcheck_source::{Place, RepoPath};

/// A process that may be what stays in the end.
#[derive(Debug, Clone)]
pub(super) struct Candidate {
    pub process: Process,
    pub invoked: Invoked,
}

/// What a piece of a script leaves running.
#[derive(Debug, Clone, Default)]
pub(super) struct Flow {
    /// In the foreground: the next command in the foreground waits for its end, so that it was no service.
    pub front: Vec<Candidate>,
    /// Whatever follows: what replaced the shell in one of its branches.
    pub ended: Vec<Candidate>,
    /// Whatever follows: in the background, or with a process manager.
    pub stays: Vec<Candidate>,
    /// Programs of which nothing is known, such as `nginx`; they count where nothing else is left.
    pub weak: Vec<Candidate>,
    /// Whether nothing after it is run.
    pub ends: bool,
}

impl Flow {
    pub fn ending() -> Self {
        Self { ends: true, ..Self::default() }
    }

    pub fn front(candidate: Candidate) -> Self {
        Self { front: vec![candidate], ..Self::default() }
    }

    pub fn weak(candidate: Candidate) -> Self {
        Self { weak: vec![candidate], ..Self::default() }
    }

    /// Whether any process is left, those of which nothing is known aside.
    pub fn is_strong(&self) -> bool {
        !(self.front.is_empty() && self.ended.is_empty() && self.stays.is_empty())
    }

    /// Whether it ends the script and leaves nothing running: what a script does when something is wrong.
    pub fn fails(&self) -> bool {
        self.ends && !self.is_strong() && self.weak.is_empty()
    }

    /// What is left when `next` runs after this. What ended for it is returned.
    pub fn then(&mut self, next: Flow) -> Vec<Candidate> {
        let Flow { front, ended, stays, weak, ends } = next;
        self.ended.extend(ended);
        self.stays.extend(stays);
        self.ends = ends;
        let mut done = Vec::new();
        if !weak.is_empty() {
            done = std::mem::replace(&mut self.weak, weak);
        }
        let certain = |candidates: &[Candidate]| candidates.iter().any(|candidate| !candidate.process.conditional);
        if front.is_empty() {
            return done;
        }
        done.append(&mut self.weak);
        if certain(&self.front) && !certain(&front) {
            self.front.extend(front);
            return done;
        }
        done.extend(std::mem::replace(&mut self.front, front));
        done
    }

    /// One or the other.
    pub fn or(&mut self, other: Flow) {
        self.front.extend(other.front);
        self.ended.extend(other.ended);
        self.stays.extend(other.stays);
        self.weak.extend(other.weak);
        self.ends &= other.ends;
    }

    /// A shell of its own that ran this, as the shell around it sees it.
    pub fn of_child(mut self) -> Flow {
        self.front.append(&mut self.ended);
        self.ends = false;
        self
    }

    /// The shell made way for this.
    pub fn replacing(mut self) -> Flow {
        if self.is_strong() {
            self.ended.append(&mut self.front);
        }
        self.ends = true;
        self
    }

    /// Sent to the background.
    pub fn background(mut self) -> Flow {
        self.stays.append(&mut self.front);
        self.stays.append(&mut self.ended);
        self.weak.clear();
        self.ends = false;
        self
    }

    /// All of it runs under a process manager, and stays whatever follows.
    pub fn under(self, manager: Managed) -> Flow {
        let mut flow = self.background();
        for candidate in &mut flow.stays {
            candidate.process.manager.get_or_insert(manager);
        }
        flow
    }

    /// A script passes on the signals that it gets: it keeps none from what it started.
    pub fn signals_pass_in(&mut self, file: &RepoPath, call: &Place) {
        for candidate in self.front.iter_mut().chain(&mut self.stays).chain(&mut self.weak) {
            candidate.process.signals.obstacles.retain(|obstacle| match obstacle.kind {
                ObstacleKind::Script => obstacle.place != *call,
                ObstacleKind::Background => obstacle.place.path != *file,
                _ => true,
            });
        }
    }

    /// What runs when nothing follows any more.
    pub fn settled(mut self) -> Vec<Candidate> {
        if !self.is_strong() {
            return self.weak;
        }
        self.ended.append(&mut self.front);
        self.ended.append(&mut self.stays);
        self.ended
    }
}

//! Each function's undominated choices and their lower convex hull.

use super::choices::Choices;
use std::sync::Mutex;

/// Functions that a thread takes at a time.
const CHUNK: usize = 256;

/// The numbers of a function that lie elsewhere: where its slots begin, and how many of them are in use.
#[derive(Clone, Copy, Default)]
struct Span {
    start: usize,
    /// Slots that it may use.
    room: u32,
    /// Undominated choices.
    points: u32,
    /// Those on the hull.
    corners: u32,
}

/// Slots of all functions, one a choice.
#[derive(Default)]
struct Slots {
    /// By point, ascending by resource, strictly descending by cost.
    resource: Vec<f64>,
    cost: Vec<f64>,
    /// Which of the function's choices a point is.
    choice: Vec<u32>,
    /// Which of the points a corner is.
    corner: Vec<u32>,
    /// Cost saved per resource from a corner to the next, strictly descending.
    slope: Vec<f64>,
}

/// A function's part of the slots, to write.
struct Part<'a> {
    resource: &'a mut [f64],
    cost: &'a mut [f64],
    choice: &'a mut [u32],
    corner: &'a mut [u32],
    slope: &'a mut [f64],
}

impl Part<'_> {
    fn split(self, at: usize) -> (Self, Self) {
        let (resource, resource_after) = self.resource.split_at_mut(at);
        let (cost, cost_after) = self.cost.split_at_mut(at);
        let (choice, choice_after) = self.choice.split_at_mut(at);
        let (corner, corner_after) = self.corner.split_at_mut(at);
        let (slope, slope_after) = self.slope.split_at_mut(at);
        (
            Part { resource, cost, choice, corner, slope },
            Part {
                resource: resource_after,
                cost: cost_after,
                choice: choice_after,
                corner: corner_after,
                slope: slope_after,
            },
        )
    }

    /// Writes function `f` and says how many points and corners it has.
    fn build(&mut self, choices: &Choices, f: usize, order: &mut Vec<u32>) -> (u32, u32) {
        let points = self.build_points(choices, f, order);
        (points as u32, self.build_corners(points) as u32)
    }

    /// The undominated choices: of equal ones the first.
    fn build_points(&mut self, choices: &Choices, f: usize, order: &mut Vec<u32>) -> usize {
        let (from, to) = choices.range(f);
        let (resource, cost) = (&choices.resource[from..to], &choices.cost[from..to]);
        order.clear();
        order.extend((0..(to - from) as u32).filter(|&i| choices.allows(f, from + i as usize)));
        let key = |i: u32| (resource[i as usize], cost[i as usize], i);
        if !order.is_sorted_by(|&a, &b| key(a) <= key(b)) {
            order.sort_unstable_by(|&a, &b| {
                let ((ra, ca, ia), (rb, cb, ib)) = (key(a), key(b));
                // No number is NaN, and 0 is -0.
                let compared = ra.partial_cmp(&rb).zip(ca.partial_cmp(&cb));
                compared.map_or(ia.cmp(&ib), |(by_resource, by_cost)| by_resource.then(by_cost).then(ia.cmp(&ib)))
            });
        }
        let mut points = 0;
        for &i in order.iter() {
            // Adding 0 turns -0 into 0.
            let (needs, costs) = (resource[i as usize] + 0.0, cost[i as usize] + 0.0);
            if points > 0 && costs >= self.cost[points - 1] {
                continue;
            }
            (self.resource[points], self.cost[points], self.choice[points]) = (needs, costs, i);
            points += 1;
        }
        points
    }

    /// The points that some slope makes cheapest. Slopes are compared as they are kept, so that kept ones descend.
    fn build_corners(&mut self, points: usize) -> usize {
        self.corner[0] = 0;
        let mut corners = 1;
        for p in 1..points {
            let mut slope = self.slope_between(self.corner[corners - 1] as usize, p);
            while corners > 1 && self.slope[corners - 2] <= slope {
                corners -= 1;
                slope = self.slope_between(self.corner[corners - 1] as usize, p);
            }
            self.slope[corners - 1] = slope;
            self.corner[corners] = p as u32;
            corners += 1;
        }
        corners
    }

    fn slope_between(&self, a: usize, b: usize) -> f64 {
        (self.cost[a] - self.cost[b]) / (self.resource[b] - self.resource[a])
    }
}

/// Hulls of a fleet.
pub(super) struct Hulls {
    spans: Vec<Span>,
    slots: Slots,
    /// Slots in use by some function.
    used: usize,
}

impl Hulls {
    /// One choice each, of no cost that needs nothing.
    pub fn new(functions: usize) -> Self {
        let span = |start| Span { start, room: 1, points: 1, corners: 1 };
        let (zeros, none) = (vec![0.0; functions], vec![0; functions]);
        let slots =
            Slots { resource: zeros.clone(), cost: zeros.clone(), choice: none.clone(), corner: none, slope: zeros };
        Hulls { spans: (0..functions).map(span).collect(), slots, used: functions }
    }

    /// Replaces the functions from `first` on by checked choices.
    pub fn set(&mut self, first: usize, choices: &Choices, threads: usize) {
        let functions = choices.offsets.len() - 1;
        let rooms = |f: usize| choices.range(f).1 - choices.range(f).0;
        let fits = (0..functions).all(|f| rooms(f) <= self.spans[first + f].room as usize);
        if !fits {
            self.append(first, functions, rooms);
        }
        if fits || threads <= 1 || functions <= CHUNK {
            let mut order = Vec::new();
            for f in 0..functions {
                let span = &mut self.spans[first + f];
                let mut part = self.slots.part(span.start, rooms(f));
                (span.points, span.corners) = part.build(choices, f, &mut order);
            }
        } else {
            self.build_all(first, choices, threads);
        }
    }

    /// Gives the functions fresh slots, one function's behind the other's.
    fn append(&mut self, first: usize, functions: usize, rooms: impl Fn(usize) -> usize) {
        let old: usize = self.spans[first..first + functions].iter().map(|span| span.room as usize).sum();
        self.used -= old;
        // What no function uses any more goes, once it is the larger part.
        if self.slots.cost.len() > 2 * self.used {
            self.compact(first..first + functions);
        }
        let mut start = self.slots.cost.len();
        for f in 0..functions {
            self.spans[first + f] = Span { start, room: rooms(f) as u32, points: 0, corners: 0 };
            self.used += rooms(f);
            start += rooms(f);
        }
        self.slots.grow(start);
    }

    fn compact(&mut self, without: std::ops::Range<usize>) {
        let old = std::mem::take(&mut self.slots);
        for (f, span) in self.spans.iter_mut().enumerate() {
            if without.contains(&f) {
                continue;
            }
            let (from, to) = (span.start, span.start + span.room as usize);
            span.start = self.slots.cost.len();
            self.slots.resource.extend_from_slice(&old.resource[from..to]);
            self.slots.cost.extend_from_slice(&old.cost[from..to]);
            self.slots.choice.extend_from_slice(&old.choice[from..to]);
            self.slots.corner.extend_from_slice(&old.corner[from..to]);
            self.slots.slope.extend_from_slice(&old.slope[from..to]);
        }
    }

    /// Fresh slots, spread over threads.
    fn build_all(&mut self, first: usize, choices: &Choices, threads: usize) {
        let functions = choices.offsets.len() - 1;
        let start = self.spans[first].start;
        let mut left = Some(self.slots.part(start, choices.cost.len()));
        let mut chunks = Vec::new();
        for (chunk, spans) in self.spans[first..first + functions].chunks_mut(CHUNK).enumerate() {
            let room = spans.iter().map(|span| span.room as usize).sum();
            if let Some((part, rest)) = left.take().map(|part| part.split(room)) {
                chunks.push((chunk * CHUNK, spans, part));
                left = Some(rest);
            }
        }
        let chunks = Mutex::new(chunks.into_iter());
        std::thread::scope(|scope| {
            for _ in 0..threads.min(functions.div_ceil(CHUNK)) {
                scope.spawn(|| {
                    let mut order = Vec::new();
                    loop {
                        // Bound first: a guard in the scrutinee would be held while the chunk is worked on.
                        let next = chunks.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).next();
                        let Some((from, spans, mut part)) = next else { break };
                        for (i, span) in spans.iter_mut().enumerate() {
                            let (mut own, rest) = part.split(span.room as usize);
                            (span.points, span.corners) = own.build(choices, from + i, &mut order);
                            part = rest;
                        }
                    }
                });
            }
        });
    }

    pub fn points(&self, f: usize) -> usize {
        self.spans[f].points as usize
    }

    pub fn corners(&self, f: usize) -> usize {
        self.spans[f].corners as usize
    }

    /// Resource and cost of a point.
    pub fn point(&self, f: usize, point: usize) -> (f64, f64) {
        let at = self.spans[f].start + point;
        (self.slots.resource[at], self.slots.cost[at])
    }

    pub fn choice(&self, f: usize, point: usize) -> u32 {
        self.slots.choice[self.spans[f].start + point]
    }

    /// The point that is a corner.
    pub fn corner(&self, f: usize, corner: usize) -> usize {
        self.slots.corner[self.spans[f].start + corner] as usize
    }

    /// The slope from a corner to the next.
    pub fn slope(&self, f: usize, corner: usize) -> f64 {
        self.slots.slope[self.spans[f].start + corner]
    }

    /// Slopes of all edges of a function, descending.
    pub fn slopes(&self, f: usize) -> &[f64] {
        let span = self.spans[f];
        &self.slots.slope[span.start..span.start + span.corners as usize - 1]
    }
}

impl Slots {
    fn grow(&mut self, length: usize) {
        self.resource.resize(length, 0.0);
        self.cost.resize(length, 0.0);
        self.choice.resize(length, 0);
        self.corner.resize(length, 0);
        self.slope.resize(length, 0.0);
    }

    fn part(&mut self, from: usize, length: usize) -> Part<'_> {
        let to = from + length;
        Part {
            resource: &mut self.resource[from..to],
            cost: &mut self.cost[from..to],
            choice: &mut self.choice[from..to],
            corner: &mut self.corner[from..to],
            slope: &mut self.slope[from..to],
        }
    }
}

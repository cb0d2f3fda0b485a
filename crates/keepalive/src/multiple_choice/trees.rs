//! Sums over the functions, and the functions whose edges come next, in trees of one shape.

/// What a function counts for.
#[derive(Clone, Copy)]
pub(super) struct Leaf {
    pub resource: f64,
    pub cost: f64,
    /// The point that they are of.
    pub point: usize,
    /// Slope of the edge that it would take next; negative infinity: none.
    pub up: f64,
    /// Slope of the edge that it took last; infinity: none.
    pub down: f64,
}

const NOTHING: Leaf = Leaf { resource: 0.0, cost: 0.0, point: 0, up: f64::NEG_INFINITY, down: f64::INFINITY };

/// Node 1 is the root; node `n` has the children `2n` and `2n + 1`; leaf `f` is node `leaves + f`.
pub(super) struct Trees {
    leaves: usize,
    resource: Vec<f64>,
    cost: Vec<f64>,
    /// By function.
    point: Vec<u32>,
    up_slope: Vec<f64>,
    down_slope: Vec<f64>,
    /// The function below a node whose next edge is steepest; the first of equals.
    up: Vec<u32>,
    /// The function below a node whose last edge is flattest; the last of equals.
    down: Vec<u32>,
}

impl Trees {
    pub fn new(functions: usize) -> Self {
        let leaves = functions.next_power_of_two();
        Trees {
            leaves,
            resource: vec![0.0; 2 * leaves],
            cost: vec![0.0; 2 * leaves],
            point: vec![0; leaves],
            up_slope: vec![NOTHING.up; leaves],
            down_slope: vec![NOTHING.down; leaves],
            up: vec![0; 2 * leaves],
            down: vec![0; 2 * leaves],
        }
    }

    /// All leaves anew.
    pub fn fill(&mut self, functions: usize, leaf: impl Fn(usize) -> Leaf) {
        for f in 0..self.leaves {
            self.write(f, if f < functions { leaf(f) } else { NOTHING });
        }
        for node in (1..self.leaves).rev() {
            self.join(node);
        }
    }

    /// One leaf anew. O(log functions).
    pub fn set(&mut self, f: usize, leaf: Leaf) {
        self.write(f, leaf);
        let mut node = (self.leaves + f) / 2;
        while node > 0 {
            self.join(node);
            node /= 2;
        }
    }

    fn write(&mut self, f: usize, leaf: Leaf) {
        let node = self.leaves + f;
        (self.resource[node], self.cost[node]) = (leaf.resource, leaf.cost);
        (self.point[f], self.up_slope[f], self.down_slope[f]) = (leaf.point as u32, leaf.up, leaf.down);
        (self.up[node], self.down[node]) = (f as u32, f as u32);
    }

    fn join(&mut self, node: usize) {
        let (left, right) = (2 * node, 2 * node + 1);
        self.resource[node] = self.resource[left] + self.resource[right];
        self.cost[node] = self.cost[left] + self.cost[right];
        let (a, b) = (self.up[left], self.up[right]);
        self.up[node] = if self.up_slope[b as usize] > self.up_slope[a as usize] { b } else { a };
        let (a, b) = (self.down[left], self.down[right]);
        self.down[node] = if self.down_slope[a as usize] < self.down_slope[b as usize] { a } else { b };
    }

    pub fn leaf(&self, f: usize) -> Leaf {
        let node = self.leaves + f;
        let (resource, cost) = (self.resource[node], self.cost[node]);
        Leaf { resource, cost, point: self.point(f), up: self.up_slope[f], down: self.down_slope[f] }
    }

    /// The point where a function stands.
    pub fn point(&self, f: usize) -> usize {
        self.point[f] as usize
    }

    /// Resource of all functions.
    pub fn resource(&self) -> f64 {
        self.resource[1]
    }

    /// Cost of all functions.
    pub fn cost(&self) -> f64 {
        self.cost[1]
    }

    /// The function that takes the next edge, and its slope: negative infinity where there is none.
    pub fn next_up(&self) -> (usize, f64) {
        let f = self.up[1] as usize;
        (f, self.up_slope[f])
    }

    /// The function that gives back the last edge, and its slope: infinity where there is none.
    pub fn next_down(&self) -> (usize, f64) {
        let f = self.down[1] as usize;
        (f, self.down_slope[f])
    }
}

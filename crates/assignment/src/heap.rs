//! Columns by distance, the nearest first.

/// A binary heap; a column may stand in it several times.
#[derive(Default)]
pub struct Heap {
    keys: Vec<f64>,
    cols: Vec<u32>,
}

impl Heap {
    pub fn clear(&mut self) {
        self.keys.clear();
        self.cols.clear();
    }

    pub fn push(&mut self, key: f64, col: u32) {
        let mut at = self.keys.len();
        self.keys.push(key);
        self.cols.push(col);
        while at > 0 {
            let above = (at - 1) / 2;
            if self.keys[above] <= key {
                break;
            }
            self.keys[at] = self.keys[above];
            self.cols[at] = self.cols[above];
            at = above;
        }
        self.keys[at] = key;
        self.cols[at] = col;
    }

    pub fn pop(&mut self) -> Option<(f64, u32)> {
        let (key, col) = (self.keys.pop()?, self.cols.pop()?);
        if self.keys.is_empty() {
            return Some((key, col));
        }
        let top = (self.keys[0], self.cols[0]);
        let len = self.keys.len();
        let mut at = 0;
        loop {
            let mut below = 2 * at + 1;
            if below >= len {
                break;
            }
            if below + 1 < len && self.keys[below + 1] < self.keys[below] {
                below += 1;
            }
            if self.keys[below] >= key {
                break;
            }
            self.keys[at] = self.keys[below];
            self.cols[at] = self.cols[below];
            at = below;
        }
        self.keys[at] = key;
        self.cols[at] = col;
        Some(top)
    }
}

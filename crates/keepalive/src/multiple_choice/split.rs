//! The split from scratch: a selection among the slopes of all edges.

use super::hulls::Hulls;

/// With this many edges left between the brackets, walking them costs less than another round.
const WALKED: usize = 256;

/// A function whose corner at the split lies in `least..=most`.
struct Open {
    f: usize,
    least: usize,
    most: usize,
    /// Edges steeper than the slope that was drawn last, and those as steep besides.
    before: usize,
    with: usize,
}

impl Open {
    fn divide(&mut self, slopes: &[f64], slope: f64) {
        self.before = self.least + slopes[self.least..self.most].partition_point(|&own| own > slope);
        // Slopes of one function differ.
        self.with = self.before + usize::from(self.before < self.most && slopes[self.before] == slope);
    }
}

/// Puts every function at its corner near the split of `limit`: all edges steeper than some slope, and no others.
///
/// The sums here are in no fixed order, so that their last bits may lie on the wrong side of the limit: the caller walks from here to
/// the split, by the sums that count.
///
/// O(edges) expected: a slope is drawn, the edges steeper than it are summed, and those on the wrong side of it are done with.
pub(super) fn place(hulls: &Hulls, corner: &mut [usize], limit: f64) {
    let resource = |f: usize, at: usize| hulls.point(f, hulls.corner(f, at)).0;
    let mut open: Vec<Open> = Vec::new();
    let mut settled = 0.0;
    for (f, at) in corner.iter_mut().enumerate() {
        *at = 0;
        match hulls.corners(f) - 1 {
            0 => settled += resource(f, 0),
            most => open.push(Open { f, least: 0, most, before: 0, with: 0 }),
        }
    }
    let mut edges: usize = open.iter().map(|one| one.most - one.least).sum();
    let mut round = 0u32;
    while edges > WALKED {
        // The middle edge of a function drawn by multiplicative hashing.
        let drawn = &open[(round.wrapping_mul(2_654_435_769) as usize) % open.len()];
        let slope = hulls.slope(drawn.f, (drawn.least + drawn.most) / 2);
        round += 1;
        let (mut steeper, mut as_steep) = (settled, settled);
        for one in &mut open {
            one.divide(hulls.slopes(one.f), slope);
            let before = resource(one.f, one.before);
            steeper += before;
            as_steep += if one.with == one.before { before } else { resource(one.f, one.with) };
        }
        let (too_much, too_little) = (steeper > limit, as_steep <= limit);
        edges = 0;
        open.retain_mut(|one| {
            if too_much {
                one.most = one.before;
            } else if too_little {
                one.least = one.with;
            } else {
                (one.least, one.most) = (one.before, one.before);
            }
            corner[one.f] = one.least;
            if one.least == one.most {
                settled += resource(one.f, one.least);
                return false;
            }
            edges += one.most - one.least;
            true
        });
    }
}

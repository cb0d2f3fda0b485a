//! The split from scratch: a selection among the slopes of all edges.

use super::hulls::Hulls;

/// With this many edges left between the brackets, walking them costs less than another round.
const WALKED: usize = 256;

/// A function whose corner at the split lies in `least..=most`.
struct Open {
    f: usize,
    least: usize,
    most: usize,
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
    for f in 0..corner.len() {
        corner[f] = 0;
        match hulls.corners(f) - 1 {
            0 => settled += resource(f, 0),
            most => open.push(Open { f, least: 0, most }),
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
        for one in &open {
            let (before, with) = edges_before(hulls, one, slope);
            steeper += resource(one.f, before);
            as_steep += resource(one.f, with);
        }
        let (too_much, too_little) = (steeper > limit, as_steep <= limit);
        edges = 0;
        open.retain_mut(|one| {
            let (before, with) = edges_before(hulls, one, slope);
            if too_much {
                one.most = before;
            } else if too_little {
                one.least = with;
            } else {
                (one.least, one.most) = (before, before);
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

/// How many of a function's edges are steeper than `slope`, and how many at least as steep.
fn edges_before(hulls: &Hulls, one: &Open, slope: f64) -> (usize, usize) {
    let slopes = hulls.slopes(one.f);
    let before = one.least + slopes[one.least..one.most].partition_point(|&own| own > slope);
    // Slopes of one function differ.
    (before, before + usize::from(before < one.most && slopes[before] == slope))
}

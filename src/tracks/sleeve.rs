//! A record sleeve drawn from the track itself, where no artwork is loaded: two tones, a shape and a groove.

use super::track::Track;

/// Tone of the sleeve, and of the shape on it.
const TONES: [(&str, &str); 12] = [
    ("#ff6b4a", "#ffd9a0"),
    ("#2d5d7b", "#f2b84b"),
    ("#7b3f61", "#f4a7a0"),
    ("#1f6f5c", "#f6e3b4"),
    ("#e8a33d", "#5a2a27"),
    ("#35427f", "#e98f6f"),
    ("#b33951", "#f3d9c9"),
    ("#3f7d8c", "#f0e6d2"),
    ("#5b3fa0", "#ffc857"),
    ("#d9734e", "#2b2140"),
    ("#466b3f", "#e9d26b"),
    ("#e7c8b5", "#8c3b4a"),
];

/// The shape's path, the groove's path, and whether the groove has the shape's tone.
const SHAPES: [(&str, &str, bool); 6] = [
    ("M9 24a15 15 0 0 1 30 0 15 15 0 0 1-30 0z", "M15 24a9 9 0 0 1 18 0 9 9 0 0 1-18 0z", false),
    ("M48 48H10a38 38 0 0 1 38-38z", "M24 48a24 24 0 0 1 24-24", false),
    ("M8 30a16 16 0 0 1 32 0z", "M0 35h48M0 41h48", true),
    ("M0 48 48 0v48z", "M0 36 36 0", true),
    ("M9 48V29a15 15 0 0 1 30 0v19z", "M16 48V29a8 8 0 0 1 16 0v19", false),
    ("M0 30c8-10 16-10 24 0s16 10 24 0v18H0z", "M0 19c8-10 16-10 24 0s16 10 24 0", true),
];

/// How a sleeve is drawn, in a box of 48 by 48.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sleeve {
    /// The square's colour.
    pub square: &'static str,
    /// The shape's colour and path.
    pub shape: &'static str,
    pub shape_path: &'static str,
    /// The groove's colour and path.
    pub groove: &'static str,
    pub groove_path: &'static str,
}

impl Sleeve {
    /// The same song always has the same sleeve.
    #[must_use]
    pub fn of(track: &Track) -> Self {
        let hash = fnv1a(track.id.0.as_bytes());
        let pick = |from: u32, among: usize| usize::try_from(from).unwrap_or_default() % among;
        let (square, shape) = TONES[pick(hash, TONES.len())];
        let (shape_path, groove_path, groove_is_shape) = SHAPES[pick(hash >> 8, SHAPES.len())];
        Self { square, shape, shape_path, groove: if groove_is_shape { shape } else { square }, groove_path }
    }
}

/// Spreads ids that differ in a few bits over all tones and shapes.
fn fnv1a(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193))
}

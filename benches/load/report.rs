//! The table at the end.

/// One line: what was measured, ours, what stands beside it, their ratio, and what quality.md wishes for.
pub struct Row {
    cells: [String; 5],
}

const TITLES: [&str; 5] = ["what", "ours", "beside it", "ratio", "target"];

impl Row {
    pub fn new(what: impl Into<String>, ours: String, beside: String, ratio: String, target: &str) -> Self {
        Self { cells: [what.into(), ours, beside, ratio, target.to_owned()] }
    }

    /// A figure with nothing beside it.
    pub fn alone(what: &str, ours: String, target: &str) -> Self {
        Self::new(what, ours, String::new(), String::new(), target)
    }
}

/// The lines of the table, in columns.
pub fn table(rows: &[Row]) -> Vec<String> {
    let titles = Row { cells: TITLES.map(str::to_owned) };
    let all: Vec<&Row> = std::iter::once(&titles).chain(rows).collect();
    let widths: Vec<usize> = (0..TITLES.len())
        .map(|at| all.iter().map(|row| row.cells[at].chars().count()).max().unwrap_or_default())
        .collect();
    let line = |row: &&Row| {
        let cells = row.cells.iter().zip(&widths).enumerate();
        let padded = cells.map(|(at, (cell, width))| match at {
            0 | 4 => format!("{cell:<width$}"),
            _ => format!("{cell:>width$}"),
        });
        padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    all.iter().map(line).collect()
}

/// `0.083`: how many times `other` goes into `one`.
pub fn ratio(one: u64, other: u64) -> String {
    let thousandths = one * 1000 / other.max(1);
    format!("{}.{:03}", thousandths / 1000, thousandths % 1000)
}

/// `4.83 ms`
pub fn milliseconds(micros: u64) -> String {
    format!("{}.{:02} ms", micros / 1000, micros % 1000 / 10)
}

//! Medians and aligned columns.

use std::time::Duration;

/// The middle one of several measurements; nothing where there is none.
pub(crate) fn median<T: Copy + PartialOrd>(measured: &[T]) -> Option<T> {
    let mut sorted = measured.to_vec();
    sorted.sort_by(|a, b| a.partial_cmp(b).unwrap_or(std::cmp::Ordering::Equal));
    sorted.get(sorted.len() / 2).copied()
}

/// Milliseconds, with a digit behind the point where that says something.
pub(crate) fn milliseconds(time: Option<Duration>) -> String {
    time.map_or_else(dash, |time| {
        let milliseconds = time.as_secs_f64() * 1e3;
        if milliseconds < 100.0 { format!("{milliseconds:.1}") } else { format!("{milliseconds:.0}") }
    })
}

/// Mebibytes.
pub(crate) fn mebibytes(bytes: Option<u64>) -> String {
    bytes.map_or_else(dash, |bytes| format!("{:.1}", bytes as f64 / f64::from(1 << 20)))
}

/// How many times as long.
pub(crate) fn ratio(this: Option<Duration>, that: Option<Duration>) -> String {
    match (this, that) {
        (Some(this), Some(that)) if !that.is_zero() => format!("{:.2}", this.as_secs_f64() / that.as_secs_f64()),
        _ => dash(),
    }
}

fn dash() -> String {
    "-".to_owned()
}

/// Rows of columns.
pub(crate) struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(crate) fn new(head: &[&str]) -> Table {
        Table { rows: vec![head.iter().map(|&column| column.to_owned()).collect()] }
    }

    pub(crate) fn row(&mut self, columns: impl IntoIterator<Item = String>) {
        self.rows.push(columns.into_iter().collect());
    }

    /// The first column to the left, the others to the right.
    pub(crate) fn print(&self) {
        let columns = self.rows.first().map_or(0, Vec::len);
        let width = |at: usize| self.rows.iter().filter_map(|row| row.get(at)).map(String::len).max().unwrap_or(0);
        let widths: Vec<usize> = (0..columns).map(width).collect();
        for row in &self.rows {
            let mut line = String::new();
            for (at, (cell, width)) in row.iter().zip(&widths).enumerate() {
                let width = *width;
                line += &if at == 0 { format!("{cell:<width$}") } else { format!("  {cell:>width$}") };
            }
            println!("{}", line.trim_end());
        }
    }
}

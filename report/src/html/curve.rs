//! The speedup with more workers: Amdahl's curve through the fastest run, beside the ideal line.

use std::fmt::Write as _;

use super::{Shown, counted};
use crate::{amdahl, page::Escaped};

/// The size of the drawing, in its own units.
const WIDTH: f64 = 480.0;
const HEIGHT: f64 = 300.0;

/// The positions of the axes.
const LEFT: f64 = 44.0;
const RIGHT: f64 = 12.0;
const TOP: f64 = 12.0;
const BOTTOM: f64 = 40.0;

/// The number of points of the curve.
const POINTS: u32 = 60;

/// The fewest workers on the axis, and how far it reaches beyond the most workers of a run.
const WORKERS_MIN: f64 = 8.0;
const BEYOND: f64 = 1.5;

/// A smaller serial fraction is a measurement error.
const SERIAL_FRACTION_MIN: f64 = 0.000_5;

/// With this many busy cores in the sequential run, the work is CPU-bound.
const CPU_BOUND: f64 = 0.5;

/// Converts workers and speedup to the units of the drawing.
struct Scale {
    workers_max: f64,
    speedup_max: f64,
}

impl Scale {
    fn x(&self, workers: f64) -> f64 {
        LEFT + workers / self.workers_max * (WIDTH - LEFT - RIGHT)
    }

    fn y(&self, speedup: f64) -> f64 {
        HEIGHT - BOTTOM - speedup / self.speedup_max * (HEIGHT - TOP - BOTTOM)
    }
}

/// The section with the drawing; empty unless there is a baseline and a run with several workers.
pub(super) fn section(runs: &[Shown<'_>], cores: usize) -> String {
    let shared = runs.iter().filter(|run| run.serial_fraction.is_some());
    let Some(fastest) = shared.min_by_key(|run| run.wall) else { return String::new() };
    let (Some(fraction), Some(speedup)) = (fastest.serial_fraction, fastest.speedup) else {
        return String::new();
    };
    let is_cpu_bound = runs.iter().any(|run| run.workers == 1 && run.busy_cores > CPU_BOUND);
    let mut caption = sentence(fastest, fraction, speedup);
    if is_cpu_bound {
        let _ = write!(
            caption,
            " The curve takes it that each worker has a core; here there {}, and CPU-bound work \
             gains nothing from more workers than that.",
            match cores {
                1 => "is 1 core".to_owned(),
                _ => format!("are {}", counted(cores, "core")),
            }
        );
    }
    let drawing = if speedup > 1.0 { drawing(runs, fraction) } else { String::new() };
    format!(
        "<section>\n<h2>How far it would go</h2>\n<p>{}</p>\n{drawing}</section>\n",
        Escaped(&caption)
    )
}

fn sentence(fastest: &Shown<'_>, fraction: f64, speedup: f64) -> String {
    let variant = fastest.variant;
    let workers = counted(fastest.workers, "worker");
    if speedup <= 1.0 {
        return format!(
            "With {workers}, {variant} gained nothing, so there is no curve to draw: sharing the \
             work cost at least what it saved."
        );
    }
    if fraction < SERIAL_FRACTION_MIN {
        return format!(
            "With {workers}, {variant} came up to the ideal line ({speedup:.2} times as fast), so \
             no serial fraction shows."
        );
    }
    format!(
        "With {workers}, the variant {variant} is {speedup:.2} times as fast. What it lost is what a \
         serial fraction of {:.1} % would cost, work that cannot be shared: e = (1/S − 1/p) / (1 − 1/p), \
         the metric of Karp and Flatt. If that fraction stayed, the speedup would follow the curve, \
         Amdahl’s law S = 1 / (e + (1 − e)/p), and end below {:.0}, however many workers there are. \
         The straight line is ideal.",
        fraction * 100.0,
        (1.0 / fraction).ceil()
    )
}

fn drawing(runs: &[Shown<'_>], fraction: f64) -> String {
    let workers_max = runs.iter().map(|run| run.worker_count).fold(1.0, f64::max);
    let workers_max = in_quarters((workers_max * BEYOND).max(WORKERS_MIN));
    let speedup_max = runs.iter().filter_map(|run| run.speedup).fold(workers_max, f64::max);
    let speedup_max = in_quarters(speedup_max);
    let scale = Scale { workers_max, speedup_max };
    let mut svg = axes(&scale);
    let _ = writeln!(
        svg,
        "<path class=\"ideal\" d=\"M{:.1} {:.1}L{:.1} {:.1}\"/>",
        scale.x(1.0),
        scale.y(1.0),
        scale.x(workers_max),
        scale.y(workers_max)
    );
    let points = (0..=POINTS).map(|point| {
        let workers = 1.0 + (workers_max - 1.0) * f64::from(point) / f64::from(POINTS);
        let command = if point == 0 { 'M' } else { 'L' };
        let speedup = amdahl(fraction.max(0.0), workers);
        format!("{command}{:.1} {:.1}", scale.x(workers), scale.y(speedup))
    });
    let _ = writeln!(svg, "<path class=\"amdahl\" d=\"{}\"/>", points.collect::<String>());
    let mut legend = String::new();
    for run in runs {
        let Some(speedup) = run.speedup else { continue };
        let (x, y) = (scale.x(run.worker_count), scale.y(speedup));
        let label = format!("{}: {}, {speedup:.2}×", run.variant, counted(run.workers, "worker"));
        let colour = run.colour;
        let label = Escaped(&label);
        let _ = writeln!(
            svg,
            "<circle class=\"c{colour}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"5\"><title>{label}</title></circle>"
        );
        let _ = writeln!(legend, "<li class=\"c{colour}\">{label}</li>");
    }
    format!(
        "<figure class=\"curve\">\n<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" \
         aria-label=\"Speedup by number of workers: the ideal line, Amdahl’s curve, and each run\">\n\
         {svg}</svg>\n<ul class=\"legend\">\n{legend}<li class=\"ideal\">ideal</li>\
         <li class=\"amdahl\">Amdahl’s law</li></ul>\n</figure>\n"
    )
}

/// The end of an axis that is divided into quarters, which are whole numbers.
fn in_quarters(reach: f64) -> f64 {
    (reach / 4.0).ceil() * 4.0
}

fn axes(scale: &Scale) -> String {
    let (bottom, right) = (HEIGHT - BOTTOM, WIDTH - RIGHT);
    let mut svg = format!("<path class=\"axes\" d=\"M{LEFT} {TOP}V{bottom}H{right}\"/>\n");
    for quarter in 1..=4 {
        let share = f64::from(quarter) / 4.0;
        let (workers, speedup) = (scale.workers_max * share, scale.speedup_max * share);
        let (x, y) = (scale.x(workers), scale.y(speedup));
        let _ = writeln!(
            svg,
            "<path class=\"grid\" d=\"M{LEFT} {y:.1}H{right}\"/>\
             <text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{speedup:.0}×</text>\
             <text x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{workers:.0}</text>",
            LEFT - 6.0,
            y + 5.0,
            bottom + 18.0
        );
    }
    let middle = f64::midpoint(LEFT, right);
    let _ = writeln!(
        svg,
        "<text x=\"{middle}\" y=\"{:.1}\" text-anchor=\"middle\">workers</text>",
        HEIGHT - 4.0
    );
    svg
}

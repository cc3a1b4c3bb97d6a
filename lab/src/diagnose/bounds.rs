//! Checks of the number of pieces under way at once, whichever threads or processes do them.

use std::fmt::Write;

use message::number::counted;

use super::{never_more, not_proved_here};
use crate::{
    exam_session::ExamSession,
    piece_gate::GateRecord,
    verdict::{Diagnosis, Verdict},
};

/// Checks that at least `needed` pieces were under way at once.
pub(crate) fn at_least(check: &str, session: &ExamSession, needed: usize) -> Verdict {
    let GateRecord { peak, is_evident, .. } = session.record.seen;
    if peak >= needed {
        return Verdict::passed(check, format!("{} under way at once", counted(peak, "piece")));
    }
    if !is_evident {
        return not_proved_here(check, "whether all threads wait");
    }
    let diagnosis = if peak <= 1 { Diagnosis::OneAfterAnother } else { Diagnosis::NotAllWorkers };
    Verdict::failed(check, diagnosis, never_more(peak, needed))
}

/// Checks that never more than `allowed` pieces were under way at once.
pub(crate) fn bound(check: &str, session: &ExamSession, allowed: usize) -> Verdict {
    let GateRecord { peak, is_evident, waves_by_clock, .. } = session.record.seen;
    if peak > allowed {
        let pieces = counted(peak, "piece");
        let evidence = format!("{pieces} under way at once, where at most {allowed} are allowed");
        return Verdict::failed(check, Diagnosis::TooManyWorkers, evidence);
    }
    if !is_evident {
        return not_proved_here(check, "whether all threads wait");
    }
    let mut evidence = format!(
        "of {} pieces, never more than {peak} under way at once, where at most {allowed} are allowed",
        session.record.held_requests.len()
    );
    if waves_by_clock > 0 {
        let _ = write!(
            evidence,
            "; {waves_by_clock} waves were released by a timeout, since a thread never slept"
        );
    }
    Verdict::passed(check, evidence)
}

//! Room for very long lists: most of the time to fill one goes into pages of 4 KiB, so Linux is
//! asked for larger ones.

/// Asks that a list's room be backed by huge pages. Nothing depends on the answer.
#[cfg(all(target_os = "linux", not(miri)))]
#[expect(unsafe_code, reason = "the standard library has no such call")]
pub(crate) fn advise<T>(list: &mut Vec<T>) {
    use std::ffi::{c_int, c_void};

    /// What Linux calls its largest page on most machines.
    const HUGE_PAGE_BYTES: usize = 2 << 20;
    const MADV_HUGEPAGE: c_int = 14;

    unsafe extern "C" {
        fn madvise(address: *mut c_void, length: usize, advice: c_int) -> c_int;
    }

    let start = list.as_mut_ptr().cast::<u8>();
    let lead = start.align_offset(HUGE_PAGE_BYTES);
    let bytes = list.capacity().saturating_mul(size_of::<T>()).saturating_sub(lead);
    let bytes = bytes / HUGE_PAGE_BYTES * HUGE_PAGE_BYTES;
    if bytes > 0 {
        // SAFETY: the whole pages are within the list's own room, and the advice changes no byte
        unsafe { madvise(start.add(lead).cast(), bytes, MADV_HUGEPAGE) };
    }
}

#[cfg(not(all(target_os = "linux", not(miri))))]
pub(crate) fn advise<T>(_: &mut Vec<T>) {}

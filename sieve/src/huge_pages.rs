//! Huge pages for long lists: Linux needs most of the time to provide pages of 4 KiB.

use alloc::vec::Vec;

/// Asks Linux to back a list's memory by huge pages; it is only advice.
#[cfg(all(feature = "std", target_os = "linux", not(miri)))]
#[expect(unsafe_code, reason = "the standard library has no such call")]
pub(crate) fn advise<T>(list: &mut Vec<T>) {
    use core::ffi::{c_int, c_void};

    /// The size of a huge page on most machines.
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
        // SAFETY: the whole pages are in the list's own memory, and the advice changes no byte
        unsafe { madvise(start.add(lead).cast(), bytes, MADV_HUGEPAGE) };
    }
}

#[cfg(not(all(feature = "std", target_os = "linux", not(miri))))]
pub(crate) fn advise<T>(_: &mut Vec<T>) {}

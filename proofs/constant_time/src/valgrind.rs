//! The client requests of valgrind and memcheck, as `valgrind.h` and `memcheck.h` define them for
//! x86-64. Outside valgrind each is a few instructions that do nothing.

use std::arch::asm;

const RUNNING_ON_VALGRIND: usize = 0x1001;
const COUNT_ERRORS: usize = 0x1201;
/// Requests of memcheck begin with its initials.
const MAKE_MEM_UNDEFINED: usize = 0x4d43_0001;
const MAKE_MEM_DEFINED: usize = 0x4d43_0002;

/// Whether valgrind runs this program.
pub fn runs_us() -> bool {
    request(RUNNING_ON_VALGRIND, 0, 0) > 0
}

/// How many branches and addresses have depended on marked memory so far.
pub fn errors() -> usize {
    request(COUNT_ERRORS, 0, 0)
}

/// Marks memory as secret: as if nothing had been written there. The bytes stay what they are.
pub fn mark(bytes: &[u8]) {
    request(MAKE_MEM_UNDEFINED, bytes.as_ptr().addr(), bytes.len());
}

/// Takes the mark off.
pub fn take_mark_off(start: *mut u8, length: usize) {
    request(MAKE_MEM_DEFINED, start.addr(), length);
}

fn request(code: usize, first: usize, second: usize) -> usize {
    let arguments = [code, first, second, 0, 0, 0];
    let mut answer = 0;
    // SAFETY: four rotations by 128 bits in all, and an exchange of a register with itself, change
    // nothing but flags. Valgrind knows them, reads the arguments, and writes the answer to `rdx`.
    unsafe {
        asm!(
            "rol rdi, 3",
            "rol rdi, 13",
            "rol rdi, 61",
            "rol rdi, 51",
            "xchg rbx, rbx",
            in("rax") arguments.as_ptr(),
            inout("rdx") answer,
        );
    }
    answer
}

// Calls one kernel with every buffer beside a page that faults, and finds what a kernel must not do.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "compiler/operator_table.h"
#include "tests/support/data_sets.h"
#include "tests/support/guarded_memory.h"
#include "tests/support/kernel_set.h"

namespace nibble::test {

/// What came of calls.
struct CallReport {
    std::string problem; ///< what is wrong first, empty where nothing is
    size_t bytes = 0;    ///< of all results
    size_t differing_bytes = 0;
};

/// One kernel with its memory: sources and packed constants read-only, a heap of exactly facts.scratch_bytes, a stack
/// of facts.stack_bytes and what the runtime adds.
class KernelCall {
public:
    /// The layer's shapes and, through `lowering`, the layout of its constants. The kernel must be callable.
    KernelCall(const LoadedKernel &kernel, const Layer &layer, const std::string &lowering, Placement placement);
    ~KernelCall();

    /// Packs and sets the constants of a layer with the same layout.
    void set_constants(const Layer &layer);
    /// Calls the kernel and compares with `expected`, one a dst. Every byte of dst differs from `expected` before.
    CallReport run(const std::vector<Bytes> &src, const std::vector<Bytes> &expected);
    /// The same with the only dst written over src[over].
    CallReport run_in_place(const std::vector<Bytes> &src, const std::vector<Bytes> &expected, size_t over);

    /// What later calls of a kernel of this machine run loops on; nullptr: the calling thread. A fault ends the program
    /// then. `lent` is the context with the caller's parallel-for.
    void lend(const nibble_context *lent) { lent_ = lent; }
    /// Later calls of an emulated kernel run tasks in turn on so many workers' contexts; 0: on the context of the call.
    void set_guest_workers(int workers, bool reversed) { guest_workers_ = {workers, reversed}; }
    /// Calls the kernel on outputs filled with `fill` and returns their bytes, one after the other; empty where the
    /// call failed.
    Bytes outputs_over(const std::vector<Bytes> &src, uint8_t fill);

private:
    struct Buffer;

    Buffer &dst(size_t index) const;
    void set_data(const std::vector<Bytes> &src, const std::vector<Bytes> &expected);
    /// Calls the kernel and says what it did that it must not do.
    std::string call();
    std::string call_emulated();
    /// Calls the entry with these arguments, trapped unless other threads may be in it.
    std::string enter(std::vector<void *> &args);
    static CallReport compare(const Buffer &found, const Bytes &expected);
    std::string misuse() const;
    std::string place_of(const void *address) const;

    const LoadedKernel &kernel_;
    const OperatorRow &row_;
    std::string lowering_;
    PackedLayout layout_;
    std::vector<std::unique_ptr<Buffer>> buffers_; ///< in the order of the kernel's arguments
    size_t src_count_;
    Placement placement_;
    GuardedMemory scratch_;
    GuardedMemory stack_;
    uint8_t scratch_fill_;
    const nibble_context *lent_ = nullptr;
    EmulatedKernels::Workers guest_workers_;
};

} // namespace nibble::test

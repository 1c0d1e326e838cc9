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

private:
    struct Buffer;

    Buffer &dst(size_t index) const;
    void set_data(const std::vector<Bytes> &src, const std::vector<Bytes> &expected);
    /// Calls the kernel and says what it did that it must not do.
    std::string call();
    std::string call_emulated();
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
};

} // namespace nibble::test

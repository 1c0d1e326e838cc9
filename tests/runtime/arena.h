// A scratch arena of an exact size, so that AddressSanitizer sees the first byte beyond it, and a context over it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>

#include "nibble.h"

namespace nibble::test {

class Arena {
public:
    explicit Arena(size_t bytes) : bytes_(bytes), data_(static_cast<uint8_t *>(::operator new(bytes, alignment))) {}

    uint8_t *data() const { return data_.get(); }
    size_t bytes() const { return bytes_; }

    nibble_context context(nibble_parallel_for parallel_for = nullptr, void *parallel_for_data = nullptr) const {
        nibble_context context = {};
        context.size = sizeof(nibble_context);
        context.abi_version = NIBBLE_ABI_VERSION;
        context.scratch = data();
        context.scratch_bytes = bytes();
        context.parallel_for = parallel_for;
        context.parallel_for_data = parallel_for_data;
        return context;
    }

private:
    static constexpr std::align_val_t alignment{NIBBLE_ARENA_ALIGNMENT};
    struct Delete {
        void operator()(uint8_t *data) const { ::operator delete(data, alignment); }
    };
    size_t bytes_;
    std::unique_ptr<uint8_t, Delete> data_;
};

} // namespace nibble::test

// Memory with known bytes around it, so that a write outside shows.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace nibble {

/// `bytes` zeroed bytes, aligned to NIBBLE_ARENA_ALIGNMENT, between two runs of guard bytes. The second run begins
/// right after the last byte.
class GuardedBuffer {
public:
    explicit GuardedBuffer(size_t bytes);
    GuardedBuffer(GuardedBuffer &&) = default;
    GuardedBuffer &operator=(GuardedBuffer &&) = default;
    GuardedBuffer(const GuardedBuffer &) = delete; // a copy would not be aligned
    GuardedBuffer &operator=(const GuardedBuffer &) = delete;

    uint8_t *data() { return memory_.data() + start_; }
    const uint8_t *data() const { return memory_.data() + start_; }
    size_t size() const { return size_; }
    /// True while both guards are as they were.
    bool intact() const;

private:
    std::vector<uint8_t> memory_;
    size_t start_ = 0;
    size_t size_ = 0;
};

} // namespace nibble

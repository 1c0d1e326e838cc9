// SPDX-License-Identifier: Apache-2.0
#include "bench/guarded_buffer.h"

#include <algorithm>

#include "nibble.h"

namespace nibble {
namespace {

constexpr size_t guard_bytes = 256;
constexpr uint8_t guard = 0xA5;

} // namespace

GuardedBuffer::GuardedBuffer(size_t bytes)
    : memory_(bytes + 2 * guard_bytes + NIBBLE_ARENA_ALIGNMENT, guard), size_(bytes) {
    const auto address = reinterpret_cast<uintptr_t>(memory_.data()) + guard_bytes;
    start_ = guard_bytes + (NIBBLE_ARENA_ALIGNMENT - address % NIBBLE_ARENA_ALIGNMENT) % NIBBLE_ARENA_ALIGNMENT;
    std::fill_n(data(), size_, uint8_t{0});
}

bool GuardedBuffer::intact() const {
    const auto is_guard = [](uint8_t byte) { return byte == guard; };
    const auto begin = memory_.begin();
    return std::all_of(begin, begin + static_cast<std::ptrdiff_t>(start_), is_guard) &&
           std::all_of(begin + static_cast<std::ptrdiff_t>(start_ + size_), memory_.end(), is_guard);
}

} // namespace nibble

// Memory whose neighbours fault: a page that can't be touched on both sides, and the buffer directly beside one of
// them. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

namespace nibble::test {

/// Which unmapped page the buffer touches. The bytes between the buffer and the other page are guard bytes.
enum class Placement { after_guard, before_guard };

const char *to_string(Placement);

class GuardedMemory {
public:
    /// `bytes` of memory; before_guard, its end is as close to the page as `alignment` (a power of two) of its start
    /// allows.
    GuardedMemory(size_t bytes, Placement placement, size_t alignment = 1);
    ~GuardedMemory();
    GuardedMemory(const GuardedMemory &) = delete;
    GuardedMemory &operator=(const GuardedMemory &) = delete;

    uint8_t *data() const { return data_; }
    size_t bytes() const { return bytes_; }

    /// Copies `bytes()` bytes in and, where not `writable`, makes them read-only.
    void fill(const void *source, bool writable);
    /// Sets every byte; the memory is writable afterwards.
    void fill(uint8_t value);
    /// Whether no guard byte has changed.
    bool guards_intact() const;
    /// Whether the address lies in this memory or in one of its unmapped pages.
    bool owns(const void *address) const;

private:
    void protect(bool writable);

    size_t bytes_;
    size_t mapped_bytes_; ///< with the two unmapped pages
    size_t usable_bytes_; ///< between them
    uint8_t *mapped_;
    uint8_t *usable_;
    uint8_t *data_;
};

} // namespace nibble::test

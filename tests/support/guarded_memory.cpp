// SPDX-License-Identifier: Apache-2.0
#include "tests/support/guarded_memory.h"

#include <algorithm>
#include <cstring>
#include <system_error>

#include <sys/mman.h>
#include <unistd.h>

namespace nibble::test {

namespace {

constexpr uint8_t guard_byte = 0xA5;

size_t round_up(size_t value, size_t unit) { return (value + unit - 1) / unit * unit; }

void check(bool ok, const char *what) {
    if (!ok) {
        throw std::system_error(errno, std::generic_category(), what);
    }
}

} // namespace

const char *to_string(Placement placement) {
    return placement == Placement::after_guard ? "after_guard" : "before_guard";
}

GuardedMemory::GuardedMemory(size_t bytes, Placement placement, size_t alignment) : bytes_(bytes) {
    const auto page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
    usable_bytes_ = round_up(std::max<size_t>(bytes, 1), page);
    mapped_bytes_ = usable_bytes_ + 2 * page;
    void *mapped = mmap(nullptr, mapped_bytes_, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    check(mapped != MAP_FAILED, "mmap");
    mapped_ = static_cast<uint8_t *>(mapped);
    usable_ = mapped_ + page;
    data_ = placement == Placement::after_guard ? usable_ : usable_ + usable_bytes_ - round_up(bytes, alignment);
    protect(true);
    std::memset(usable_, guard_byte, usable_bytes_);
}

GuardedMemory::~GuardedMemory() { munmap(mapped_, mapped_bytes_); }

void GuardedMemory::protect(bool writable) {
    check(mprotect(usable_, usable_bytes_, writable ? PROT_READ | PROT_WRITE : PROT_READ) == 0, "mprotect");
}

void GuardedMemory::fill(const void *source, bool writable) {
    protect(true);
    std::memcpy(data_, source, bytes_);
    if (!writable) {
        protect(false);
    }
}

void GuardedMemory::fill(uint8_t value) {
    protect(true);
    std::memset(data_, value, bytes_);
}

bool GuardedMemory::guards_intact() const {
    const auto is_guard = [](uint8_t byte) { return byte == guard_byte; };
    return std::all_of(usable_, data_, is_guard) && std::all_of(data_ + bytes_, usable_ + usable_bytes_, is_guard);
}

bool GuardedMemory::owns(const void *address) const {
    const auto *byte = static_cast<const uint8_t *>(address);
    return byte >= mapped_ && byte < mapped_ + mapped_bytes_;
}

} // namespace nibble::test

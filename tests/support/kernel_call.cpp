// SPDX-License-Identifier: Apache-2.0
#include "tests/support/kernel_call.h"

#include <algorithm>
#include <csignal>
#include <cstring>

#include <fmt/format.h>

#include "runtime/kernel_abi.h"
#include "runtime/worker.h"
#include "tests/support/fault_trap.h"

namespace nibble::test {

namespace {

/// AddressSanitizer's own memset and memcpy stand on the kernel's stack.
#ifdef __SANITIZE_ADDRESS__
constexpr int64_t interceptor_stack_bytes = 64 * 1024;
#else
constexpr int64_t interceptor_stack_bytes = 0;
#endif

constexpr size_t packed_alignment = 64; // generators/panels.h, set_packed

nibble_buffer_type type_of(DType dtype) {
    const bool is_float = dtype == DType::f16 || dtype == DType::f32;
    const bool is_unsigned = dtype == DType::u4 || dtype == DType::u8 || dtype == DType::u16;
    return {static_cast<uint8_t>(is_float ? 2 : is_unsigned ? 1 : 0), static_cast<uint8_t>(bits_of(dtype)), 1};
}

size_t count_differences(const uint8_t *found, const Bytes &expected) {
    size_t count = 0;
    for (size_t i = 0; i < expected.size(); ++i) {
        count += found[i] != expected[i] ? 1 : 0;
    }
    return count;
}

std::string describe_differences(const uint8_t *found, const Bytes &expected) {
    const auto first = std::mismatch(expected.begin(), expected.end(), found);
    return fmt::format("{} of {} bytes differ, first at {}: found {}, expected {}", count_differences(found, expected),
                       expected.size(), first.first - expected.begin(), static_cast<int8_t>(*first.second),
                       static_cast<int8_t>(*first.first));
}

} // namespace

struct KernelCall::Buffer {
    Buffer(const std::string &name, DType dtype, int64_t bytes, Placement placement, size_t alignment)
        : name(name), memory(static_cast<size_t>(bytes), placement, alignment), alignment(alignment) {
        descriptor.host = memory.data();
        descriptor.type = type_of(dtype);
    }

    std::string name;
    GuardedMemory memory;
    size_t alignment;
    nibble_buffer descriptor = {};
};

KernelCall::KernelCall(const LoadedKernel &kernel, const Layer &layer, const std::string &lowering, Placement placement)
    : kernel_(kernel), row_(*find_operator(layer.op)), lowering_(lowering),
      layout_(row_.packed_layout(layer, lowering)), src_count_(layer.src.size()), placement_(placement),
      scratch_(static_cast<size_t>(kernel.facts.scratch_bytes), placement),
      stack_(
          static_cast<size_t>((kernel.facts.stack_bytes + walker_stack_bytes + interceptor_stack_bytes + 15) / 16 * 16),
          Placement::after_guard),
      // Results must not depend on what the scratch memory holds.
      scratch_fill_(placement == Placement::after_guard ? 0x00 : 0xFF) {
    const size_t least = kernel.emulated ? kernel.emulated->buffer_alignment() : 1;
    const auto add = [&](const std::string &name, DType dtype, int64_t bytes, size_t wanted) {
        const size_t alignment = std::max(wanted, least);
        buffers_.push_back(std::make_unique<Buffer>(name, dtype, bytes, placement, alignment));
    };
    for (size_t i = 0; i < layer.src.size(); ++i) {
        add(fmt::format("src[{}]", i), layer.src[i].dtype, layer.src[i].bytes(), 1);
    }
    for (const PackedArray &array : layout_.arrays) {
        add("packed " + array.name, array.dtype, array.bytes, packed_alignment);
    }
    for (size_t i = 0; i < layer.dst.size(); ++i) {
        add(fmt::format("dst[{}]", i), layer.dst[i].dtype, layer.dst[i].bytes(), 1);
    }
}

KernelCall::~KernelCall() = default;

KernelCall::Buffer &KernelCall::dst(size_t index) const {
    return *buffers_[src_count_ + layout_.arrays.size() + index];
}

void KernelCall::set_constants(const Layer &layer) {
    Bytes packed(static_cast<size_t>(layout_.bytes));
    row_.pack(layer, lowering_, packed.data());
    for (size_t i = 0; i < layout_.arrays.size(); ++i) {
        buffers_[src_count_ + i]->memory.fill(packed.data() + layout_.arrays[i].offset, false);
    }
}

void KernelCall::set_data(const std::vector<Bytes> &src, const std::vector<Bytes> &expected) {
    for (size_t i = 0; i < src.size(); ++i) {
        buffers_[i]->memory.fill(src[i].data(), false);
    }
    for (size_t i = 0; i < expected.size(); ++i) {
        Bytes unlike = expected[i];
        for (uint8_t &byte : unlike) {
            byte = static_cast<uint8_t>(~byte);
        }
        dst(i).memory.fill(unlike.data(), true);
    }
    scratch_.fill(scratch_fill_);
}

CallReport KernelCall::run(const std::vector<Bytes> &src, const std::vector<Bytes> &expected) {
    set_data(src, expected);
    CallReport report;
    report.problem = call();
    for (size_t i = 0; i < expected.size(); ++i) {
        const CallReport compared = compare(dst(i), expected[i]);
        report.bytes += compared.bytes;
        report.differing_bytes += compared.differing_bytes;
        report.problem = report.problem.empty() ? compared.problem : report.problem;
    }
    return report;
}

CallReport KernelCall::run_in_place(const std::vector<Bytes> &src, const std::vector<Bytes> &expected, size_t over) {
    set_data(src, expected);
    Buffer &shared = *buffers_[over];
    shared.memory.fill(src[over].data(), true);
    dst(0).descriptor.host = shared.memory.data();
    const std::string problem = call();
    dst(0).descriptor.host = dst(0).memory.data();
    CallReport report = compare(shared, expected[0]);
    report.problem = problem.empty() ? report.problem : problem;
    return report;
}

CallReport KernelCall::compare(const Buffer &found, const Bytes &expected) {
    CallReport report;
    report.bytes = expected.size();
    report.differing_bytes = count_differences(found.memory.data(), expected);
    if (report.differing_bytes != 0) {
        report.problem = found.name + ": " + describe_differences(found.memory.data(), expected);
    }
    return report;
}

std::string KernelCall::call_emulated() {
    std::vector<EmulatedKernels::Buffer> arguments;
    for (size_t i = 0; i < buffers_.size(); ++i) {
        Buffer &buffer = *buffers_[i];
        int shares = -1;
        for (size_t other = 0; other < i; ++other) {
            if (buffers_[other]->memory.data() == buffer.descriptor.host) {
                shares = static_cast<int>(other);
            }
        }
        uint8_t *const returned = i >= src_count_ + layout_.arrays.size() ? buffer.descriptor.host : nullptr;
        arguments.push_back(
            {buffer.memory.data(), returned, buffer.memory.bytes(), buffer.alignment, buffer.descriptor.type, shares});
    }
    return kernel_.emulated->call(kernel_.position, kernel_.facts, placement_, guest_workers_, arguments);
}

std::string KernelCall::call() {
    if (kernel_.emulated) {
        return call_emulated();
    }
    nibble_context context = {};
    context.size = sizeof(context);
    context.abi_version = NIBBLE_ABI_VERSION;
    context.scratch = scratch_.data();
    context.scratch_bytes = scratch_.bytes();
    if (lent_ != nullptr) {
        context.parallel_for = lent_->parallel_for;
        context.parallel_for_data = lent_->parallel_for_data;
    }
    nibble_worker worker = nibble_worker_at(&context, 0, scratch_.bytes());
    const uint8_t *const heap = worker.scratch.top;

    void *user_context = &worker;
    std::vector<void *> args = {&user_context};
    for (const auto &buffer : buffers_) {
        args.push_back(&buffer->descriptor);
    }
    const std::string failed = enter(args);
    if (!failed.empty() || worker.status != 0) {
        return fmt::format("{}worker status {}", failed, worker.status);
    }
    if (worker.scratch.top != heap) {
        return "heap blocks were not freed";
    }
    return misuse();
}

std::string KernelCall::enter(std::vector<void *> &args) {
    int status = 0;
    if (lent_ != nullptr) {
        status = kernel_.entry(args.data());
    } else if (const auto fault = run_trapped([&] { status = kernel_.entry(args.data()); }, stack_)) {
        return fmt::format("{} at {}, ", strsignal(fault->signal), place_of(fault->address));
    }
    return status != 0 ? fmt::format("returned {}, ", status) : "";
}

Bytes KernelCall::outputs_over(const std::vector<Bytes> &src, uint8_t fill) {
    set_data(src, {});
    const size_t first = src_count_ + layout_.arrays.size();
    for (size_t i = first; i < buffers_.size(); ++i) {
        buffers_[i]->memory.fill(fill);
    }
    Bytes all;
    if (call().empty()) {
        for (size_t i = first; i < buffers_.size(); ++i) {
            const GuardedMemory &memory = buffers_[i]->memory;
            all.insert(all.end(), memory.data(), memory.data() + memory.bytes());
        }
    }
    return all;
}

std::string KernelCall::misuse() const {
    for (const auto &buffer : buffers_) {
        if (!buffer->memory.guards_intact()) {
            return "wrote beside " + buffer->name;
        }
    }
    return scratch_.guards_intact() ? "" : "wrote beside its scratch memory";
}

std::string KernelCall::place_of(const void *address) const {
    const auto place = [&](const std::string &name, const GuardedMemory &memory) {
        return fmt::format("{} of {} bytes, offset {}", name, memory.bytes(),
                           static_cast<const uint8_t *>(address) - memory.data());
    };
    for (const auto &buffer : buffers_) {
        if (buffer->memory.owns(address)) {
            return place(buffer->name, buffer->memory);
        }
    }
    if (scratch_.owns(address)) {
        return place("scratch", scratch_);
    }
    return stack_.owns(address) ? place("stack", stack_) : fmt::format("{}", address);
}

} // namespace nibble::test

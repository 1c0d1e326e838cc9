// SPDX-License-Identifier: Apache-2.0
#include "generators/measure.h"

#include <algorithm>
#include <optional>
#include <regex>
#include <set>
#include <sstream>
#include <stdexcept>

#include "runtime/kernel_abi.h"

namespace nibble {

using namespace Halide;
using namespace Halide::Internal;

namespace {

/// Halide keeps constant sizes of up to 16 KiB on the stack unless told otherwise (CodeGen_Posix).
bool is_on_heap(const Allocate *op) {
    const int64_t bytes = op->constant_allocation_size() * op->type.bytes();
    switch (op->memory_type) {
    case MemoryType::Stack:
    case MemoryType::Register:
    case MemoryType::VTCM:
        return false;
    case MemoryType::Heap:
        return true;
    default:
        return bytes == 0 || bytes > 16 * 1024;
    }
}

bool is_in_vtcm(const Allocate *op) { return op->memory_type == MemoryType::VTCM; }

using IsServed = bool (*)(const Allocate *);

/// Follows the nesting of the allocations that one heap serves. Halide frees at the latest where the allocation's scope
/// ends, so the largest sum along one nesting is the most that is ever outstanding.
class HeapUse : public IRVisitor {
public:
    int64_t most = 0;

    HeapUse(IsServed is_served, const Target &target)
        : is_served_(is_served), tail_(target.arch == Target::Hexagon ? NIBBLE_HEAP_TAIL_HEXAGON : NIBBLE_HEAP_TAIL) {}

protected:
    using IRVisitor::visit;

    void visit(const Allocate *op) override {
        const int64_t before = current_;
        if (is_served_(op)) {
            const int64_t bytes = (op->constant_allocation_size() + op->padding) * op->type.bytes();
            if (op->constant_allocation_size() == 0) {
                throw std::runtime_error("allocation " + op->name +
                                         ": found a size known only at run time, expected a constant");
            }
            current_ += static_cast<int64_t>(nibble_heap_block_cost_with(static_cast<uint64_t>(bytes), tail_));
            most = std::max(most, current_);
        }
        IRVisitor::visit(op);
        current_ = before;
    }

private:
    IsServed is_served_;
    uint64_t tail_;
    int64_t current_ = 0;
};

/// Sums the bytes of stores to what lies in VTCM over the loops around them.
class VtcmFills : public IRVisitor {
public:
    int64_t bytes = 0;

protected:
    using IRVisitor::visit;

    void visit(const Allocate *op) override {
        if (is_in_vtcm(op)) {
            staged_.insert(op->name);
        }
        IRVisitor::visit(op);
    }

    void visit(const For *op) override {
        const std::optional<int64_t> extent = as_const_int(op->extent);
        loops_.push_back(extent.value_or(unknown));
        IRVisitor::visit(op);
        loops_.pop_back();
    }

    void visit(const Store *op) override {
        if (staged_.count(op->name) != 0) {
            int64_t stored = op->value.type().bytes() * op->value.type().lanes();
            for (const int64_t extent : loops_) {
                if (extent == unknown) {
                    throw std::runtime_error(op->name + ": found a store to VTCM in a loop whose extent is known only "
                                                        "at run time, expected a constant");
                }
                stored *= extent;
            }
            bytes += stored;
        }
        IRVisitor::visit(op);
    }

private:
    static constexpr int64_t unknown = -1;

    std::set<std::string> staged_;
    std::vector<int64_t> loops_;
};

/// The first group of the first match.
std::string first_match(const std::string &text, const std::regex &pattern) {
    std::smatch match;
    return std::regex_search(text, match, pattern) ? match[1].str() : std::string();
}

class BufferFields : public IRVisitor {
public:
    std::string found;

protected:
    using IRVisitor::visit;

    void visit(const Call *op) override {
        const bool reads_buffer = op->name.rfind("_halide_buffer_get_", 0) == 0;
        if (reads_buffer && op->name != Call::buffer_get_host) {
            found = op->name;
        }
        IRVisitor::visit(op);
    }
};

/// What an instruction takes of the stack: pushes, one subtraction, and up to 63 bytes of alignment where the pointer
/// is rounded down.
int64_t frame_bytes_x86(const std::string &line) {
    static const std::regex push(R"(^\s+pushq\s)"), subtract(R"(^\s+(?:subq\s+\$|andq\s+\$-)(\d+), %rsp)");
    std::smatch match;
    return std::regex_search(line, push) ? 8 : std::regex_search(line, match, subtract) ? std::stoll(match[1]) : 0;
}

/// The same: subtractions, stores that move the pointer before them, and roundings.
int64_t frame_bytes_aarch64(const std::string &line) {
    static const std::regex subtract(R"(^\s+sub\s+(?:sp|x9), sp, #(\d+)(?:, lsl #(\d+))?)"),
        store(R"(^\s+st[rp]\s.*\[sp, #-(\d+)\]!)"), round(R"(^\s+and\s+sp, \w+, #(0xf+[0-9a-f]*))");
    std::smatch match;
    if (std::regex_search(line, match, subtract)) {
        return std::stoll(match[1]) << (match[2].matched ? std::stoi(match[2]) : 0);
    }
    if (std::regex_search(line, match, store)) {
        return std::stoll(match[1]);
    }
    return std::regex_search(line, match, round) ? static_cast<int64_t>(-std::stoull(match[1], nullptr, 16)) : 0;
}

/// The same of a Hexagon packet's line: frames, and the rounding of the pointer.
int64_t frame_bytes_hexagon(const std::string &line) {
    static const std::regex frame(R"(allocframe\((?:r29,)?#(\d+)\))"), lower(R"(r29 = add\(r29,##?-(\d+)\))"),
        round(R"(r29 = and\(r29,#-(\d+)\))");
    constexpr int64_t saved_registers = 8; // frame pointer and return address
    std::smatch match;
    if (std::regex_search(line, match, frame)) {
        return std::stoll(match[1]) + saved_registers;
    }
    return std::regex_search(line, match, lower) || std::regex_search(line, match, round) ? std::stoll(match[1]) : 0;
}

int64_t frame_bytes(const std::string &line, Target::Arch arch) {
    switch (arch) {
    case Target::X86:
        return frame_bytes_x86(line);
    case Target::Hexagon:
        return frame_bytes_hexagon(line);
    default:
        return frame_bytes_aarch64(line);
    }
}

int64_t most_bytes(const Module &module, IsServed is_served) {
    int64_t bytes = 0;
    for (const LoweredFunc &function : module.functions()) {
        HeapUse use(is_served, module.target());
        function.body.accept(&use);
        bytes += use.most;
    }
    return bytes;
}

} // namespace

int64_t heap_bytes(const Module &module) { return most_bytes(module, is_on_heap); }

int64_t vtcm_bytes(const Module &module) { return most_bytes(module, is_in_vtcm); }

int64_t vtcm_filled_bytes(const Module &module) {
    VtcmFills fills;
    for (const LoweredFunc &function : module.functions()) {
        function.body.accept(&fills);
    }
    return fills.bytes;
}

int64_t stack_bytes(const std::string &assembly, Target::Arch arch) {
    static const std::regex label(R"(^[A-Za-z_][\w.$]*:)");
    int64_t sum_of_functions = 0;
    std::istringstream lines(assembly);
    for (std::string line; std::getline(lines, line);) {
        if (std::regex_search(line, label)) {
            sum_of_functions += arch == Target::X86 ? 8 : 0; // the return address
        } else {
            sum_of_functions += frame_bytes(line, arch);
        }
    }
    return sum_of_functions;
}

std::string amd_only_instruction(const std::string &assembly) {
    static const std::regex sse4a(R"(^\s+(extrq|insertq|movntss|movntsd)\s)", std::regex::multiline);
    return first_match(assembly, sse4a);
}

std::string avx512_instruction(const std::string &assembly) {
    // By their registers, then the forms that AVX-512 added for those that AVX has too.
    static const std::regex registers(R"(^\s+(\w+)\s[^#\n]*%(zmm|[xy]mm(1[6-9]|[23]\d)|k[0-7]))",
                                      std::regex::multiline);
    static const std::regex names(
        R"(^\s+(vpternlog[dq]|vpdp\w+|vpmovu?s?[dqw][bwd]|vpmullq|vpsraq|vpsravw|vpsllvw|vpsrlvw|)"
        R"(vpermi2\w+|vpermt2\w+|vperm[bw]|valign[dq]|vp(abs|max[su]|min[su])q|vpro[lr]v?[dq]|)"
        R"(vpopcnt\w+|vplzcnt\w+|vpconflict\w+|vpsh[lr]dv?[wdq]|vrndscale\w+|vscalef\w+|)"
        R"(vmovdq[au](8|16|32|64)|vp(and|andn|or|xor)[dq]|vgf2p8\w+|\w+(32|64)x[248]|)"
        R"(vcvt\w*u[dq]q\w*)\s)",
        std::regex::multiline);
    const std::string found = first_match(assembly, registers);
    return found.empty() ? first_match(assembly, names) : found;
}

std::string platform_register_instruction(const std::string &assembly) {
    static const std::regex x18(R"(^\s+(\w+)\s[^/\n]*\b[wx]18\b)", std::regex::multiline);
    return first_match(assembly, x18);
}

std::string unfused_product(const std::string &assembly) {
    static const std::regex product(R"(^\s+(v?mul[ps]s|fmul)\s)", std::regex::multiline);
    return first_match(assembly, product);
}

std::string fused_product(const std::string &assembly) {
    // Hexagon's ":lib" and ":scale" are the steps of a division, which comes out correctly rounded.
    static const std::regex fused(
        R"(^[\s{]+(vfn?m(?:add|sub)\w*(?=\s)|fn?m(?:add|sub)(?=\s)|fml[as](?=\s)|r\d+ [+-]= sfmpy(?=\([^)]*\)(?!:lib|:scale))))",
        std::regex::multiline);
    return first_match(assembly, fused);
}

std::string inexact_instruction(const std::string &ptx) {
    static const std::regex inexact(R"(^\s+(?:@\S+\s+)?(fma\.\S+|\w+(?:\.\w+)*\.(?:approx|full|ftz)\S*)\s)",
                                    std::regex::multiline);
    return first_match(ptx, inexact);
}

std::string open_buffer_field(const Module &module) {
    BufferFields fields;
    for (const LoweredFunc &function : module.functions()) {
        function.body.accept(&fields);
    }
    return fields.found;
}

} // namespace nibble

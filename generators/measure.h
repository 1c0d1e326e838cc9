// What a generated kernel needs of memory, read off its lowered form and its assembly.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include <Halide.h>

namespace nibble {

/// Most bytes of heap that the module's functions have outstanding at a time, as runtime/kernel_abi.h counts them. The
/// bodies of parallel loops are functions of their own and may run inside the entry's blocks, so functions are added
/// up. Throws std::runtime_error for an allocation whose size is not a constant.
int64_t heap_bytes(const Halide::Module &);

/// The same of what the functions stage in VTCM (Halide::MemoryType::VTCM).
int64_t vtcm_bytes(const Halide::Module &);

/// Bytes that a call stores in VTCM. Throws std::runtime_error for stores in a loop whose extent is not a constant.
int64_t vtcm_filled_bytes(const Halide::Module &);

/// Bytes of the frames of all functions in the assembly text of an x86-64 or AArch64 kernel, which bound every chain of
/// calls: locals, saved registers and the alignment of the frame.
int64_t stack_bytes(const std::string &assembly, Halide::Target::Arch);

/// The first instruction of x86-64 assembly text that only AMD's processors have (SSE4a), or an empty string. Halide's
/// avx512_zen4 lets LLVM use them, and Intel's AVX512-VNNI processors would trap.
std::string amd_only_instruction(const std::string &assembly);

/// The first instruction of x86-64 assembly text that needs AVX-512, AVX-VNNI or GFNI, or an empty string.
std::string avx512_instruction(const std::string &assembly);

/// The first instruction of AArch64 assembly text that names register 18, which belongs to the platform on some
/// systems, or an empty string.
std::string platform_register_instruction(const std::string &assembly);

/// The first packed f32 product of x86-64 or AArch64 assembly text that is not fused with its sum, or an empty string.
/// The proof of the f32 requantisation counts on one rounding.
std::string unfused_product(const std::string &assembly);

/// The first instruction of x86-64, AArch64 or Hexagon assembly text that rounds a product of floats and a sum at once,
/// or an empty string: results whose definition rounds them apart would differ.
std::string fused_product(const std::string &assembly);

/// The first field of a buffer besides its host pointer that the module reads, or an empty string. The runtime's
/// buffers have no other (runtime/kernel_abi.h): a read means that a schedule left a bound open.
std::string open_buffer_field(const Halide::Module &);

/// The first PTX instruction that rounds a product and a sum at once, approximates or flushes denormals to zero; empty
/// where there is none. Results have to be those of other targets.
std::string inexact_instruction(const std::string &ptx);

} // namespace nibble

// Code for Hexagon that must not leave the compiler, found in its assembly text.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace nibble {

/// The first instruction that processors of v66 lack, or an empty string: HVX's floats (f16, f32 and their q forms) and
/// what v68 and later added. A v68 program is held to it, too.
std::string beyond_v66_instruction(const std::string &assembly);

/// The first instruction that reads or writes the frame by a register before that register points to it, or an empty
/// string. LLVM does so where a frame of vectors is rounded down (llvm-project issue 184531).
std::string early_frame_access(const std::string &assembly);

/// The first narrowing shift of s32 vectors by a constant of 16 or more, of which the instruction reads four bits, or
/// an empty string.
std::string long_narrowing_shift(const std::string &assembly);

} // namespace nibble

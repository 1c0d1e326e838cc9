// The plan tables of a library as assembler text: the structures of runtime/plan.h and nibble_info, and its entry
// functions. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "compiler/program.h"

namespace nibble {

/// The whole text. It includes the binary file `constants_file` (128-byte aligned) where the program has constants.
std::string assembly_text(const Program &program, const std::string &version, const std::string &constants_file);

/// The directive that writes a pointer of the target's to `symbol`; "0": NULL.
std::string pointer_line(const TargetFacts &, const std::string &symbol);

} // namespace nibble

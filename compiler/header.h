// The C header of a generated library.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "compiler/program.h"

namespace nibble {

/// The whole text: self-contained C99 and C++. `runtime_header` is the text of runtime/include/nibble.h.
std::string header_text(const Program &program, const std::string &version, const std::string &runtime_header);

} // namespace nibble

// SHA-256, the name of things in the kernel cache.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace nibble {

/// 64 lower-case hexadecimal digits.
std::string sha256(std::string_view bytes);

} // namespace nibble

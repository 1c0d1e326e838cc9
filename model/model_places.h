// How findings name the parts of a model.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

#include <fmt/format.h>

namespace nibble {

/// E.g. tensor 3 ("conv2d/kernel"); the number is the position in model.json.
inline std::string tensor_place(size_t index, const std::string &name) {
    return fmt::format("tensor {} (\"{}\")", index, name);
}

/// E.g. operator 0 ("conv2d_0").
inline std::string operator_place(size_t index, const std::string &name) {
    return fmt::format("operator {} (\"{}\")", index, name);
}

} // namespace nibble

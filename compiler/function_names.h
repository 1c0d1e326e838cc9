// Names of a library's C functions.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cctype>
#include <set>
#include <string>

#include "compiler/program.h"

namespace nibble {

/// Hands out names of C functions, distinct where case is ignored because macros carry them too.
class FunctionNames {
public:
    std::string unique(const std::string &wanted) {
        const std::string base = c_identifier(wanted);
        std::string name = base;
        for (int i = 1; !free(name); ++i) {
            name = base + "_" + std::to_string(i);
        }
        for (const char *suffix : suffixes_) {
            taken_.insert(lowered(name) + suffix);
        }
        return name;
    }

private:
    bool free(const std::string &name) const {
        return std::none_of(suffixes_.begin(), suffixes_.end(),
                            [&](const char *suffix) { return taken_.count(lowered(name) + suffix) != 0; });
    }

    static constexpr std::array<const char *, 3> suffixes_ = {"", "_pack", "_rows"}; ///< of a layer's functions

    static std::string lowered(std::string text) {
        std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
        return text;
    }

    std::set<std::string> taken_ = {"run", "info", "supported", "open", "close"};
};

} // namespace nibble

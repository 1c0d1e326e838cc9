// A model folder as one string of bytes, as a fuzzer makes it up.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

namespace nibble::testing {

/// The two files of a model folder. As one string: the text, a zero byte (which no JSON holds) and the weights.
struct FuzzInput {
    std::string text;
    std::string weights;

    static FuzzInput split(const std::string &bytes);
    static FuzzInput read(const std::filesystem::path &folder);
    std::string join() const;
    void write(const std::filesystem::path &folder) const;
};

} // namespace nibble::testing

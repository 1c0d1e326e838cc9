// What is wrong with an input: one finding a line, all of them at once.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdexcept>
#include <string>
#include <vector>

namespace nibble {

/// One thing that is wrong: "<file>: <where>: found <found>, expected <expected>".
struct Finding {
    std::string file;
    std::string where; ///< operator, field or offset
    std::string found;
    std::string expected;

    std::string line() const;
};

/// An input that can't be used. what() is its findings, one a line.
class Error : public std::runtime_error {
public:
    explicit Error(std::vector<Finding> findings);
    explicit Error(Finding finding);
    const std::vector<Finding> &findings() const { return findings_; }

private:
    std::vector<Finding> findings_;
};

} // namespace nibble

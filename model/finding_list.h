// Findings about one file, gathered so that all of them are told at once.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "model/error.h"

namespace nibble {

class FindingList {
public:
    explicit FindingList(std::string file) : file_(std::move(file)) {}

    void add(std::string where, std::string found, std::string expected) {
        findings_.push_back({file_, std::move(where), std::move(found), std::move(expected)});
    }
    bool empty() const { return findings_.empty(); }
    /// Throws Error with all findings, if there are any.
    void throw_if_any() const {
        if (!empty()) {
            throw Error(findings_);
        }
    }

private:
    std::string file_;
    std::vector<Finding> findings_;
};

} // namespace nibble

// Reading one JSON object with a known set of keys: each wrong, missing or unknown key is a finding.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "model/finding_list.h"

namespace nibble {

/// The bounds of an integer field, both allowed.
struct IntegerRange {
    int64_t min;
    int64_t max;
};

/// Where a field is missing or wrong, the readers below add a finding and return an empty value.
class Fields {
public:
    /// `where` names the object in findings; empty for the document itself.
    Fields(const nlohmann::json &object, std::string where, FindingList &findings);

    bool has(const std::string &key) const;
    /// The value of `key`, or nullptr with a finding.
    const nlohmann::json *value(const std::string &key);
    std::optional<std::string> text(const std::string &key);
    std::optional<bool> boolean(const std::string &key);
    std::optional<int64_t> integer(const std::string &key, IntegerRange range);
    std::optional<std::vector<int64_t>> integers(const std::string &key, IntegerRange range);
    /// Numbers rounded to f32; what overflows it or is not a number is a finding.
    std::optional<std::vector<float>> floats(const std::string &key);
    /// The value of `key` if it is an array, or nullptr with a finding.
    const nlohmann::json *array(const std::string &key);

    /// Adds a finding for each key that was not asked for.
    void refuse_unknown_keys();

    /// How findings name a field: "tensor 3 (\"x\"), shape".
    std::string where(const std::string &key) const;

private:
    const nlohmann::json *typed(const std::string &key, bool (*is_type)(const nlohmann::json &), const char *expected);
    void add_unexpected(const std::string &key, const nlohmann::json &found, const std::string &expected);

    const nlohmann::json &object_;
    std::string where_;
    FindingList &findings_;
    std::set<std::string> known_;
};

} // namespace nibble

// SPDX-License-Identifier: Apache-2.0
#include "model/json_fields.h"

#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "model/json_text.h"

namespace nibble {

namespace {

using nlohmann::json;

/// JSON numbers above INT64_MAX are held as unsigned; they must not wrap into the range.
bool is_integer_in(const json &value, IntegerRange range) {
    if (!value.is_number_integer()) {
        return false;
    }
    if (value.is_number_unsigned() && value.get<uint64_t>() > static_cast<uint64_t>(range.max)) {
        return false;
    }
    const int64_t number = value.get<int64_t>();
    return number >= range.min && number <= range.max;
}

std::string describe(IntegerRange range) {
    return range.max == std::numeric_limits<int32_t>::max()
               ? fmt::format("an integer of at least {}", range.min)
               : fmt::format("an integer in [{}, {}]", range.min, range.max);
}

} // namespace

Fields::Fields(const json &object, std::string where, FindingList &findings)
    : object_(object), where_(std::move(where)), findings_(findings) {
    if (!object_.is_object()) {
        findings_.add(where_.empty() ? "document" : where_, preview(object_), "an object");
    }
}

std::string Fields::where(const std::string &key) const { return where_.empty() ? key : where_ + ", " + key; }

bool Fields::has(const std::string &key) const { return object_.is_object() && object_.contains(key); }

void Fields::add_unexpected(const std::string &key, const json &found, const std::string &expected) {
    findings_.add(where(key), preview(found), expected);
}

const json *Fields::value(const std::string &key) {
    known_.insert(key);
    if (!object_.is_object()) {
        return nullptr;
    }
    const auto found = object_.find(key);
    if (found == object_.end()) {
        findings_.add(where(key), "no such key", "one");
        return nullptr;
    }
    return &*found;
}

const json *Fields::typed(const std::string &key, bool (*is_type)(const json &), const char *expected) {
    const json *found = value(key);
    if (found != nullptr && !is_type(*found)) {
        add_unexpected(key, *found, expected);
        return nullptr;
    }
    return found;
}

std::optional<std::string> Fields::text(const std::string &key) {
    const json *found = typed(
        key, [](const json &value) { return value.is_string(); }, "a string");
    return found == nullptr ? std::nullopt : std::optional(found->get<std::string>());
}

std::optional<bool> Fields::boolean(const std::string &key) {
    const json *found = typed(
        key, [](const json &value) { return value.is_boolean(); }, "true or false");
    return found == nullptr ? std::nullopt : std::optional(found->get<bool>());
}

std::optional<int64_t> Fields::integer(const std::string &key, IntegerRange range) {
    const json *found = value(key);
    if (found == nullptr) {
        return std::nullopt;
    }
    if (!is_integer_in(*found, range)) {
        add_unexpected(key, *found, describe(range));
        return std::nullopt;
    }
    return found->get<int64_t>();
}

const json *Fields::array(const std::string &key) {
    return typed(
        key, [](const json &value) { return value.is_array(); }, "an array");
}

std::optional<std::vector<int64_t>> Fields::integers(const std::string &key, IntegerRange range) {
    const json *items = array(key);
    if (items == nullptr) {
        return std::nullopt;
    }
    std::vector<int64_t> numbers;
    for (const json &item : *items) {
        if (!is_integer_in(item, range)) {
            add_unexpected(fmt::format("{}[{}]", key, numbers.size()), item, describe(range));
            return std::nullopt;
        }
        numbers.push_back(item.get<int64_t>());
    }
    return numbers;
}

std::optional<std::vector<float>> Fields::floats(const std::string &key) {
    const json *items = array(key);
    if (items == nullptr) {
        return std::nullopt;
    }
    std::vector<float> numbers;
    for (const json &item : *items) {
        const double number = item.is_number() ? item.get<double>() : std::nan("");
        // The rounding of a number beyond the largest f32 is undefined in C++, so it is asked before.
        if (!(std::fabs(number) <= static_cast<double>(std::numeric_limits<float>::max()))) {
            add_unexpected(fmt::format("{}[{}]", key, numbers.size()), item, "a number in the range of f32");
            return std::nullopt;
        }
        numbers.push_back(static_cast<float>(number));
    }
    return numbers;
}

void Fields::refuse_unknown_keys() {
    if (!object_.is_object()) {
        return;
    }
    for (const auto &[key, unused] : object_.items()) {
        if (known_.count(key) == 0) {
            findings_.add(where(key), "an unknown key",
                          known_.empty() ? "none" : fmt::format("only {}", fmt::join(known_, ", ")));
        }
    }
}

} // namespace nibble

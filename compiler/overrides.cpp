// SPDX-License-Identifier: Apache-2.0
#include "compiler/overrides.h"

#include <cmath>
#include <limits>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "model/json_fields.h"
#include "model/json_text.h"

namespace nibble {
namespace {

using nlohmann::json;

constexpr int64_t largest = std::numeric_limits<int32_t>::max();

/// true, false, or the words for them, which AIMET 0.6 writes.
bool read_flag(Fields &fields, const std::string &key, bool otherwise, FindingList &findings) {
    if (!fields.has(key)) {
        return otherwise;
    }
    const json *value = fields.value(key);
    const std::string text = value->is_string() ? value->get<std::string>() : value->dump();
    if (text == "true" || text == "True" || text == "1") {
        return true;
    }
    if (text != "false" && text != "False" && text != "0") {
        findings.add(fields.where(key), text, "true or false");
    }
    return false;
}

/// The first of two names of a key that the object has.
std::string name_of(const Fields &fields, const char *name, const char *other) {
    return fields.has(other) ? other : name;
}

/// A number or a list of them, appended.
void read_numbers(Fields &fields, const std::string &key, std::vector<float> &numbers, FindingList &findings) {
    if (!fields.has(key)) {
        return;
    }
    const json *value = fields.value(key);
    const json list = value->is_array() ? *value : json::array({*value});
    for (const json &item : list) {
        if (!item.is_number()) {
            findings.add(fields.where(key), preview(item), "a number");
            return;
        }
        numbers.push_back(item.get<float>());
    }
}

void read_offsets(Fields &fields, std::vector<int64_t> &offsets, FindingList &findings) {
    std::vector<float> numbers;
    read_numbers(fields, "offset", numbers, findings);
    constexpr float most = 1 << 20; // beyond that of any 16-bit encoding
    for (const float number : numbers) {
        if (!(std::abs(number) <= most) || number != std::floor(number)) {
            findings.add(fields.where("offset"), fmt::format("{}", number), "a whole number");
            return;
        }
        offsets.push_back(static_cast<int64_t>(number));
    }
}

/// What AIMET's low-power block-wise encoding has: the width after the multiplication and its offset say nothing new.
void read_block_integers(Fields &fields, Encoding &encoding) {
    for (const char *implied : {"bw", "offset"}) {
        if (fields.has(implied)) {
            fields.value(implied);
        }
    }
    const auto integers = fields.integers("per_block_int_scale", {1, 16});
    encoding.multiplier = integers.value_or(std::vector<int64_t>{});
}

/// Adds what one object says; those of further channels have to say the same widths.
void read_object(const json &object, const std::string &where, bool first, Encoding &encoding, FindingList &findings) {
    if (!object.is_object()) {
        findings.add(where, preview(object), "an object");
        return;
    }
    Fields fields(object, where, findings);
    fields.has("name") ? fields.text("name") : std::nullopt;
    const bool by_block = object.value("enc_type", json()) == "LPBQ";
    const std::string bits_key = by_block ? "compressed_bw" : name_of(fields, "bitwidth", "bw");
    const int bits = static_cast<int>(fields.integer(bits_key, {1, 32}).value_or(8));
    for (const char *key : {"dtype", "enc_type"}) {
        const std::string text = fields.has(key) ? fields.text(key).value_or("int") : "int";
        if (std::string(key) == "dtype" && text != "int" && text != "INT") {
            findings.add(fields.where(key), text, "int");
        }
    }
    const bool symmetric =
        read_flag(fields, name_of(fields, "is_symmetric", "is_sym"), !encoding.of_activation, findings);
    const std::string group_key = name_of(fields, "group_size", "block_size");
    const int group = fields.has(group_key) ? static_cast<int>(fields.integer(group_key, {0, largest}).value_or(0)) : 0;
    read_numbers(fields, "scale", encoding.scale, findings);
    if (by_block) {
        read_block_integers(fields, encoding);
    } else {
        read_offsets(fields, encoding.offset, findings);
    }
    read_numbers(fields, "min", encoding.least, findings);
    read_numbers(fields, "max", encoding.most, findings);
    fields.refuse_unknown_keys();
    if (!first && (bits != encoding.bits || symmetric != encoding.symmetric || group != encoding.group_size)) {
        findings.add(where, "another width than the channel before", "one width, symmetry and group size for all");
    }
    encoding.bits = bits;
    encoding.symmetric = symmetric;
    encoding.group_size = group;
}

void check_block_integers(const Encoding &encoding, FindingList &findings) {
    if (encoding.multiplier.empty()) {
        return;
    }
    const bool fits = encoding.bits == 4 && encoding.symmetric && encoding.group_size > 0 && !encoding.scale.empty();
    if (!fits) {
        findings.add(encoding.where + ", per_block_int_scale",
                     fmt::format("{} bits, {}, block_size {}, {} scales", encoding.bits,
                                 encoding.symmetric ? "symmetric" : "not symmetric", encoding.group_size,
                                 encoding.scale.size()),
                     "4 bits, symmetric, a block_size and scales");
    }
}

void check_encoding(const Encoding &encoding, FindingList &findings) {
    check_block_integers(encoding, findings);
    const std::string widths = encoding.of_activation ? "8 or 16" : "4 or 8";
    if (encoding.bits != 8 && encoding.bits != (encoding.of_activation ? 16 : 4)) {
        findings.add(encoding.where + ", bitwidth", std::to_string(encoding.bits), widths);
    }
    if (encoding.of_activation && encoding.group_size != 0) {
        findings.add(encoding.where + ", group_size", std::to_string(encoding.group_size), "none for an activation");
    }
    for (const float scale : encoding.scale) {
        if (!(scale > 0) || scale > std::numeric_limits<float>::max()) {
            findings.add(encoding.where + ", scale", fmt::format("{}", scale), "a finite scale above 0");
            return;
        }
    }
    if (!encoding.offset.empty() && encoding.offset.size() != encoding.scale.size()) {
        findings.add(encoding.where + ", offset", fmt::format("{} offsets", encoding.offset.size()),
                     fmt::format("one for each of {} scales", encoding.scale.size()));
    }
    if (encoding.least.size() != encoding.most.size()) {
        findings.add(encoding.where + ", min",
                     fmt::format("{} and {} of max", encoding.least.size(), encoding.most.size()), "as many of both");
    }
}

Encoding read_entry(const std::string &section, const std::string &pattern, const json &entry, FindingList &findings) {
    Encoding encoding;
    encoding.where = section + "." + pattern;
    encoding.pattern = pattern;
    encoding.of_activation = section == "activation_encodings";
    const json list = entry.is_array() ? entry : json::array({entry});
    if (list.empty()) {
        findings.add(encoding.where, "an empty list", "an encoding, or one for each channel");
    }
    for (size_t i = 0; i < list.size(); ++i) {
        const std::string where = list.size() == 1 ? encoding.where : fmt::format("{}[{}]", encoding.where, i);
        read_object(list[i], where, i == 0, encoding, findings);
    }
    check_encoding(encoding, findings);
    return encoding;
}

void read_section(const json &document, const std::string &section, std::vector<Encoding> &encodings,
                  FindingList &findings) {
    const auto found = document.find(section);
    if (found == document.end()) {
        return;
    }
    if (found->is_object()) {
        for (const auto &[pattern, entry] : found->items()) {
            encodings.push_back(read_entry(section, pattern, entry, findings));
        }
        return;
    }
    if (!found->is_array()) {
        findings.add(section, preview(*found), "an object by tensor name, or a list of encodings with names");
        return;
    }
    for (size_t i = 0; i < found->size(); ++i) {
        const json &entry = (*found)[i];
        if (!entry.is_object() || !entry.contains("name") || !entry["name"].is_string()) {
            findings.add(fmt::format("{}[{}]", section, i), preview(entry), "an object with a name");
            continue;
        }
        encodings.push_back(read_entry(section, entry["name"].get<std::string>(), entry, findings));
    }
}

} // namespace

std::vector<Encoding> read_overrides(const std::filesystem::path &file) {
    FindingList findings(file.string());
    const json document = parse_json(file.string(), read_text(file));
    std::vector<Encoding> encodings;
    if (!document.is_object()) {
        findings.add("document", document.type_name(), "an object with param_encodings or activation_encodings");
        findings.throw_if_any();
    }
    // What exporters say of themselves is of no use here.
    static const std::set<std::string> known = {
        "activation_encodings", "excluded_layers", "param_encodings", "producer", "quantizer_args", "version"};
    for (const auto &[key, value] : document.items()) {
        if (known.count(key) == 0) {
            findings.add("document", "key " + key, "param_encodings and activation_encodings");
        }
    }
    for (const char *section : {"param_encodings", "activation_encodings"}) {
        read_section(document, section, encodings, findings);
    }
    if (findings.empty() && encodings.empty()) {
        findings.add("document", "no encoding", "entries in param_encodings or activation_encodings");
    }
    findings.throw_if_any();
    return encodings;
}

} // namespace nibble

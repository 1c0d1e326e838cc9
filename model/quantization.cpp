// SPDX-License-Identifier: Apache-2.0
#include "model/quantization.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "model/json_fields.h"
#include "model/json_text.h"

namespace nibble {

namespace {

using nlohmann::json;

constexpr int64_t kMaxInt = std::numeric_limits<int32_t>::max();
constexpr int64_t kMinInt = std::numeric_limits<int32_t>::min();
constexpr int64_t kMaxGroupMultiplier = 16;

Granularity read_granularity(Fields &fields, FindingList &findings) {
    const auto name = fields.text("granularity");
    for (const Granularity known : {Granularity::per_tensor, Granularity::per_channel, Granularity::per_group}) {
        if (name == to_string(known)) {
            return known;
        }
    }
    if (name) {
        findings.add(fields.where("granularity"), *name, "per_tensor, per_channel or per_group");
    }
    return Granularity::per_tensor;
}

/// A key that only some granularities need. The others may say 0, which means nothing.
int read_if(bool needed, const std::string &key, IntegerRange range, Fields &fields) {
    if (!needed && !fields.has(key)) {
        return 0;
    }
    return static_cast<int>(fields.integer(key, needed ? range : IntegerRange{0, 0}).value_or(0));
}

std::vector<int32_t> read_multipliers(Granularity granularity, Fields &fields, FindingList &findings) {
    if (!fields.has("group_multiplier")) {
        return {};
    }
    const auto found = fields.integers("group_multiplier", {1, kMaxGroupMultiplier}).value_or(std::vector<int64_t>{});
    if (granularity != Granularity::per_group) {
        findings.add(fields.where("group_multiplier"), std::string("one with ") + to_string(granularity), "none");
    }
    return {found.begin(), found.end()};
}

std::optional<std::pair<float, float>> read_range(Fields &fields, FindingList &findings) {
    if (!fields.has("range")) {
        return std::nullopt;
    }
    const auto ends = fields.floats("range");
    if (!ends) {
        return std::nullopt;
    }
    if (ends->size() != 2 || ends->front() > ends->back()) {
        findings.add(fields.where("range"), fmt::format("[{}]", fmt::join(*ends, ", ")), "[min, max]");
        return std::nullopt;
    }
    return std::pair(ends->front(), ends->back());
}

bool is_integer(DType dtype) { return dtype != DType::f16 && dtype != DType::f32; }

bool is_signed(DType dtype) { return dtype != DType::u4 && dtype != DType::u8 && dtype != DType::u16; }

/// The values that a quantised number of this type has; zero points lie among them.
IntegerRange values_of(DType dtype) {
    const int bits = std::min(bits_of(dtype), 32);
    return is_signed(dtype) ? IntegerRange{-(int64_t{1} << (bits - 1)), (int64_t{1} << (bits - 1)) - 1}
                            : IntegerRange{0, (int64_t{1} << bits) - 1};
}

/// How many scales the tensor has to have, or nothing, with a finding, where axis or group do not fit its shape.
std::optional<int64_t> scale_count(const Tensor &tensor, const std::string &where, FindingList &findings) {
    const Quantization &q = *tensor.quantization;
    if (q.granularity == Granularity::per_tensor) {
        return 1;
    }
    const auto rank = static_cast<int64_t>(tensor.shape.size());
    if (q.axis < 0 || q.axis >= rank) {
        findings.add(where + ", quantization.axis", std::to_string(q.axis), fmt::format("a dimension of {}", rank));
        return std::nullopt;
    }
    const int64_t extent = tensor.shape[static_cast<size_t>(q.axis)];
    if (q.granularity == Granularity::per_channel) {
        return extent;
    }
    if (q.group_size < 1 || extent % q.group_size != 0) {
        findings.add(where + ", quantization.group_size", std::to_string(q.group_size),
                     fmt::format("a divisor of {}", extent));
        return std::nullopt;
    }
    return tensor.elements() / q.group_size;
}

/// Reports multipliers of a wrong count, and what does not go with them. Returns how many scales go with them: one for
/// each channel.
int64_t check_multipliers(const Tensor &tensor, int64_t groups, const std::string &where, FindingList &findings) {
    const Quantization &q = *tensor.quantization;
    if (static_cast<int64_t>(q.group_multiplier.size()) != groups) {
        findings.add(where + ", quantization.group_multiplier", fmt::format("{} numbers", q.group_multiplier.size()),
                     std::to_string(groups));
    }
    if (bits_of(tensor.dtype) != 4) {
        findings.add(where + ", quantization.group_multiplier",
                     fmt::format("one with dtype {}", to_string(tensor.dtype)), "s4 or u4");
    }
    if (q.axis != 1) {
        findings.add(where + ", quantization.axis", std::to_string(q.axis), "1 beside group_multiplier");
    }
    if (!q.symmetric) {
        findings.add(where + ", quantization.symmetric", "false", "true beside group_multiplier");
    }
    return tensor.shape[0];
}

void check_scales(const Quantization &q, const std::string &where, FindingList &findings) {
    for (size_t i = 0; i < q.scale.size(); ++i) {
        if (!std::isfinite(q.scale[i]) || q.scale[i] <= 0) {
            findings.add(fmt::format("{}, quantization.scale[{}]", where, i), fmt::format("{}", q.scale[i]),
                         "a finite scale above 0");
            return;
        }
    }
}

void check_zero_points(const Tensor &tensor, const std::string &where, FindingList &findings) {
    const Quantization &q = *tensor.quantization;
    const IntegerRange values = values_of(tensor.dtype);
    const int64_t middle = is_signed(tensor.dtype) ? 0 : (values.max + 1) / 2;
    const IntegerRange allowed = q.symmetric ? IntegerRange{middle, middle} : values;
    for (size_t i = 0; i < q.zero_point.size(); ++i) {
        if (q.zero_point[i] < allowed.min || q.zero_point[i] > allowed.max) {
            findings.add(fmt::format("{}, quantization.zero_point[{}]", where, i), std::to_string(q.zero_point[i]),
                         fmt::format("{}{} in [{}, {}]", q.symmetric ? "symmetric " : "", to_string(tensor.dtype),
                                     allowed.min, allowed.max));
            return;
        }
    }
}

} // namespace

const char *to_string(Granularity granularity) {
    switch (granularity) {
    case Granularity::per_tensor:
        return "per_tensor";
    case Granularity::per_channel:
        return "per_channel";
    case Granularity::per_group:
        return "per_group";
    }
    return "";
}

Quantization read_quantization(const json &object, const std::string &where, FindingList &findings) {
    Fields fields(object, where + ", quantization", findings);
    Quantization q;
    q.scale = fields.floats("scale").value_or(q.scale);
    const auto zero_points = fields.integers("zero_point", {kMinInt, kMaxInt}).value_or(std::vector<int64_t>{});
    q.zero_point.assign(zero_points.begin(), zero_points.end());
    q.granularity = read_granularity(fields, findings);
    q.axis = read_if(q.granularity != Granularity::per_tensor, "axis", {0, kMaxInt}, fields);
    q.group_size = read_if(q.granularity == Granularity::per_group, "group_size", {1, kMaxInt}, fields);
    q.group_multiplier = read_multipliers(q.granularity, fields, findings);
    q.symmetric = fields.boolean("symmetric").value_or(false);
    if (fields.has("calibration_method")) {
        q.calibration_method = fields.text("calibration_method");
    }
    q.range = read_range(fields, findings);
    fields.refuse_unknown_keys();
    return q;
}

nlohmann::ordered_json to_json(const Quantization &q) {
    nlohmann::ordered_json object = {
        {"scale", q.scale}, {"zero_point", q.zero_point}, {"granularity", to_string(q.granularity)}};
    if (q.granularity != Granularity::per_tensor) {
        object["axis"] = q.axis;
    }
    if (q.granularity == Granularity::per_group) {
        object["group_size"] = q.group_size;
    }
    if (!q.group_multiplier.empty()) {
        object["group_multiplier"] = q.group_multiplier;
    }
    object["symmetric"] = q.symmetric;
    if (q.calibration_method) {
        object["calibration_method"] = *q.calibration_method;
    }
    if (q.range) {
        object["range"] = {q.range->first, q.range->second};
    }
    return object;
}

void check_quantization(const Tensor &tensor, const std::string &where, FindingList &findings) {
    const Quantization &q = *tensor.quantization;
    if (!is_integer(tensor.dtype)) {
        findings.add(where + ", quantization", fmt::format("one with dtype {}", to_string(tensor.dtype)), "none");
        return;
    }
    std::optional<int64_t> count = scale_count(tensor, where, findings);
    if (count && !q.group_multiplier.empty()) {
        count = check_multipliers(tensor, *count, where, findings);
    }
    if (count && static_cast<int64_t>(q.scale.size()) != *count) {
        findings.add(where + ", quantization.scale", fmt::format("{} scales", q.scale.size()), std::to_string(*count));
    }
    if (q.zero_point.size() != q.scale.size()) {
        findings.add(where + ", quantization.zero_point", fmt::format("{} zero points", q.zero_point.size()),
                     fmt::format("one for each of {} scales", q.scale.size()));
    }
    check_scales(q, where, findings);
    check_zero_points(tensor, where, findings);
}

} // namespace nibble

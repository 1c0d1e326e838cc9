// SPDX-License-Identifier: Apache-2.0
#include "autotune/roofline.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace nibble {
namespace {

/// Convert to float, multiply, convert back, and the packs to a narrower type: vector instructions for each vector of
/// s32.
constexpr double requantize_instructions = 4;
constexpr int accumulator_bytes = 4;

/// Bytes of one operand, from a name such as "u8s8" or "s16s16": the bits after its first letter.
int operand_bytes(const std::string &operand_types) { return std::max(1, std::stoi(operand_types.substr(1)) / 8); }

/// The nearest level that holds `bytes`, else the last one.
const MemoryRoof *level_of(int64_t bytes, const std::vector<MemoryRoof> &memory) {
    for (const MemoryRoof &level : memory) {
        if (level.bytes == 0 || bytes <= level.bytes) {
            return &level;
        }
    }
    return memory.empty() ? nullptr : &memory.back();
}

double seconds_of(int64_t bytes, const MemoryRoof &level) {
    return static_cast<double>(bytes) / (level.gbytes_per_second * 1e9);
}

void bound_memory(const KernelWork &work, const Roofs &roofs, Bound &bound) {
    const int64_t cached = work.bytes() - work.staged_bytes;
    const MemoryRoof *level = level_of(cached, roofs.memory);
    if (level == nullptr) {
        return;
    }
    const MemoryRoof &off_chip = roofs.memory.back();
    const double near = seconds_of(cached, *level), far = seconds_of(work.vtcm_bytes, off_chip);
    bound.memory_level = far > near ? off_chip.name : level->name;
    bound.memory_seconds = near + far;
}

/// Manifests carry nanoseconds and three decimals: enough to read, and no noise of the last bits.
double rounded(double value) { return std::round(value * 1000) / 1000; }

} // namespace

KernelWork work_of(const Layer &layer, int64_t macs, const std::string &operand_types, int64_t weight_bytes) {
    KernelWork work;
    work.macs = macs;
    work.operand_types = operand_types;
    work.weight_bytes = weight_bytes;
    for (const LayerTensor &tensor : layer.src) {
        work.src_bytes += tensor.bytes();
    }
    for (const LayerTensor &tensor : layer.dst) {
        work.dst_bytes += tensor.bytes();
        work.requantized += layer.rounding == Rounding::none ? 0 : tensor.elements();
    }
    return work;
}

std::string fastest_types(const TargetFacts &target, int64_t weight_bits) {
    std::string fastest;
    double most = 0;
    for (const auto &[types, macs] : target.macs_per_cycle) {
        if (macs > most && nibble::weight_bits(types) >= weight_bits) {
            most = macs;
            fastest = types;
        }
    }
    return fastest;
}

double Roofs::peak_gmacs() const {
    double peak = 0;
    for (const auto &[types, gmacs] : gmacs_per_second) {
        peak = std::max(peak, gmacs);
    }
    return peak;
}

Roofs nominal_roofs(const TargetFacts &target) {
    Roofs roofs;
    roofs.clock_ghz = target.clock_ghz;
    roofs.vector_bytes = target.vector_bytes;
    for (const auto &[types, macs] : target.macs_per_cycle) {
        roofs.gmacs_per_second[types] = macs * target.clock_ghz;
    }
    const std::string types = fastest_types(target);
    if (!types.empty() && target.vector_bytes > 0) {
        const double products = static_cast<double>(target.vector_bytes) / operand_bytes(types);
        roofs.gvectors_per_second = target.macs_per_cycle.at(types) / products * target.clock_ghz;
    }
    for (const MemoryLevel &level : target.memory) {
        roofs.memory.push_back({level.name, level.bytes, level.bytes_per_cycle * target.clock_ghz});
    }
    return roofs;
}

Bound bound_of(const KernelWork &work, const Roofs &roofs) {
    Bound bound;
    if (work.macs > 0) {
        const auto roof = roofs.gmacs_per_second.find(work.operand_types);
        if (roof == roofs.gmacs_per_second.end()) {
            throw std::out_of_range("roofs have no multiply-add rate for '" + work.operand_types + "'");
        }
        bound.compute_seconds = static_cast<double>(work.macs) / (roof->second * 1e9);
    }
    if (work.requantized > 0 && roofs.gvectors_per_second > 0) {
        const int lanes = roofs.vector_bytes / accumulator_bytes;
        const double vectors = std::ceil(static_cast<double>(work.requantized) / lanes);
        bound.requantize_seconds = requantize_instructions * vectors / (roofs.gvectors_per_second * 1e9);
    }
    bound_memory(work, roofs, bound);
    const double vector_seconds = bound.compute_seconds + bound.requantize_seconds;
    bound.seconds = std::max(vector_seconds, bound.memory_seconds);
    if (bound.memory_seconds >= vector_seconds) {
        bound.binding = bound.memory_level + " read";
    } else {
        const bool compute = bound.compute_seconds >= bound.requantize_seconds;
        bound.binding = compute ? work.operand_types + " MACs" : "requantise";
    }
    return bound;
}

double arithmetic_intensity(const KernelWork &work) {
    return work.bytes() > 0 ? static_cast<double>(work.macs) / static_cast<double>(work.bytes()) : 0;
}

double roofline_share(const Bound &bound, double measured_seconds) {
    return measured_seconds > 0 ? bound.seconds / measured_seconds : 0;
}

nlohmann::json roofline_entry(const KernelWork &work, const TargetFacts &target) {
    const Bound bound = bound_of(work, nominal_roofs(target));
    return {
        {"macs", work.macs},
        {"operand_types", work.operand_types},
        {"bytes",
         {{"src", work.src_bytes},
          {"dst", work.dst_bytes},
          {"weights", work.weight_bytes},
          {"staged", work.staged_bytes},
          {"vtcm", work.vtcm_bytes}}},
        {"requantized", work.requantized},
        {"memory", {{"level", bound.memory_level}, {"bytes", work.bytes()}}},
        {"intensity", rounded(arithmetic_intensity(work))},
        {"bound_us", rounded(bound.seconds * 1e6)},
        {"binding", bound.binding},
        {"measured", nullptr},
    };
}

KernelWork work_of_entry(const nlohmann::json &entry) {
    KernelWork work;
    work.macs = entry.at("macs").get<int64_t>();
    work.operand_types = entry.at("operand_types").get<std::string>();
    work.src_bytes = entry.at("bytes").at("src").get<int64_t>();
    work.dst_bytes = entry.at("bytes").at("dst").get<int64_t>();
    work.weight_bytes = entry.at("bytes").at("weights").get<int64_t>();
    work.staged_bytes = entry.at("bytes").at("staged").get<int64_t>();
    work.vtcm_bytes = entry.at("bytes").at("vtcm").get<int64_t>();
    work.requantized = entry.at("requantized").get<int64_t>();
    return work;
}

} // namespace nibble

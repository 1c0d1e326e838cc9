// SPDX-License-Identifier: Apache-2.0
#include "schedules/prediction.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace nibble {
namespace {

/// Cycles of parts that overlap. Those that are almost as busy as the busiest wait for each other now and then: a
/// sixteenth power lets one of 95 % add 2 % and one of 80 % next to nothing, and of tiles that the busiest does not
/// tell apart prefers those that ask less of the others.
double busiest_of(const std::vector<PredictedPart> &parts) {
    constexpr double power = 16;
    double most = 0;
    for (const PredictedPart &part : parts) {
        most = std::max(most, part.cycles);
    }
    double sum = 0;
    for (const PredictedPart &part : parts) {
        sum += most > 0 ? std::pow(part.cycles / most, power) : 0;
    }
    return most * std::pow(sum, 1 / power);
}

double sum_of(const std::vector<PredictedPart> &parts) {
    return std::accumulate(parts.begin(), parts.end(), 0.0,
                           [](double sum, const PredictedPart &part) { return sum + part.cycles; });
}

} // namespace

double Prediction::issue_cycles() const { return busiest_of(overlapping) + sum_of(added); }

double Prediction::cycles() const {
    std::vector<PredictedPart> parts = overlapping;
    parts.insert(parts.end(), memory.begin(), memory.end());
    return busiest_of(parts) + sum_of(added);
}

std::string Prediction::binding() const {
    std::string name;
    double most = 0;
    for (const auto *parts : {&overlapping, &memory, &added}) {
        for (const PredictedPart &part : *parts) {
            if (part.cycles > most) {
                most = part.cycles;
                name = part.name;
            }
        }
    }
    return name;
}

std::string lift_of(const std::string &binding) {
    static const std::map<std::string, std::string> sentences = {
        {"accumulators", "more accumulators in a tile, so that no sum waits for the one before"},
        {"issue", "fewer instructions beside the products: larger tiles, unrolled steps, weights in VTCM"},
        {"loads", "more columns and panels in a tile, which share what is loaded"},
        {"products", "columns and channels that fill whole tiles and vectors; else this is the machine's rate"},
        {"requantise", "a cheaper form of the multipliers, or more products for each output"},
        {"spills", "fewer accumulators than there are registers"},
        {"staging", "larger strips, whose rows are staged once"},
        {"strips", "larger strips, of which there are fewer"},
        {"tiles", "larger tiles, of which there are fewer"},
    };
    const auto found = sentences.find(binding);
    return found != sentences.end() ? found->second : "a tile that reads less from there";
}

} // namespace nibble

// The per-layer table of run_model --bench for a library that runs under an emulator: counts, not times.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "bench/emulated_library.h"
#include "bench/model_runner.h"
#include "compiler/target.h"

namespace nibble {

/// One layer, called once. All figures are the same in every run.
struct LayerCounts {
    const ArtifactLayer *layer = nullptr;
    uint64_t instructions = 0;
    uint64_t packets = 0;                 ///< 0 where the processor has none
    std::map<std::string, double> cycles; ///< by modelled processor of the target
};

struct ModelCounts {
    std::string name;
    TargetFacts target;
    std::vector<LayerCounts> layers;
};

/// Counts the instructions of every layer's function: by the processor's own counters where it has them, else by the
/// emulator's plugin. Runs the layers once first, so activations are real. Throws Error.
ModelCounts count_model(EmulatedLibrary &, ModelRunner &runner);

/// Lines for people.
std::string table_text(const ModelCounts &);

nlohmann::json result_json(const ModelCounts &);

} // namespace nibble

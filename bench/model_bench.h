// The per-layer table of run_model --bench.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "autotune/peaks.h"
#include "autotune/roofline.h"
#include "autotune/timing.h"
#include "bench/artifact.h"
#include "bench/model_runner.h"
#include "bench/native_library.h"

namespace nibble {

/// One layer, called alone on warm caches.
struct LayerResult {
    const ArtifactLayer *layer = nullptr;
    Spread microseconds;
    Bound bound; ///< under the measured roofs
};

struct ModelResult {
    std::string name;
    std::string target;
    ComputePeak peak;
    int rounds = 0;
    Spread microseconds; ///< <name>_run
    std::vector<LayerResult> layers;
};

/// Interleaved rounds over the peak loop, every layer and the whole model, one thread. Runs the layers once first, so
/// activations are real. Throws Error, also where the machine's peak is too far below the target's.
ModelResult bench_model(const Artifact &artifact, const NativeLibrary &library, ModelRunner &runner,
                        const TargetFacts &target);

/// Lines for people.
std::string table_text(const ModelResult &result);

nlohmann::json result_json(const ModelResult &result);

} // namespace nibble

// SPDX-License-Identifier: Apache-2.0
#include "autotune/tune_tasks.h"

#include <algorithm>

#include "autotune/layer_message.h"
#include "autotune/machine_roofs.h"
#include "autotune/records.h"
#include "compiler/files.h"
#include "compiler/layer_work.h"
#include "compiler/program.h"

namespace nibble {
namespace {

constexpr const char *name = "tune";

Program plan(const TuneSource &source, const TargetFacts &target, const Tools &tools) {
    if (!source.model.empty()) {
        const TempFolder work(std::filesystem::temp_directory_path(), "nibble-tune-");
        return plan_model(load_model(source.model, source.import, tools, work.path()), name, target);
    }
    if (!source.job.empty()) {
        return plan_layers({read_layer_message(source.job)}, source.job.string(), name, target);
    }
    return plan_layers(typed_layers(source.layers, source.filter, source.types), source.layers.string(), name, target);
}

} // namespace

std::vector<TuneTask> tune_tasks(const TuneSource &source, const TargetFacts &target, const Tools &tools) {
    const Program program = plan(source, target, tools);
    const std::optional<Roofs> roofs = machine_roofs(target);
    const TargetFacts machine = roofs ? facts_under(*roofs, target) : target;
    const double per_second = (target.runner == "native" ? 1 : machine.clock_ghz) * 1e9;
    std::vector<TuneTask> tasks;
    std::vector<Record> keys;
    for (const CompiledLayer &layer : program.layers) {
        const KernelRequest &request = program.kernel_of(layer).request;
        const TileSpace space = find_tile_space(request.op, request.lowering, target, nullptr);
        const Record key = record_for(request, space, target);
        const auto same = [&](const Record &other) { return same_key(key, other); };
        if (std::none_of(keys.begin(), keys.end(), same) && space.legal(request.parameters, target).size() > 1) {
            const double bound = roofs ? bound_of(work_of(layer, target), *roofs).seconds * per_second : 0;
            tasks.push_back({layer.layer, request, space, machine, bound});
            keys.push_back(key);
        }
    }
    return tasks;
}

} // namespace nibble

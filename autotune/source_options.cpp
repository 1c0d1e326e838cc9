// SPDX-License-Identifier: Apache-2.0
#include "autotune/source_options.h"

#include <limits>
#include <vector>

#include "bench/type_options.h"
#include "compiler/target.h"

namespace nibble {

void add_source_options(CLI::App &app, std::string &target, TuneSource &source) {
    std::vector<std::string> targets = list_targets();
    targets.push_back("host");
    app.add_option("--target", target, "target to tune for, or host")->required()->check(CLI::IsMember(targets));
    auto *model = app.add_option("--model", source.model, "a .onnx or .tflite file, or a Nibble model folder");
    auto *layers = app.add_option("--layers", source.layers, "a list of bare layers: .json or .csv");
    model->excludes(layers);
    app.add_option("--filter", source.filter, "only layers of the list whose name has this text")->needs(layers);
    add_type_options(app, source.types);
    app.add_option("--batch", source.import.batch, "the first dimension of an imported model's inputs")
        ->needs(model)
        ->check(CLI::Range(int64_t{1}, std::numeric_limits<int64_t>::max()));
}

void check_source(const TuneSource &source) {
    if (source.model.empty() && source.layers.empty() && source.job.empty()) {
        throw CLI::RequiredError("--model or --layers");
    }
}

} // namespace nibble

// run_model: runs what gen_kernels wrote, on .npy files or seeded inputs.
// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "bench/artifact.h"
#include "bench/emulated_bench.h"
#include "bench/model_bench.h"
#include "bench/model_runner.h"
#include "bench/native_library.h"
#include "bench/tensor_files.h"
#include "compiler/resources.h"
#include "compiler/target.h"
#include "model/error.h"

namespace {

constexpr int input_error = 1;
constexpr int usage_error = 2;

struct CommandLine {
    std::filesystem::path dir;
    std::vector<std::filesystem::path> inputs;
    std::filesystem::path output_dir;
    bool layers = false;
    int threads = 1;
    std::string bench; ///< "", "table" or "json"
};

void declare(CLI::App &app, CommandLine &line) {
    app.set_version_flag("--version", std::string("run_model ") + NIBBLE_VERSION);
    app.add_option("--dir", line.dir, "folder that gen_kernels wrote")->required();
    app.add_option("--input", line.inputs,
                   "a .npy file for each graph input, in the model's order (default: seeded values)")
        ->allow_extra_args(false);
    app.add_option("--output-dir", line.output_dir, "folder for t<index>.npy and index.json");
    app.add_flag("--layers", line.layers, "every activation, from the layers one by one");
    auto *threads = app.add_option("--threads", line.threads, "threads that the kernels' loops run on (default: 1)");
    threads->check(CLI::Range(1, 256));
    app.add_flag("--bench{table}", line.bench, "time each layer beside its roofline bound; --bench=json for JSON")
        ->check(CLI::IsMember({"table", "json"}))
        ->excludes(threads);
}

void set_inputs(const CommandLine &line, const nibble::Artifact &artifact, nibble::ModelRunner &runner) {
    if (!line.inputs.empty() && line.inputs.size() != artifact.inputs.size()) {
        throw nibble::Error(nibble::Finding{"run_model", "--input", fmt::format("{} files", line.inputs.size()),
                                            fmt::format("{}, one for each graph input", artifact.inputs.size())});
    }
    for (size_t i = 0; i < artifact.inputs.size(); ++i) {
        if (line.inputs.empty()) {
            nibble::fill_input(i, artifact.inputs[i], runner.input(i));
        } else {
            nibble::read_input(line.inputs[i], artifact.inputs[i], runner.input(i));
        }
    }
}

void write_outputs(const CommandLine &line, const nibble::Artifact &artifact, const nibble::ModelRunner &runner) {
    std::vector<nibble::TensorValues> tensors;
    if (line.layers) {
        for (const auto &[index, tensor] : runner.activation_tensors()) {
            tensors.push_back({&tensor, &runner.activation(index)});
        }
    } else {
        for (size_t i = 0; i < artifact.outputs.size(); ++i) {
            tensors.push_back({&artifact.outputs[i], &runner.output(i)});
        }
    }
    nibble::write_tensors(line.output_dir, tensors);
    if (line.bench != "json") {
        fmt::print("wrote {} {} to {}\n", tensors.size(), tensors.size() == 1 ? "tensor" : "tensors",
                   line.output_dir.string());
    }
}

template <typename Result>
void print_result(const CommandLine &line, const Result &result) {
    fmt::print("{}\n", line.bench == "json" ? nibble::result_json(result).dump(1) : nibble::table_text(result));
}

void bench(const CommandLine &line, const nibble::Artifact &artifact, nibble::ModelRunner &runner) {
    if (const auto *native = dynamic_cast<const nibble::NativeLibrary *>(&runner.library())) {
        print_result(line, nibble::bench_model(artifact, *native, runner, nibble::find_target(artifact.target)));
    } else {
        print_result(line, nibble::count_model(dynamic_cast<nibble::EmulatedLibrary &>(runner.library()), runner));
    }
}

void set_threads(const CommandLine &line, const nibble::Artifact &artifact, nibble::ModelRunner &runner) {
    auto *native = dynamic_cast<nibble::NativeLibrary *>(&runner.library());
    if (native == nullptr) {
        throw nibble::Error(nibble::Finding{"run_model", "--threads", "a library that runs under " + artifact.runner,
                                            "one of this machine"});
    }
    native->set_threads(line.threads);
}

int run(const CommandLine &line) {
    const nibble::Artifact artifact = nibble::read_artifact(line.dir);
    nibble::ModelRunner runner(artifact, nibble::read_tools().ld_lld);
    if (line.threads > 1) {
        set_threads(line, artifact, runner);
    }
    set_inputs(line, artifact, runner);
    runner.run();
    if (line.layers) {
        runner.run_layers();
    }
    if (!line.output_dir.empty()) {
        write_outputs(line, artifact, runner);
    }
    if (line.output_dir.empty() && line.bench.empty()) {
        fmt::print("{} ran; --output-dir keeps its outputs, --bench times it\n", artifact.name);
    }
    if (!line.bench.empty()) {
        bench(line, artifact, runner);
    }
    return 0;
}

} // namespace

int main(int argc, char **argv) {
    CLI::App app("Runs a model that gen_kernels compiled.", "run_model");
    CommandLine line;
    declare(app, line);
    try {
        app.parse(argc, argv);
    } catch (const CLI::Success &help) {
        return app.exit(help);
    } catch (const CLI::ParseError &error) {
        fmt::print(stderr, "run_model: {}\n", error.what());
        return usage_error;
    }
    try {
        return run(line);
    } catch (const std::exception &error) {
        fmt::print(stderr, "{}\n", error.what());
        return input_error;
    }
}

// gen_kernels: a static library, header, manifest and report from a quantised model.
// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdio>
#include <limits>
#include <optional>
#include <regex>
#include <thread>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "autotune/tuner.h"
#include "compiler/generate.h"
#include "compiler/target.h"
#include "model/error.h"

namespace {

constexpr int input_error = 1;
constexpr int usage_error = 2;

struct CommandLine {
    nibble::GenerateOptions options;
    std::string emit;
    std::string describe;
    bool list = false;
    std::optional<nibble::TuneOptions> tune;
    double tune_seconds = 0; ///< 0: as many as it takes
};

/// A name becomes the prefix of C symbols and macros; the runtime's own prefixes are taken.
std::string check_name(const std::string &name) {
    static const std::regex identifier("[A-Za-z_][A-Za-z0-9_]*");
    if (!std::regex_match(name, identifier)) {
        return "found " + name + ", expected a C identifier";
    }
    if (name.rfind("nibble", 0) == 0 || name.rfind("halide", 0) == 0) {
        return "found " + name + ", expected a name that does not begin with nibble or halide";
    }
    return "";
}

void declare(CLI::App &app, CommandLine &line) {
    nibble::GenerateOptions &options = line.options;
    app.set_version_flag("--version", std::string("gen_kernels ") + NIBBLE_VERSION);
    app.add_option("--target", options.target, "target to generate for (--list-targets), or host");
    auto *model = app.add_option("--model", options.model, "a .onnx or .tflite file, or a Nibble model folder");
    app.add_option("--layers", options.layers, "a list of bare layers: .json or .csv")->excludes(model);
    app.add_option("--out", options.out, "folder for the outputs");
    app.add_option("--name", options.name, "prefix of the library's symbols (default: the model's file name)")
        ->check(check_name);
    app.add_option("--import-rounding", options.import.rounding,
                   "rounding of the imported model, where the file does not say")
        ->check(CLI::IsMember({"double", "single", "float"}));
    app.add_option("--batch", options.import.batch, "the first dimension of an imported model's inputs")
        ->needs(model)
        ->check(CLI::Range(int64_t{1}, std::numeric_limits<int64_t>::max()));
    app.add_option("--overrides", options.overrides,
                   "encodings of a model's float tensors: JSON as Qualcomm's quantization_overrides and AIMET's")
        ->needs(model);
    app.add_option("--records", options.records,
                   "folder of records of tuned tiles, before those that come with Nibble; none: neither");
    app.add_option("--tune", line.tune_seconds,
                   "measure tiles first, within so many seconds, and add records to --records (nibble-records)")
        ->expected(0, 1)
        ->check(CLI::Range(1e-3, 1e9));
    app.add_option("--emit", line.emit, "comma-separated outputs: lib,asm,stmt,report (default: lib,report)");
    options.jobs = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
    app.add_option("--jobs", options.jobs, "kernels to compile at once (default: all cores)")
        ->check(CLI::Range(1, 1024));
    app.add_option("--vtcm", options.vtcm, "most bytes of VTCM that calls take (default: all that the target has)")
        ->check(CLI::Range(int64_t{0}, std::numeric_limits<int64_t>::max()));
    app.add_option("--scratch", options.scratch,
                   "most bytes of scratch memory that calls take (default: what they need)")
        ->check(CLI::Range(int64_t{0}, std::numeric_limits<int64_t>::max()));
    app.add_flag("--any-rows", options.any_rows,
                 "fully connected layers also as functions that take the number of rows at run time");
    app.add_flag("--quiet", options.quiet, "no progress");
    app.add_flag("--list-targets", line.list, "list the targets");
    app.add_option("--describe-target", line.describe, "print a target's facts");
}

[[noreturn]] void wrong_usage(const std::string &text) {
    throw CLI::ValidationError(text, CLI::ExitCodes::ValidationError);
}

void check_target(const std::string &option, const std::string &name) {
    std::string known = "host";
    for (const std::string &target : nibble::list_targets()) {
        known += ", " + target;
        if (target == name) {
            return;
        }
    }
    if (name != "host") {
        wrong_usage(option + ": found " + name + ", expected one of " + known);
    }
}

std::set<std::string> parse_emit(const std::string &text) {
    static const std::set<std::string> known = {"lib", "asm", "stmt", "report"};
    std::set<std::string> outputs;
    for (const std::string &item : CLI::detail::split(text, ',')) {
        if (!known.count(item)) {
            wrong_usage("--emit: found " + item + ", expected some of lib,asm,stmt,report");
        }
        outputs.insert(item);
    }
    return outputs;
}

/// What --tune asks for. The records that it makes are those that the library is then generated with.
nibble::TuneOptions tune_options(CommandLine &line) {
    nibble::GenerateOptions &options = line.options;
    if (options.records == "none") {
        wrong_usage("--tune: found --records=none, expected a folder for its records");
    }
    if (!options.overrides.empty()) {
        wrong_usage("--tune: found --overrides, expected one of them: tune the model folder that --overrides makes");
    }
    nibble::TuneOptions tune;
    options.records = options.records.empty() ? tune.records.string() : options.records;
    tune.target = options.target;
    tune.source.model = options.model;
    tune.source.layers = options.layers;
    tune.records = options.records;
    tune.source.import = options.import;
    if (line.tune_seconds > 0) {
        tune.seconds = line.tune_seconds;
    }
    tune.jobs = options.jobs;
    tune.quiet = options.quiet;
    return tune;
}

/// What CLI11 can't say about single options.
void check_usage(CommandLine &line) {
    if (line.list || !line.describe.empty()) {
        if (!line.describe.empty()) {
            check_target("--describe-target", line.describe);
        }
        return;
    }
    nibble::GenerateOptions &options = line.options;
    if (options.target.empty()) {
        wrong_usage("--target: found none, expected a target's name (see --list-targets)");
    }
    check_target("--target", options.target);
    if (options.model.empty() && options.layers.empty()) {
        wrong_usage("--model: found none, expected --model=PATH or --layers=PATH");
    }
    if (options.out.empty()) {
        wrong_usage("--out: found none, expected a folder");
    }
    options.emit = line.emit.empty() ? nibble::default_outputs() : parse_emit(line.emit);
}

int run(const CommandLine &line) {
    if (line.list) {
        for (const std::string &target : nibble::list_targets()) {
            fmt::print("{}\n", target);
        }
    } else if (!line.describe.empty()) {
        fmt::print("{}", nibble::describe(nibble::find_target(line.describe)));
    } else {
        if (line.tune) {
            nibble::tune(*line.tune);
        }
        nibble::generate(line.options);
    }
    return 0;
}

} // namespace

int main(int argc, char **argv) {
    CLI::App app("Generates a static library of quantised kernels from a model, ahead of time.", "gen_kernels");
    CommandLine line;
    declare(app, line);
    try {
        try {
            app.parse(argc, argv);
            if (app.count("--tune") > 0) {
                line.tune = tune_options(line);
            }
            check_usage(line);
        } catch (const CLI::Success &help) {
            return app.exit(help);
        } catch (const CLI::ParseError &error) {
            fmt::print(stderr, "gen_kernels: {}\n", error.what());
            return usage_error;
        }
        return run(line);
    } catch (const std::exception &error) {
        fmt::print(stderr, "{}\n", error.what());
        return input_error;
    }
}

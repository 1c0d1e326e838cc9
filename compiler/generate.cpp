// SPDX-License-Identifier: Apache-2.0
#include "compiler/generate.h"

#include <fstream>
#include <new>
#include <sstream>

#include <fmt/format.h>

#include "autotune/report.h"
#include "autotune/report_listing.h"
#include "autotune/roofline.h"
#include "compiler/build_kernels.h"
#include "compiler/files.h"
#include "compiler/fit_scratch.h"
#include "compiler/header.h"
#include "compiler/importing.h"
#include "compiler/layer_work.h"
#include "compiler/layers_file.h"
#include "compiler/library.h"
#include "compiler/manifest.h"
#include "compiler/off_chip.h"
#include "compiler/output_folder.h"
#include "compiler/overrides.h"
#include "compiler/place_vtcm.h"
#include "compiler/progress.h"
#include "compiler/recorded_tiles.h"
#include "compiler/resources.h"
#include "compiler/rows.h"
#include "model/error.h"
#include "model/json_text.h"

namespace nibble {

namespace fs = std::filesystem;

namespace {

/// What a symbol can begin with: not what the runtime's own begin with.
std::string library_name(const GenerateOptions &options) {
    if (!options.name.empty()) {
        return options.name;
    }
    const fs::path path = options.model.empty() ? options.layers : options.model;
    fs::path file = fs::absolute(path).lexically_normal();
    if (file.filename().empty()) {
        file = file.parent_path();
    }
    const std::string name = c_identifier(file.stem().string());
    return name.rfind("nibble", 0) == 0 || name.rfind("halide", 0) == 0 ? "lib_" + name : name;
}

Program plan(const GenerateOptions &options, const TargetFacts &target, const Tools &tools, const fs::path &work) {
    const std::string name = library_name(options);
    ChooseTile choose_tile = recorded_tiles(options.records, target);
    if (options.model.empty()) {
        return plan_layers(read_layers(options.layers), options.layers.string(), name, target, std::move(choose_tile));
    }
    Model model = load_model(options.model, options.import, tools, work);
    if (!options.overrides.empty()) {
        apply_overrides(read_overrides(options.overrides), options.overrides.string(), model);
    }
    return plan_model(std::move(model), name, target, std::move(choose_tile));
}

/// Whether the report has a page for each kernel.
bool wants_listings(const GenerateOptions &options) {
    return options.emit.count("report") && (options.emit.count("asm") || options.emit.count("stmt"));
}

nlohmann::json manifest_with_roofline(const Program &program, const GenerateOptions &options) {
    nlohmann::json manifest = make_manifest(program, NIBBLE_VERSION);
    for (size_t i = 0; i < program.layers.size(); ++i) {
        const CompiledLayer &layer = program.layers[i];
        KernelWork work = work_of(layer, program.target);
        const TileTraffic traffic = traffic_of(program, layer);
        work.staged_bytes =
            (traffic.staged_weights > 0 ? work.weight_bytes : 0) + (traffic.staged_src > 0 ? work.src_bytes : 0);
        work.vtcm_bytes = program.kernel_of(layer).facts.vtcm_filled_bytes;
        manifest["kernels"][i].update(roofline_entry(work, program.target));
        if (const auto &measured = program.kernel_of(layer).measured) {
            manifest["kernels"][i]["measured"] = *measured;
        }
        if (wants_listings(options)) {
            manifest["kernels"][i]["listing"] = "asm/" + layer.function + ".html";
        }
    }
    return manifest;
}

/// The text that a kernel's process wrote, for each layer that calls it.
void write_texts(const Program &program, const fs::path &folder, const char *extension, fs::path Kernel::*text) {
    fs::create_directories(folder);
    for (const CompiledLayer &layer : program.layers) {
        fs::copy_file(program.kernel_of(layer).*text, folder / (layer.function + extension));
    }
}

std::string text_of(const fs::path &file) { return file.empty() ? "" : read_file(file); }

void write_listings(const Program &program, const fs::path &folder) {
    for (const CompiledLayer &layer : program.layers) {
        const Kernel &kernel = program.kernel_of(layer);
        std::ostringstream page;
        write_listing({layer.layer.name, kernel.function, text_of(kernel.assembly), text_of(kernel.stmt)},
                      "../report.html", page);
        write_file(folder / (layer.function + ".html"), page.str());
    }
}

void write_outputs(const Program &program, const GenerateOptions &options, const Tools &tools, const fs::path &work) {
    OutputFolder outputs(options.out);
    const fs::path folder = outputs.staging();
    if (options.emit.count("lib")) {
        write_library(program, NIBBLE_VERSION, tools, work, folder / ("lib" + program.name + ".a"));
        write_file(folder / (program.name + ".h"),
                   header_text(program, NIBBLE_VERSION, read_file(resource_folder() / "runtime" / "nibble.h")));
    }
    const nlohmann::json manifest = manifest_with_roofline(program, options);
    write_file(folder / "manifest.json", manifest.dump(2) + "\n");
    if (options.emit.count("report")) {
        std::ostringstream page;
        write_report(manifest, program.target, page);
        write_file(folder / "report.html", page.str());
    }
    if (options.emit.count("asm")) {
        write_texts(program, folder / "asm", ".s", &Kernel::assembly);
    }
    if (options.emit.count("stmt")) {
        write_texts(program, folder / "asm", ".stmt", &Kernel::stmt);
    }
    if (wants_listings(options)) {
        write_listings(program, folder / "asm");
    }
    if (!program.bare) {
        fs::create_directory(folder / "model");
        write_model(program.model, folder / "model");
    }
    outputs.commit({"report.html", "asm", "model"});
}

TargetFacts with_limits(TargetFacts target, const GenerateOptions &options) {
    if (options.vtcm) {
        if (*options.vtcm > target.vtcm.bytes) {
            throw Error(Finding{"--vtcm", target.name, std::to_string(*options.vtcm),
                                fmt::format("at most the target's {} bytes", target.vtcm.bytes)});
        }
        target.vtcm.bytes = *options.vtcm;
    }
    return target;
}

void generate_outputs(const GenerateOptions &options) {
    const TargetFacts target = with_limits(find_target(options.target), options);
    check_writable(options.out);
    const Tools tools = read_tools();
    const TempFolder work(fs::temp_directory_path(), "nibble-");
    Program program = plan(options, target, tools, work.path());

    if (options.any_rows) {
        add_row_kernels(program);
    }

    const KernelCache cache(KernelCache::default_folder());
    if (cache.problem()) {
        fmt::print(stderr, "warning: no kernel cache: {}\n", *cache.problem());
    }
    for (const CompiledLayer &layer : program.layers) {
        if (!layer.fallback.empty()) {
            fmt::print(stderr, "warning: {}: layer '{}': {}\n", program.source, layer.layer.name, layer.fallback);
        }
    }
    Progress progress(stdout, options.quiet);
    progress.say(fmt::format("{}: {} layers, {} kernels for {}", program.name, program.layers.size(),
                             program.kernels.size(), target.name));
    const BuildOptions build{options.jobs, options.emit.count("asm") != 0, options.emit.count("stmt") != 0};
    build_kernels(
        program, tools, cache, build, work.path(), [&](const Kernel &kernel, size_t done, size_t total, bool cached) {
            progress.step(done, total,
                          fmt::format("{} ({}){}", kernel.layer, kernel.request.op, cached ? ", cached" : ""));
        });
    place_in_vtcm(program, options.scratch);
    if (options.scratch) {
        const auto build_tiles = [&](Program &tiles) {
            build_kernels(tiles, tools, cache, build, work.path(), [](const Kernel &, size_t, size_t, bool) {});
        };
        fit_scratch(program, *options.scratch, build_tiles);
    }
    write_outputs(program, options, tools, work.path());
    progress.say(fmt::format("wrote {}", options.out.string()));
}

} // namespace

const std::set<std::string> &default_outputs() {
    static const std::set<std::string> outputs = {"lib", "report"};
    return outputs;
}

void generate(const GenerateOptions &options) {
    try {
        generate_outputs(options);
    } catch (const fs::filesystem_error &failure) {
        const fs::path &path = failure.path2().empty() ? failure.path1() : failure.path2();
        throw Error(Finding{path.string(), "file", failure.code().message(), "a file that can be written"});
    } catch (const std::bad_alloc &) {
        const fs::path &path = options.model.empty() ? options.layers : options.model;
        throw Error(Finding{path.string(), "memory", "too little for it", "several times the model's size"});
    }
}

} // namespace nibble

// SPDX-License-Identifier: Apache-2.0
#include "tests/support/kernel_set.h"

#include <atomic>
#include <chrono>
#include <cstdio>
#include <thread>

#include <dlfcn.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "compiler/build_kernels.h"
#include "compiler/files.h"
#include "compiler/hash.h"
#include "compiler/process.h"
#include "model/error.h"

namespace nibble::test {

namespace fs = std::filesystem;

namespace {

// The name that gen_kernels gives the same kernel, for both find it in one cache.
std::string function_of(const KernelRequest &request) {
    return "nibble_k_" + sha256(nlohmann::json(request).dump()).substr(0, 16);
}

/// All objects and the runtime's hooks as one shared object. It is never unloaded: failures may point into it.
void *link_and_open(const std::vector<Kernel> &kernels, const Tools &tools, const fs::path &folder) {
    std::string inputs;
    for (const Kernel &kernel : kernels) {
        if (!kernel.object.empty() && emulator_of(kernel.request.halide_target).empty()) {
            inputs += "\"" + kernel.object.string() + "\"\n";
        }
    }
    inputs += "\"" + (resource_folder() / "runtime" / "x86-64" / "libnibble_runtime.a").string() + "\"\n";
    write_file(folder / "inputs.txt", inputs);
    const ProcessResult result =
        run_process({tools.ld_lld, "-shared", "-Bsymbolic", "-o", "kernels.so", "@inputs.txt"}, folder);
    if (!result.ok()) {
        throw Error(Finding{"kernels.so", "linker", result.describe(), "a shared object"});
    }
    void *library = dlopen((folder / "kernels.so").c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) {
        throw Error(Finding{"kernels.so", "dlopen", dlerror(), "a shared object that loads"});
    }
    return library;
}

} // namespace

void KernelSet::add(const KernelRequest &request, const std::string &layer) {
    const std::string function = function_of(request);
    if (index_.emplace(function, program_.kernels.size()).second) {
        Kernel kernel;
        kernel.request = request;
        kernel.function = function;
        kernel.layer = layer;
        program_.kernels.push_back(std::move(kernel));
    }
}

void KernelSet::load() {
    const auto start = std::chrono::steady_clock::now();
    const Tools tools = read_tools();
    const TempFolder folder(fs::temp_directory_path(), "nibble-test-");
    BuildOptions options;
    options.jobs = static_cast<int>(std::thread::hardware_concurrency());
    options.keep_going = true;
    size_t from_cache = 0;
    std::string problems;
    program_.source = "test";
    try {
        build_kernels(program_, tools, KernelCache(KernelCache::default_folder()), options, folder.path(),
                      [&](const Kernel &, size_t, size_t, bool cached) { from_cache += cached ? 1 : 0; });
    } catch (const Error &error) {
        problems = error.what();
        fmt::print(stderr, "{}\n", problems);
    }
    for (const Kernel &kernel : program_.kernels) {
        LoadedKernel loaded;
        loaded.facts = kernel.facts;
        loaded.problem = kernel.object.empty() ? "could not be compiled" : "";
        loaded_.push_back(std::move(loaded));
    }
    load_native(tools, folder.path());
    load_emulated(tools);
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    fmt::print("{} kernels, {} from the cache, {:.1f} s\n", size(), from_cache, seconds.count());
    std::fflush(stdout);
}

void KernelSet::load_native(const Tools &tools, const fs::path &folder) {
    void *library = link_and_open(program_.kernels, tools, folder);
    for (size_t i = 0; i < loaded_.size(); ++i) {
        const Kernel &kernel = program_.kernels[i];
        if (loaded_[i].problem.empty() && emulator_of(kernel.request.halide_target).empty()) {
            loaded_[i].entry = reinterpret_cast<nibble_kernel>(dlsym(library, (kernel.function + "_argv").c_str()));
            loaded_[i].problem = loaded_[i].entry != nullptr ? "" : dlerror();
        }
    }
}

void KernelSet::load_emulated(const Tools &tools) {
    std::map<std::string, std::vector<size_t>> by_emulator;
    for (size_t i = 0; i < loaded_.size(); ++i) {
        const std::string emulator = emulator_of(program_.kernels[i].request.halide_target);
        if (loaded_[i].problem.empty() && !emulator.empty()) {
            by_emulator[emulator].push_back(i);
        }
    }
    for (const auto &[emulator, indices] : by_emulator) {
        std::vector<Kernel> kernels;
        for (const size_t i : indices) {
            loaded_[i].position = kernels.size();
            kernels.push_back(program_.kernels[i]);
        }
        const auto program = std::make_shared<EmulatedKernels>(kernels, tools);
        for (const size_t i : indices) {
            loaded_[i].emulated = program;
        }
    }
}

const LoadedKernel &KernelSet::find(const KernelRequest &request) const {
    return loaded_.at(index_.at(function_of(request)));
}

} // namespace nibble::test

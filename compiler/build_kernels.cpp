// SPDX-License-Identifier: Apache-2.0
#include "compiler/build_kernels.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "compiler/files.h"
#include "compiler/hash.h"
#include "compiler/process.h"
#include "model/error.h"
#include "model/json_text.h"

namespace nibble {

namespace fs = std::filesystem;

namespace {

/// One build: what is the same for all its kernels.
class KernelBuilder {
public:
    KernelBuilder(const Tools &tools, const KernelCache &cache, const BuildOptions &options, fs::path folder,
                  std::string source)
        : cache_(cache), options_(options), folder_(std::move(folder)), source_(std::move(source)),
          program_(program_file().parent_path().parent_path() / "bin" / "nibble_kernel") {
        const fs::path notes = cache.notes_folder();
        toolchain_ = file_fingerprint(program_, notes) + file_fingerprint(tools.halide_library, notes);
        files_ = {"kernel.o", "facts.json"};
        if (options.assembly) {
            files_.push_back("kernel.s");
        }
        if (options.stmt) {
            files_.push_back("kernel.stmt");
        }
    }

    /// True where the kernel came from the cache. Throws Error.
    bool build(Kernel &kernel) const {
        const fs::path work = folder_ / kernel.function;
        fs::create_directory(work);
        const std::string request = nlohmann::json(kernel.request).dump();
        std::string key = toolchain_ + request;
        for (const std::string &file : files_) {
            key += "\n" + file;
        }
        key = sha256(key);
        if (cache_.fetch(key, files_, work) && take(kernel, work)) {
            return true;
        }
        generate(kernel, request, work);
        if (!take(kernel, work)) {
            throw Error(finding(kernel, "an object or facts that are damaged"));
        }
        cache_.keep(key, files_, work);
        return false;
    }

private:
    void generate(const Kernel &kernel, const std::string &request, const fs::path &work) const {
        write_file(work / "request.json", request);
        std::vector<std::string> command = {program_.string(), "--request=request.json",
                                            "--function=" + kernel.function, "--object=kernel.o", "--facts=facts.json"};
        if (options_.assembly) {
            command.push_back("--asm=kernel.s");
        }
        if (options_.stmt) {
            command.push_back("--stmt=kernel.stmt");
        }
        const ProcessResult result = run_process(command, work);
        if (!result.ok()) {
            throw Error(finding(kernel, "nibble_kernel, " + result.describe()));
        }
    }

    /// False where the files are not what nibble_kernel writes.
    bool take(Kernel &kernel, const fs::path &work) const {
        const auto facts = nlohmann::json::parse(read_file(work / "facts.json"), nullptr, false);
        const std::string object = read_file(work / "kernel.o");
        if (facts.is_discarded() || object.compare(0, 4, "\177ELF") != 0) {
            return false;
        }
        try {
            kernel.facts = facts.get<KernelFacts>();
        } catch (const nlohmann::json::exception &) {
            return false;
        }
        kernel.object = work / "kernel.o";
        kernel.assembly = options_.assembly ? work / "kernel.s" : fs::path();
        kernel.stmt = options_.stmt ? work / "kernel.stmt" : fs::path();
        return true;
    }

    Finding finding(const Kernel &kernel, const std::string &found) const {
        const KernelRequest &request = kernel.request;
        return {source_,
                fmt::format("kernel of {} ({}, {}, tile {})", kernel.layer, request.op, request.lowering,
                            to_string(request.tile)),
                found, "an object"};
    }

    const KernelCache &cache_;
    BuildOptions options_;
    fs::path folder_;
    std::string source_;
    fs::path program_;
    std::string toolchain_;
    std::vector<std::string> files_;
};

} // namespace

void build_kernels(Program &program, const Tools &tools, const KernelCache &cache, const BuildOptions &options,
                   const fs::path &folder, const KernelDone &done) {
    const KernelBuilder builder(tools, cache, options, folder, program.source);
    std::vector<Kernel> &kernels = program.kernels;
    std::atomic<size_t> next{0};
    std::mutex mutex;
    size_t finished = 0, added = 0;
    std::vector<std::vector<Finding>> findings(kernels.size());
    // What stops one kernel (a full disk, most of the time) stops the others too: one is enough to say it.
    const auto fail = [&](size_t i, std::vector<Finding> found) {
        findings[i] = std::move(found);
        if (!options.keep_going) {
            next = kernels.size();
        }
    };

    const auto work = [&] {
        for (size_t i = next++; i < kernels.size(); i = next++) {
            bool cached = false;
            try {
                cached = builder.build(kernels[i]);
            } catch (const Error &error) {
                fail(i, error.findings());
            } catch (const std::exception &error) {
                fail(i, {{program.source, "kernel of " + kernels[i].layer, error.what(), "an object"}});
            }
            const std::lock_guard<std::mutex> lock(mutex);
            added += cached ? 0 : 1;
            done(kernels[i], ++finished, kernels.size(), cached);
        }
    };
    const size_t count = std::min(static_cast<size_t>(std::max(options.jobs, 1)), kernels.size());
    std::vector<std::thread> threads;
    for (size_t i = 1; i < count; ++i) {
        threads.emplace_back(work);
    }
    work();
    for (std::thread &thread : threads) {
        thread.join();
    }

    if (added != 0) { // looking through a large cache takes seconds
        cache.prune();
    }
    std::vector<Finding> all;
    for (auto &found : findings) {
        all.insert(all.end(), found.begin(), found.end());
    }
    if (!all.empty()) {
        throw Error(std::move(all));
    }
}

} // namespace nibble

// SPDX-License-Identifier: Apache-2.0
#include "tests/cuda/cuda_library.h"

#include <stdexcept>

#include <dlfcn.h>
#include <nlohmann/json.hpp>

#include "model/json_text.h"
#include "model/model.h"
#include "tests/compiler/gen_kernels.h"
#include "tests/compiler/small_model.h"

namespace nibble::test {

namespace {

std::string checked(const CommandResult &result) {
    if (result.status != 0) {
        throw std::runtime_error(result.error + result.output);
    }
    return result.output;
}

} // namespace

CudaLibrary::CudaLibrary(const std::string &target, uint32_t seed)
    : folder_(std::filesystem::temp_directory_path(), "nibble-test-") {
    const auto path = [this](const char *name) { return (folder_.path() / name).string(); };
    std::filesystem::create_directory(path("model"));
    write_model(small_model(seed), path("model"));
    checked(gen_kernels(
        {"--target=" + target, "--model=" + path("model"), "--name=small", "--out=" + path("out"), "--quiet"}));
    checked(run_command({NIBBLE_C_COMPILER, "-shared", "-o", path("small.so"), "-Wl,--whole-archive",
                         path("out/libsmall.a"), "-Wl,--no-whole-archive", "-ldl"}));
    checked(run_command({NIBBLE_C_COMPILER, "-std=c99", "-Wall", "-Werror", "-fsyntax-only", path("out/small.h")}));
    symbols = checked(run_command({NIBBLE_NM, "--extern-only", "--format=posix", path("out/libsmall.a")}));
    constant_bytes = nlohmann::json::parse(read_file(path("out/manifest.json"))).at("constant_bytes").get<size_t>();

    void *library = dlopen(path("small.so").c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) {
        throw std::runtime_error(dlerror());
    }
    const auto find = [&](const char *name, auto &function) {
        function = reinterpret_cast<std::remove_reference_t<decltype(function)>>(dlsym(library, name));
    };
    find("small_open", open);
    find("small_close", close);
    find("small_run", run);
    find("small_dense", dense);
    find("small_supported", supported);
    find("small_info", info);
}

nibble_context cuda_context(void *handle, uint32_t memory) {
    nibble_context context = {};
    context.size = sizeof(context);
    context.abi_version = NIBBLE_ABI_VERSION;
    context.cuda_handle = handle;
    context.cuda_memory = memory;
    return context;
}

} // namespace nibble::test

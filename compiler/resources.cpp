// SPDX-License-Identifier: Apache-2.0
#include "compiler/resources.h"

#include <cstdlib>

#include <nlohmann/json.hpp>

#include "model/error.h"
#include "model/json_text.h"

namespace nibble {

namespace {

/// A name alone is searched in PATH when it is run; a path is taken from the folder of tools.json.
std::string tool_path(const std::string &tool, const std::filesystem::path &folder) {
    return tool.find('/') == std::string::npos ? tool : (folder / tool).lexically_normal().string();
}

} // namespace

std::filesystem::path program_file() { return std::filesystem::read_symlink("/proc/self/exe"); }

std::filesystem::path resource_folder() { return program_file().parent_path().parent_path() / "share" / "nibble"; }

Tools read_tools() {
    const auto file = resource_folder() / "tools.json";
    const auto json = parse_json(file.string(), read_file(file));
    const auto text = [&](const char *key) {
        if (!json.is_object() || !json.contains(key) || !json[key].is_string()) {
            throw Error(Finding{file.string(), key, "no such string", "the path of a tool, as the build writes it"});
        }
        return tool_path(json[key].get<std::string>(), file.parent_path());
    };
    const char *python = std::getenv("NIBBLE_PYTHON");
    return {python && *python ? python : text("python"),
            text("llvm_mc"),
            text("ld_lld"),
            text("llvm_objcopy"),
            text("llvm_ar"),
            text("llvm_mca"),
            text("llvm_objdump"),
            text("halide_library")};
}

} // namespace nibble

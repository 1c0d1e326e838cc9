// SPDX-License-Identifier: Apache-2.0
#include "compiler/library.h"

#include "compiler/assembly.h"
#include "compiler/files.h"
#include "compiler/process.h"
#include "model/error.h"

namespace nibble {

namespace fs = std::filesystem;

namespace {

/// The packed constants of all layers, in the order of the layers.
std::string packed_constants(const Program &program) {
    std::string bytes(static_cast<size_t>(program.constant_bytes), '\0');
    for (const CompiledLayer &layer : program.layers) {
        if (layer.packed.bytes > 0) {
            find_operator(layer.layer.op)
                ->pack(layer.layer, layer.lowering, reinterpret_cast<uint8_t *>(bytes.data()) + layer.constants);
        }
    }
    return bytes;
}

std::vector<std::string> exported_symbols(const Program &program) {
    std::vector<std::string> names = {"info", "supported"};
    if (!program.bare) {
        names.emplace_back("run");
    }
    if (program.target.on_gpu()) {
        names.insert(names.end(), {"open", "close"});
    }
    for (const CompiledLayer &layer : program.layers) {
        names.push_back(layer.function);
        if (!layer.by_rows.empty()) {
            names.push_back(layer.function + "_rows");
        }
        if (program.bare && layer.packed.bytes > 0) {
            names.push_back(layer.function + "_pack");
        }
    }
    for (std::string &name : names) {
        name.insert(0, program.name + "_");
    }
    return names;
}

} // namespace

void write_library(const Program &program, const std::string &version, const Tools &tools, const fs::path &work,
                   const fs::path &library) {
    if (!program.bare) {
        write_file(work / "constants.bin", packed_constants(program));
    }
    write_file(work / "plan.s", assembly_text(program, version, "constants.bin"));
    run_tool({tools.llvm_mc, "--triple=" + program.target.elf_machine, "--filetype=obj", "--position-independent", "-o",
              "plan.o", "plan.s"},
             work);

    const fs::path archives = resource_folder() / "runtime" / program.target.runtime;
    // Without what nothing needs: kernels for Hexagon bring functions of a vendor's operating system along.
    std::vector<std::string> join = {tools.ld_lld, "-r", "--gc-sections", "-o", "joined.o", "plan.o"};
    for (const std::string &symbol : exported_symbols(program)) {
        join.insert(join.end(), {"-u", symbol});
    }
    for (const Kernel &kernel : program.kernels) {
        join.push_back(kernel.object.string());
    }
    join.push_back((archives / "libnibble_runtime.a").string());
    run_tool(join, work);
    const std::string object = program.name + ".o";
    run_tool({tools.llvm_objcopy, "--wildcard", "--keep-global-symbol=" + program.name + "_*", "--strip-unneeded",
              "--remove-section=.comment", "joined.o", object},
             work);

    // What serves every library of a program: an archive member of its own, taken once.
    run_tool({tools.ld_lld, "-r", "-o", "shared.o", "--whole-archive", (archives / "libnibble_shared.a").string()},
             work);
    run_tool({tools.llvm_objcopy, "--strip-unneeded", "--remove-section=.comment", "shared.o", "nibble_shared.o"},
             work);
    fs::remove(work / "library.a");
    run_tool({tools.llvm_ar, "rcsD", "library.a", object, "nibble_shared.o"}, work);
    fs::copy_file(work / "library.a", library);
}

} // namespace nibble

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

    const std::string runtime =
        (resource_folder() / "runtime" / program.target.runtime / "libnibble_runtime.a").string();
    std::vector<std::string> join = {tools.ld_lld, "-r", "-o", "joined.o", "plan.o"};
    for (const Kernel &kernel : program.kernels) {
        join.push_back(kernel.object.string());
    }
    join.push_back(runtime);
    run_tool(join, work);
    const std::string object = program.name + ".o";
    run_tool({tools.llvm_objcopy, "--wildcard", "--keep-global-symbol=" + program.name + "_*", "--strip-unneeded",
              "--remove-section=.comment", "joined.o", object},
             work);

    // The words of a status serve every library of a program: an archive member of its own, taken once.
    run_tool({tools.ld_lld, "-r", "-u", "nibble_status_string", "-o", "status.o", runtime}, work);
    run_tool({tools.llvm_objcopy, "--strip-unneeded", "--remove-section=.comment", "status.o", "nibble_status.o"},
             work);
    fs::remove(work / "library.a");
    run_tool({tools.llvm_ar, "rcsD", "library.a", object, "nibble_status.o"}, work);
    fs::copy_file(work / "library.a", library);
}

} // namespace nibble

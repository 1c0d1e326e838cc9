// nibble_kernel: compiles one kernel from its request. A process of its own, so that a compiler that aborts takes
// nothing with it. SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>

#include <sys/personality.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <Halide.h>

#include "generators/hexagon_gates.h"
#include "generators/kernel.h"
#include "generators/kernel_request.h"
#include "generators/measure.h"
#include "generators/requantise_kind.h"

namespace {

struct Options {
    std::string request, function, object, facts, assembly, statements;

    /// Where assembly goes: beside the object where none is asked for.
    std::string assembly_file() const { return assembly.empty() ? object + ".s" : assembly; }
};

/// Features that every kernel has: sizes are static and checked before, and the runtime is ours.
Halide::Target kernel_target(const std::string &name) {
    return Halide::Target(name)
        .with_feature(Halide::Target::NoRuntime)
        .with_feature(Halide::Target::NoAsserts)
        .with_feature(Halide::Target::NoBoundsQuery)
        .with_feature(Halide::Target::UserContext);
}

std::string read_file(const std::string &path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        throw std::runtime_error(path + ": found no readable file, expected a kernel request");
    }
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

void write_file(const std::string &path, const std::string &text) {
    std::ofstream file(path, std::ios::binary);
    file << text << std::flush;
    if (!file) {
        throw std::runtime_error(path + ": found an error on writing, expected a writable file");
    }
}

struct Built {
    Halide::Module module;
    std::string assembly;   ///< of the host's part
    std::string requantise; ///< KernelFacts::requantise
    bool rounds_products;   ///< ChosenForms::rounds_products
};

Built build(const nibble::KernelRequest &request, const Halide::Target &target, const Options &options) {
    const Halide::GeneratorContext context(target);
    auto generator = Halide::Internal::GeneratorRegistry::create(request.op, context);
    if (generator == nullptr) {
        throw std::runtime_error("op: found " + request.op + ", expected the name of a generator");
    }
    generator->set_generatorparam_value("lowering", request.lowering);
    generator->set_generatorparam_value("schedule", request.schedule);
    generator->set_generatorparam_value("tile", nibble::to_string(request.tile));
    generator->set_generatorparam_value(
        "parameters", nibble::to_string(nibble::Tile(request.parameters.begin(), request.parameters.end())));
    const Halide::Module module = generator->build_module(options.function);
    if (const std::string field = nibble::open_buffer_field(module); !field.empty()) {
        throw std::runtime_error("tile " + nibble::to_string(request.tile) + ": found a read of " + field +
                                 ", expected static bounds for every buffer");
    }
    std::map<Halide::OutputFileType, std::string> outputs = {
        {Halide::OutputFileType::object, options.object}, {Halide::OutputFileType::assembly, options.assembly_file()}};
    if (!options.statements.empty()) {
        outputs[Halide::OutputFileType::stmt] = options.statements;
    }
    module.compile(outputs);
    const auto &forms = dynamic_cast<const nibble::ChosenForms &>(*generator);
    return {module, read_file(options.assembly_file()), forms.requantise_form(), forms.rounds_products()};
}

/// Builds a kernel; where LLVM's Zen targets move a few bytes by instructions that only AMD's processors have, for the
/// processor before them, which has all but the sums of products of bytes (VNNI): not where the kernel uses those.
Built build_portably(const nibble::KernelRequest &request, const Options &options) {
    Halide::Target target = kernel_target(request.halide_target);
    Built built = build(request, target, options);
    const bool is_portable = target.arch != Halide::Target::X86 || !target.has_feature(Halide::Target::AVX512_Zen4) ||
                             nibble::amd_only_instruction(built.assembly).empty();
    if (is_portable || built.assembly.find("vpdpbusd") != std::string::npos) {
        return built;
    }
    target.set_feature(Halide::Target::AVX512_Zen4, false);
    return build(request, target, options);
}

/// The code of a GPU's grids, which the object holds as text; empty where it has none.
std::string device_assembly(const Halide::Module &module) {
    for (const Halide::Buffer<> &buffer : module.buffers()) {
        if (buffer.name().rfind("cuda_gpu_source_kernels", 0) == 0) {
            return static_cast<const char *>(buffer.data()); // ends with a zero
        }
    }
    return "";
}

/// Throws std::runtime_error where an instruction is found that the target's processors may lack.
void check_instructions(const nibble::KernelRequest &request, const std::string &assembly) {
    const Halide::Target target(request.halide_target);
    const auto refuse = [&](const std::string &found, const std::string &expected) {
        if (!found.empty()) {
            throw std::runtime_error("tile " + nibble::to_string(request.tile) + ": found the instruction " + found +
                                     ", expected none " + expected);
        }
    };
    if (target.arch == Halide::Target::ARM) {
        refuse(nibble::platform_register_instruction(assembly), "that names register 18");
        return;
    }
    if (target.arch == Halide::Target::Hexagon) {
        refuse(nibble::beyond_v66_instruction(assembly), "beyond v66");
        refuse(nibble::early_frame_access(assembly), "that uses the frame before it is set up");
        refuse(nibble::long_narrowing_shift(assembly), "that narrows by a shift of 16 or more");
        return;
    }
    refuse(nibble::amd_only_instruction(assembly), "that only AMD's processors have");
    if (!target.has_feature(Halide::Target::AVX512)) {
        refuse(nibble::avx512_instruction(assembly), "beyond those of " + request.halide_target);
    }
}

/// LLVM would merge neighbouring masked stores of a byte into one store of a vector that it gathers with instructions
/// that Intel's processors lack (amd_only_instruction), and use AArch64's register 18 (platform_register_instruction).
/// Code for GPUs keeps products and sums apart and divides as IEEE 754 does. On HVX, a call of memset or memcpy costs
/// more than the loop of vectors that it stands for. Halide reads the variable on first use.
void set_llvm_options(bool hexagon) {
    std::string options = "-combiner-store-merging=false -reserve-regs-for-regalloc=X18";
    if (hexagon) {
        options += " -disable-loop-idiom-all -disable-memcpy-idiom -disable-memmove-idiom";
    }
    setenv("HL_LLVM_ARGS", options.c_str(), 1);
}

/// LLVM's Hexagon back end orders some of its work by addresses: the same request gives the same bytes only where they
/// are not drawn at random, and where what lies above the stack is the same. Starts the program once more without
/// random addresses, its environment and its path; where the system forbids it, goes on as it is.
void fix_addresses(char **argv) {
    const int flags = personality(0xffffffff); // only asks
    if (flags == -1 || ((flags & ADDR_NO_RANDOMIZE) != 0 && *environ == nullptr)) {
        return;
    }
    if (personality(static_cast<unsigned long>(flags) | ADDR_NO_RANDOMIZE) != -1) {
        std::string name = "nibble_kernel";
        argv[0] = name.data();
        char *const no_environment[] = {nullptr};
        execve("/proc/self/exe", argv, no_environment);
    }
}

void compile(const Options &options, char **argv) {
    const auto request = nlohmann::json::parse(read_file(options.request)).get<nibble::KernelRequest>();
    const bool hexagon = request.halide_target.rfind("hexagon", 0) == 0;
    if (hexagon) {
        fix_addresses(argv);
    }
    set_llvm_options(hexagon);
    const Built built = build_portably(request, options);
    const Halide::Module &module = built.module;
    const std::string &text = built.assembly, device = device_assembly(module);
    if (device.empty()) {
        check_instructions(request, text);
    } else if (const std::string found = nibble::inexact_instruction(device); !found.empty()) {
        throw std::runtime_error("tile " + nibble::to_string(request.tile) + ": found the instruction " + found +
                                 ", expected floats that are rounded one by one");
    }
    if (const std::string found = nibble::fused_product(text); built.rounds_products && !found.empty()) {
        throw std::runtime_error("tile " + nibble::to_string(request.tile) + ": found the instruction " + found +
                                 ", expected floats that are rounded one by one");
    }
    const auto requantise = request.parameters.find("requantise");
    if (requantise != request.parameters.end() && nibble::fuses_products(requantise->second)) {
        if (const std::string found = nibble::unfused_product(text); !found.empty()) {
            throw std::runtime_error("requantisation in f32: found the instruction " + found +
                                     ", expected products fused with their sums");
        }
    }
    const nibble::KernelFacts facts = {
        nibble::heap_bytes(module), nibble::vtcm_bytes(module), nibble::vtcm_filled_bytes(module),
        nibble::stack_bytes(text, Halide::Target(request.halide_target).arch), built.requantise};
    write_file(options.facts, nlohmann::json(facts).dump());
    if (options.assembly.empty()) {
        std::remove(options.assembly_file().c_str());
    } else if (!device.empty()) {
        write_file(options.assembly, device); // the host's part only launches it
    }
}

} // namespace

int main(int argc, char **argv) {
    CLI::App app("Compiles one Nibble kernel from its request");
    Options options;
    app.add_option("--request", options.request, "kernel request, JSON")->required();
    app.add_option("--function", options.function, "name of the function; its entry is <name>_argv")->required();
    app.add_option("--object", options.object, "object file to write")->required();
    app.add_option("--facts", options.facts, "kernel facts to write, JSON")->required();
    app.add_option("--asm", options.assembly, "assembly text to write");
    app.add_option("--stmt", options.statements, "lowered statements to write");
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError &error) {
        return app.exit(error) == 0 ? 0 : 2;
    }
    try {
        compile(options, argv);
        return 0;
    } catch (const Halide::Error &error) { // not a std::exception
        std::cerr << options.request << ": " << error.what() << "\n";
    } catch (const std::exception &error) {
        std::cerr << options.request << ": " << error.what() << "\n";
    }
    return 1;
}

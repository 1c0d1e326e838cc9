// SPDX-License-Identifier: Apache-2.0
#include "compiler/assembly.h"

#include <cstring>

#include <fmt/format.h>

#include "compiler/bare_layers.h"
#include "compiler/pack_plan.h"
#include "compiler/plans.h"
#include "runtime/cuda/handle.h"

namespace nibble {

namespace {

int type_code(DType dtype) {
    switch (dtype) {
    case DType::s4:
    case DType::s8:
    case DType::s16:
    case DType::s32:
    case DType::s64:
        return 0;
    case DType::u4:
    case DType::u8:
    case DType::u16:
        return 1;
    case DType::f16:
    case DType::f32:
        return 2;
    }
    return 0;
}

std::string asm_string(const std::string &text) {
    std::string result = "\"";
    for (const unsigned char c : text) {
        result += (c >= 32 && c < 127 && c != '"' && c != '\\') ? std::string(1, static_cast<char>(c))
                                                                : fmt::format("\\{:03o}", c);
    }
    return result + "\"";
}

std::string replace(std::string text, const std::string &what, const std::string &with) {
    for (size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size())) {
        text.replace(at, what.size(), with);
    }
    return text;
}

class AssemblyWriter {
public:
    AssemblyWriter(const Program &program, std::string version, std::string constants_file)
        : program_(program), version_(std::move(version)), constants_file_(std::move(constants_file)) {}

    std::string text() {
        constants();
        if (!program_.bare) {
            function("run", model_plan(program_));
        }
        for (const CompiledLayer &layer : program_.layers) {
            function(layer.function, layer_plan(program_, layer));
            if (program_.bare && is_bare_operator(layer.layer.op) && layer.packed.bytes > 0) {
                pack_function(layer);
            }
            if (!layer.by_rows.empty()) {
                rows_function(layer);
            }
        }
        if (program_.target.on_gpu()) {
            function("open", open_plan(program_), "nibble_cuda_open");
            entry("close", "0", "nibble_cuda_close");
        }
        supported();
        info();
        line(".section .note.GNU-stack,\"\",@progbits");
        return text_;
    }

private:
    void line(const std::string &text) { text_ += text + "\n"; }
    /// A field of 8 bytes, which lies at a multiple of them on every target.
    void quad(int64_t value) { line(fmt::format(".balign 8\n.quad {}", value)); }
    /// A pointer to the symbol; "0": NULL.
    void pointer(const std::string &symbol) { line(pointer_line(program_.target, symbol)); }

    void constants() {
        if (program_.bare || program_.constant_bytes == 0) {
            return;
        }
        line(fmt::format(".section .rodata.nibble_constants,\"a\"\n.balign {}", NIBBLE_ARENA_ALIGNMENT));
        line(".Lconstants:\n.incbin " + asm_string(constants_file_));
    }

    /// A global function of these instructions.
    void code(const std::string &name, const std::vector<std::string> &instructions) {
        const std::string symbol = program_.name + "_" + name;
        line(fmt::format(".section .text.{0},\"ax\",@progbits\n.globl {0}\n.type {0},@function\n.balign 16\n{0}:",
                         symbol));
        for (const std::string &instruction : instructions) {
            line("  " + instruction);
        }
        line(fmt::format(".size {0}, .-{0}", symbol));
    }

    /// The tables of a plan, and the function that walks it.
    void function(const std::string &name, const Plan &plan) {
        function(name, plan, program_.target.on_gpu() ? "nibble_cuda_plan_run" : "nibble_plan_run");
    }

    void function(const std::string &name, const Plan &plan, const std::string &walker) {
        tables(name, plan);
        if (program_.target.on_gpu()) {
            device_plan(name, plan);
        }
        entry(name, (program_.target.on_gpu() ? ".Ldevice_plan_" : ".Lplan_") + name, walker);
    }

    /// The function of a layer for any number of rows.
    void rows_function(const CompiledLayer &layer) {
        const std::string name = layer.function + "_rows";
        for (const RowKernel &rows : layer.by_rows) {
            tables(fmt::format("{}_{}", name, rows.rows), rows_plan(program_, layer, rows));
        }
        line(fmt::format(".balign 8\n.Lsteps_{}:", name));
        for (const RowKernel &rows : layer.by_rows) {
            quad(rows.rows);
            pointer(fmt::format(".Lplan_{}_{}", name, rows.rows));
        }
        const int64_t m = layer.layer.at("m");
        line(fmt::format(".balign 8\n.Lplan_{}:", name));
        pointer(".Lsteps_" + name);
        quad(static_cast<int64_t>(layer.by_rows.size()));
        quad(static_cast<int64_t>(rows_plan(program_, layer, layer.by_rows[0]).inputs));
        quad(layer.layer.src[0].bytes() / m);
        quad(layer.layer.dst[0].bytes() / m);
        entry(name, ".Lplan_" + name, "nibble_rows_run", program_.target.plan_registers.at(1));
    }

    /// The tables of a plan.
    void tables(const std::string &name, const Plan &plan) {
        line(".section .rodata.nibble_plan,\"a\"\n.balign 8");
        for (size_t i = 0; i < plan.steps.size(); ++i) {
            line(fmt::format(".Largs_{}_{}:", name, i));
            for (const Argument &argument : plan.steps[i].arguments) {
                line(fmt::format(".quad {}, {}, {}, {}, {}", argument.space, argument.index, argument.offset,
                                 type_code(argument.dtype), bits_of(argument.dtype)));
            }
        }
        line(".section .data.rel.ro.nibble_plan,\"aw\"\n.balign 8");
        line(fmt::format(".Lsteps_{}:", name));
        for (size_t i = 0; i < plan.steps.size(); ++i) {
            pointer(plan.steps[i].kernel + "_argv");
            pointer(fmt::format(".Largs_{}_{}", name, i));
            quad(static_cast<int64_t>(plan.steps[i].arguments.size()));
            quad(plan.steps[i].vtcm_offset);
        }
        line(fmt::format(".balign 8\n.Lplan_{}:", name));
        pointer(".Lsteps_" + name);
        quad(static_cast<int64_t>(plan.steps.size()));
        pointer(plan.constants && program_.constant_bytes > 0 ? ".Lconstants" : "0");
        quad(static_cast<int64_t>(plan.inputs));
        quad(static_cast<int64_t>(plan.outputs));
        quad(plan.arena_bytes);
        quad(plan.scratch_bytes);
        quad(plan.vtcm_bytes);
        quad(program_.target.buffer_alignment);
        quad(static_cast<int64_t>(program_.target.cpu_feature_mask()));
    }

    /// The nibble_cuda_plan around a plan.
    void device_plan(const std::string &name, const Plan &plan) {
        line(fmt::format(".Linput_bytes_{}:", name));
        for (const int64_t bytes : plan.input_bytes) {
            quad(bytes);
        }
        line(fmt::format(".Loutput_bytes_{}:", name));
        for (const int64_t bytes : plan.output_bytes) {
            quad(bytes);
        }
        line(fmt::format(".Ldevice_plan_{0}:\n.quad .Lplan_{0}, .Linput_bytes_{0}, .Loutput_bytes_{0}", name));
        quad(program_.constant_bytes);
        quad(staging_bytes(program_));
    }

    /// The function that packs a bare layer's constants.
    void pack_function(const CompiledLayer &layer) {
        const nibble_pack_plan plan = make_pack_plan(layer.layer, layer.lowering);
        const std::string name = layer.function + "_pack";
        line(fmt::format(".section .rodata.nibble_plan,\"a\"\n.balign 8\n.Lplan_{}:", name));
        for (const int64_t field :
             {plan.form,     plan.nibbles, plan.wei_bits, plan.co,   plan.channels, plan.co_padded, plan.panel,
              plan.flip,     plan.pad,     plan.products, plan.rows, plan.segments, plan.length,    plan.src_offset,
              plan.dst_zero, plan.wei,     plan.bia,      plan.mul,  plan.rnd,      plan.shr,       plan.shl}) {
            quad(field);
        }
        entry(name, ".Lplan_" + name, "nibble_pack_layer");
    }

    /// A function that passes its arguments and the table at `plan` on to `walker`.
    void entry(const std::string &name, const std::string &plan, const std::string &walker) {
        entry(name, plan, walker, program_.target.plan_registers.at(0));
    }

    void entry(const std::string &name, const std::string &plan, const std::string &walker,
               const std::string &plan_register) {
        std::vector<std::string> thunk;
        for (const std::string &instruction : program_.target.entry_thunk) {
            const std::string to_plan = replace(replace(instruction, "{plan}", plan), "{register}", plan_register);
            thunk.push_back(replace(to_plan, "{walker}", walker));
        }
        code(name, thunk);
    }

    void supported() {
        std::vector<std::string> thunk;
        for (const std::string &instruction : program_.target.supported_thunk) {
            thunk.push_back(
                replace(replace(instruction, "{mask}", fmt::format("{:#x}", program_.target.cpu_feature_mask())),
                        "{checker}", "nibble_cpu_supports"));
        }
        code("supported", thunk);
    }

    std::string string(const std::string &text) {
        const std::string label = fmt::format(".Lstring_{}", strings_++);
        line(fmt::format(".section .rodata.nibble_strings,\"a\"\n{}:\n.asciz {}", label, asm_string(text)));
        return label;
    }

    void tensors(const std::string &label, const std::vector<int> &tensors) {
        std::vector<std::string> names;
        for (const int tensor : tensors) {
            names.push_back(string(program_.model.tensors[static_cast<size_t>(tensor)].name));
        }
        line(".section .data.rel.ro.nibble_info,\"aw\"\n.balign 8\n" + label + ":");
        for (size_t i = 0; i < tensors.size(); ++i) {
            tensor(program_.model.tensors[static_cast<size_t>(tensors[i])], names[i]);
        }
    }

    void tensor(const Tensor &tensor, const std::string &name) {
        pointer(name);
        line(fmt::format(".long {}, {}", static_cast<int>(tensor.dtype), tensor.shape.size()));
        for (size_t i = 0; i < NIBBLE_MAX_DIMS; ++i) {
            quad(i < tensor.shape.size() ? tensor.shape[i] : 0);
        }
        quad(tensor.bytes());
        const bool quantised = tensor.quantization && tensor.quantization->scale.size() == 1;
        const float scale = quantised ? tensor.quantization->scale[0] : 0.0f;
        uint32_t bits = 0;
        std::memcpy(&bits, &scale, sizeof(bits));
        line(fmt::format(".long {:#x}, {}", bits, quantised ? tensor.quantization->zero_point.at(0) : 0));
    }

    void info() {
        const std::string name = string(program_.name);
        const std::string target = string(program_.target.name);
        const std::string version = string(version_);
        tensors(".Linputs", program_.model.inputs);
        tensors(".Loutputs", program_.model.outputs);
        const std::string symbol = program_.name + "_info";
        line(fmt::format(".section .data.rel.ro.nibble_info,\"aw\"\n.globl {0}\n.type {0},@object\n.balign 8\n{0}:",
                         symbol));
        line(fmt::format(".long .Linfo_end-{}, {}", symbol, NIBBLE_ABI_VERSION));
        pointer(name);
        pointer(target);
        pointer(version);
        line(fmt::format(".long {}, {}", program_.model.inputs.size(), program_.model.outputs.size()));
        pointer(".Linputs");
        pointer(".Loutputs");
        quad(program_.scratch_bytes());
        quad(program_.kernel_scratch_bytes());
        quad(program_.vtcm_bytes());
        quad(program_.stack_bytes());
        line(fmt::format(".Linfo_end:\n.size {0}, .-{0}", symbol));
    }

    const Program &program_;
    std::string version_;
    std::string constants_file_;
    std::string text_;
    int strings_ = 0;
};

static_assert(sizeof(nibble_info) == 88 && sizeof(nibble_tensor_info) == 80 && sizeof(nibble_plan) == 80 &&
                  sizeof(nibble_rows_plan) == 40 && sizeof(nibble_rows_step) == 16 && sizeof(nibble_cuda_plan) == 40 &&
                  sizeof(nibble_pack_plan) == 21 * 8,
              "as written above");
static_assert(static_cast<int>(DType::f32) == NIBBLE_F32 && static_cast<int>(DType::s8) == NIBBLE_S8,
              "one order of types");

} // namespace

std::string pointer_line(const TargetFacts &target, const std::string &symbol) {
    return (target.pointer_bytes == 4 ? ".long " : ".quad ") + symbol;
}

std::string assembly_text(const Program &program, const std::string &version, const std::string &constants_file) {
    return AssemblyWriter(program, version, constants_file).text();
}

} // namespace nibble

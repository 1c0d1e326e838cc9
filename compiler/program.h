// What gen_kernels makes of a model or a list of layers before it writes the outputs: each layer with its kernel, and
// where every activation lives. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "autotune/tile_choice.h"
#include "compiler/layer.h"
#include "compiler/operator_table.h"
#include "compiler/operators/support/channel_requantise.h"
#include "compiler/target.h"
#include "generators/kernel_request.h"
#include "model/model.h"

namespace nibble {

/// Stack of everything between a caller and a kernel: nibble_plan_run, its buffer structures and the hooks, rounded up.
constexpr int64_t walker_stack_bytes = 2048;

/// A kernel that one or more layers call.
struct Kernel {
    KernelRequest request;
    std::string function;    ///< symbol of the kernel; its entry is <function>_argv
    std::string layer;       ///< the first layer that needs it, for messages
    std::string tile_origin; ///< TileChoice::origin
    std::optional<MeasuredCost> measured;
    KernelFacts facts;
    std::filesystem::path object;   ///< set when it is built
    std::filesystem::path assembly; ///< empty where it wasn't asked for
    std::filesystem::path stmt;     ///< empty where it wasn't asked for
};

/// A kernel of a layer for another number of rows.
struct RowKernel {
    int64_t rows;
    size_t kernel; ///< index into Program::kernels
};

/// A layer and what was chosen for it.
struct CompiledLayer {
    Layer layer;
    std::string function; ///< <name>_<function> is the layer's C function; unique, also where case is ignored
    std::string lowering;
    std::string fallback; ///< what the target has no kernel for, and what it got instead; usually empty
    operators::RequantiseChoice requantise;
    size_t kernel = 0;              ///< index into Program::kernels
    std::vector<RowKernel> by_rows; ///< by rows, descending, the last has one; empty: no function of any number of rows
    PackedLayout packed;
    int64_t constants = 0; ///< where the packed arrays begin in the library's constants
    std::vector<int> src;  ///< index of each src in Model::tensors; empty for bare layers
    std::vector<int> dst;
    std::vector<size_t> overwritable; ///< which src the kernel may write its dst over
    bool copies = true;               ///< false: a reshape whose output shares its input's memory in <name>_run
    std::optional<size_t> in_place;   ///< the src that dst is written over in <name>_run
    int64_t vtcm_offset = 0;          ///< where the kernel's own VTCM begins in <name>_run
};

/// Where an activation lives while <name>_run runs.
struct Place {
    enum class Space { none, input, output, arena, vtcm };
    Space space = Space::none;
    int64_t index = 0;  ///< of the input or output
    int64_t offset = 0; ///< in the arena or in VTCM
};

/// A piece of the arena, or of VTCM, and what it holds. Steps are positions in Program::layers, both inclusive.
struct ArenaBlock {
    std::vector<int> tensors; ///< of the model; more than one where they share memory
    int64_t offset = 0;
    int64_t bytes = 0;
    int first_step = 0;
    int last_step = 0;
};

struct Program {
    std::string name;   ///< prefix of every symbol
    std::string source; ///< file that messages name
    bool bare = false;  ///< from --layers: weights come at run time, no <name>_run
    Model model;        ///< no tensors where bare
    TargetFacts target;
    ChooseTile choose_tile = default_tile;
    std::vector<CompiledLayer> layers;
    std::vector<Kernel> kernels;
    std::vector<Place> places;     ///< of each tensor of the model
    std::vector<ArenaBlock> arena; ///< sorted by first step
    int64_t arena_bytes = 0;
    std::vector<ArenaBlock> vtcm;   ///< the activations that lie in VTCM instead; sorted by first step
    int64_t vtcm_arena_bytes = 0;   ///< they and the VTCM of the kernels that run beside them
    int64_t largest_live_bytes = 0; ///< of the step at which most is alive: no arena can be smaller
    int64_t constant_bytes = 0;

    const Kernel &kernel_of(const CompiledLayer &layer) const { return kernels[layer.kernel]; }
    /// The most scratch that one of the kernels takes.
    int64_t kernel_scratch_bytes() const;
    /// What nibble_context.vtcm has to hold: <NAME>_VTCM_BYTES.
    int64_t vtcm_bytes() const;
    /// What nibble_context.scratch has to hold: <NAME>_SCRATCH_BYTES. A GPU has the activations in its own memory.
    int64_t scratch_bytes() const { return (target.on_gpu() ? 0 : arena_bytes) + kernel_scratch_bytes(); }
    /// The deepest use of a call.
    int64_t stack_bytes() const;

private:
    int64_t most(int64_t KernelFacts::*fact) const; ///< of the kernels
};

/// Legalises every operator of a checked model, chooses lowerings, tiles and kernels, and places the activations.
/// Throws Error with every operator that can't be compiled.
Program plan_model(Model model, const std::string &name, const TargetFacts &target,
                   ChooseTile choose_tile = default_tile);

/// The same for layers whose weights are given at run time.
Program plan_layers(std::vector<Layer> layers, const std::string &source, const std::string &name,
                    const TargetFacts &target, ChooseTile choose_tile = default_tile);

/// Which sources a layer's kernel may write its only dst over. `space` is of the schedule that the request names.
std::vector<size_t> overwritable_sources(const Layer &, const KernelRequest &, const TileSpace &space);

/// Places the activations of a model: graph inputs and outputs in the caller's buffers, the rest in the arena. A
/// reshape shares its input's memory where not both are caller's buffers (sets CompiledLayer::copies); a layer's dst is
/// written over a source that nothing reads afterwards, where the kernel may (sets CompiledLayer::in_place).
void place_activations(Program &program);

/// Gives the blocks of the arena their offsets, and their tensors their places.
void place_arena(Program &program);

/// `text` as a C identifier: other characters become '_', a leading digit gets one before it.
std::string c_identifier(const std::string &text);

} // namespace nibble

// The register tile that the dot-product operators share on processors with vectors, and what a choice of it costs.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "generators/dot_lowering.h"
#include "schedules/directives.h"

namespace nibble {

/// What a processor family does with a dot-product tile.
struct DotMachine {
    double instructions_per_cycle; ///< on whole vectors
    double halves_per_cycle;       ///< of those, products of bytes in lanes of s16; 0 where no lowering has them
    double weight_load_cycles;     ///< of a whole vector
    double source_load_cycles;     ///< of a word that is broadcast, or of a vector of words
    double dot_latency;            ///< cycles until an accumulator can be used again
    double
        window; ///< instructions that wait for operands at once: short tiles overlap; 0 where loops are modelled alone
    double requantise_instructions; ///< of a vector of outputs
    int64_t requantise_constants; ///< vectors of them for a vector of channels; 0 where they are not kept in registers
    double tile_cycles;           ///< what a tile's loop costs beside its steps
    double strip_cycles;          ///< what a strip's loops cost
    double staging_cycles;        ///< a staged vector: load, flip the sign bit or widen, store
    double far_staging_cycles;    ///< more where a strip doesn't stay in L1
    double unpack_cycles;         ///< a step's 4-bit weights, of a vector; 0: neither these nor their registers count
    double unpack_wait;           ///< cycles of a step that its first products wait for nibbles
    /// Source values of several steps are loaded as a vector, and products take one of its words; else each word is
    /// broadcast as it is loaded.
    bool source_by_element;
    bool scalar_source; ///< words are operands in scalar registers
    bool part_panels;   ///< a tile may take a part of a panel
};

/// A dot-product layer as its tile sees it.
struct DotShape {
    DotLowering form;
    DotMachine machine;
    int64_t columns;         ///< outputs of a row
    int64_t rows;            ///< output rows
    int64_t panels;          ///< weight panels of form.panel channels, of a group
    bool whole_panels;       ///< the channels fill them
    int64_t groups;          ///< outputs that read other weights and source elements of the same rows
    int64_t run_elements;    ///< source elements of an output that lie together
    int64_t steps;           ///< in which a lane sums an output's products
    int64_t column_elements; ///< source elements from one output to the next
    int64_t row_elements;    ///< elements of a staged row
    int64_t row_step;        ///< source rows from one output row to the next
    int64_t halo_rows;       ///< source rows of one output row
    bool rows_are_shared;    ///< a block's source elements are read for more than one row of weights or for all panels
    bool whole_rows;         ///< rows are staged whole (sources with padding)
    bool reads_padding;      ///< elements before, after, above or below the source's are read
};

/// The lowering that the target asks for, of a kernel.
DotLowering dot_form(const char *op, const Attributes &kernel, const TargetFacts &);

/// Steps that a lane sums `length` products in.
int64_t dot_steps(const DotLowering &, int64_t length);
/// Bytes of a panel's packed weights.
int64_t panel_bytes(const DotShape &);

/// Parts of its panels that a tile takes one by one.
int parts_of(const Tile &);

/// Steps whose source words are loaded together, of so many: as many of a vector's as divide them.
int element_steps(const DotLowering &, int64_t steps);

/// Bytes of a block's source, xb columns and yb rows with those around them that they read.
int64_t block_src_bytes(const DotShape &, const Tile &);
/// Whether a block's source takes at most so many bytes, or is the least that a tile reads.
bool holds_block(int64_t most_bytes, const DotShape &, const Tile &);
/// What a block may take of the second level of cache, beside the weights that pass through it.
int64_t most_cached_block(const TargetFacts &);

/// Legal points: mr pixels x nv panels of accumulators in registers, over blocks of xb columns and yb rows that are
/// staged together, of at most so many bytes; of 2 "parts", mr pixels x half a panel.
std::vector<Tile> dot_tiles(const DotShape &, const TargetFacts &, int64_t most_block_bytes);
/// Those whose blocks stay in the second level of cache.
std::vector<Tile> dot_tiles(const DotShape &, const TargetFacts &);

/// The point of `tiles` with the fewest modelled cycles.
Tile preferred_dot_tile(const DotShape &, const TargetFacts &, const std::vector<Tile> &tiles);
/// That of the legal ones.
Tile preferred_dot_tile(const DotShape &, const TargetFacts &);

/// Tiles dst(c, x, ...) and its accumulators: `c` by panels, `x` by mr inside blocks of xb. Returns the loop over
/// blocks, at which the source is staged. `lanes`: outputs that one vector of the schedule holds, a divisor of a panel;
/// LLVM may need several registers for it. `outer` are dst's other loops, innermost first: those to run for each panel,
/// then the rest.
Halide::LoopLevel tile_dot(Algorithm &, const Tile &, int channels, int columns, int lanes,
                           const std::vector<Halide::VarOrRVar> &for_each_panel,
                           const std::vector<Halide::VarOrRVar> &outermost);

/// Sums the products of Func "acc"'s update: those of a lane as one instruction, `lanes` channels in a vector, a step
/// ("k") after the other. Of 4-bit weights a step is two groups of products, whose nibbles are taken out of their bytes
/// once for all columns of the tile.
void sum_products(Algorithm &, int lanes);

/// After tile_dot: loads Func "operand", the source values of a pixel, by vectors of up to 16 bytes, for products that
/// take one word of a vector.
void take_source_by_element(Algorithm &);

/// Splits `v` by `factor` the cheapest exact way: evenly, else with a last piece that overlaps the one before.
Halide::TailStrategy overlapping_tail(int extent, int factor);

} // namespace nibble

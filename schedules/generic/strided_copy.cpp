// Copies by strides, which permute dimensions: whole vectors where the innermost dimension of dst is dense in src, else
// columns of src, element by element. SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>

#include "schedules/copy_rows.h"
#include "schedules/flat.h"
#include "schedules/generic/schedules.h"

namespace nibble::generic {

using namespace Halide;

namespace {

constexpr int most_column = 64; // elements of a row of dst, each from another row of src

bool is_dense(const Attributes &kernel) { return kernel.at("s5") == 1; }

/// The rows of dst are columns of src: a piece of one is followed by those of the rows beside it, whose elements are
/// beside its own in src.
void schedule_columns(Func dst, Algorithm &algorithm, int column) {
    const std::vector<Var> args = dst.args();
    Var outer("outer"), step("step");
    std::vector<VarOrRVar> beside = {step}, others = {outer};
    for (size_t i = 1; i < args.size(); i++) {
        const bool is_beside = algorithm.at("s" + std::to_string(args.size() - 1 - i)) == 1;
        (is_beside ? beside : others).push_back(args[i]);
    }
    beside.insert(beside.end(), others.begin(), others.end());
    dst.split(args[0], outer, step, column, TailStrategy::ShiftInwards).reorder(beside).unroll(step);
}

} // namespace

// Tiles of schedules/flat.h, or column: elements of a row of dst at a time.
std::vector<Tile> strided_copy_tiles(const Attributes &kernel, const TargetFacts &target) {
    if (is_dense(kernel)) {
        return flat_tiles(kernel.at("e5"), copied_lanes(kernel.at("bits"), target));
    }
    std::vector<Tile> tiles;
    for (int column = 1; column <= most_column && column <= kernel.at("e5"); column *= 4) {
        tiles.push_back({{"column", column}});
    }
    return tiles;
}

Tile strided_copy_preferred(const Attributes &kernel, const TargetFacts &target) {
    if (is_dense(kernel)) {
        return flat_tile(kernel.at("e5"), copied_lanes(kernel.at("bits"), target), 4);
    }
    return strided_copy_tiles(kernel, target).back();
}

void schedule_strided_copy(Algorithm &algorithm, const Tile &tile) {
    Func dst = algorithm.func("dst");
    if (is_dense(algorithm.parameters)) {
        schedule_flat(dst, dst.args()[0], tile);
    } else {
        schedule_columns(dst, algorithm, tile.at("column"));
    }
}

} // namespace nibble::generic

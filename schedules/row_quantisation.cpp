// SPDX-License-Identifier: Apache-2.0
#include "schedules/row_quantisation.h"

#include <algorithm>

#include "schedules/flat.h"

namespace nibble {

using namespace Halide;

namespace {

int extent_of(const RDom &domain) { return static_cast<int>(*as_const_int(domain.x.extent())); }

} // namespace

void find_row_peaks(Algorithm &algorithm, const LoopLevel &level, const RowLanes &lanes) {
    Func peak_lanes = algorithm.func("peak_lanes"), peak = algorithm.func("peak");
    const Var l = peak_lanes.args()[0], x = peak.args()[0];
    const RVar lane = algorithm.domain("peak_lane").x, step = algorithm.domain("peak_steps").x;
    const int all = extent_of(algorithm.domain("peak_lane")), together = exact_lanes(all, lanes.s32);
    peak.compute_at(level);
    peak_lanes.compute_at(peak, x).store_in(MemoryType::Stack).bound_extent(l, all);
    peak_lanes.vectorize(l, together).unroll(l);
    peak_lanes.update().reorder(l, step).vectorize(l, together).unroll(l);
    if (together > 1) {
        peak.update().atomic().vectorize(lane, together);
    }
}

void vectorize_rows(Func func, Algorithm &algorithm, int lanes, int extent) {
    const auto row = algorithm.domains.find("row");
    if (row != algorithm.domains.end()) {
        const int whole = unmasked_lanes(extent, lanes, algorithm.masks);
        func.update().vectorize(row->second.x, algorithm.masks ? lanes : whole, TailStrategy::GuardWithIf);
        return;
    }
    if (extent >= lanes) {
        func.vectorize(func.args()[0], lanes, TailStrategy::ShiftInwards);
    } else {
        func.vectorize(func.args()[0], exact_lanes(extent, lanes), TailStrategy::RoundUp);
    }
}

void quantise_rows_at(Algorithm &algorithm, const LoopLevel &block, const RowLanes &lanes) {
    find_row_peaks(algorithm, block, lanes);
    algorithm.func("row_scale").compute_at(block);
    algorithm.func("inverse").compute_at(block);
    vectorize_rows(algorithm.func("staged"), algorithm, lanes.f32 == 1 ? 1 : 4 * lanes.f32, algorithm.at("k"));
}

} // namespace nibble

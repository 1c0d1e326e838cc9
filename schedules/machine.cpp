// SPDX-License-Identifier: Apache-2.0
#include "schedules/machine.h"

#include "schedules/hexagon/fetch_rows.h"
#include "schedules/hexagon/short_shifts.h"
#include "schedules/hexagon/splat_stores.h"
#include "schedules/hexagon/whole_vectors.h"

namespace nibble {

using namespace Halide;

void set_machine(Algorithm &algorithm, const Target &target) {
    const bool hvx = target.arch == Target::Hexagon;
    algorithm.vector_bytes = target.natural_vector_size<uint8_t>();
    algorithm.s64_lanes = !hvx;
    // On HVX a load in part reads all of it, and LLVM's stores in part have written what they must not.
    algorithm.masks = !hvx;
    // Unaligned vectors cost twice as much on HVX: callers' buffers begin where vectors do.
    algorithm.buffer_alignment = hvx ? algorithm.vector_bytes : 1;
    algorithm.grid_device = target.has_gpu_feature() ? DeviceAPI::Default_GPU : DeviceAPI::Host;
}

void add_machine_passes(Algorithm &algorithm, const Target &target) {
    if (target.arch == Target::Hexagon) {
        algorithm.passes.push_back(hexagon::fetch_rows());
        algorithm.passes.push_back(hexagon::short_shifts());
        algorithm.passes.push_back(hexagon::whole_vectors());
        algorithm.passes.push_back(hexagon::splat_stores());
    }
}

} // namespace nibble

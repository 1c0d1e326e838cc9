// SPDX-License-Identifier: Apache-2.0
#include "compiler/layer_work.h"

#include "compiler/operator_table.h"
#include "generators/dot_lowering.h"

namespace nibble {

KernelWork work_of(const CompiledLayer &layer, const TargetFacts &target) {
    const int64_t macs = find_operator(layer.layer.op)->macs(layer.layer);
    return work_of(layer.layer, macs, fastest_types(target, weight_bits(layer.lowering)), layer.packed.bytes);
}

} // namespace nibble

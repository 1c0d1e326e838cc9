// How a bare layer's constants are packed at run time.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "compiler/operator_table.h"
#include "runtime/pack_layer.h"

namespace nibble {

/// The plan that makes nibble_pack_layer write what the operator's row packs at build time (tests/compiler compares the
/// two). The operator is conv2d, depthwise_conv2d or fully_connected.
nibble_pack_plan make_pack_plan(const Layer &layer, const std::string &lowering);

} // namespace nibble

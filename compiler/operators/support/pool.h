// What the two-dimensional pools share: windows over sources and destinations that are quantised alike.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "compiler/operators/support/legalise_context.h"
#include "runtime/reference/pool2d.h"

namespace nibble::operators {

/// The layer of a pool from attributes `kernel`, `stride`, `padding` and `activation`: u8 n h w c oh ow kh kw stride_h
/// stride_w pad_top pad_left clamp_min clamp_max bits. Reports windows without a source pixel.
Layer legalise_pool(LegaliseContext &);

/// The parameters of such a layer.
reference::Pool2d pool_parameters(const Layer &);

/// Shape families of operator `op`, of s8, u8 and s16.
std::vector<Layer> pool_samples(const std::string &op);

} // namespace nibble::operators

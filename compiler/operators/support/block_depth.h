// What space_to_depth and depth_to_space share: the image, and its blocks as pixels with all their channels.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "compiler/operators/support/legalise_context.h"
#include "compiler/operators/support/movers.h"
#include "runtime/reference/block_depth.h"

namespace nibble::operators {

/// The layer, from attribute `block`: bits n h w c block. `image` is input 0 or output 0, `depth` the other one.
Layer legalise_block_depth(LegaliseContext &, const MovedTensors &, const Tensor *image, const Tensor *depth);

/// The parameters of such a layer.
reference::BlockDepth block_depth_parameters(const Layer &);

/// Loops over the destination [n, h, block, w, block, c] of depth_to_space (`to_image`) or the destination
/// [n, h, w, block, block, c] of space_to_depth.
Attributes block_depth_copy(const Layer &, bool to_image);

/// Shape families of operator `op`; `from_image`: sources are images.
std::vector<Layer> block_depth_samples(const std::string &op, bool from_image);

} // namespace nibble::operators

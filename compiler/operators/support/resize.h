// What the two-dimensional resizes share.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "compiler/operators/support/legalise_context.h"
#include "runtime/reference/resize2d.h"

namespace nibble::operators {

/// n h w c oh ow align_corners half_pixel_centers of two NHWC tensors of one batch, number of channels and
/// quantisation, from the attributes of these names; reports what does not fit.
Attributes resize_attributes(LegaliseContext &, const Tensor &src, const Tensor &dst);

/// The parameters of a layer with these attributes; `bits` is left at 8.
reference::Resize2d resize_parameters(const Layer &);

/// Shape families of s8: op, name, the attributes above, src and dst.
std::vector<Layer> resize_samples(const std::string &op);

} // namespace nibble::operators

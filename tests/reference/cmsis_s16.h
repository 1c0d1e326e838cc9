// CMSIS-NN's vectors of s16 activations as layers of the rows that only s16 has.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "compiler/layer.h"
#include "tests/reference/cmsis_file.h"

namespace nibble::test {

/// Sets attributes, constants and rounding of a layer of conv2d_s16 from a case of a convolution, depthwise or not,
/// whose extents, strides, paddings and clamps the layer has; a bias of 64 bits says `reduced16`.
void set_s16_windows(const CaseFile &, Layer &);
/// The same from a case of fully_connected_s16.
void read_s16_rows(const CaseFile &, Layer &);
/// From a layer of batch_matmul, one of batch_matmul_s16.
void set_s16_matrices(Layer &);
void read_s16_softmax(const CaseFile &, Layer &);

} // namespace nibble::test

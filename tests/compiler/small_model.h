// A model of three operators, for tests that run the whole of gen_kernels.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "model/model.h"

namespace nibble {

/// conv2d 3x3 [1, 6, 6, 3] -> [1, 6, 6, 4], reshape -> [1, 144], fully_connected -> [1, 10]; weights from `seed`.
Model small_model(uint32_t seed);

/// What the model computes, by runtime/reference.
std::vector<int8_t> run_reference(const Model &model, const std::vector<int8_t> &input);

} // namespace nibble

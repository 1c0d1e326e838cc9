// SPDX-License-Identifier: Apache-2.0
#include "compiler/layer.h"

#include <stdexcept>

#include <fmt/format.h>

namespace nibble {

int64_t LayerTensor::elements() const {
    int64_t count = 1;
    for (const int64_t extent : shape) {
        count *= extent;
    }
    return count;
}

int64_t LayerTensor::bytes() const { return (elements() * bits_of(dtype) + 7) / 8; }

int64_t Layer::at(const std::string &key) const {
    const auto it = attributes.find(key);
    if (it == attributes.end()) {
        throw std::out_of_range(fmt::format("layer '{}' ({}) has no attribute '{}'", name, op, key));
    }
    return it->second;
}

} // namespace nibble

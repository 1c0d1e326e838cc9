// A legalised operator: static shapes and integers only, ready for a kernel or for the reference.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "model/model.h"

namespace nibble {

/// Named integers: an operator's static shape, zero points, clamps. The names are the operator's field names in
/// runtime/reference and its generator's parameters, so one list serves the kernel, the reference and the manifest.
using Attributes = std::map<std::string, int64_t>;

/// An activation of a layer: dense, outermost dimension first.
struct LayerTensor {
    std::string name;
    DType dtype = DType::s8;
    std::vector<int64_t> shape;

    int64_t elements() const;
    int64_t bytes() const;
};

/// A constant of a layer as the reference reads it: "wei", "bia", "multiplier", "shift", ...
struct Constant {
    DType dtype = DType::s8;
    std::vector<int64_t> shape;
    std::vector<uint8_t> data; ///< empty in a bare layer: given at run time through <name>_<layer>_pack

    template <typename T>
    const T *as() const {
        return reinterpret_cast<const T *>(data.data());
    }
};

struct Layer {
    std::string name;
    std::string op; ///< a row of the operator table
    Rounding rounding = Rounding::none;
    Attributes attributes;
    std::vector<LayerTensor> src;
    std::vector<LayerTensor> dst;
    std::map<std::string, Constant> constants;
    std::string widened; ///< why the layer's weights have more bits than the model's; empty where they have not

    /// Attribute `key`. Throws std::out_of_range with the layer's and the key's name.
    int64_t at(const std::string &key) const;
};

} // namespace nibble

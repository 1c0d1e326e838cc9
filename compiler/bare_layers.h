// Layers without weights: the shapes of an operator from its attributes alone.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "compiler/layer.h"

namespace nibble {

/// Operators that can stand in a list of bare layers, sorted.
std::vector<std::string> bare_operators();

/// Whether it is one of them: others' constants are packed at build time alone.
bool is_bare_operator(const std::string &op);

/// One attribute of a bare layer.
struct BareAttribute {
    std::string name;
    int64_t min = 1;
    int64_t max = 0;
    bool required = true;
    int64_t value = 0; ///< where it is absent
};

/// The attributes that the operator takes; the operator is one of bare_operators().
std::vector<BareAttribute> bare_attributes(const std::string &op);

/// A layer of these attributes (at least those that are required) with its activations and no constants.
Layer bare_layer(const std::string &name, const std::string &op, const Attributes &attributes);

/// Types and shapes of the constants that <name>_<layer>_pack takes, in the order of its argument.
std::vector<std::pair<std::string, Constant>> bare_constants(const Layer &layer);

} // namespace nibble

// Command line options of programs that take lists of layers.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>

#include "bench/typed_layers.h"

namespace nibble {

inline void add_type_options(CLI::App &app, LayerTypes &types) {
    app.add_option("--act", types.act, "type of the activations of a list's layers")
        ->check(CLI::IsMember({"s8", "u8", "f32"}));
    app.add_option("--wei", types.wei, "type of their weights")
        ->check(CLI::IsMember({"s8", "s4", "s4g128", "s4g64", "s4g32", "s4i128"}));
}

} // namespace nibble

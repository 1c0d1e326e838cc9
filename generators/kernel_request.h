// What one kernel is generated from, and what the compiler learns of it. The request is also the kernel's cache key.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include <nlohmann/json.hpp>

#include "compiler/layer.h"
#include "schedules/schedule.h"

namespace nibble {

/// A kernel's arguments are: user context, src buffers, packed arrays in the order of the layout, dst buffers. Every
/// buffer starts at its host pointer and is dense; kernels read nothing else of halide_buffer_t.
struct KernelRequest {
    std::string op;
    std::string lowering;
    std::string schedule;      ///< family whose schedule applies
    std::string halide_target; ///< of the target file
    Attributes parameters;     ///< generator parameters, all integers
    Tile tile;
};

/// Measured on the generated code.
struct KernelFacts {
    int64_t scratch_bytes = 0;     ///< most bytes that halide_malloc has outstanding, headers and alignment counted
    int64_t vtcm_bytes = 0;        ///< the same of halide_vtcm_malloc
    int64_t vtcm_filled_bytes = 0; ///< bytes of weights that a call copies into VTCM
    int64_t stack_bytes = 0;       ///< deepest frame
    std::string requantise;        ///< form that the generator chose (docs/numerics.md); empty where parameters say it
};

void to_json(nlohmann::json &, const KernelRequest &);
void from_json(const nlohmann::json &, KernelRequest &);
void to_json(nlohmann::json &, const KernelFacts &);
void from_json(const nlohmann::json &, KernelFacts &);

} // namespace nibble

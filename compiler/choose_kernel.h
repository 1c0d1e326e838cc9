// Which kernel a layer gets on a target.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "compiler/program.h"
#include "model/error.h"

namespace nibble {

/// The best lowering that the operator has and the target wants for the weights that the layer's kernel reads; the
/// operator's first where the target names none. Throws Error where they have none in common.
std::string choose_lowering(const Layer &, const OperatorRow &, const TargetFacts &);

/// What the target has no kernel for, and what the layer got instead. Empty where its kernel reads the weights as the
/// model has them.
std::string fallback_of(const Layer &, const OperatorRow &, const std::string &lowering, const TargetFacts &);

/// A kernel's request and where its tile comes from.
struct ChosenKernel {
    KernelRequest request;
    TileChoice tile;
};

/// The layer's kernel with the tile that the program's choose_tile gives. Throws Error where the target's family has no
/// schedule.
ChosenKernel choose_kernel(const Layer &, const OperatorRow &, const std::string &lowering, const Program &);

/// The program's kernel of the request, added where no layer has asked for it; `layer` is who asks. Index into
/// Program::kernels.
size_t kernel_for(Program &, ChosenKernel, const std::string &layer);

/// Gives a kernel that rounds by `float` the form in integers where the target has no vectors of f32.
void fit_rounding(const TargetFacts &, Attributes &kernel);

/// Whether the target has the vectors that the layer needs: f32 scales of groups are computed in lanes of f32.
bool can_scale(const Layer &, const TargetFacts &);
/// What is said of a layer that can't be scaled.
Finding unscaled(const Layer &, const Program &);

} // namespace nibble

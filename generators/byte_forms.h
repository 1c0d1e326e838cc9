// The calls that stand for a function of bytes in the instructions of one target, on Exprs.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include <Halide.h>

#include "generators/pair_form.h"
#include "generators/word_form.h"

namespace nibble {

/// Names of the calls that stand for a form's value of an s8 operand, an s8 itself, until a pass of the schedule
/// (schedules/x86/expand_byte_forms.h) writes them for whole vectors. Arguments: the operand, then as s32 constants the
/// form's numbers in the order of their declaration and NearlyLinear's bend.
inline constexpr const char *word_form_name = "nibble_word_form";
inline constexpr const char *pair_form_name = "nibble_pair_form";

inline Halide::Expr byte_form_call(const char *name, const Halide::Expr &a, const std::vector<int> &numbers) {
    std::vector<Halide::Expr> arguments = {a};
    arguments.insert(arguments.end(), numbers.begin(), numbers.end());
    return Halide::Internal::Call::make(Halide::Int(8), name, arguments, Halide::Internal::Call::PureExtern);
}

/// The form's value for s8 `a`; `bend` as in NearlyLinear.
inline Halide::Expr word_form_s8(const WordForm &form, const Halide::Expr &a, int bend) {
    return byte_form_call(word_form_name, a, {form.mul, form.rnd, form.rnd_below, form.doublings, bend});
}

/// The same, clamped to s8.
inline Halide::Expr pair_form_s8(const PairForm &form, const Halide::Expr &a, int bend) {
    return byte_form_call(pair_form_name, a, {form.mul, form.times, form.with, form.with_below, form.scale, bend});
}

} // namespace nibble

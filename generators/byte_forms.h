// The calls that stand for a function of bytes in the instructions of one target, on Exprs.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include <Halide.h>

#include "generators/pair_form.h"
#include "generators/word_form.h"

namespace nibble {

/// Names of the calls that stand for a form's value of an s8 operand, their first argument, an s8 itself, until a pass
/// of the schedule (schedules/x86/expand_byte_forms.h) writes them for whole vectors. The form's numbers follow, as
/// s32.
inline constexpr const char *word_form_name = "nibble_word_form";
inline constexpr const char *pair_form_name = "nibble_pair_form";

/// A form and the bend of the function that it equals, as in NearlyLinear.
template <typename Form>
struct BentForm {
    Form form;
    int bend = -128;
};

inline Halide::Expr byte_form_call(const char *name, const Halide::Expr &a, const std::vector<int> &numbers) {
    std::vector<Halide::Expr> arguments = {a};
    arguments.insert(arguments.end(), numbers.begin(), numbers.end());
    return Halide::Internal::Call::make(Halide::Int(8), name, arguments, Halide::Internal::Call::PureExtern);
}

/// Number `i` of such a call, also where it was broadcast to a vector, as the T that it was.
template <typename T>
T byte_form_number(const Halide::Internal::Call *call, size_t i) {
    const Halide::Expr &argument = call->args[1 + i];
    const auto *broadcast = argument.as<Halide::Internal::Broadcast>();
    return static_cast<T>(*Halide::Internal::as_const_int(broadcast != nullptr ? broadcast->value : argument));
}

/// The form's value for s8 `a`.
inline Halide::Expr byte_form_s8(const BentForm<WordForm> &bent, const Halide::Expr &a) {
    const WordForm &form = bent.form;
    return byte_form_call(word_form_name, a, {form.mul, form.rnd, form.rnd_below, form.doublings, bent.bend});
}

/// What byte_form_s8 was given.
inline BentForm<WordForm> word_form_of(const Halide::Internal::Call *call) {
    return {{byte_form_number<int16_t>(call, 0), byte_form_number<int16_t>(call, 1), byte_form_number<int16_t>(call, 2),
             byte_form_number<int>(call, 3)},
            byte_form_number<int>(call, 4)};
}

/// The form's value for s8 `a`, clamped to s8.
inline Halide::Expr byte_form_s8(const BentForm<PairForm> &bent, const Halide::Expr &a) {
    const PairForm &form = bent.form;
    return byte_form_call(pair_form_name, a, {form.mul, form.times, form.with, form.with_below, form.scale, bent.bend});
}

/// What byte_form_s8 was given.
inline BentForm<PairForm> pair_form_of(const Halide::Internal::Call *call) {
    return {{byte_form_number<uint8_t>(call, 0), byte_form_number<uint8_t>(call, 1), byte_form_number<int8_t>(call, 2),
             byte_form_number<int8_t>(call, 3), byte_form_number<int16_t>(call, 4)},
            byte_form_number<int>(call, 5)};
}

} // namespace nibble

// SPDX-License-Identifier: Apache-2.0
#include "schedules/x86/channel_requantise.h"

#include "generators/requantise_kind.h"
#include "schedules/expand_either.h"
#include "schedules/expand_mul_q31.h"

namespace nibble::x86 {

double requantise_instructions(const Attributes &kernel, const TargetFacts &target) {
    // q31: double the sum, its odd lanes, two products, two additions of half, a permutation, the sign (2), rnd, the
    // shift, and vpmovsdb, which counts twice. f32: conversion, fma, conversion, zero point, vpmovsdb, and where the
    // half has a sign, vpternlogd.
    const auto sign = static_cast<double>(kernel.at("half_has_sign"));
    if (target.vector_bytes == 64) {
        return kernel.at("requantise") == requantise_q31 ? 14 : 6 + sign;
    }
    // Without AVX-512, q31 has a shift more for odd lanes; the sign takes two; and two vectors are packed twice, after
    // which lanes have to be put in order.
    return kernel.at("requantise") == requantise_q31 ? 15 : 6.5 + 2 * sign;
}

void expand_requantise(Algorithm &algorithm) {
    algorithm.passes.push_back(expand_either());
    algorithm.passes.push_back(expand_mul_q31_by_pairs(algorithm.at("spare_bit") != 0 ? SpareBit::yes : SpareBit::no));
}

} // namespace nibble::x86

// SPDX-License-Identifier: Apache-2.0
#include "schedules/x86/channel_requantise.h"

#include "generators/requantise_kind.h"
#include "schedules/expand_either.h"
#include "schedules/expand_mul_q31.h"

namespace nibble::x86 {

double requantise_instructions(const Attributes &kernel) {
    // q31: double the sum, its odd lanes, two products, two additions of half, a permutation, the sign (2), rnd, the
    // shift, and vpmovsdb, which counts twice. f32: conversion, fma, conversion, zero point, vpmovsdb, and where the
    // half has a sign, vpternlogd.
    return kernel.at("requantise") == requantise_q31 ? 14 : 6 + static_cast<double>(kernel.at("half_has_sign"));
}

void expand_requantise(Algorithm &algorithm) {
    algorithm.passes.push_back(expand_either());
    algorithm.passes.push_back(expand_mul_q31_by_pairs(algorithm.at("spare_bit") != 0 ? SpareBit::yes : SpareBit::no));
}

} // namespace nibble::x86

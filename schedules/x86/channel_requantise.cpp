// SPDX-License-Identifier: Apache-2.0
#include "schedules/x86/channel_requantise.h"

#include "generators/requantise_kind.h"
#include "schedules/expand_either.h"
#include "schedules/expand_mul_q31.h"

namespace nibble::x86 {

double requantise_instructions(const Attributes &kernel, const TargetFacts &target) {
    const bool avx512 = target.vector_bytes == 64;
    switch (kernel.at("requantise")) {
    case requantise_q31:
        // The sum doubled, its odd lanes, two products, two additions of half, a permutation, the sign (2), rnd, the
        // shift, and vpmovsdb, which counts twice. Without AVX-512 odd lanes take a shift more.
        return avx512 ? 14 : 15;
    case requantise_single:
        return avx512 ? 11 : 12; // as q31, without the halves and the sign, and with the zero point
    case requantise_nearest:
        return avx512 ? 6 : 6.5; // conversion, product, conversion, zero point, vpmovsdb, or packing as below
    case requantise_biased:
    case requantise_biased_mixed:
        return avx512 ? 4 : 4.5; // fma, conversion, vpmovsdb, or packing as below
    default: {
        // Conversion, fma, conversion, zero point, vpmovsdb, and where the half has a sign, vpternlogd. Without AVX-512
        // the sign takes two, and two vectors are packed twice, after which lanes have to be put in order.
        const auto sign = static_cast<double>(kernel.at("half_has_sign"));
        return avx512 ? 6 + sign : 6.5 + 2 * sign;
    }
    }
}

void expand_requantise(Algorithm &algorithm) {
    algorithm.passes.push_back(expand_either());
    algorithm.passes.push_back(expand_mul_q31_by_pairs(algorithm.at("spare_bit") != 0 ? SpareBit::yes : SpareBit::no));
}

} // namespace nibble::x86

/* The CPU features that a target may name, and where a CPU of their architecture reports them.
 * SPDX-License-Identifier: Apache-2.0
 *
 * A feature set is a mask of bits NIBBLE_CPU_BIT(feature). The order here is the order of the bits; masks are compiled
 * into a library together with the runtime that reads them, so a new feature may stand anywhere. C99 and C++. */
#ifndef NIBBLE_RUNTIME_CPU_FEATURES_H_
#define NIBBLE_RUNTIME_CPU_FEATURES_H_

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** x86-64. X(name, leaf, register, bit, state): the cpuid leaf and bit, and the register state that the operating
 * system must save. Besides the vector extensions, the list has the scalar ones that LLVM's "haswell" and "znver4"
 * imply (Halide passes these CPU names) and that its code generator uses unasked. */
#define NIBBLE_CPU_FEATURES_X86(X)                                                                                     \
    X(sse2, LEAF_1, EDX, 26, NONE)                                                                                     \
    X(sse3, LEAF_1, ECX, 0, NONE)                                                                                      \
    X(ssse3, LEAF_1, ECX, 9, NONE)                                                                                     \
    X(sse41, LEAF_1, ECX, 19, NONE)                                                                                    \
    X(sse42, LEAF_1, ECX, 20, NONE)                                                                                    \
    X(movbe, LEAF_1, ECX, 22, NONE)                                                                                    \
    X(popcnt, LEAF_1, ECX, 23, NONE)                                                                                   \
    X(avx, LEAF_1, ECX, 28, YMM)                                                                                       \
    X(f16c, LEAF_1, ECX, 29, YMM)                                                                                      \
    X(fma, LEAF_1, ECX, 12, YMM)                                                                                       \
    X(lzcnt, LEAF_EXTENDED_1, ECX, 5, NONE)                                                                            \
    X(bmi, LEAF_7, EBX, 3, NONE)                                                                                       \
    X(bmi2, LEAF_7, EBX, 8, NONE)                                                                                      \
    X(avx2, LEAF_7, EBX, 5, YMM)                                                                                       \
    X(gfni, LEAF_7, ECX, 8, NONE)                                                                                      \
    X(avx512f, LEAF_7, EBX, 16, ZMM)                                                                                   \
    X(avx512dq, LEAF_7, EBX, 17, ZMM)                                                                                  \
    X(avx512ifma, LEAF_7, EBX, 21, ZMM)                                                                                \
    X(avx512cd, LEAF_7, EBX, 28, ZMM)                                                                                  \
    X(avx512bw, LEAF_7, EBX, 30, ZMM)                                                                                  \
    X(avx512vl, LEAF_7, EBX, 31, ZMM)                                                                                  \
    X(avx512vbmi, LEAF_7, ECX, 1, ZMM)                                                                                 \
    X(avx512vbmi2, LEAF_7, ECX, 6, ZMM)                                                                                \
    X(avx512vnni, LEAF_7, ECX, 11, ZMM)                                                                                \
    X(avx512bitalg, LEAF_7, ECX, 12, ZMM)                                                                              \
    X(avx512vpopcntdq, LEAF_7, ECX, 14, ZMM)                                                                           \
    X(avx512bf16, LEAF_7_1, EAX, 5, ZMM)

/** AArch64. X(name, register, shift, least): the identification register, and the lowest bit and the least value of the
 * four-bit field. 15 in the field of asimd says that it is missing. */
#define NIBBLE_CPU_FEATURES_AARCH64(X)                                                                                 \
    X(asimd, PFR0, 20, 0)                                                                                              \
    X(asimddp, ISAR0, 44, 1)

/** The position of each feature's bit: NIBBLE_CPU_sse2, ... */
typedef enum nibble_cpu_feature {
#define NIBBLE_CPU_X86_ENUMERATOR(name, leaf, reg, bit, state) NIBBLE_CPU_##name,
#define NIBBLE_CPU_AARCH64_ENUMERATOR(name, reg, shift, least) NIBBLE_CPU_##name,
    NIBBLE_CPU_FEATURES_X86(NIBBLE_CPU_X86_ENUMERATOR) NIBBLE_CPU_FEATURES_AARCH64(NIBBLE_CPU_AARCH64_ENUMERATOR)
#undef NIBBLE_CPU_X86_ENUMERATOR
#undef NIBBLE_CPU_AARCH64_ENUMERATOR
        NIBBLE_CPU_FEATURE_COUNT
} nibble_cpu_feature;

/** The mask with this feature's bit alone. */
#define NIBBLE_CPU_BIT(name) (UINT64_C(1) << NIBBLE_CPU_##name)

/** NIBBLE_CPU_BIT of a name, or 0 where there is no such feature. Host code only: not in the shipped runtime. */
uint64_t nibble_cpu_feature_bit(const char *name);

/** The feature's name, or NULL past the last. Host code only. */
const char *nibble_cpu_feature_name(uint32_t position);

#ifdef __cplusplus
}
#endif
#endif

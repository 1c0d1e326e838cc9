/* Names of CPU features for the compiler, the tools and the tests. Not part of the shipped runtime.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stddef.h>
#include <string.h>

#include "cpu_features.h"

static const char *const names[] = {
#define NIBBLE_CPU_X86_NAME(name, leaf, reg, bit, state) #name,
#define NIBBLE_CPU_AARCH64_NAME(name, reg, shift, least) #name,
    NIBBLE_CPU_FEATURES_X86(NIBBLE_CPU_X86_NAME) NIBBLE_CPU_FEATURES_AARCH64(NIBBLE_CPU_AARCH64_NAME)
#undef NIBBLE_CPU_X86_NAME
#undef NIBBLE_CPU_AARCH64_NAME
};

uint64_t nibble_cpu_feature_bit(const char *name) {
    for (uint32_t position = 0; position < NIBBLE_CPU_FEATURE_COUNT; ++position) {
        if (strcmp(names[position], name) == 0) {
            return UINT64_C(1) << position;
        }
    }
    return 0;
}

const char *nibble_cpu_feature_name(uint32_t position) {
    return position < NIBBLE_CPU_FEATURE_COUNT ? names[position] : NULL;
}

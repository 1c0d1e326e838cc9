/* Names of CPU features for the compiler, the tools and the tests. Not part of the shipped runtime.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stddef.h>
#include <string.h>

#include "cpu_features.h"

static const char *const names[] = {
#define NIBBLE_CPU_NAME(name, leaf, reg, bit, state) #name,
    NIBBLE_CPU_FEATURES(NIBBLE_CPU_NAME)
#undef NIBBLE_CPU_NAME
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

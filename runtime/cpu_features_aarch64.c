/* nibble_cpu_supports for AArch64. Linux lets programs read the identification registers, since 4.11.
 * SPDX-License-Identifier: Apache-2.0 */
#include "cpu_features.h"
#include "plan.h"

enum { FIRST_BIT = NIBBLE_CPU_asimd };

enum { MISSING = 15 }; /* of the fields that count from 0 */

static uint64_t read_pfr0(void) {
    uint64_t value;
    __asm__("mrs %0, ID_AA64PFR0_EL1" : "=r"(value));
    return value;
}

static uint64_t read_isar0(void) {
    uint64_t value;
    __asm__("mrs %0, ID_AA64ISAR0_EL1" : "=r"(value));
    return value;
}

enum { PFR0, ISAR0, REGISTER_COUNT };

static const struct {
    uint8_t reg;
    uint8_t shift;
    uint8_t least;
} features[] = {
#define NIBBLE_CPU_ROW(name, reg, shift, least) {reg, shift, least},
    NIBBLE_CPU_FEATURES_AARCH64(NIBBLE_CPU_ROW)
#undef NIBBLE_CPU_ROW
};

enum { FEATURE_COUNT = sizeof(features) / sizeof(features[0]) };

int nibble_cpu_supports(uint64_t cpu_features) {
    uint64_t ours = cpu_features >> FIRST_BIT;
    if (ours << FIRST_BIT != cpu_features || ours >> FEATURE_COUNT) {
        return 0;
    }
    if (cpu_features == 0) {
        return 1;
    }
    const uint64_t registers[REGISTER_COUNT] = {[PFR0] = read_pfr0(), [ISAR0] = read_isar0()};
    for (uint32_t position = 0; position < FEATURE_COUNT; ++position) {
        uint64_t field = registers[features[position].reg] >> features[position].shift & 15;
        if (((ours >> position) & 1) && (field < features[position].least || field == MISSING)) {
            return 0;
        }
    }
    return 1;
}

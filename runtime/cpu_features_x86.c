/* nibble_cpu_supports for x86-64.
 * SPDX-License-Identifier: Apache-2.0 */
#include "cpu_features.h"

#include <cpuid.h>

#include "plan.h"

enum { LEAF_0, LEAF_1, LEAF_7, LEAF_7_1, LEAF_EXTENDED_1, LEAF_COUNT };
enum { EAX, EBX, ECX, EDX, REGISTER_COUNT };

/* Bits of XCR0, the register state that the operating system saves: xmm and ymm; besides them opmasks, upper halves of
 * zmm 0-15, and zmm 16-31. */
enum { NONE = 0, YMM = 0x06, ZMM = 0xE6 };

#define OSXSAVE_BIT 27

static const struct {
    uint32_t leaf;
    uint32_t subleaf;
} leaves[LEAF_COUNT] = {
    [LEAF_0] = {0, 0}, [LEAF_1] = {1, 0}, [LEAF_7] = {7, 0}, [LEAF_7_1] = {7, 1}, [LEAF_EXTENDED_1] = {0x80000001u, 0},
};

static const struct {
    uint8_t leaf;
    uint8_t reg;
    uint8_t bit;
    uint8_t state;
} features[] = {
#define NIBBLE_CPU_ROW(name, leaf, reg, bit, state) {leaf, reg, bit, state},
    NIBBLE_CPU_FEATURES_X86(NIBBLE_CPU_ROW)
#undef NIBBLE_CPU_ROW
};

/* Their bits are the lowest ones. */
enum { FEATURE_COUNT = sizeof(features) / sizeof(features[0]) };

/** What cpuid says, each leaf read when first needed: in a virtual machine a read is an exit to the hypervisor. */
typedef struct Cpu {
    uint32_t registers[LEAF_COUNT][REGISTER_COUNT];
    uint8_t is_read[LEAF_COUNT];
} Cpu;

static const uint32_t *read_leaf(Cpu *cpu, int which) {
    uint32_t *registers = cpu->registers[which];
    if (!cpu->is_read[which]) {
        __cpuid_count(leaves[which].leaf, leaves[which].subleaf, registers[EAX], registers[EBX], registers[ECX],
                      registers[EDX]);
        cpu->is_read[which] = 1;
    }
    return registers;
}

/* Leaves 1 and 0x80000001 are in every x86-64 CPU: the latter is where it says that it is one. Leaf 7 came later, and
 * past the last leaf a CPU repeats another. Subleaf 1 of a CPU that lacks it is zero. */
static int has_leaf(Cpu *cpu, int which) { return leaves[which].leaf != 7 || read_leaf(cpu, LEAF_0)[EAX] >= 7; }

static int has_feature(Cpu *cpu, uint32_t position) {
    int leaf = features[position].leaf;
    return has_leaf(cpu, leaf) && (read_leaf(cpu, leaf)[features[position].reg] >> features[position].bit) & 1;
}

static int saves_state(Cpu *cpu, uint32_t state) {
    if (state == NONE) {
        return 1;
    }
    if (!((read_leaf(cpu, LEAF_1)[ECX] >> OSXSAVE_BIT) & 1)) {
        return 0;
    }
    uint32_t low;
    uint32_t high;
    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return (low & state) == state;
}

int nibble_cpu_supports(uint64_t cpu_features) {
    if (cpu_features >> FEATURE_COUNT) {
        return 0;
    }
    Cpu cpu = {0};
    uint32_t state = NONE;
    for (uint32_t position = 0; position < FEATURE_COUNT; ++position) {
        if ((cpu_features >> position) & 1) {
            if (!has_feature(&cpu, position)) {
                return 0;
            }
            state |= features[position].state;
        }
    }
    return saves_state(&cpu, state);
}

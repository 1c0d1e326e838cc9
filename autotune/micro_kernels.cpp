// SPDX-License-Identifier: Apache-2.0
#include "autotune/micro_kernels.h"

#include <cstring>

namespace nibble {
namespace {

bool has_vnni() { return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vnni"); }
bool has_avx2() { return __builtin_cpu_supports("avx2"); }
bool has_sse2() { return true; }

// 24 accumulators: two ports times a latency of four or five cycles, and some to spare.
#define VPDPBUSD(i) "vpdpbusd %%zmm30, %%zmm31, %%zmm" #i "\n"
constexpr int vpdpbusd_accumulators = 24;

__attribute__((target("avx512f"))) void run_vpdpbusd(int64_t iterations) {
    asm volatile("vpxord %%zmm30, %%zmm30, %%zmm30\n"
                 "vpxord %%zmm31, %%zmm31, %%zmm31\n"
                 "1:\n" VPDPBUSD(0) VPDPBUSD(1) VPDPBUSD(2) VPDPBUSD(3) VPDPBUSD(4) VPDPBUSD(5) VPDPBUSD(6) VPDPBUSD(7)
                     VPDPBUSD(8) VPDPBUSD(9) VPDPBUSD(10) VPDPBUSD(11) VPDPBUSD(12) VPDPBUSD(13) VPDPBUSD(14)
                         VPDPBUSD(15) VPDPBUSD(16) VPDPBUSD(17) VPDPBUSD(18) VPDPBUSD(19) VPDPBUSD(20) VPDPBUSD(21)
                             VPDPBUSD(22) VPDPBUSD(23) "dec %0\n"
                                                       "jnz 1b\n"
                                                       "vzeroupper\n"
                 : "+r"(iterations)
                 :
                 : "cc", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10",
                   "xmm11", "xmm12", "xmm13", "xmm14", "xmm15", "xmm16", "xmm17", "xmm18", "xmm19", "xmm20", "xmm21",
                   "xmm22", "xmm23", "xmm30", "xmm31");
}
#undef VPDPBUSD

// Baseline instructions only. Each product overwrites its own operand, so 15 registers hide a latency of five cycles on
// three ports.
#define PMADDWD(i) "pmaddwd %%xmm15, %%xmm" #i "\n"
constexpr int pmaddwd_registers = 15;

void run_pmaddwd(int64_t iterations) {
    asm volatile("pxor %%xmm15, %%xmm15\n"
                 "1:\n" PMADDWD(0) PMADDWD(1) PMADDWD(2) PMADDWD(3) PMADDWD(4) PMADDWD(5) PMADDWD(6) PMADDWD(7)
                     PMADDWD(8) PMADDWD(9) PMADDWD(10) PMADDWD(11) PMADDWD(12) PMADDWD(13) PMADDWD(14) "dec %0\n"
                                                                                                       "jnz 1b\n"
                 : "+r"(iterations)
                 :
                 : "cc", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10",
                   "xmm11", "xmm12", "xmm13", "xmm14", "xmm15");
}
#undef PMADDWD

// A product and the sum that it goes to, as a kernel has them: AVX2 does not multiply and add in one instruction. Each
// sum stands three products behind its own.
#define P(t) "vpmaddwd %%ymm15, %%ymm14, %%ymm" #t "\n"
#define S(i, t) "vpaddd %%ymm" #t ", %%ymm" #i ", %%ymm" #i "\n"
constexpr int vpmaddwd_accumulators = 10;

__attribute__((target("avx2"))) void run_vpmaddwd(int64_t iterations) {
    asm volatile("vpxor %%ymm14, %%ymm14, %%ymm14\n"
                 "vpxor %%ymm15, %%ymm15, %%ymm15\n"
                 "1:\n" P(10) P(11) P(12) P(13) S(0, 10) P(10) S(1, 11) P(11) S(2, 12) P(12) S(3, 13) P(13) S(4, 10)
                     P(10) S(5, 11) P(11) S(6, 12) S(7, 13) S(8, 10) S(9, 11) "dec %0\n"
                                                                              "jnz 1b\n"
                                                                              "vzeroupper\n"
                 : "+r"(iterations)
                 :
                 : "cc", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10",
                   "xmm11", "xmm12", "xmm13", "xmm14", "xmm15");
}
#undef P
#undef S

const MultiplyLoop multiply_loops[] = {
    {"u8s8", 64, "vpdpbusd zmm", 64, vpdpbusd_accumulators, has_vnni, run_vpdpbusd},
    {"s16s16", 32, "vpmaddwd ymm and vpaddd", 16, vpmaddwd_accumulators, has_avx2, run_vpmaddwd},
    {"s16s16", 16, "pmaddwd xmm", 8, pmaddwd_registers, has_sse2, run_pmaddwd},
};

__attribute__((target("avx512f"))) void read_zmm(const uint8_t *data, size_t bytes) {
    const uint8_t *end = data + bytes;
    asm volatile("1:\n"
                 "vmovdqa64 (%0), %%zmm0\n"
                 "vmovdqa64 64(%0), %%zmm1\n"
                 "vmovdqa64 128(%0), %%zmm2\n"
                 "vmovdqa64 192(%0), %%zmm3\n"
                 "vmovdqa64 256(%0), %%zmm4\n"
                 "vmovdqa64 320(%0), %%zmm5\n"
                 "vmovdqa64 384(%0), %%zmm6\n"
                 "vmovdqa64 448(%0), %%zmm7\n"
                 "add $512, %0\n"
                 "cmp %1, %0\n"
                 "jb 1b\n"
                 "vzeroupper\n"
                 : "+r"(data)
                 : "r"(end)
                 : "cc", "memory", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7");
}

void read_xmm(const uint8_t *data, size_t bytes) {
    const uint8_t *end = data + bytes;
    asm volatile("1:\n"
                 "movdqa (%0), %%xmm0\n"
                 "movdqa 16(%0), %%xmm1\n"
                 "movdqa 32(%0), %%xmm2\n"
                 "movdqa 48(%0), %%xmm3\n"
                 "movdqa 64(%0), %%xmm4\n"
                 "movdqa 80(%0), %%xmm5\n"
                 "movdqa 96(%0), %%xmm6\n"
                 "movdqa 112(%0), %%xmm7\n"
                 "add $128, %0\n"
                 "cmp %1, %0\n"
                 "jb 1b\n"
                 : "+r"(data)
                 : "r"(end)
                 : "cc", "memory", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7");
}

} // namespace

const MultiplyLoop *find_multiply_loop(const char *operand_types, int vector_bytes) {
    for (const MultiplyLoop &loop : multiply_loops) {
        if (loop.vector_bytes == vector_bytes && std::strcmp(loop.operand_types, operand_types) == 0) {
            return &loop;
        }
    }
    return nullptr;
}

void run_dependent_adds(int64_t cycles) {
    int64_t iterations = cycles / 8;
    int64_t sum = 1;
    // Register plus register: additions of a constant are folded before they execute on recent cores.
    asm volatile("1:\n"
                 "add %1, %1\n add %1, %1\n add %1, %1\n add %1, %1\n"
                 "add %1, %1\n add %1, %1\n add %1, %1\n add %1, %1\n"
                 "dec %0\n"
                 "jnz 1b\n"
                 : "+r"(iterations), "+r"(sum)
                 :
                 : "cc");
}

void read_memory(const uint8_t *data, size_t bytes) {
    if (__builtin_cpu_supports("avx512f")) {
        read_zmm(data, bytes);
    } else {
        read_xmm(data, bytes);
    }
}

} // namespace nibble

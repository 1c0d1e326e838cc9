// What is read off a kernel's assembly text, on texts whose answers are known. SPDX-License-Identifier: Apache-2.0
#include "generators/measure.h"

#include <gtest/gtest.h>

namespace nibble {
namespace {

constexpr const char *x86_frame = R"(
kernel:                                 # @kernel
	pushq	%rbp
	pushq	%rbx
	subq	$4216, %rsp
	andq	$-64, %rsp
	vpaddd	%ymm0, %ymm1, %ymm1
kernel_argv:
	pushq	%rax
)";

TEST(StackBytes, OfX86) { EXPECT_EQ(stack_bytes(x86_frame, Halide::Target::X86), 8 + 2 * 8 + 4216 + 64 + 8 + 8); }

constexpr const char *aarch64_frame = R"(
kernel:                                 // @kernel
	stp	d15, d14, [sp, #-160]!          // 16-byte Folded Spill
	stp	x29, x30, [sp, #64]
	sub	x9, sp, #4, lsl #12             // =16384
	sub	sp, sp, #608
	and	sp, x9, #0xffffffffffffff80
	str	x0, [sp, #8]
.LBB0_1:
	ldr	x8, [sp], #16
kernel_argv:
	str	x30, [sp, #-16]!
)";

TEST(StackBytes, OfAArch64) {
    EXPECT_EQ(stack_bytes(aarch64_frame, Halide::Target::ARM), 160 + 16384 + 608 + 128 + 16);
}

/// Two passes over a row of 1024 bytes that is staged in a memory, 256 bytes at a time.
Halide::Module staging_module(Halide::MemoryType memory) {
    Halide::Var x("x"), xo("xo"), pass("pass");
    Halide::ImageParam src(Halide::UInt(8), 1, "src");
    src.dim(0).set_bounds(0, 1024);
    Halide::Func staged("staged"), dst("dst");
    staged(x) = src(x);
    dst(x, pass) = staged(x) + Halide::cast<uint8_t>(pass);
    dst.output_buffer().dim(0).set_bounds(0, 1024);
    dst.output_buffer().dim(1).set_bounds(0, 2);
    dst.split(x, xo, x, 256).vectorize(x, 128);
    staged.compute_at(dst, xo).store_in(memory).vectorize(x, 128);
    return dst.compile_to_module({src}, "f", Halide::Target("hexagon-32-noos-hvx_128-hvx_v66-no_runtime-no_asserts"));
}

TEST(VtcmBytes, AreOfStagedFuncsAlone) {
    const Halide::Module vtcm = staging_module(Halide::MemoryType::VTCM);
    EXPECT_EQ(vtcm_filled_bytes(vtcm), 2 * 1024);
    EXPECT_GE(vtcm_bytes(vtcm), 256);
    EXPECT_LE(vtcm_bytes(vtcm), 256 + 512); // header, padding and alignment
    EXPECT_EQ(heap_bytes(vtcm), 0);
    const Halide::Module heap = staging_module(Halide::MemoryType::Heap);
    EXPECT_EQ(vtcm_filled_bytes(heap), 0);
    EXPECT_EQ(vtcm_bytes(heap), 0);
    EXPECT_EQ(heap_bytes(heap), vtcm_bytes(vtcm));
}

TEST(PlatformRegister, IsFoundByItsNamesAlone) {
    EXPECT_EQ(platform_register_instruction("\tadd\tx0, x1, x18\n"), "add");
    EXPECT_EQ(platform_register_instruction("\tldr\tq0, [x2]\n\tmov\tw18, w3\n"), "mov");
    EXPECT_EQ(platform_register_instruction("\tadd\tv18.4s, v1.4s, v2.4s // x18\n\tmov\tx0, #18\n"), "");
}

TEST(UnfusedProduct, IsThatOfEitherProcessor) {
    EXPECT_EQ(unfused_product("\tvmulps\t%ymm0, %ymm1, %ymm1\n"), "vmulps");
    EXPECT_EQ(unfused_product("\tfmul\tv0.4s, v1.4s, v2.4s\n"), "fmul");
    EXPECT_EQ(unfused_product("\tfmla\tv0.4s, v1.4s, v2.4s\n\tvfmadd231ps\t%ymm0, %ymm1, %ymm1\n"), "");
}

TEST(FusedProduct, IsThatOfEachProcessor) {
    EXPECT_EQ(fused_product("\tvmulps\t%zmm0, %zmm1, %zmm1\n\tvfmadd231ps\t%zmm0, %zmm1, %zmm1\n"), "vfmadd231ps");
    EXPECT_EQ(fused_product("\tfmul\tv0.4s, v1.4s, v2.4s\n\tfmla\tv0.4s, v1.4s, v2.4s\n"), "fmla");
    EXPECT_EQ(fused_product("\tfmadd\ts0, s1, s2, s3\n"), "fmadd");
    EXPECT_EQ(fused_product("\t{\n\t\tr2 = sfmpy(r3,r4)\n\t\tr5 += sfmpy(r3,r4)\n\t}\n"), "r5 += sfmpy");
    EXPECT_EQ(fused_product("\t\tr2 -= sfmpy(r0,r7):lib\n\t\tr0 += sfmpy(r2,r3,p0):scale\n"), "")
        << "a division's steps";
    EXPECT_EQ(fused_product("\tvmulps\t%zmm0, %zmm1, %zmm1\n\tfadd\ts0, s1, s2\n\tvpmaddwd\t%ymm0, %ymm1, %ymm1\n"),
              "");
}

} // namespace
} // namespace nibble

// The gates on Hexagon's assembly text: what LLVM's assembler refuses for v66, they refuse; what it takes, they let
// pass. SPDX-License-Identifier: Apache-2.0
#include "generators/hexagon_gates.h"

#include <filesystem>

#include <gtest/gtest.h>

#include "compiler/files.h"
#include "compiler/process.h"
#include "compiler/resources.h"

namespace nibble {
namespace {

/// Whether LLVM assembles the packet for v66.
bool assembles(const std::string &instruction) {
    const TempFolder folder(std::filesystem::temp_directory_path(), "nibble-gate-");
    write_file(folder.path() / "packet.s", "{\n\t\t" + instruction + "\n}\n");
    return run_process({read_tools().llvm_mc, "--triple=hexagon", "-mcpu=hexagonv66", "-mattr=+hvxv66,+hvx-length128b",
                        "--filetype=obj", "-o", "packet.o", "packet.s"},
                       folder.path())
        .ok();
}

TEST(HexagonGates, AgreeWithTheAssemblerOnWhatIsBeyondV66) {
    for (const char *instruction :
         {"v0.w += vrmpy(v1.ub,r2.b)", "v1:0.w = vadd(v3:2.w,v5:4.w)", "v0.h = vasr(v1.w,v2.w,r3):rnd:sat",
          "v0.w = vmpye(v1.w,v2.uh)", "v0 = vmemu(r1+#0)", "r0 = sfmpy(r1,r2)", "v0.qf32 = vadd(v1.sf,v2.sf)",
          "v0.sf = v1.qf32", "v0.sf = vmpy(v1.sf,v2.sf)", "v0.hf = vadd(v1.hf,v2.hf)",
          "v1:0.w = v6mpy(v3:2.ub,v5:4.b,#0):h", "v0.uh = vmpy(v1.uh,v2.uh):>>16"}) {
        const std::string text = std::string("\t{\n\t\t") + instruction + "\n\t}\n";
        EXPECT_EQ(beyond_v66_instruction(text).empty(), assembles(instruction)) << instruction;
    }
}

TEST(HexagonGates, FindAFrameThatIsUsedBeforeItIsThere) {
    const std::string broken = "f:\n\t{\n\t\tmemw(r16+##-556) = r5\n\t\tallocframe(r29,#640):raw\n\t}\n"
                               "\t{\n\t\tr16 = and(r30,#-128)\n\t}\n";
    EXPECT_EQ(early_frame_access(broken), "memw(r16+##-556) = r5");
    const std::string sound = "f:\n\t{\n\t\tr16 = and(r30,#-128)\n\t}\n\t{\n\t\tmemw(r16+##-556) = r5\n\t}\n";
    EXPECT_EQ(early_frame_access(sound), "");
    // A register of the function's own, and one of another function.
    const std::string reused = "f:\n\t\tr17:16 = memd(r0+#0)\n\t\tr1 = memw(r16+#4)\n\t\tr16 = and(r30,#-128)\n";
    EXPECT_EQ(early_frame_access(reused), "");
    EXPECT_EQ(early_frame_access("f:\n\t\tr1 = memw(r16+#4)\ng:\n\t\tr16 = and(r30,#-128)\n"), "");
}

TEST(HexagonGates, FindNarrowingShiftsThatAreTooLong) {
    const auto shifted_by = [](const char *amount) {
        return std::string("f:\n\t\tr3 = #") + amount + "\n\t\tv0.h = vasr(v1.w,v2.w,r3):rnd:sat\n";
    };
    EXPECT_EQ(long_narrowing_shift(shifted_by("15")), "");
    EXPECT_NE(long_narrowing_shift(shifted_by("16")), "");
    EXPECT_EQ(long_narrowing_shift("f:\n\t\tr3 = #16\n\t\tr3 = r2\n\t\tv0.h = vasr(v1.w,v2.w,r3):sat\n"), "");
    for (const char *changed : {"r3:2 = combine(r5,r4)", "r4:3 = memd(r29+#8)"}) {
        EXPECT_EQ(long_narrowing_shift(std::string("f:\n\t\tr3 = #16\n\t\t") + changed +
                                       "\n\t\tv0.h = vasr(v1.w,v2.w,r3):sat\n"),
                  "");
    }
}

} // namespace
} // namespace nibble

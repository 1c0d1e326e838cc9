// Kernels without a record take the tile of the one that is most like them, where the model has nothing against it.
// SPDX-License-Identifier: Apache-2.0
#include <fstream>

#include <gtest/gtest.h>

#include "autotune/records.h"
#include "compiler/files.h"
#include "compiler/layers_file.h"
#include "compiler/program.h"
#include "schedules/prediction.h"

namespace nibble {
namespace {

class NearestRecordTest : public ::testing::Test {
protected:
    TempFolder folder{std::filesystem::temp_directory_path(), "nibble-test-"};
    TargetFacts target = find_target("x86-64-avx512_vnni");

    /// The kernel of a 1x1 convolution of 14x14 pixels.
    KernelRequest request(int ci, int co, const std::string &window = "1,1,1,0") const {
        const std::filesystem::path list = folder.path() / "layers.csv";
        std::ofstream(list) << "conv,layer,14,14," << ci << ',' << co << ',' << window << '\n';
        const Program program = plan_layers(read_layers(list), list.string(), "test", target);
        return program.kernels.front().request;
    }

    TileSpace space(const KernelRequest &of) const { return find_tile_space(of.op, of.lowering, target, nullptr); }

    /// Records a tile for the request.
    void record(KernelRequest of, const Tile &tile) const {
        of.tile = tile;
        Record made = record_for(of, space(of), target);
        made.origin = "measured";
        append_record(folder.path(), made);
    }

    /// A legal tile, not the schedule's own, that the model takes for as good as it but for `slack`.
    Tile other_tile(const KernelRequest &of, double slack) const {
        const auto cycles = [&](const Tile &tile) { return space(of).predict(of.parameters, target, tile).cycles(); };
        for (const Tile &tile : space(of).legal(of.parameters, target)) {
            const double share = cycles(tile) / cycles(of.tile);
            if (tile != of.tile && (slack < 0.5 ? share <= 1 + slack : share >= 1 + slack)) {
                return tile;
            }
        }
        throw std::logic_error("no such tile");
    }

    TileChoice choice(const KernelRequest &of) const {
        return tiles_of(Records(folder.path(), target))(of, space(of), target);
    }
};

TEST_F(NearestRecordTest, TheNearestOfTwoCounts) {
    const KernelRequest wanted = request(512, 256);
    const Tile good = other_tile(wanted, 0.01);
    record(request(512, 512), good);
    record(request(512, 1024), wanted.tile);
    EXPECT_EQ(choice(wanted).tile, good);
    EXPECT_EQ(choice(wanted).origin, "nearest");
    EXPECT_FALSE(choice(wanted).measured);
}

TEST_F(NearestRecordTest, ATileThatTheModelTakesForSlowDoesNot) {
    const KernelRequest wanted = request(512, 256);
    record(request(512, 512), other_tile(wanted, 0.5));
    EXPECT_EQ(choice(wanted).tile, wanted.tile);
    EXPECT_EQ(choice(wanted).origin, "model");
}

TEST_F(NearestRecordTest, AnotherWindowIsNotNear) {
    const KernelRequest wanted = request(512, 256);
    record(request(512, 256, "3,3,1,1"), other_tile(wanted, 0.01));
    EXPECT_EQ(choice(wanted).origin, "model");
}

TEST_F(NearestRecordTest, ARecordOfItsOwnComesFirst) {
    const KernelRequest wanted = request(512, 256);
    const Tile own = other_tile(wanted, 0.5);
    record(wanted, own);
    record(request(512, 512), wanted.tile);
    EXPECT_EQ(choice(wanted).tile, own);
    EXPECT_EQ(choice(wanted).origin, "record");
}

} // namespace
} // namespace nibble

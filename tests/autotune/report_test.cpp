// The roofline report: what is in it, that it stands alone and that no string of a manifest gets out of its place.
// SPDX-License-Identifier: Apache-2.0
#include "autotune/report.h"

#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "autotune/html.h"
#include "autotune/report_listing.h"
#include "tests/autotune/report_manifest.h"

namespace nibble {
namespace {

using namespace test;
using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

std::string report(const json &manifest) {
    std::ostringstream out;
    write_report(manifest, machine(), out);
    return out.str();
}

TEST(Report, HasAPointAndARowForEachLayer) {
    const std::string page = report(manifest({kernel("stem", 1 << 20), kernel("head", 1 << 12)}));
    EXPECT_EQ(count(page, "<g class=\"point"), 2u);
    EXPECT_EQ(count(page, "<tr id=\"layer-"), 2u);
    EXPECT_THAT(page, HasSubstr(">stem<"));
    EXPECT_THAT(page, HasSubstr("u8s8 MACs 384 GMAC/s"));
    EXPECT_THAT(page, HasSubstr("DRAM 24.0 GB/s"));
}

TEST(Report, LayersThatDoNotMultiplyHaveARowOnly) {
    const std::string page = report(manifest({kernel("conv", 1 << 20), kernel("reshape", 0)}));
    EXPECT_EQ(count(page, "<g class=\"point"), 1u);
    EXPECT_EQ(count(page, "<tr id=\"layer-"), 2u);
    EXPECT_THAT(report(manifest({kernel("reshape", 0)})), HasSubstr("No layer multiplies"));
}

TEST(Report, ShowsVtcmWhereItIsUsed) {
    json whole = manifest({kernel("stem", 1 << 20), kernel("head", 1 << 12)});
    EXPECT_THAT(report(whole), Not(HasSubstr(">VTCM<")));
    whole["vtcm_bytes"] = whole["kernels"][1]["vtcm_bytes"] = 1152;
    whole["kernels"][1]["bytes"]["vtcm"] = 2048;
    whole["kernels"][1]["vtcm_offset"] = 256;
    whole["kernels"][1]["off_chip"]["saved"] = 3072;
    whole["kernels"][1]["staging"] = {{{"operand", "weights"}, {"bytes", 1024}, {"buffers", 1}, {"next_in", "L2"}}};
    whole["vtcm"] = {{"bytes", 1408},
                     {"saved_bytes", 1024},
                     {"blocks", {{{"tensors", {"t1"}}, {"offset", 0}, {"bytes", 256}, {"first", 0}, {"last", 1}}}}};
    const std::string page = report(whole);
    EXPECT_THAT(page, HasSubstr(">VTCM<"));
    EXPECT_THAT(page, HasSubstr("data-value=\"1152\""));
    EXPECT_THAT(page, HasSubstr("data-value=\"2048\""));
    EXPECT_THAT(page, HasSubstr("weights 1.00 KiB, the next in L2"));
    EXPECT_THAT(page, HasSubstr("1 activation lies there"));
    EXPECT_THAT(page, HasSubstr("t1: 256 B at 0, stem to head"));
    EXPECT_THAT(page, HasSubstr("4.00 KiB less than without")); // activations and staging
}

TEST(Report, NamesTheUnitAndWhatItDoesNotUse) {
    TargetFacts target = machine();
    target.unit = "HVX";
    target.vtcm = {"VTCM", 8 << 20, 128};
    target.other_units = {{"matrix <engine>", {{"INT8", 36}}}};
    std::ostringstream out;
    write_report(manifest({kernel("stem", 1 << 20)}), target, out);
    EXPECT_THAT(out.str(), HasSubstr("HVX u8s8 multiply-adds"));
    EXPECT_THAT(out.str(), HasSubstr("VTCM read"));
    EXPECT_THAT(out.str(),
                HasSubstr("0.77 TOPS. The chip's matrix &lt;engine&gt;, which these kernels do not use, would "
                          "be 36 TOPS INT8."));
}

TEST(Report, AnEmptyModelIsAPage) { EXPECT_THAT(report(manifest({})), HasSubstr("</html>")); }

TEST(Report, SameManifestSameBytes) {
    const json some = manifest({kernel("a", 1000), kernel("b", 2'000'000)});
    EXPECT_EQ(report(some), report(some));
}

TEST(Report, NeedsNothingFromOutside) {
    const std::string page = report(manifest({kernel("a", 1000)}));
    EXPECT_THAT(page, Not(HasSubstr("http:")));
    EXPECT_THAT(page, Not(HasSubstr("https:")));
    EXPECT_THAT(page, Not(HasSubstr("<link")));
    EXPECT_THAT(page, Not(HasSubstr("src=")));
    EXPECT_THAT(page, Not(HasSubstr("url(")));
    EXPECT_THAT(page, Not(HasSubstr("@import")));
}

TEST(Report, EscapesEveryString) {
    const std::string evil = "</script><img src=x onerror=alert(1)>\"'&";
    json entry = kernel(evil, 1000);
    for (const char *key : {"operator", "types", "lowering", "schedule", "requantize", "tile_origin", "binding"}) {
        entry[key] = evil;
    }
    entry["fused"] = {evil};
    entry["tile"] = {{evil, 1}};
    entry["memory"]["level"] = evil;
    json whole = manifest({entry});
    for (const char *key : {"nibble", "name", "target"}) {
        whole[key] = evil;
    }
    whole["inputs"][0]["name"] = evil;
    whole["outputs"][0]["dtype"] = evil;
    const std::string page = report(whole);
    EXPECT_THAT(page, Not(HasSubstr("<img")));
    EXPECT_EQ(count(page, "</script>"), 1u);
    EXPECT_THAT(page, HasSubstr("&lt;/script&gt;&lt;img"));
}

TEST(Report, ShowsMeasurements) {
    json entry = kernel("fast", 1 << 20);
    entry["measured"] = measured(2 * entry["bound_us"].get<double>());
    const std::string page = report(manifest({entry, kernel("unknown", 1 << 20)}));
    EXPECT_THAT(page, HasSubstr(">measured µs<"));
    EXPECT_THAT(page, HasSubstr(">0.50<"));
    EXPECT_EQ(count(page, "class=\"measured\""), 1u);
    EXPECT_THAT(report(manifest({kernel("unknown", 1 << 20)})), Not(HasSubstr(">measured µs<")));
    entry["measured"]["unit"] = "packets"; // no time
    EXPECT_THAT(report(manifest({entry})), Not(HasSubstr(">measured µs<")));
}

/// A search that found mr=8, nv=3 after mr=8, nv=2, the schedule's own.
json searched(const std::string &name, std::vector<double> predicted) {
    json entry = kernel(name, 1 << 20);
    entry["tile_origin"] = "record";
    entry["measured"] = measured(8);
    entry["measured"]["default_cost"] = 10000;
    entry["measured"]["tried"] = {
        {"mr=8,nv=2", 10000, predicted[0]}, {"mr=8,nv=3", 8000, predicted[1]}, {"mr=4,nv=2", 16000, predicted[2]}};
    return entry;
}

TEST(Report, SaysWhatWasTriedAndWhyTheWinnerWins) {
    const std::string page = report(manifest({searched("stem", {0, 0, 0}), kernel("head", 1 << 20)}));
    EXPECT_EQ(count(page, "<details>"), 1u);
    EXPECT_THAT(page, HasSubstr("nv=3 instead of nv=2: 0.800 of the cost of the schedule&#39;s own, 2000 ns less"));
    const size_t winner = page.find("mr=8 nv=3<"), own = page.find("mr=8 nv=2 (the schedule's own)"),
                 worst = page.find("mr=4 nv=2<");
    EXPECT_LT(winner, own);
    EXPECT_LT(own, worst);
    EXPECT_NE(worst, std::string::npos);
    EXPECT_THAT(page, HasSubstr(">2.000<")); // 16 µs by the winner's 8
    EXPECT_THAT(page, Not(HasSubstr("<svg class=\"scatter\"")));
}

TEST(Report, SaysWhereTheSchedulesOwnTileWins) {
    json entry = searched("stem", {0, 0, 0});
    entry["tile"] = {{"mr", 8}, {"nv", 2}};
    EXPECT_THAT(report(manifest({entry})), HasSubstr("own tile: none of 2 others"));
}

TEST(Report, ShowsNoSearchWhereNoneWasKept) {
    json entry = kernel("stem", 1 << 20);
    entry["measured"] = measured(8); // by a record without
    EXPECT_THAT(report(manifest({entry})), Not(HasSubstr("Tiles that were tried")));
    entry = searched("stem", {0, 0, 0});
    entry["tile"] = {{"mr", 1}, {"nv", 1}}; // not the record's
    EXPECT_THAT(report(manifest({entry})), Not(HasSubstr("Tiles that were tried")));
}

TEST(Report, DrawsPredictionsOverMeasurements) {
    // In order, in the opposite order, and one that is half way: -1, 0.5 and 1.
    const std::string page = report(
        manifest({searched("a", {9000, 7000, 20000}), searched("b", {2, 3, 1}), searched("<c>", {7000, 9000, 20000})}));
    EXPECT_EQ(count(page, "<circle cx=\"") - count(page, "<circle cx=\"5\" cy"), 9u);
    EXPECT_THAT(page, HasSubstr("median 0.50 of 3 layers"));
    EXPECT_THAT(page, HasSubstr("&lt;c&gt;: 8000 measured, 9000 predicted"));
    EXPECT_THAT(page, HasSubstr("predicted ns"));
}

TEST(Report, RanksTheLayersThatCostMost) {
    std::vector<json> kernels;
    for (int i = 1; i <= 7; ++i) {
        kernels.push_back(kernel("layer" + std::to_string(i), i << 20));
    }
    const std::string page = report(manifest(kernels));
    const std::string list = page.substr(page.find("<ol>"), page.find("</ol>") - page.find("<ol>"));
    EXPECT_EQ(count(list, "<li>"), 5u);
    EXPECT_LT(list.find(">layer7<"), list.find(">layer6<"));
    EXPECT_EQ(list.find(">layer2<"), std::string::npos);
}

TEST(Report, RanksMeasuredLayersByTheTimeAboveTheirBound) {
    json large = kernel("near", 8 << 20), small = kernel("far", 1 << 20);
    large["measured"] = measured(1.1 * large["bound_us"].get<double>());
    small["measured"] = measured(9 * small["bound_us"].get<double>());
    const std::string page = report(manifest({large, small}));
    const std::string list = page.substr(page.find("<ol>"), page.find("</ol>") - page.find("<ol>"));
    EXPECT_LT(list.find(">far<"), list.find(">near<"));
}

TEST(Report, DrawsTheArenaOverTime) {
    json some = manifest({kernel("a", 1000), kernel("b", 1000)});
    some["kernels"][1]["scratch_bytes"] = 1024;
    some["kernels"][1]["in_place"] = 0;
    some["arena"]["blocks"] = {
        {{"tensors", {"t1", "<t2>"}}, {"offset", 0}, {"bytes", 3000}, {"first", 0}, {"last", 1}}};
    const std::string page = report(some);
    EXPECT_EQ(count(page, "<rect class=\"block\""), 1u);
    EXPECT_EQ(count(page, "<rect class=\"staging\""), 1u);
    EXPECT_THAT(page, HasSubstr("t1, &lt;t2&gt;: 2.93 KiB at 0, a to b"));
    EXPECT_THAT(page, HasSubstr("1 layer is written over a source"));
    some["scratch_bytes"] = 0;
    EXPECT_THAT(report(some), Not(HasSubstr("<svg class=\"memory-plan\"")));
}

TEST(Report, NamesTheChannelsOfEachForm) {
    json entry = kernel("a", 1000);
    entry["requantize"] = "mixed";
    entry["requantize_channels"] = {{"f32", 60}, {"q31", 4}};
    EXPECT_THAT(report(manifest({entry})), HasSubstr("mixed: 60 f32, 4 q31"));
}

TEST(Report, LinksListings) {
    json entry = kernel("a", 1000);
    EXPECT_THAT(report(manifest({entry})), Not(HasSubstr("asm/")));
    entry["listing"] = "asm/a.html";
    EXPECT_THAT(report(manifest({entry})), HasSubstr("<a href=\"asm/a.html\">a</a>"));
}

TEST(Listing, CountsInstructionsAndEscapes) {
    std::ostringstream out;
    write_listing({"<conv>", "k1",
                   "k1: # a & b\n\t.text\n\tvpaddd %a, %b\n\tvmovaps %a, 8(%rsp) # 64-byte Spill\n\tvpaddd %a, %b\n",
                   ""},
                  "../report.html", out);
    EXPECT_THAT(out.str(), HasSubstr("3 instructions, 1 of them spills"));
    EXPECT_THAT(out.str(), HasSubstr("<code>vpaddd</code> 2"));
    EXPECT_THAT(out.str(), HasSubstr("a &amp; b"));
    EXPECT_THAT(out.str(), HasSubstr("&lt;conv&gt;"));
    EXPECT_THAT(out.str(), HasSubstr("href=\"../report.html\""));
    EXPECT_THAT(out.str(), Not(HasSubstr("statements")));
}

TEST(Report, AMissingKeyIsAnError) {
    json entry = kernel("a", 1000);
    entry.erase("bound_us");
    EXPECT_THROW(report(manifest({entry})), json::exception);
    EXPECT_THROW(report(json::object()), json::exception);
}

TEST(Html, Figures) {
    EXPECT_EQ(figure_text(0), "0");
    EXPECT_EQ(figure_text(1234.4), "1234");
    EXPECT_EQ(figure_text(123.4), "123");
    EXPECT_EQ(figure_text(1.2345), "1.23");
    EXPECT_EQ(figure_text(0.01234), "0.0123");
    EXPECT_EQ(count_text(999), "999");
    EXPECT_EQ(count_text(115'605'504), "116 M");
    EXPECT_EQ(bytes_text(512), "512 B");
    EXPECT_EQ(bytes_text(2048), "2.00 KiB");
    EXPECT_EQ(shape_text({1, 2, 3}), "1 × 2 × 3");
    EXPECT_EQ(shape_text({}), "scalar");
}

} // namespace
} // namespace nibble

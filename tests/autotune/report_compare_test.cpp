// The page of two runs: what it pairs, in which order, and what it adds up.
// SPDX-License-Identifier: Apache-2.0
#include "autotune/report_compare.h"

#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/autotune/report_manifest.h"

namespace nibble {
namespace {

using namespace test;
using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

json timed(const std::string &name, double us) {
    json entry = kernel(name, 1 << 20);
    entry["measured"] = measured(us);
    entry["tile_origin"] = "record";
    return entry;
}

std::string comparison(const json &a, const json &b) {
    std::ostringstream out;
    write_comparison(read_manifest(a), read_manifest(b), out);
    return out.str();
}

/// Names of the table's rows, in order, each with a space behind.
std::string rows(const std::string &page) {
    const std::string before = "<th scope=\"row\" class=\"text\">";
    std::string names;
    for (size_t at = page.find(before); at != std::string::npos; at = page.find(before, at + 1)) {
        const size_t begin = at + before.size();
        names += page.substr(begin, page.find('<', begin) - begin) + " ";
    }
    return names;
}

TEST(Comparison, SortsByGain) {
    const std::string page =
        comparison(manifest({timed("worse", 2), kernel("untimed", 1000), timed("best", 9), timed("good", 5)}),
                   manifest({timed("good", 4), timed("best", 3), timed("worse", 4), timed("untimed", 1)}));
    EXPECT_EQ(rows(page), "best good worse untimed ");
    EXPECT_THAT(page, HasSubstr(">0.333<")); // 3 of 9 µs
    EXPECT_THAT(page, HasSubstr(">2.000<")); // 4 of 2 µs
}

TEST(Comparison, AddsUpWhatBothHave) {
    json tiled = timed("b", 1);
    tiled["tile"]["nv"] = 4;
    const std::string page = comparison(manifest({timed("a", 6), timed("b", 2), timed("gone", 100)}),
                                        manifest({timed("a", 3), tiled, timed("new", 100)}));
    EXPECT_THAT(page, HasSubstr("<b>2</b><span>layers of both</span>"));
    EXPECT_THAT(page, HasSubstr("<b>1</b><span>of them with another tile</span>"));
    EXPECT_THAT(page, HasSubstr("<b>0.500</b><span>measured B / A of 2 layers: 8000 → 4000 ns</span>"));
    EXPECT_THAT(page, HasSubstr("<h2>Only in A</h2><ul><li>gone</li></ul>"));
    EXPECT_THAT(page, HasSubstr("<h2>Only in B</h2><ul><li>new</li></ul>"));
    EXPECT_THAT(page, HasSubstr("mr=8 nv=4 (record)"));
}

TEST(Comparison, FindsWhatOneRunLacksInTheOthersSearch) {
    json tuned = timed("a", 3);
    tuned["measured"]["tried"] = {{"mr=4,nv=3", 5000, 0}, {"mr=8,nv=3", 3000, 0}};
    json plain = kernel("a", 1 << 20);
    plain["tile"] = {{"mr", 4}, {"nv", 3}};
    const std::string page = comparison(manifest({plain}), manifest({tuned}));
    EXPECT_THAT(page, HasSubstr("5000 ns (B&#39;s search)"));
    EXPECT_THAT(page, HasSubstr(">0.600<"));
    json elsewhere = manifest({plain});
    elsewhere["target"] = "another";
    EXPECT_THAT(comparison(elsewhere, manifest({tuned})), Not(HasSubstr("search)")));
    plain["lowering"] = "direct";
    EXPECT_THAT(comparison(manifest({plain}), manifest({tuned})), Not(HasSubstr("search)")));
}

TEST(Comparison, DoesNotCompareDifferentUnits) {
    json packets = timed("a", 1);
    packets["measured"]["unit"] = "packets";
    const std::string page = comparison(manifest({timed("a", 1)}), manifest({packets}));
    EXPECT_THAT(page, HasSubstr("1000 packets"));
    EXPECT_THAT(page, Not(HasSubstr("measured B / A of")));
}

TEST(Comparison, PairsLayersOfOneNameInOrder) {
    const auto pairs =
        common_layers(read_manifest(manifest({kernel("x", 1), kernel("y", 1), kernel("x", 1), kernel("x", 1)})),
                      read_manifest(manifest({kernel("x", 1), kernel("x", 1), kernel("z", 1)})));
    EXPECT_EQ(pairs, (std::vector<std::pair<size_t, size_t>>{{0, 0}, {2, 1}}));
}

TEST(Comparison, EscapesEveryStringAndNeedsNothingFromOutside) {
    const std::string evil = "</script><img src=x>\"'&";
    json entry = timed(evil, 1), other = timed(evil + "2", 1);
    entry["operator"] = entry["tile_origin"] = entry["measured"]["unit"] = evil;
    entry["tile"] = {{evil, 1}};
    json whole = manifest({entry, other});
    for (const char *key : {"nibble", "name", "target"}) {
        whole[key] = evil;
    }
    json second = manifest({entry});
    const std::string page = comparison(whole, second);
    EXPECT_THAT(page, Not(HasSubstr("<img")));
    EXPECT_EQ(count(page, "</script>"), 1u);
    for (const char *outside : {"http:", "https:", "<link", "src=\"", "url(", "@import"}) {
        EXPECT_THAT(page, Not(HasSubstr(outside)));
    }
    EXPECT_EQ(page, comparison(whole, second));
}

} // namespace
} // namespace nibble

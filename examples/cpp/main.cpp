// Names a spoken word: spot_keyword FILE.mfcc, 49 frames of 10 quantised MFCC features.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <numeric>
#include <stdexcept>
#include <string>

#include "keywords.h"

namespace {

constexpr std::array<const char *, 12> labels = {"down",  "go",   "left", "no",  "off",     "on",
                                                 "right", "stop", "up",   "yes", "silence", "unknown"};
using Features = std::array<int8_t, 49 * 10>;
using Scores = std::array<int8_t, labels.size()>;

/// A context with its memory: one for each thread that calls the library.
class Network {
public:
    Network() {
        context_.size = sizeof context_;
        context_.abi_version = NIBBLE_ABI_VERSION;
        context_.scratch = scratch_.data();
        context_.scratch_bytes = scratch_.size();
    }
    Network(const Network &) = delete;
    Network &operator=(const Network &) = delete;

    Scores operator()(const Features &features) {
        Scores scores{};
        const std::array<const void *, 1> inputs = {features.data()};
        const std::array<void *, 1> outputs = {scores.data()};
        if (const int status = keywords_run(&context_, inputs.data(), outputs.data()); status != NIBBLE_OK) {
            throw std::runtime_error(nibble_status_string(status));
        }
        return scores;
    }

private:
    alignas(NIBBLE_ARENA_ALIGNMENT) std::array<unsigned char, KEYWORDS_SCRATCH_BYTES> scratch_;
    nibble_context context_{};
};

Features read_features(const char *path) {
    Features features;
    std::ifstream file(path, std::ios::binary);
    if (!file.read(reinterpret_cast<char *>(features.data()), features.size())) {
        throw std::runtime_error(std::string(path) + ": expected 490 bytes");
    }
    return features;
}

void print_best(const Scores &scores) {
    std::array<size_t, labels.size()> order;
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return scores[a] > scores[b]; });
    for (size_t i = 0; i < 3; ++i) {
        // Softmax: scale 1/256, zero point -128.
        std::printf("%s (%.3f)\n", labels[order[i]], (scores[order[i]] + 128) / 256.0);
    }
}

} // namespace

int main(int argc, char **argv) {
    if (argc != 2) {
        std::fprintf(stderr, "usage: spot_keyword FILE.mfcc\n");
        return 2;
    }
    try {
        static Network network;
        print_best(network(read_features(argv[1])));
    } catch (const std::exception &error) {
        std::fprintf(stderr, "spot_keyword: %s\n", error.what());
        return 1;
    }
    return 0;
}

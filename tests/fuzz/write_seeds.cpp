// Writes what the fuzzer starts from: the good model of tests/model, and each broken one.
// SPDX-License-Identifier: Apache-2.0
//
// usage: write_seeds FOLDER
#include <cstdio>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tests/fuzz/fuzz_input.h"
#include "tests/model/model_folder.h"

using nlohmann::json;
using namespace nibble::testing;

namespace {

void write_seed(const std::filesystem::path &file, const json &model) {
    const TempFolder folder;
    write_folder(folder.path(), model.dump());
    write_bytes(file, FuzzInput::read(folder.path()).join());
}

} // namespace

int main(int argc, char **argv) {
    if (argc != 2) {
        std::fputs("usage: write_seeds FOLDER\n", stderr);
        return 2;
    }
    const std::filesystem::path folder = argv[1];
    std::filesystem::create_directories(folder);
    const json good = json::parse(test_file("good_model.json"));
    write_seed(folder / "good", good);
    int number = 0;
    for (const json &broken : json::parse(test_file("broken_models.json"))) {
        write_seed(folder / fmt::format("broken_{:03}", number++), good.patch(broken["patch"]));
    }
    return 0;
}

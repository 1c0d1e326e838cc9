// libFuzzer's way into the reader of model folders: made-up bytes are a model or findings, and a model stays itself.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "model/error.h"
#include "model/model.h"
#include "tests/fuzz/fuzz_input.h"
#include "tests/model/model_folder.h"

namespace nibble::testing {
namespace {

void require(bool holds, const std::string &what) {
    if (!holds) {
        std::fprintf(stderr, "read_model_fuzz: %s\n", what.c_str());
        std::abort();
    }
}

void check_findings(const Error &error) {
    require(!error.findings().empty(), "an error without a finding");
    for (const Finding &finding : error.findings()) {
        const std::string line = finding.line();
        const auto is_control = [](char c) { return (c >= 0 && c < ' ') || c == 0x7f; };
        require(std::none_of(line.begin(), line.end(), is_control), "a control character in: " + line);
        require(line.size() < 10000, "a finding without end: " + line.substr(0, 200));
    }
}

/// Written and read again, it gives the same bytes.
void check_round_trip(const Model &model, const std::filesystem::path &folder) {
    write_model(model, folder);
    const FuzzInput first = FuzzInput::read(folder);
    write_model(read_model(folder), folder);
    const FuzzInput second = FuzzInput::read(folder);
    require(first.text == second.text && first.weights == second.weights, "a model that changes when it is written");
}

void check(const std::string &bytes) {
    static const TempFolder source;
    static const TempFolder copy;
    FuzzInput::split(bytes).write(source.path());
    Model model;
    try {
        model = read_model(source.path());
    } catch (const Error &error) {
        return check_findings(error);
    }
    check_round_trip(model, copy.path());
}

} // namespace
} // namespace nibble::testing

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count) {
    nibble::testing::check({reinterpret_cast<const char *>(bytes), count});
    return 0;
}

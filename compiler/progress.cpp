// SPDX-License-Identifier: Apache-2.0
#include "compiler/progress.h"

#include <algorithm>

#include <fmt/format.h>
#include <unistd.h>

namespace nibble {

namespace {

constexpr size_t bar_columns = 30;
constexpr size_t item_columns = 60;

} // namespace

Progress::Progress(std::FILE *stream, bool quiet)
    : stream_(stream), quiet_(quiet), terminal_(isatty(fileno(stream)) != 0) {}

Progress::~Progress() { clear_bar(); }

void Progress::clear_bar() {
    if (bar_) {
        fmt::print(stream_, "\r\033[K");
        std::fflush(stream_);
        bar_ = false;
    }
}

void Progress::say(const std::string &text) {
    if (quiet_) {
        return;
    }
    clear_bar();
    fmt::print(stream_, "{}\n", text);
    std::fflush(stream_);
}

void Progress::step(size_t done, size_t total, const std::string &item) {
    if (quiet_) {
        return;
    }
    if (!terminal_) {
        fmt::print(stream_, "[{}/{}] {}\n", done, total, item);
    } else {
        draw_bar(done, total, item);
    }
    std::fflush(stream_);
}

void Progress::at(size_t done, size_t total, const std::string &item) {
    if (!quiet_ && terminal_) {
        draw_bar(done, total, item);
        std::fflush(stream_);
    }
}

void Progress::draw_bar(size_t done, size_t total, const std::string &item) {
    const size_t full = bar_columns * done / std::max<size_t>(total, 1);
    fmt::print(stream_, "\r\033[K[{}{}] {}/{} {}", std::string(full, '#'), std::string(bar_columns - full, ' '), done,
               total, item.substr(0, item_columns));
    bar_ = true;
}

} // namespace nibble

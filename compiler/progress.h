// Tells a person how far a build is: a bar on a terminal, plain lines elsewhere.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdio>
#include <string>

namespace nibble {

class Progress {
public:
    /// Writes to `stream`; nothing at all where `quiet`.
    Progress(std::FILE *stream, bool quiet);
    ~Progress();
    Progress(const Progress &) = delete;
    Progress &operator=(const Progress &) = delete;

    /// A line of its own.
    void say(const std::string &text);
    /// `done` of `total`; `item` is what was done last.
    void step(size_t done, size_t total, const std::string &item);
    /// On a terminal alone: `item` is being done after `done` of `total`.
    void at(size_t done, size_t total, const std::string &item);

private:
    void clear_bar();
    void draw_bar(size_t done, size_t total, const std::string &item);

    std::FILE *stream_;
    bool quiet_;
    bool terminal_;
    bool bar_ = false; ///< the last line is an unfinished bar
};

} // namespace nibble

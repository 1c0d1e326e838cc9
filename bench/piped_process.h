// A program that answers on its standard output what is written to its standard input.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <sys/types.h>

#include "compiler/process.h"

namespace nibble {

class PipedProcess {
public:
    /// Starts arguments[0], searched in PATH where it has no slash; its standard error is ours. Throws Error.
    explicit PipedProcess(const std::vector<std::string> &arguments);
    /// Closes its input and waits for its end.
    ~PipedProcess();
    PipedProcess(const PipedProcess &) = delete;
    PipedProcess &operator=(const PipedProcess &) = delete;

    /// Both throw Error, saying how the program ended, where it does not take or give so many bytes.
    void write(const void *from, size_t bytes);
    void read(void *to, size_t bytes);

private:
    [[noreturn]] void fail();
    ProcessResult wait();

    std::string name_;
    pid_t pid_ = -1;
    int input_ = -1;  ///< our end of its standard input
    int output_ = -1; ///< our end of its standard output
};

} // namespace nibble
